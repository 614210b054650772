"""The state files: one row per state and date, running totals. For campaigns whose reporting units are states.

Three headers are known: the state file of CoWIN in two variants, and the ministry's press series. Rows of
India are totals: they are compared with the sum of the states and not loaded. Miscellaneous is counted under
``IN-OTHER``.
"""

from collections import Counter, defaultdict

from django.utils.translation import gettext as _

from campaigns.imports.fields import FIELDS, cells_of
from campaigns.imports.findings import Kind
from campaigns.imports.growth import Growth
from campaigns.imports.numbers import Counts, Unreadable
from campaigns.imports.places import NO_DISTRICT, Places, other_code
from campaigns.imports.survey import Key, Survey
from districts.models import Level
from districts.names import fold
from districts.table_files.days import read_day
from districts.table_files.errors import FileRefused

DATES = ("updated on", "vaccinated as of")
COLUMNS = {
    "first dose administered": "first",
    "second dose administered": "second",
    "sessions": "sessions",
    "sites": "sites",
    "male(individuals vaccinated)": "male",
    "female(individuals vaccinated)": "female",
    "transgender(individuals vaccinated)": "other_sex",
    "covaxin(doses administered)": "covaxin_all",
    "covishield(doses administered)": "covishield_all",
    "sputnik v(doses administered)": "sputnik_all",
}


def _name(text):
    return fold(text).replace(" (", "(")


def recognises(header):
    names = {_name(text) for text in header}
    return bool(names & set(DATES)) and names >= {
        "state",
        "first dose administered",
        "second dose administered",
    }


def _places(header):
    """(index of the date, index of the state, {field code: index})"""
    names = [_name(text) for text in header]
    fields = {COLUMNS[name]: place for place, name in enumerate(names) if name in COLUMNS}
    date = next(place for place, name in enumerate(names) if name in DATES)
    return date, names.index("state"), fields


def survey(table):
    found = Survey()
    date, state, _fields = _places(table.header)
    for _number, row in table.rows():
        if len(row) > max(date, state):
            found.rows[Key("", row[state].strip(), "", "")] += 1
            if day := read_day(row[date]):
                found.see_day(day)
    return found


def unit_place(places, name):
    """(place, code of the reporting unit) for the name of a row; the code is empty for a total."""
    if fold(name) in NO_DISTRICT and places.nation:
        return places.nation, other_code(places.nation.code)
    place = places.state("", name)
    if place is None:
        return None, ""
    return place, "" if place.level == Level.NATION else place.code


