from django.core.management.base import BaseCommand, CommandError

from districts.numbers import indian, signed
from inventory.selectors.declared import DOES_NOT_RECONCILE, FALLS, statements
from inventory.services.declared import NotAFileOfFigures, load_file

WORDS = {
    DOES_NOT_RECONCILE: "supplied − consumption − balance is {}, not 0",
    FALLS: "doses supplied to date fall by {}",
}


class Command(BaseCommand):
    help = (
        "Load published figures of supply, consumption, balance and wastage (CSV) beside the ledger's own. "
        "Names what does not reconcile, and changes none of it."
    )

    def add_arguments(self, parser):
        parser.add_argument("files", nargs="+", metavar="FILE")

    def handle(self, *, files, **options):
        refused, areas = 0, set()
        for file in files:
            try:
                report = load_file(file)
            except NotAFileOfFigures as error:
                raise CommandError(f"{file}: {error}") from None
            self.stdout.write(
                f"{file}: {report.added} figures added, {report.changed} changed, {report.unchanged} as before"
            )
            for line, message in report.refused:
                self.stderr.write(f"{file}, line {line}: {message}")
            refused += len(report.refused)
            areas |= report.areas
        for one in statements(areas, with_own=False):
            for code, by in one.problems:
                words = WORDS.get(code, "wastage is negative").format(signed(by) if code in WORDS else "")
                self.stdout.write(f"  {one.as_of} {one.area.name_en}: {words} ({one.source})")
        if refused:
            raise CommandError(f"{indian(refused)} rows were refused; all others are loaded.")
