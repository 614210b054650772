"""One door for every file about areas."""

from pathlib import Path

from django.db import transaction

from districts import audit
from districts.area_files import tables
from districts.area_files.directory import DirectoryImport
from districts.area_files.populations import PopulationImport
from districts.area_files.report import FileReport


@transaction.atomic
def import_file(path, *, by=None, dry_run=False, valid_from=None, close_absent_on=None):
    """Take a directory or a table of populations. Good rows are kept, bad ones reported, all in one transaction.

    ``valid_from`` is the first day of the areas that the file adds; ``close_absent_on`` ends those that it no
    longer has. A dry run does everything and takes it back.
    """
    kind, rows = tables.read(path)
    report = FileReport(file=Path(path).name, kind=kind, rows=len(rows))
    if kind in tables.DIRECTORIES:
        work = DirectoryImport(report, valid_from=valid_from, close_absent_on=close_absent_on)
    else:
        work = PopulationImport(report)
    work.run(rows)
    if dry_run:
        transaction.set_rollback(True)
    elif report.wrote_something:
        audit.record(by=by, action="areas.imported", subject=report.file[:120], detail=report.summary())
    return report
