"""The long district file: one row per district and date, running totals of first and second doses."""

import datetime

from django.utils.translation import gettext as _

from campaigns.imports.fields import FIELDS, cells_of
from campaigns.imports.findings import Kind
from campaigns.imports.growth import Growth
from campaigns.imports.numbers import Counts, Unreadable
from campaigns.imports.survey import NO_UNIT, TOTAL, UNIT, Key, Survey, answers, leave_out
from campaigns.imports.unassigned import Unassigned
from districts.names import fold
from districts.table_files.days import read_day
from districts.table_files.errors import FileRefused

NAMING = ["date", "state_code", "state", "district_key", "district"]
COLUMNS = {"first": "dose1_cum", "second": "dose2_cum"}


def recognises(header):
    return {fold(text) for text in header} >= {*NAMING, *COLUMNS.values()}


def _places(header):
    folded = [fold(text) for text in header]
    return [folded.index(name) for name in [*NAMING, *COLUMNS.values()]]


def survey(table):
    """Which districts in how many rows, and from which day to which."""
    found = Survey()
    date, *naming = _places(table.header)[: len(NAMING)]
    days = {}
    for _first, rows in table.chunks():
        for row in rows:
            if len(row) <= max(naming):
                continue
            found.rows[Key(*[row[place].strip() for place in naming])] += 1
            if row[date] not in days:
                days[row[date]] = read_day(row[date])
                if days[row[date]]:
                    found.see_day(days[row[date]])
    return found


