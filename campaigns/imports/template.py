"""The project's own template: one row per area and day, one column per cell of the tally sheet.

Every heading carries a stable key in square brackets, ``First dose · 18-44 [first_dose|18-44||]``; the words
before it are for people and may be translated. A blank cell says nothing and leaves what stands; 0 is a zero.
Columns whose heading begins with ``!`` are remarks, such as the reasons in a file of failed rows.
"""

import re
from datetime import date
from itertools import compress, repeat

from django.utils.translation import gettext as _

from campaigns.imports.findings import Kind
from campaigns.imports.numbers import Counts, Unreadable
from districts.table_files.days import read_day
from districts.table_files.errors import FileRefused

AREA, NAME, DATE = "area", "name", "date"
_KEY = re.compile(r"\[([^\[\]]+)\]\s*$")


def key_of(heading):
    """The key in a heading's brackets, or the heading itself: a file made by a program may use bare keys."""
    match = _KEY.search(heading)
    return (match[1] if match else heading).strip()


def recognises(header):
    return {AREA, DATE} <= {key_of(heading) for heading in header}


class TemplateReader:
    """Yields the counts as they stand in the file, checked column by column in chunks.

    Only a chunk with something wrong in it is looked at row by row: checking a million rows one by one costs
    more than loading them.
    """

    allow_negative = False

    def __init__(self, table, ground, _found=None):
        self._table, self._ground, self._findings = table, ground, ground.findings
        self._findings.set_header([heading for heading in table.header if not heading.startswith("!")])
        self._area, self._date, self._columns = self._places(table.header)
        self._marked = [heading.startswith("!") for heading in table.header]
        self._counts = Counts()
        self._days = {}  # text -> ordinal, or (kind, explanation)
        self._isos = {}
        first, last = ground.days.first.toordinal(), ground.days.last.toordinal()
        self._first_ordinal, self._span = first, last - first + 1
        self._seats = {pk: seat for seat, pk in enumerate(ground.units.codes)}
        # One bit per area and day, not a set of pairs: it does not grow with the rows.
        self._seen = bytearray(len(self._seats) * self._span // 8 + 1)

    def _places(self, header):
        """(index of the area, index of the date, [(index, cell id)]); every other heading must be known."""
        cells, columns, strangers = self._ground.cells, {}, []
        for place, heading in enumerate(header):
            if not heading or heading.startswith("!"):
                continue
            key = key_of(heading)
            if key in columns:
                raise FileRefused(_("Two columns are headed [%(key)s].") % {"key": key[:80]})
            if key not in (AREA, NAME, DATE) and key not in cells:
                strangers.append(f"{place + 1} (“{heading[:80]}”)")
            columns[key] = place
        if strangers:
            raise FileRefused(
                _(
                    "These columns are not on the tally sheet of this campaign: %(columns)s. Use the headings of the "
                    "template; begin the heading of a column of remarks with “!”."
                )
                % {"columns": ", ".join(strangers[:10])}
            )
        counted = [(place, cells[key]) for key, place in columns.items() if key in cells]
        if not counted:
            raise FileRefused(_("The file has no column of counts. Use the headings of the template."))
        return columns[AREA], columns[DATE], counted

    def counts(self):
        """(unit id, day, cell id, count that shall stand)"""
        width = len(self._table.header)
        for first, rows in self._table.chunks():
            # A spreadsheet cuts blank cells at the end of a row; csv gives an empty list for a blank line.
            if not all(len(row) == width for row in rows):
                rows = [row if len(row) == width else self._fitted(row, width) for row in rows]
            yield from self._counts_of(first, rows)

    @staticmethod
    def _fitted(row, width):
        if len(row) > width and any(cell.strip() for cell in row[width:]):
            return row  # named by _check_row
        return [*row[:width], *[""] * (width - len(row))]

    def _counts_of(self, first, rows):
        units, days, columns, sound = self._read(rows)
        if sound:
            sound = self._take_seats(units, days)
        if not sound:
            kept = [self._check_row(first + offset, row) for offset, row in enumerate(rows)]
            rows = list(compress(rows, kept))
            units, days, columns, _sound = self._read(rows)
        isos = [self._isos[day] for day in days]
        for (_place, cell), counts in zip(self._columns, columns, strict=True):
            if None in counts:
                yield from (
                    (unit, iso, cell, count)
                    for unit, iso, count in zip(units, isos, counts, strict=True)
                    if count is not None
                )
            else:
                yield from zip(units, isos, repeat(cell), counts)

    def _read(self, rows):
        """(unit ids, day ordinals, [counts of a column], whether all of them are sound)"""
        if not rows:
            return [], [], [[] for _column in self._columns], True
        width = len(self._table.header)
        if not all(len(row) == width for row in rows):
            return [], [], [], False
        across = list(zip(*rows, strict=True))
        ids, day_of, read = self._ground.units.ids, self._day, self._counts
        units = [ids.get(code) for code in across[self._area]]
        if None in units:
            units = [ids.get(code.strip()) for code in across[self._area]]
        days = [day_of(text) for text in across[self._date]]
        columns = [[read[text] for text in across[place]] for place, _cell in self._columns]
        sound = (
            None not in units
            and not any(type(day) is tuple for day in days)
            and not any(Unreadable in set(map(type, counts)) for counts in columns)
            and not (self._ground.units.terms and self._any_outside_term(units, days))
        )
        return units, days, columns, sound

    def _day(self, text):
        """The ordinal of a date, each spelling read once; or (kind, explanation) of what stands against it."""
        try:
            return self._days[text]
        except KeyError:
            day = read_day(text)
            if day is None:
                answer = (
                    Kind.BAD_DATE,
                    _("“%(text)s” is not a date. Write it as 2021-04-26 or 26/04/2021.")
                    % {"text": text[:40]},
                )
            else:
                answer = self._ground.days.problem(day) or day.toordinal()
                self._isos[day.toordinal()] = day.isoformat()
            if len(self._days) < 10_000:
                self._days[text] = answer
            return answer

    def _any_outside_term(self, units, days):
        terms = self._ground.units.terms
        return any(
            self._term_problem(unit, day) for unit, day in zip(units, days, strict=True) if unit in terms
        )

    def _term_problem(self, unit, ordinal):
        return self._ground.units.term_problem(unit, date.fromordinal(ordinal))

    # -- each area and day once --------------------------------------------------------------------------

    def _bit(self, unit, day):
        return self._seats[unit] * self._span + day - self._first_ordinal

    def _take_seats(self, units, days):
        """Mark the area-days of a sound chunk; False, with nothing marked, when one was taken before."""
        seen, taken = self._seen, []
        for unit, day in zip(units, days, strict=True):
            bit = self._bit(unit, day)
            if seen[bit >> 3] >> (bit & 7) & 1:
                for earlier in taken:
                    seen[earlier >> 3] &= ~(1 << (earlier & 7))
                return False
            seen[bit >> 3] |= 1 << (bit & 7)
            taken.append(bit)
        return True

    # -- row by row, where something is wrong --------------------------------------------------------------

    def _check_row(self, number, row):
        """Whether the row can be taken; everything that stands against it is named."""
        if not any(cell.strip() for cell in row):
            return False
        faults = list(self._faults(row))
        if not faults:
            unit, day = self._ground.units.ids[row[self._area].strip()], self._day(row[self._date])
            if self._take_seats([unit], [day]):
                return True
            faults = [
                (
                    self._area,
                    Kind.NAMED_TWICE,
                    _(
                        "%(area)s and %(day)s stand in an earlier row already. Keep one row for each area and day."
                    )
                    % {"area": row[self._area], "day": row[self._date]},
                )
            ]
        cells = [cell for cell, marked in zip(row, self._marked, strict=False) if not marked]
        # One line per row in the file of failed rows, or each fault would come back as a row of its own.
        place, kind, explanation = faults[0]
        self._findings.fail(
            kind,
            row=number,
            column=self._column(place),
            place=place,
            date=self._text(row, self._date),
            unit=self._text(row, self._area),
            value=self._text(row, place),
            explanation=" ".join([explanation, *(why for _place, _kind, why in faults[1:])]),
            cells=cells,
        )
        return False

    def _faults(self, row):
        """(index of the cell, kind, explanation) of everything that is wrong with a row."""
        width = len(self._table.header)
        if len(row) > width:
            yield (
                width,
                Kind.WRONG_LENGTH,
                _(
                    "The row has %(cells)d cells, the header %(width)d. A comma inside a name needs quotation marks."
                )
                % {"cells": len(row), "width": width},
            )
            return
        code = row[self._area].strip()
        unit = self._ground.units.ids.get(code)
        if unit is None:
            yield self._area, *self._ground.units.refusal(code)
        day = self._day(row[self._date])
        if isinstance(day, tuple):
            yield self._date, *day
        elif unit is not None and (problem := self._term_problem(unit, day)):
            yield self._date, *problem
        for place, _cell in self._columns:
            count = self._counts[row[place]]
            if isinstance(count, Unreadable):
                yield place, count.kind, f"{key_of(self._column(place))}: {count.explanation}"

    def _column(self, place):
        return self._table.header[place] if place < len(self._table.header) else str(place + 1)

    @staticmethod
    def _text(row, place):
        return row[place] if place < len(row) else ""