class StatesReader:
    """Yields the counts of days; memory holds the last running totals of each state."""

    allow_negative = True

    def __init__(self, table, ground, found):
        if found.first_day is None:
            raise FileRefused(_("The file has no row with a readable date."))
        self._table, self._ground, self._findings = table, ground, ground.findings
        self._findings.set_header(table.header)
        self._date, self._state, self._columns = _places(table.header)
        places = Places()
        self._places = {key.state: unit_place(places, key.state) for key in found.rows}
        if not any(code in ground.units.ids for _place, code in self._places.values()):
            raise FileRefused(
                _(
                    "This file has counts of states, and no state is a reporting unit of this campaign that you may "
                    "post for. Import the district file, or choose a campaign that reports by state."
                )
            )
        self._cells = cells_of([code for code in FIELDS if code in self._columns], ground)
        self._counts = Counts()
        self._before = {}  # (unit, field) -> (ordinal, running total)
        self._sums, self._totals = defaultdict(Counter), {}
        self.first_day, self.last_day = found.first_day, found.last_day
        adding = [cell for code, cell in self._cells.items() if FIELDS[code].accumulates]
        self._growth = Growth(ground.campaign, adding, self.first_day, self.last_day)

    def counts(self):
        """(unit id, day, cell id, count that shall stand)"""
        widest = max(self._date, self._state, *self._columns.values())
        for number, row in self._table.rows():
            if not any(row):
                continue
            if len(row) <= widest:
                row = [*row, *[""] * (widest + 1 - len(row))]
            yield from self._counts_of(number, row)
        self._compare_totals()

    def _counts_of(self, number, row):
        name = row[self._state].strip()
        place, code = self._places[name]
        day = read_day(row[self._date])
        if place is not None and not code:
            self._note_total(number, row, day, place)
            return
        unit = self._ground.units.ids.get(code)
        if problem := self._problem(place, code, unit, name, day, row[self._date]):
            column, kind, why = problem
            self._findings.fail(
                kind,
                row=number,
                column=self._table.header[column],
                place=column,
                date=day or "",
                unit=code,
                value=row[column],
                explanation=why,
                cells=row,
            )
            return
        iso, ordinal = day.isoformat(), day.toordinal()
        for field, cell in self._cells.items():
            figure = self._figure(number, row, field, unit, code, iso, ordinal)
            if figure is not None:
                yield unit, iso, cell, figure

    def _problem(self, place, code, unit, name, day, text):
        """(column, kind, explanation) of what stands against the row as a whole, or None."""
        if place is None:
            return self._state, Kind.UNKNOWN_UNIT, _("There is no state “%(state)s”.") % {"state": name[:40]}
        if unit is None:
            return self._state, *self._ground.units.refusal(code)
        if day is None:
            return (
                self._date,
                Kind.BAD_DATE,
                _("“%(text)s” is not a date. Write it as 2021-04-26 or 26/04/2021.") % {"text": text[:40]},
            )
        problem = self._ground.days.problem(day) or self._ground.units.term_problem(unit, day)
        return (self._date, *problem) if problem else None

    def _figure(self, number, row, field, unit, code, iso, ordinal):
        """The count of the day from one cell, or None; faults are named."""
        text, column = row[self._columns[field]], self._table.header[self._columns[field]]
        total = self._counts[text]
        where = {
            "row": number,
            "column": column,
            "place": self._columns[field],
            "date": iso,
            "unit": code,
            "value": text,
        }
        if isinstance(total, Unreadable):
            self._findings.fail(total.kind, explanation=total.explanation, cells=row, **where)
            return None
        if total is None:
            self._findings.note(Kind.BLANK, explanation=_("The cell is blank."), **where)
            return None
        if not FIELDS[field].accumulates:
            return total
        last, before = self._before.get((unit, field), (0, None))
        if ordinal <= last:
            self._findings.fail(
                Kind.OUT_OF_ORDER,
                cells=row,
                **where,
                explanation=_(
                    "%(key)s has a row for %(day)s already, or for a later day. Sort the file by date."
                )
                % {"key": code, "day": iso},
            )
            return None
        self._sums[iso, field][unit] = total
        if before is not None and total < before:
            self._findings.note(
                Kind.FALL,
                explanation=_("%(total)d after %(before)d.") % {"total": total, "before": before},
                **where,
            )
        self._before[unit, field] = (ordinal, total)
        return self._growth.count(unit, self._cells[field], ordinal, total)

    # -- rows of India -----------------------------------------------------------------------------------

    def _note_total(self, number, row, day, place):
        self._findings.note(
            Kind.TOTAL_ROW,
            row=number,
            unit=place.code,
            date=day or "",
            value=row[self._state],
            explanation=_("The row is the total of others and is not loaded."),
        )
        for field in ("first", "second"):
            total = self._counts[row[self._columns[field]]]
            if day and isinstance(total, int):
                self._totals[day.isoformat(), field] = (number, total)

    def _compare_totals(self):
        for (iso, field), (number, total) in sorted(self._totals.items()):
            parts = sum(self._sums[iso, field].values())
            if parts != total:
                self._findings.note(
                    Kind.TOTAL_DIFFERS,
                    row=number,
                    column=FIELDS[field].label,
                    place=self._columns[field],
                    date=iso,
                    value=total,
                    explanation=_(
                        "The total is %(total)d, the rows of the day make %(parts)d: a difference of "
                        "%(difference)d."
                    )
                    % {"total": total, "parts": parts, "difference": total - parts},
                )
