"""Load a file of opening balances and supplies into the stock ledger, with every bad row named."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from districts.models import User
from districts.numbers import indian
from districts.table_files.errors import FileRefused
from inventory.imports.reading import read_file
from inventory.selectors import scope
from inventory.services.stock_files import write_failures
from inventory.services.supply_rows import book_rows, summary, weigh

SHOWN = 20


class Command(BaseCommand):
    help = "Load opening balances and supplies from a CSV or XLSX file (see docs/stock-files.md)."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--by", metavar="USERNAME", required=True, help="in whose name, and whose stores may be named"
        )
        parser.add_argument("--dry-run", action="store_true", help="read and compare, book nothing")
        parser.add_argument(
            "--failures",
            type=Path,
            metavar="FILE.csv",
            help="write the rows that were not booked to this file",
        )

    def handle(self, *args, file, by, dry_run, failures, **options):
        if not file.is_file():
            raise CommandError(f"There is no file {file}.")
        user = User.objects.filter(username=by).first()
        if user is None:
            raise CommandError(f"There is nobody with the user name {by}.")
        try:
            header, good, failed = read_file(file, may_keep=lambda area: scope.may_keep(user, area))
        except FileRefused as refusal:
            raise CommandError(str(refusal)) from None
        weighed = weigh(good) if dry_run else book_rows(good, by=user, name=file.name)
        failed = sorted([*failed, *weighed.failed], key=lambda one: one.row)
        self._tell(weighed, failed, "would be booked" if dry_run else "booked")
        if failures is not None and failed:
            write_failures(failures, header, failed)
        if failed:
            raise CommandError(f"{indian(len(failed))} rows were not booked.")

    def _tell(self, weighed, failed, done):
        for _code, vaccine, channel, rows, doses in summary(weighed):
            self.stdout.write(f"{vaccine}, {channel}: {indian(rows)} rows, {indian(doses)} doses")
        self.stdout.write(
            f"{indian(len(weighed.new))} rows {done}, {indian(len(weighed.known))} were booked before, "
            f"{indian(len(failed))} cannot be."
        )
        for one in failed[:SHOWN]:
            self.stderr.write(f"row {one.row}, {one.column} “{one.value}”: {one.reason}")
        if len(failed) > SHOWN:
            self.stderr.write(f"and {indian(len(failed) - SHOWN)} more; see --failures")
