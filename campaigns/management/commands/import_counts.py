"""Load a file of counts into a campaign, with a progress bar and a report of everything odd in the file."""

import datetime
import sys
import tempfile
from contextlib import nullcontext
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from campaigns.errors import SetupRefused, TallyRefused
from campaigns.imports.findings import FAILURES, Findings
from campaigns.imports.formats import Format, check_format, detect, survey_of
from campaigns.models import Campaign
from campaigns.services.imports import load_file, preview_file
from campaigns.services.national import campaign_for_file
from districts.models import User
from districts.numbers import indian
from districts.table_files.errors import FileRefused

WIDTH = 40


class Command(BaseCommand):
    help = "Load a CSV or XLSX file of counts: CoWIN's own files, or the template of a campaign."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)
        parser.add_argument("--campaign", required=True, metavar="SLUG", help="the campaign to load into")
        parser.add_argument("--format", choices=Format.values, help="told by the header unless given")
        parser.add_argument("--dry-run", action="store_true", help="read and compare, write nothing")
        parser.add_argument(
            "--create-campaign",
            action="store_true",
            help="make the campaign from the CoWIN preset, or add the reporting units that the file names",
        )
        parser.add_argument("--starts-on", type=datetime.date.fromisoformat, help="of a new campaign")
        parser.add_argument("--ends-on", type=datetime.date.fromisoformat, help="of a new campaign")
        parser.add_argument("--by", metavar="USERNAME", help="in whose name; nobody's unless given")
        parser.add_argument("--reason", default="", help="kept with every report that the file corrects")
        parser.add_argument(
            "--report", type=Path, metavar="FILE.csv", help="write every finding to this file"
        )
        parser.add_argument(
            "--failures", type=Path, metavar="FILE.csv", help="write the rows not loaded to this file"
        )

    def handle(self, *args, file, **options):
        if not file.is_file():
            raise CommandError(f"There is no file {file}.")
        try:
            self._handle(file, options)
        except (FileRefused, SetupRefused) as refusal:
            raise CommandError(str(refusal)) from None
        except TallyRefused as refusal:
            raise CommandError("\n".join(problem.message for problem in refusal.problems)) from None

    def _handle(self, file, options):
        by = self._user(options["by"])
        file_format = options["format"] or detect(file)
        if options["format"]:
            check_format(file, file_format)
        self.stdout.write(f"{file.name}: {Format(file_format).label}")
        campaign = self._campaign(file, file_format, by, options)
        keeps_files = options["report"] or options["failures"]
        with tempfile.TemporaryDirectory() if keeps_files else nullcontext() as folder:
            findings = Findings(Path(folder) if folder else None)
            with findings:
                self._load(file, file_format, campaign, by, findings, options)
            if folder:
                self._keep(Path(folder), options)
        self._report(findings)

    def _user(self, username):
        if not username:
            return None
        try:
            return User.objects.get(username=username)
        except User.DoesNotExist:
            raise CommandError(f"There is no user {username}.") from None

    def _campaign(self, file, file_format, by, options):
        slug = options["campaign"]
        if options["create_campaign"]:
            campaign, made = campaign_for_file(
                slug=slug,
                found=survey_of(file, file_format),
                file_format=file_format,
                by=by,
                starts_on=options["starts_on"],
                ends_on=options["ends_on"],
            )
            if made:
                units = indian(campaign.units.count())
                self.stdout.write(
                    f"Campaign {slug} made, {campaign.starts_on} to {campaign.ends_on}, {units} units."
                )
            return campaign
        campaign = Campaign.objects.filter(slug=slug).first()
        if campaign is None:
            raise CommandError(f"There is no campaign {slug}. Make it with --create-campaign.")
        return campaign

    def _load(self, file, file_format, campaign, by, findings, options):
        bar = _Bar(self.stderr)
        common = {
            "campaign": campaign,
            "path": file,
            "file_format": file_format,
            "findings": findings,
            "progress": bar.show,
            "by": by,
        }
        if options["dry_run"]:
            receipt = preview_file(**common)
        else:
            receipt = load_file(**common, reason=options["reason"])
        bar.end()
        verb = "would change" if options["dry_run"] else "changed"
        self.stdout.write(
            f"{indian(receipt['rows'])} counts of {indian(receipt['unit_days'])} unit-days read; "
            f"{indian(receipt['changes'])} counts {verb} in {indian(receipt['submissions'])} reports, "
            f"{indian(receipt['first_reports'])} of them first reports."
        )
        for code, before, after, adds_up in receipt.get("items", []):
            word = "" if adds_up else " on its largest day"
            self.stdout.write(f"  {code}{word}: {indian(before)} stands, {indian(after)} in the file")

    def _report(self, findings):
        if not findings.kinds:
            self.stdout.write("Nothing odd was found in the file.")
            return
        self.stdout.write("\nWhat was found in the file:")
        for kind, cells, columns in findings.remarks():
            mark = " (not loaded)" if kind in FAILURES else ""
            self.stdout.write(f"  {indian(cells):>12}  {kind.label}{mark}")
            if len(columns) > 1 or kind in FAILURES:
                for column, of_these in columns[:10]:
                    self.stdout.write(f"  {'':>12}    {indian(of_these)} in {column}")
        if findings.failed_rows:
            self.stdout.write(
                f"\n{indian(findings.failed_rows)} rows or cells were not loaded. The first of them:"
            )
            for finding in findings.failures[:10]:
                self.stdout.write(
                    f"  row {finding.row}, {finding.column} ({finding.cell}), “{finding.value}”: {finding.explanation}"
                )

    def _keep(self, folder, options):
        for name, option in (("anomalies", "report"), ("failures", "failures")):
            made, wanted = folder / f"{name}.csv", options[option]
            if wanted and made.exists():
                wanted.write_bytes(made.read_bytes())
                self.stdout.write(f"Written: {wanted}")


class _Bar:
    """A bar on a terminal; elsewhere a line for every tenth, so that a log stays readable."""

    def __init__(self, stream):
        self._stream, self._tenth, self._is_read = stream, 0, False
        self._is_terminal = sys.stderr.isatty()

    def show(self, share):
        if self._is_terminal:
            filled = int(WIDTH * share)
            self._stream.write(f"\r[{'#' * filled}{'.' * (WIDTH - filled)}] {100 * share:3.0f} %", ending="")
        elif int(share * 10) > self._tenth:
            self._tenth = int(share * 10)
            self._stream.write(f"{self._tenth * 10} % read")
        if share >= 1 and not self._is_read:
            self._is_read = True
            self._stream.write(" comparing and writing …", ending="" if self._is_terminal else "\n")

    def end(self):
        if self._is_terminal:
            self._stream.write("")
