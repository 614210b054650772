"""What an import has to say about a file: rows it could not take, and oddities that it took with a remark."""

import csv
from collections import Counter
from contextlib import suppress
from typing import NamedTuple

from django.db import models
from django.utils.translation import gettext_lazy as _

from districts.spreadsheets import neutral

SAMPLE = 200
NOTED_IN_BULK = 1_000  # of one kind in one column; beyond that they are counted and not listed


class Kind(models.TextChoices):
    """Every kind of finding. docs/data-formats.md explains each; a test holds the two lists together."""

    # Rows and cells that are not loaded.
    UNKNOWN_UNIT = "unknown_unit", _("Unknown area")
    NOT_A_UNIT = "not_a_unit", _("Area that does not report in this campaign")
    OUTSIDE_AREA = "outside_area", _("Area outside your posting")
    BAD_DATE = "bad_date", _("Unreadable date")
    OUTSIDE_CAMPAIGN = "outside_campaign", _("Day outside the campaign")
    IN_THE_FUTURE = "in_the_future", _("Day that has not come yet")
    WINDOW_CLOSED = "window_closed", _("Day that may no longer be posted for")
    UNIT_NOT_THERE = "unit_not_there", _("Day on which the area did not exist")
    NOT_A_COUNT = "not_a_count", _("Not a whole number")
    NEGATIVE = "negative", _("Negative count")
    TOO_LARGE = "too_large", _("Count that is too large")
    NAMED_TWICE = "named_twice", _("Same area and day twice")
    WRONG_LENGTH = "wrong_length", _("Row with too many cells")
    OUT_OF_ORDER = "out_of_order", _("Running total out of date order")
    # Faults of the source that are taken, each in its documented way.
    FALL = "fall", _("Running total that falls")
    SHIFTED = "shifted", _("Columns shifted one to the left")
    OVERWRITTEN = "overwritten", _("Cell overwritten by the shift")
    STRAY = "stray", _("Cell that belongs to no column")
    NOT_ADDING_UP = "not_adding_up", _("Columns that do not add up")
    MEANING_CHANGED = "meaning_changed", _("Column that changes its meaning")
    BLANK = "blank", _("Blank cell, carried forward")
    DECIMAL = "decimal", _("Whole number written with decimals")
    TWO_ROWS = "two_rows", _("District in two rows, added together")
    CUT_OFF = "cut_off", _("Date with columns missing, left out")
    TRAILING_COLUMNS = "trailing_columns", _("Blank columns at the end")
    OPENING_BALANCE = "opening_balance", _("Total from before the first day")
    NOT_ASSIGNED = "not_assigned", _("Not assigned to a district")
    WHOLE_STATE = "whole_state", _("One row for a whole state")
    NOT_ASSIGNED_CLEARED = "not_assigned_cleared", _("Unassigned counts taken out")
    TOTAL_ROW = "total_row", _("Row that is a total, not loaded")
    TOTAL_DIFFERS = "total_differs", _("Total that differs from its parts")
    NO_CELL = "no_cell", _("Column that the sheet does not ask for")


FAILURES = frozenset(
    [
        Kind.UNKNOWN_UNIT,
        Kind.NOT_A_UNIT,
        Kind.OUTSIDE_AREA,
        Kind.BAD_DATE,
        Kind.OUTSIDE_CAMPAIGN,
        Kind.IN_THE_FUTURE,
        Kind.WINDOW_CLOSED,
        Kind.UNIT_NOT_THERE,
        Kind.NOT_A_COUNT,
        Kind.NEGATIVE,
        Kind.TOO_LARGE,
        Kind.NAMED_TWICE,
        Kind.WRONG_LENGTH,
        Kind.OUT_OF_ORDER,
    ]
)

COLUMNS = ["kind", "row", "column", "date", "unit", "value", "explanation", "cells", "cell"]


class Finding(NamedTuple):
    """``row`` is numbered from 1 as a spreadsheet shows it; 0 is the file as a whole. ``column`` is its heading.

    ``cells`` is how many cells it speaks of, ``cell`` the address of the first of them: ``AHC495``.
    """

    kind: str
    row: int
    column: str
    date: str
    unit: str
    value: str
    explanation: str
    cells: int = 1
    cell: str = ""

    @property
    def label(self):
        return Kind(self.kind).label