class LongReader:
    """Yields the counts of days; memory holds the last running totals of each district."""

    allow_negative = True

    def __init__(self, table, ground, found):
        if found.first_day is None:
            raise FileRefused(_("The file has no row with a readable date."))
        self._table, self._ground, self._findings = table, ground, ground.findings
        self._findings.set_header(table.header)
        self._answers = answers(found, ground)
        self._cells = cells_of(COLUMNS, ground)
        self._counts = Counts()
        self.first_day, self.last_day = found.first_day, found.last_day
        self._growth = Growth(ground.campaign, self._cells.values(), self.first_day, self.last_day)
        self._unassigned = Unassigned(ground, self._growth, self._answers, self._cells.values())
        self._place = dict(zip([*NAMING, *COLUMNS.values()], _places(table.header), strict=True))
        self._days = {}  # text -> (date, ISO text, ordinal, problem)
        self._last_days = {}  # district key -> ordinal
        self._before = {}  # (district key, field) -> (ordinal, running total)
        self._noted = set()

    def counts(self):
        """(unit id, day, cell id, count that shall stand)"""
        places = list(self._place.values())
        widest = max(places)
        for first, rows in self._table.chunks():
            for number, row in enumerate(rows, first):
                if not any(row):
                    continue
                if len(row) <= widest:
                    row = [*row, *[""] * (widest + 1 - len(row))]
                yield from self._counts_of(number, row, [row[place] for place in places])
        yield from self._unassigned.counts(self.first_day, self.last_day)

    def _counts_of(self, number, row, texts):
        date, state_code, state, district_key, district, *figures = texts
        key = Key(state_code.strip(), state.strip(), district_key.strip(), district.strip())
        answer = self._answers[key]
        if answer.role in (NO_UNIT, TOTAL):
            leave_out(
                self._findings,
                key,
                answer,
                row=number,
                column="district_key",
                place=self._place["district_key"],
                cells=row,
            )
            return
        day, iso, ordinal, problem = self._day(date)
        if problem is None and answer.unit in self._ground.units.terms:
            problem = self._ground.units.term_problem(answer.unit, day)
        if problem is None:
            problem = self._order_problem(key, ordinal, iso)
        if problem:
            self._findings.fail(
                problem[0],
                row=number,
                column="date",
                place=self._place["date"],
                date=iso,
                unit=key.district_key,
                value=date,
                explanation=problem[1],
                cells=row,
            )
            return
        if answer.role != UNIT:
            self._note_unassigned(number, key, answer)
        for (code, cell), text in zip(self._cells.items(), figures, strict=True):
            total = self._total(number, row, key, code, text, iso, ordinal)
            if total is None:
                continue
            if answer.role == UNIT:
                yield answer.unit, iso, cell, self._growth.count(answer.unit, cell, ordinal, total)
            else:
                self._unassigned.add(key, answer.unit, cell, day, total)

    def _day(self, text):
        """(date, ISO text, ordinal, problem) of a date, each spelling read once."""
        if text not in self._days:
            day = read_day(text)
            if day is None:
                problem = (
                    Kind.BAD_DATE,
                    _("“%(text)s” is not a date. Write it as 2021-04-26 or 26/04/2021.")
                    % {"text": text[:40]},
                )
                self._days[text] = (None, "", 0, problem)
            else:
                self._days[text] = (day, day.isoformat(), day.toordinal(), self._ground.days.problem(day))
        return self._days[text]

    def _total(self, number, row, key, code, text, iso, ordinal):
        """The running total of a cell, or None where it says nothing; faults are named."""
        total = self._counts[text]
        if isinstance(total, Unreadable):
            where = self._where(number, code, iso, key)
            self._findings.fail(total.kind, value=text, explanation=total.explanation, cells=row, **where)
            return None
        if total is None:
            self._note_blank(number, key, code, iso)
            return None
        last, before = self._before.get((key, code), (0, None))
        self._before[key, code] = (ordinal, total)
        if before is None:
            self._note_opening(number, key, code, iso, ordinal, total)
        elif total < before:
            self._findings.note(
                Kind.FALL,
                value=total,
                explanation=_("%(total)d after %(before)d on %(day)s: the day counts −%(fall)d.")
                % {
                    "total": total,
                    "before": before,
                    "day": datetime.date.fromordinal(last).isoformat(),
                    "fall": before - total,
                },
                **self._where(number, code, iso, key),
            )
        if "." in text:
            self._findings.note(
                Kind.DECIMAL,
                value=text,
                explanation=_("A whole number is written with decimals."),
                **self._where(number, code, iso, key),
            )
        return total

    def _where(self, number, code, iso, key):
        column = COLUMNS[code]
        return {
            "row": number,
            "column": column,
            "place": self._place[column],
            "date": iso,
            "unit": key.district_key,
        }

    def _order_problem(self, key, ordinal, iso):
        """Running totals mean nothing out of order: (kind, explanation) of a day that came before, or None."""
        if ordinal > self._last_days.get(key, 0):
            self._last_days[key] = ordinal
            return None
        return Kind.OUT_OF_ORDER, _(
            "%(key)s has a row for %(day)s already, or for a later day. Sort the file by date."
        ) % {"key": key.district_key, "day": iso}

    def _note_opening(self, number, key, code, iso, ordinal, total):
        """A running total that begins after the campaign did holds days that the file does not show."""
        begins_late = ordinal == self.first_day.toordinal() and self.first_day > self._ground.days.first
        if begins_late and total:
            self._findings.note(
                Kind.OPENING_BALANCE,
                value=total,
                explanation=_(
                    "The running total begins before this day: what does not stand for the days before falls on it."
                ),
                **self._where(number, code, iso, key),
            )

    def _note_blank(self, number, key, code, iso):
        self._findings.note(
            Kind.BLANK,
            explanation=_("The cell is blank: %(field)s stays where it was.") % {"field": FIELDS[code].label},
            **self._where(number, code, iso, key),
        )

    def _note_unassigned(self, number, key, answer):
        if key in self._noted:
            return
        self._noted.add(key)
        self._findings.note(
            Kind.WHOLE_STATE if answer.role == "whole_state" else Kind.NOT_ASSIGNED,
            row=number,
            unit=self._ground.units.codes[answer.unit],
            value=key.district_key,
            explanation=_("Counted under “not assigned to a district” of %(state)s.") % {"state": key.state},
        )
