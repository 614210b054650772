import csv
import datetime
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from districts.area_files.importing import import_file
from districts.area_files.tables import FileRefused


def day(text):
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        raise CommandError(f"{text!r} is not a day. Write it as 2022-04-04.") from None


class Command(BaseCommand):
    help = (
        "Load newer directories (LGD files of states, districts, blocks) and tables of populations "
        "(covid19india, IIPS, National Commission on Population)."
    )

    def add_arguments(self, parser):
        parser.add_argument("files", nargs="+", metavar="FILE")
        parser.add_argument(
            "--dry-run", action="store_true", help="tell what would change and change nothing"
        )
        parser.add_argument(
            "--valid-from", type=day, metavar="DAY", help="first day of the areas that are added"
        )
        parser.add_argument(
            "--close-absent",
            type=day,
            metavar="DAY",
            help="end the areas that the file no longer has on this day",
        )
        parser.add_argument(
            "--refused", type=Path, metavar="FILE", help="write the refused rows to this CSV file"
        )

    def handle(self, *, files, dry_run, valid_from, close_absent, refused, **options):
        reports = []
        for file in files:
            try:
                report = import_file(
                    file, dry_run=dry_run, valid_from=valid_from, close_absent_on=close_absent
                )
            except FileRefused as error:
                raise CommandError(f"{file}: {error}") from None
            self._tell(report, dry_run=dry_run)
            reports.append(report)
        if refused:
            self._write_refused(refused, reports)

    def _tell(self, report, *, dry_run):
        note = " (dry run, nothing was changed)" if dry_run else ""
        self.stdout.write(f"{report.file}: {report.kind}, {report.rows} rows{note}")
        for name, count in report.summary().items():
            if count:
                self.stdout.write(f"  {name}: {count}")
        for title, lines in (
            ("added", report.added),
            ("renamed", report.renamed),
            ("changed", report.changed),
            ("in the tree, not in the file", report.absent),
            ("closed", report.closed),
            ("refused", report.refused),
        ):
            # A first load adds thousands; the counts above have told that already.
            shown = lines if title in ("renamed", "refused") else lines[:40]
            if lines:
                self.stdout.write(f"  {title}:")
            for line in shown:
                self.stdout.write(f"    {line}")
            if len(shown) < len(lines):
                self.stdout.write(f"    … and {len(lines) - len(shown)} more")

    def _write_refused(self, path, reports):
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["file", "row", "column", "value", "reason"])
            for report in reports:
                for refusal in report.refused:
                    writer.writerow([report.file, refusal.row, refusal.column, refusal.value, refusal.reason])
        self.stdout.write(f"Refused rows are in {path}.")
