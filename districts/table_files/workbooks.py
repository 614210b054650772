"""XLSX workbooks: bounded before they are opened, then read by calamine.

A workbook is a zip archive. A few kilobytes can unpack to gigabytes, and one cell at the far corner of a sheet
makes a reader allocate all cells before it. Both are measured here by unpacking in small pieces; nothing the
archive says about its own sizes is believed.
"""

import datetime
import re
import struct
import zipfile
import zlib

import python_calamine
from django.conf import settings
from django.utils.translation import gettext as _

from districts.table_files.errors import FileRefused

MOST_CELLS = 10_000_000  # rows x columns of the filled rectangle: about 400 MB while it is read
_PIECE = 1 << 20
_PLACE = re.compile(rb'<(?:c|row)\s[^<>]*?\br="([A-Z]{0,3})(\d{1,7})"')


def is_workbook(path):
    with path.open("rb") as file:
        if not file.read(4).startswith(b"PK\x03\x04"):
            return False
    try:
        with zipfile.ZipFile(path) as archive:
            return "[Content_Types].xml" in archive.namelist()
    except zipfile.BadZipFile:
        return False


def workbook_rows(path):
    """(iterator of rows of text, a function that tells how much was read). The first sheet is read."""
    refuse_bombs(path)
    try:
        workbook = python_calamine.load_workbook(str(path))
        sheet = workbook.get_sheet_by_index(0)
    except Exception as error:  # calamine has one exception for each way in which a workbook can be broken
        raise FileRefused(_("The workbook cannot be opened: %(error)s.") % {"error": error}) from None
    height = max(sheet.total_height, 1)
    read = [0]

    def rows():
        # Blank rows at the top are among them, so that row numbers match the screen.
        for row in sheet.iter_rows():
            read[0] += 1
            yield [as_text(value) for value in row]

    return rows(), lambda: read[0] / height


def as_text(value):
    """A cell as a CSV file would write it. A workbook keeps every number as a float: 49 comes as 49.0."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, datetime.datetime):
        return value.date().isoformat() if value.time() == datetime.time() else value.isoformat(" ")
    return str(value)


def refuse_bombs(path):
    """Raise FileRefused when the workbook unpacks to more than is allowed, in bytes or in cells."""
    allowed = settings.IMPORT_MAX_UNZIPPED_BYTES
    total = 0
    with zipfile.ZipFile(path) as archive, path.open("rb") as raw:
        for member in archive.infolist():
            corner = _Corner() if "worksheets/" in member.filename else None
            for piece in _unpacked(raw, member):
                total += len(piece)
                if total > allowed:
                    raise FileRefused(
                        _("The workbook unpacks to more than %(size)d MB. Split it, or send it as CSV.")
                        % {"size": allowed // 2**20}
                    )
                if corner:
                    corner.see(piece)


def _unpacked(raw, member):
    """The bytes of a member in small pieces, whatever its header claims."""
    raw.seek(member.header_offset)
    header = raw.read(30)
    if len(header) < 30 or header[:4] != b"PK\x03\x04":
        raise _broken()
    name_length, extra_length = struct.unpack("<HH", header[26:30])
    raw.seek(name_length + extra_length, 1)
    if member.compress_type == zipfile.ZIP_STORED:
        left = member.compress_size
        while left > 0 and (piece := raw.read(min(_PIECE, left))):
            left -= len(piece)
            yield piece
        return
    if member.compress_type != zipfile.ZIP_DEFLATED or member.flag_bits & 1:
        raise _broken()
    inflate = zlib.decompressobj(-zlib.MAX_WBITS)
    packed = raw.read(_PIECE)
    try:
        while packed and not inflate.eof:
            yield inflate.decompress(packed, _PIECE)
            packed = inflate.unconsumed_tail or raw.read(_PIECE)
    except zlib.error:
        raise _broken() from None


def _broken():
    return FileRefused(_("The workbook is damaged or encrypted. Save it again without a password."))


class _Corner:
    """Follows the highest row and column that a sheet names."""

    def __init__(self):
        self._rest, self._row, self._column = b"", 0, 0

    def see(self, piece):
        data = self._rest + piece
        self._rest = data[-200:]
        places = _PLACE.findall(data)
        if not places:
            return
        self._row = max(self._row, max(int(row) for _letters, row in places))
        letters = max((letters for letters, _row in places), key=lambda word: (len(word), word))
        column = 0
        for letter in letters:
            column = column * 26 + letter - 64
        self._column = max(self._column, column)
        if self._row * self._column > MOST_CELLS:
            raise FileRefused(
                _(
                    "The sheet reaches to row %(row)d and column %(column)d: too large for one workbook. "
                    "Delete empty rows and columns, split it, or send it as CSV."
                )
                % {"row": self._row, "column": self._column}
            )
