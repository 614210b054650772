"""How fast a file of counts is imported, against the floor of the same run, on PostgreSQL.

    DATABASE_URL=postgresql://… python benchmarks/import_counts.py [--counts 1000000] [--rounds 3]

Floor: a raw COPY of the same ledger rows into the same table with the same indexes, from a file made before.
The import reads and checks the CSV file, compares with what stands, and writes journal, submissions, entries and
fold mark in one transaction. django-import-export loads a smaller file, which Abhiyan then loads too. Memory is
the peak of a process of its own, at a tenth of the counts and at all of them.
"""

import argparse
import csv
import datetime
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django

django.setup()

from django.conf import settings
from django.db import connection, transaction

from campaigns import append_only
from campaigns.imports.findings import Findings
from campaigns.imports.formats import Format
from campaigns.imports.ground import ground_of
from campaigns.imports.template import TemplateReader
from campaigns.models import Campaign, TallyEntry
from campaigns.services.creation import create_campaign
from campaigns.services.imports import load_file
from campaigns.services.setup import set_reporting_units
from districts.models import Area, Level
from districts.shipped import load as load_areas
from districts.table_files.tables import open_table

CELLS_IN_A_ROW = 12
FIRST_DAY = datetime.date(2021, 3, 1)
TABLES = "campaigns_foldmark, campaigns_tallyentry, campaigns_submission, campaigns_journal"


def make_campaign():
    load_areas()
    campaign = create_campaign(
        by=None,
        preset="covid",
        slug="benchmark",
        name_en="Benchmark",
        area=Area.objects.get(code="IN"),
        starts_on=FIRST_DAY,
        ends_on=FIRST_DAY + datetime.timedelta(365),
    )
    set_reporting_units(campaign=campaign, areas=Area.objects.filter(level=Level.BLOCK), by=None)
    return campaign


