from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from config.demonstration import facts, load, people
from config.demonstration.progress_bar import ProgressBar
from districts.numbers import indian


class Command(BaseCommand):
    help = "Load the demonstration campaign, Har Ghar Dastak as of 11 November 2021. Does nothing when it is there."

    def add_arguments(self, parser):
        parser.add_argument("--sign-ins", action="store_true", help="print the accounts of the demonstration")
        parser.add_argument(
            "--states",
            help="only these states, by code: S22,S30 (for trying; the rest of the nation stays empty)",
        )
        parser.add_argument("--times", action="store_true", help="print how long each step took")
        parser.add_argument(
            "--public-passwords",
            action="store_true",
            help="load it on a site that serves HTTPS, although everybody can read its passwords",
        )

    def handle(self, *, sign_ins, states, times, public_passwords, **options):
        passwords_may_be_public = public_passwords or not settings.HTTPS
        if not load.is_loaded():
            if not passwords_may_be_public:
                raise CommandError(
                    "The passwords of the demonstration are public, and this site serves HTTPS. "
                    "To load it all the same: load_demo --public-passwords"
                )
            self._load(_codes(states), times)
        elif not sign_ins:
            self.stdout.write("The demonstration is loaded.")
        elif passwords_may_be_public:
            # One loaded by an earlier version lacks the accounts that came since.
            people.make()
        if sign_ins:
            self.stdout.write(people.sign_ins())

    def _load(self, states, times):
        bar = ProgressBar(load.STEPS, self.stdout._out)
        loading = load.Loading(states=states, progress=bar.step)
        try:
            figures = loading.run()
        except load.NotLoaded as error:
            raise CommandError(str(error)) from error
        finally:
            bar.end()
        first, second = (
            sum(count for (_group, dose), count in figures.items() if dose == wanted)
            for wanted in facts.DOSES
        )
        self.stdout.write(
            f"To {facts.AS_OF:%d %B %Y}: {indian(first)} first and {indian(second)} second doses, "
            f"together {indian(first + second)}."
        )
        if times:
            for step, seconds in loading.seconds.items():
                self.stdout.write(f"  {step:12} {seconds:6.1f} s")


def _codes(states):
    if not states:
        return None
    codes = {code.strip() for code in states.split(",")}
    if unknown := codes - facts.states().keys():
        raise CommandError(f"Not states: {', '.join(sorted(unknown))}")
    return codes
