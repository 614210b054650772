"""CSV and XLSX files as rows of text, read in chunks so that the file never stands in memory as a whole.

Row numbers are those that a spreadsheet shows: the header is row 1, blank rows are counted.
"""

import csv
import io
from itertools import islice

from django.utils.translation import gettext as _

from districts.table_files.errors import FileRefused
from districts.table_files.workbooks import is_workbook, workbook_rows

CELLS_IN_A_CHUNK = 40_000
LONGEST_CELL = 10_000


class Table:
    """``header`` is the first row; ``chunks()`` yields (number of the first row, list of rows)."""

    def __init__(self, rows, header, fraction, close):
        self._rows, self.header, self._fraction, self._close = rows, header, fraction, close

    def chunks(self):
        # By cells, not by rows: some files have a thousand columns.
        number, size = 2, max(20, CELLS_IN_A_CHUNK // len(self.header))
        while rows := self._take(size):
            yield number, rows
            number += len(rows)

    def rows(self):
        """(row number, cells) one by one."""
        for first, rows in self.chunks():
            yield from enumerate(rows, first)

    def _take(self, size):
        try:
            return list(islice(self._rows, size))
        except csv.Error as error:
            raise FileRefused(
                _("The file is not a readable CSV file: %(error)s.") % {"error": error}
            ) from None
        except UnicodeError:
            raise _not_utf8() from None

    @property
    def fraction(self):
        """How much of the file has been read, from 0 to 1."""
        return self._fraction()

    def close(self):
        self._close()

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.close()


def open_table(path):
    """Open a CSV (UTF-8 or UTF-16; comma, semicolon or tab) or XLSX file. Raises FileRefused."""
    if is_workbook(path):
        rows, fraction = workbook_rows(path)
        return _with_header(rows, fraction, close=lambda: None)
    return _open_csv(path)


def _open_csv(path):
    size = path.stat().st_size
    raw = path.open("rb", buffering=0)
    try:
        start = raw.read(4)
        raw.seek(0)
        if start.startswith((b"\xd0\xcf\x11\xe0", b"%PDF", b"PK")):
            raise FileRefused(
                _("This is neither a CSV nor an XLSX file. Save the sheet as CSV (UTF-8) or XLSX.")
            )
        encoding = "utf-16" if start.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
        text = io.TextIOWrapper(io.BufferedReader(raw, 1 << 17), encoding=encoding, newline="")
        lines = _bounded(text)
        first = next(lines, "")
        delimiter = max(",;\t", key=first.count)
        csv.field_size_limit(LONGEST_CELL)
        rows = csv.reader(_chain(first, lines), delimiter=delimiter)
        return _with_header(rows, lambda: raw.tell() / size if size else 1.0, close=text.close)
    except UnicodeError:
        raw.close()
        raise _not_utf8() from None
    except BaseException:
        raw.close()
        raise


def _with_header(rows, fraction, close):
    table = Table(iter(rows), [], fraction, close)
    first = table._take(1)
    if not first or not any(cell.strip() for cell in first[0]):
        close()
        raise FileRefused(_("The file has no header row: its first row is empty."))
    table.header = [cell.strip() for cell in first[0]]
    return table


def _bounded(text, longest=4 << 20):
    """Lines, none longer than 4 MB: a file without line ends must not be read into memory in one piece."""
    while line := text.readline(longest):
        if len(line) >= longest:
            raise FileRefused(_("A line of the file is longer than %(size)d characters.") % {"size": longest})
        if "\0" in line:
            raise FileRefused(
                _("This is neither a CSV nor an XLSX file. Save the sheet as CSV (UTF-8) or XLSX.")
            )
        yield line


def _chain(first, lines):
    yield first
    yield from lines


def _not_utf8():
    return FileRefused(_("The file is not written in UTF-8. Save it as “CSV UTF-8”, or as XLSX."))