def write_file(path, campaign, counts, columns):
    """A template with ``counts`` counts, ``columns`` of them in a row, none of them 0."""
    keys = [cell.key for cell in campaign.cells.filter(is_open=True).order_by("id")[:columns]]
    codes = list(campaign.units.order_by("area__path").values_list("area__code", flat=True))
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["area", "date", *keys])
        for row in range(counts // columns):
            day = FIRST_DAY + datetime.timedelta(row // len(codes))
            numbers = [(row * 31 + column * 17) % 400 + 1 for column in range(columns)]
            writer.writerow([codes[row % len(codes)], day.isoformat(), *numbers])
    return path


def write_ledger_rows(path, source, campaign):
    """The rows that the import of ``source`` makes in the ledger, as COPY reads them."""
    now = "2021-12-01 10:00:00+05:30"
    with open_table(source) as table, path.open("w") as file:
        reader = TemplateReader(table, ground_of(campaign))
        for number, (unit, day, cell, count) in enumerate(reader.counts()):
            file.write(f"{number // CELLS_IN_A_ROW + 1}\t{unit}\t{cell}\t{day}\t{count}\t{now}\n")


def empty_ledger():
    append_only.remove(connection)
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {TABLES} RESTART IDENTITY CASCADE")
    append_only.install(connection)


def timed(work):
    empty_ledger()
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def raw_copy(path):
    with transaction.atomic(), connection.cursor() as cursor, path.open() as file:
        columns = "submission_id, unit_id, cell_id, happened_on, change, recorded_at"
        cursor.copy_expert(f"COPY campaigns_tallyentry ({columns}) FROM STDIN", file)


def our_import(path, campaign):
    receipt = load_file(
        campaign=campaign,
        path=path,
        file_format=Format.TEMPLATE,
        by=None,
        findings=Findings(),
        reason="benchmark",
    )
    assert receipt["changes"] == receipt["rows"], receipt
    return receipt


def reading_only(path, campaign):
    with open_table(path) as table:
        for _count in TemplateReader(table, ground_of(campaign)).counts():
            pass


def with_import_export(path, campaign, **options):
    """One ledger row per row of the file, codes looked up, values checked; no submissions and no comparison."""
    import tablib
    from import_export import fields, resources, widgets

    cell = campaign.cells.filter(is_open=True).order_by("id").first()
    now = datetime.datetime(2021, 12, 1, tzinfo=datetime.UTC)

    class Entries(resources.ModelResource):
        unit = fields.Field("unit", "area", widgets.ForeignKeyWidget(Area, "code"))
        happened_on = fields.Field("happened_on", "date", widgets.DateWidget())
        change = fields.Field("change", cell.key, widgets.IntegerWidget())

        class Meta:
            model = TallyEntry
            import_id_fields = ()
            fields = ("unit", "happened_on", "change")

        def before_save_instance(self, instance, row, **kwargs):
            instance.cell, instance.submission_id, instance.recorded_at = cell, 1, now

    for name, value in options.items():
        setattr(Entries._meta, name, value)
    data = tablib.Dataset().load(path.read_text(), format="csv")
    result = Entries().import_data(data, raise_errors=True)
    assert not result.has_errors()


def peak_of_a_process(path):
    """Megabytes, in a process that does nothing but import the file."""
    empty_ledger()
    output = subprocess.run(
        [sys.executable, __file__, "--only-import", str(path)],
        env={**os.environ, "DATABASE_URL": _test_url()},
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    return int(output.split()[-1]) / 1024


def _test_url():
    now = connection.settings_dict
    password = f":{now['PASSWORD']}" if now["PASSWORD"] else ""
    return f"postgresql://{now['USER']}{password}@{now['HOST']}:{now['PORT']}/{now['NAME']}"


def only_import(path):
    our_import(path, Campaign.objects.get(slug="benchmark"))
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)


def measure(counts, rounds, small_counts):
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        campaign = make_campaign()
        big = write_file(folder / "big.csv", campaign, counts, CELLS_IN_A_ROW)
        tenth = write_file(folder / "tenth.csv", campaign, counts // 10, CELLS_IN_A_ROW)
        small = write_file(folder / "small.csv", campaign, small_counts, 1)
        rows = folder / "rows.tsv"
        write_ledger_rows(rows, big, campaign)

        times = {name: [] for name in ("copy", "import", "reading", "small", "export", "export_bulk")}
        for _round in range(rounds):
            times["copy"].append(timed(lambda: raw_copy(rows)))
            times["import"].append(timed(lambda: our_import(big, campaign)))
            times["reading"].append(timed(lambda: reading_only(big, campaign)))
            times["small"].append(timed(lambda: our_import(small, campaign)))
        # Minutes, not seconds: once is enough to see a factor of twenty.
        times["export"].append(timed(lambda: with_import_export(small, campaign)))
        times["export_bulk"].append(
            timed(lambda: with_import_export(small, campaign, use_bulk=True, skip_diff=True, batch_size=1000))
        )
        memory = {name: peak_of_a_process(path) for name, path in (("tenth", tenth), ("all", big))}
    return {name: statistics.median(values) for name, values in times.items()}, memory


def report(counts, small_counts, times, memory):
    def line(*cells):
        print("| " + " | ".join(cells) + " |")

    line("what", "counts", "median s", "ratio", "goal")
    line("---", "---:", "---:", "---:", "---:")
    line("raw COPY into the ledger with its indexes", f"{counts:,}", f"{times['copy']:.2f}", "1", "")
    line("import with full validation", f"{counts:,}", f"{times['import']:.2f}",
         f"{times['copy'] / times['import']:.2f} x COPY", "0.25")  # fmt: skip
    line("… of it reading and checking", f"{counts:,}", f"{times['reading']:.2f}", "", "")
    line("import of a small file", f"{small_counts:,}", f"{times['small']:.2f}", "1", "")
    for name, label in (
        ("export", "django-import-export, as it comes"),
        ("export_bulk", "… in bulk, without diff"),
    ):
        line(label, f"{small_counts:,}", f"{times[name]:.2f}", f"{times[name] / times['small']:.0f} x slower",
             "20" if name == "export" else "")  # fmt: skip
    line("peak memory, a tenth", f"{counts // 10:,}", "", f"{memory['tenth']:.0f} MB", "")
    line("peak memory, all", f"{counts:,}", "", f"{memory['all']:.0f} MB", "flat")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--counts", type=int, default=1_000_000)
    parser.add_argument("--small-counts", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only-import", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.only_import:
        only_import(options.only_import)
        return
    if connection.vendor != "postgresql":
        sys.exit("This benchmark needs PostgreSQL: set DATABASE_URL=postgresql://…")
    name = settings.DATABASES["default"]["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        report(
            options.counts,
            options.small_counts,
            *measure(options.counts, options.rounds, options.small_counts),
        )
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)


if __name__ == "__main__":
    main()
