"""A file of opening balances and supplies from its upload to the ledger: read, shown, confirmed, booked."""

import csv
import shutil

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from districts.spreadsheets import neutral
from districts.table_files.errors import FileRefused
from inventory.errors import StockRefused
from inventory.imports.reading import read_file
from inventory.models import StockFile, StockFileState
from inventory.selectors import scope
from inventory.services.supply_rows import book_rows, summary, weigh

LARGEST_FILE = 10 * 2**20
SHOWN = 200
TRIES = 3


def start(*, upload, area, by):
    """Take in an upload and read it. Returns the StockFile; raises FileRefused and keeps nothing."""
    if upload.size > LARGEST_FILE:
        raise FileRefused(
            _("The file is larger than %(size)d MB. Split it.") % {"size": LARGEST_FILE // 2**20}
        )
    row = StockFile(area=area, by=by, file_name=upload.name[:255])
    row.folder.mkdir(parents=True)
    try:
        with row.upload.open("wb") as file:
            for piece in upload.chunks():
                file.write(piece)
        header, good, failed = read_file(row.upload, may_keep=lambda one: scope.may_keep(by, one))
        row.report = _report(row, header, weigh(good), failed)
        row.save()
    except BaseException:
        # Nothing of an upload that is refused stays behind.
        shutil.rmtree(row.folder, ignore_errors=True)
        raise
    return row


def confirm(*, stock_file, by):
    """Book the good rows; the others stay as they are. Safe when sent twice."""
    for attempt in range(TRIES):
        try:
            return _confirm(stock_file, by)
        except IntegrityError:
            # The same rows came from another file at this moment: what it booked is found known now.
            if attempt == TRIES - 1:
                raise
    raise AssertionError("not reached")


@transaction.atomic
def _confirm(stock_file, by):
    row = StockFile.objects.select_for_update().get(pk=stock_file.pk)
    if row.state != StockFileState.READY:
        return row
    # Read anew: rights, batches and closings may have changed since it was shown.
    header, good, failed = read_file(row.upload, may_keep=lambda one: scope.may_keep(by, one))
    row.report = _report(row, header, book_rows(good, by=by, name=row.file_name), failed)
    row.state = StockFileState.LOADED
    row.save()
    return row


@transaction.atomic
def cancel(*, stock_file):
    row = StockFile.objects.select_for_update().get(pk=stock_file.pk)
    if row.state == StockFileState.LOADED:
        raise StockRefused(_("This file is booked. What is wrong in it is undone in the ledger, row by row."))
    row.state = StockFileState.CANCELLED
    row.save()
    return row


def _report(row, header, weighed, failed):
    """What is kept of a reading; the failed rows are written under their header, ready to be put right."""
    failed = sorted([*failed, *weighed.failed], key=lambda one: one.row)
    row.failures.unlink(missing_ok=True)
    if failed:
        write_failures(row.failures, header, failed)
    return {
        "new": len(weighed.new),
        "known": len(weighed.known),
        "failed": len(failed),
        "doses": sum(one.doses for one in weighed.new),
        "stores": len({one.store.pk for one in weighed.new}),
        "sums": summary(weighed),
        "failures": [[one.row, one.column, one.value, one.reason] for one in failed[:SHOWN]],
    }


def write_failures(path, header, failed):
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([neutral(cell) for cell in [*header, "!row", "!column", "!value", "!reason"]])
        for one in failed:
            cells = [*one.cells[: len(header)], *[""] * (len(header) - len(one.cells))]
            writer.writerow(
                [neutral(str(cell)) for cell in [*cells, one.row, one.column, one.value, one.reason]]
            )
