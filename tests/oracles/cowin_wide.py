"""The wide CoWIN district file once more: slow, obvious, and sharing nothing with the importer.

It reads the columns as they stand, so the six rows shifted on 14 April 2021 are wrong here on that day (and only
there); the tests name them.
"""

import csv
import datetime

FIRST_DATE_COLUMN = 6
COLUMNS_PER_DATE = 10
MEASURES = [
    "individuals",
    "sessions",
    "sites",
    "first",
    "second",
    "male",
    "female",
    "other",
    "covaxin",
    "covishield",
]


def rows(path):
    """[(row number, state code, district key, {(day, measure): number or None})]"""
    with open(path, encoding="utf-8", newline="") as file:  # noqa: PTH123  (the obvious way)
        table = list(csv.reader(file))
    dates = []
    column = FIRST_DATE_COLUMN
    while table[0][column : column + COLUMNS_PER_DATE] == [table[0][column]] * COLUMNS_PER_DATE:
        day, month, year = table[0][column].split("/")
        dates.append((datetime.date(int(year), int(month), int(day)), column))
        column += COLUMNS_PER_DATE
    found = []
    for number, row in enumerate(table[2:], start=3):
        cells = {}
        for day, column in dates:
            for offset, measure in enumerate(MEASURES):
                text = row[column + offset]
                cells[day, measure] = int(float(text)) if text.strip() else None
        found.append((number, row[1], row[3], cells))
    return found, [day for day, _column in dates]


def to_date(cells, days, day, measure):
    """The running total of a row on a day: the last one that is written down."""
    for earlier in reversed([one for one in days if one <= day]):
        if cells[earlier, measure] is not None:
            return cells[earlier, measure]
    return 0


def falls(cells, days, measure):
    """How often the running total of a row is smaller than the one written down before it."""
    count, before = 0, None
    for day in days:
        now = cells[day, measure]
        if now is None:
            continue
        if before is not None and now < before:
            count += 1
        before = now
    return count