class Findings:
    """Counts every finding, keeps the first few, and writes all of them to files where a folder is given.

    The memory it takes does not grow with the file.
    """

    def __init__(self, folder=None):
        self.kinds = Counter()  # kind -> cells
        self.columns = Counter()  # (kind, column) -> cells
        self.failed_rows = 0
        self.sample = []
        self.failures = []
        self._listed = Counter()
        self._folder = folder
        self._files = {}
        self._header = []

    def set_header(self, header):
        """The header of the file: failed rows are written under it, ready to be corrected and sent again."""
        self._header = list(header)

    def note(
        self,
        kind,
        *,
        row=0,
        column="",
        columns=(),
        place=None,
        date="",
        unit="",
        value="",
        explanation="",
        cells=1,
    ):
        """Note something odd that is loaded (or left out) all the same. ``place`` is the index of the cell.

        ``columns``: the headings of all cells where the finding speaks of several.
        """
        self.kinds[kind] += cells
        if columns:
            self.columns.update((kind, one) for one in columns)
        else:
            self.columns[kind, column] += cells
        self._listed[kind, column] += 1
        cell = address(row, place)
        finding = Finding(str(kind), row, column, str(date), unit, str(value), str(explanation), cells, cell)
        if len(self.sample) < SAMPLE:
            self.sample.append(finding)
        if self._listed[kind, column] <= NOTED_IN_BULK:
            self._write("anomalies", COLUMNS, finding)

    def fail(self, kind, *, row, column="", place=None, date="", unit="", value="", explanation="", cells=()):
        """Note a row, or a cell of a wide row, that is not loaded; ``cells`` are those of the row as they came."""
        self.kinds[kind] += 1
        self.columns[kind, column] += 1
        self.failed_rows += 1
        cell = address(row, place)
        finding = Finding(str(kind), row, column, str(date), unit, str(value), str(explanation), 1, cell)
        if len(self.failures) < SAMPLE:
            self.failures.append(finding)
        self._write(
            "failures",
            [*self._header, "!row", "!column", "!cell", "!value", "!reason"],
            [*fitted(cells, len(self._header)), row, column, cell, value, str(explanation)],
        )

    def remarks(self):
        """[(kind, cells, [(column, cells), …])] in the order of Kind, failures included."""
        return [
            (
                kind,
                self.kinds[kind],
                sorted(
                    (
                        (column, cells)
                        for (of, column), cells in self.columns.items()
                        if of == kind and column
                    ),
                    key=lambda pair: (-pair[1], pair[0]),
                ),
            )
            for kind in Kind
            if self.kinds[kind]
        ]

    def _write(self, name, header, row):
        if self._folder is None:
            return
        if name not in self._files:
            file = (self._folder / f"{name}.csv").open("w", encoding="utf-8-sig", newline="")
            self._files[name] = (file, csv.writer(file))
            self._files[name][1].writerow([neutral(str(cell)) for cell in header])
        self._files[name][1].writerow([neutral(str(cell)) for cell in row])

    def close(self):
        for file, _writer in self._files.values():
            file.close()
        self._files = {}

    def __enter__(self):
        if self._folder is not None:
            self._folder.mkdir(parents=True, exist_ok=True)
            for name in ("anomalies", "failures"):
                with suppress(FileNotFoundError):
                    (self._folder / f"{name}.csv").unlink()
        return self

    def __exit__(self, *error):
        self.close()


def fitted(cells, width):
    """The cells of a row, cut or filled to the width of its header."""
    return [*cells[:width], *[""] * (width - len(cells))]


def address(row, place):
    """Where a spreadsheet shows a cell: row 495 and index 886 are ``AHC495``. Empty without both."""
    if not row or place is None:
        return ""
    letters, number = "", place + 1
    while number:
        number, letter = divmod(number - 1, 26)
        letters = chr(65 + letter) + letters
    return f"{letters}{row}"
