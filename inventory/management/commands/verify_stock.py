"""Compare every kept balance with the sum of its movements, as the worker does each night."""

from django.core.management.base import BaseCommand, CommandError

from districts.numbers import indian
from inventory.services.checking import verify_balances


class Command(BaseCommand):
    help = "Compare every kept stock balance with the full sum of its movements."

    def handle(self, *args, **options):
        check = verify_balances()
        for one in check.sample:
            self.stderr.write(
                f"{one['location']}, batch {one['batch']}, {one['earmark']}: kept {one['kept']}, "
                f"movements say {one['summed']}"
            )
        if check.differences:
            raise CommandError(f"{indian(check.differences)} of {indian(check.positions)} balances differ.")
        self.stdout.write(f"{indian(check.positions)} balances agree with their movements.")
