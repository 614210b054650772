"""The wide CoWIN district file: one row per district, ten columns per date, running totals."""

from collections import Counter

from django.utils.translation import gettext as _

from campaigns.imports.fields import FIELDS, cells_of
from campaigns.imports.findings import Findings, Kind
from campaigns.imports.growth import Growth
from campaigns.imports.survey import NO_UNIT, TOTAL, UNIT, Key, Survey, answers, leave_out
from campaigns.imports.unassigned import Unassigned
from campaigns.imports.wide_layout import NAMING, blocks_of, note_changed_meanings
from campaigns.imports.wide_rows import RowReader
from districts.names import fold

FIRST_DATA_ROW = 3


def recognises(header):
    return [fold(text) for text in header[: len(NAMING)]] == NAMING


def key_of(row):
    return Key(row[1].strip(), row[2].strip(), row[3].strip(), row[5].strip())


def survey(table):
    """Which districts in how many rows, which columns hold anything at all, and so for which days."""
    found, waiting, names = Survey(), set(range(len(NAMING), len(table.header))), []
    for number, row in table.rows():
        if number < FIRST_DATA_ROW:
            names = row
            continue
        if not any(row[: len(NAMING)]):
            continue
        found.rows[key_of([*row, *[""] * len(NAMING)])] += 1
        filled = {column for column in waiting if column < len(row) and row[column].strip()}
        found.filled_columns |= filled
        waiting -= filled
    for block in blocks_of(table.header, names, Findings(), found.filled_columns):
        found.see_day(block.day)
    return found


class WideReader:
    """Yields the counts of days; memory holds one district at a time."""

    allow_negative = True

    def __init__(self, table, ground, found):
        self._ground, self._findings, self._table = ground, ground.findings, table
        self._rows = table.rows()
        _number, names = next(self._rows, (2, []))
        self._blocks = blocks_of(table.header, names, self._findings, found.filled_columns)
        note_changed_meanings(self._blocks, names, self._findings)
        self._findings.set_header(table.header[: len(NAMING)])
        self._answers = answers(found, ground)
        self._left = Counter(found.rows)
        self._found = found
        self._fields = [code for code in FIELDS if code in self._codes()]
        self._cells = cells_of(self._fields, ground)
        self._row_reader = RowReader(table.header, names, self._blocks, self._fields, self._findings)
        self._open = self._open_blocks()
        adding = [cell for code, cell in self._cells.items() if FIELDS[code].accumulates]
        self.first_day, self.last_day = self._blocks[0].day, self._blocks[-1].day
        self._growth = Growth(ground.campaign, adding, self.first_day, self.last_day)
        self._unassigned = Unassigned(ground, self._growth, self._answers, self._cells.values())

    def _codes(self):
        codes = {"first", "second"}
        for block in self._blocks:
            if block.is_full:
                codes |= {"sessions", "sites", "male", "female", "other_sex"}
                codes |= (
                    {"covaxin_all", "covishield_all"}
                    if block.all_doses
                    else {"covaxin_first", "covishield_first"}
                )
                codes |= {"registered"} & block.columns.keys()
        return codes

    def _open_blocks(self):
        """The dates that may be posted for; the others are named once, not once per district."""
        open_blocks = []
        for index, block in enumerate(self._blocks):
            if problem := self._ground.days.problem(block.day):
                self._findings.fail(
                    problem[0],
                    row=1,
                    place=block.first_column,
                    date=block.iso,
                    value=block.iso,
                    explanation=problem[1],
                )
            else:
                open_blocks.append((index, block))
        if open_blocks and open_blocks[0][1].day > self._ground.days.first:
            self._findings.note(
                Kind.OPENING_BALANCE,
                row=1,
                place=open_blocks[0][1].first_column,
                date=open_blocks[0][1].iso,
                explanation=_(
                    "The running totals begin before this day: where nothing stands for the days before, "
                    "their counts fall on it."
                ),
            )
        return open_blocks

    # -- rows ------------------------------------------------------------------------------------------

    def counts(self):
        """(unit id, day, cell id, count that shall stand)"""
        waiting = {}
        for number, row in self._rows:
            if not any(row[: len(NAMING)]):
                continue
            row = [*row, *[""] * (len(self._table.header) - len(row))]
            key = key_of(row)
            self._left[key] -= 1
            answer = self._answers[key]
            if answer.role in (NO_UNIT, TOTAL):
                leave_out(
                    self._findings,
                    key,
                    answer,
                    row=number,
                    column="District_Key",
                    place=3,
                    cells=row[: len(NAMING)],
                )
                continue
            totals = self._row_reader.totals(number, row, key)
            if self._found.rows[key] > 1:
                self._note_two_rows(number, key, totals)
                totals = _added(waiting.pop(key), totals) if key in waiting else totals
                if self._left[key]:
                    waiting[key] = totals
                    continue
            yield from self._posted(answer, key, totals)
        yield from self._unassigned.counts(self.first_day, self.last_day)

    def _note_two_rows(self, number, key, totals):
        self._findings.note(
            Kind.TWO_ROWS,
            row=number,
            column="District_Key",
            place=3,
            unit=key.district_key,
            value=key.district_key,
            explanation=_("%(key)s stands in %(rows)d rows, whose figures are added together.")
            % {"key": key.district_key, "rows": self._found.rows[key]},
        )

    def _posted(self, answer, key, totals):
        """The running totals of a unit as counts of its days."""
        if answer.role != UNIT:
            yield from self._posted_unassigned(answer, key, totals)
            return
        unit, count = answer.unit, self._growth.count
        if unit in self._ground.units.terms:
            totals = self._within_term(unit, key, totals)
        for code, cell in self._cells.items():
            series = totals[code]
            if FIELDS[code].accumulates:
                for index, block in self._open:
                    if (total := series[index]) is not None:
                        yield unit, block.iso, cell, count(unit, cell, block.ordinal, total)
            else:
                for index, block in self._open:
                    if (figure := series[index]) is not None:
                        yield unit, block.iso, cell, figure

    def _posted_unassigned(self, answer, key, totals):
        self._findings.note(
            Kind.WHOLE_STATE if answer.role == "whole_state" else Kind.NOT_ASSIGNED,
            unit=self._ground.units.codes[answer.unit],
            value=key.district_key,
            explanation=_("Counted under “not assigned to a district” of %(state)s.") % {"state": key.state},
        )
        for code, cell in self._cells.items():
            for index, block in self._open:
                if (total := totals[code][index]) is None:
                    continue
                if FIELDS[code].accumulates:
                    self._unassigned.add(key, answer.unit, cell, block.day, total)
                else:
                    self._unassigned.add_daily(answer.unit, cell, block.day, total)
        yield from ()

    def _within_term(self, unit, key, totals):
        """Days on which the area did not exist are named and left out; their counts fall on its first day."""
        problems = [(block, self._ground.units.term_problem(unit, block.day)) for block in self._blocks]
        for block, problem in problems:
            if problem:
                self._findings.fail(
                    problem[0],
                    row=0,
                    place=block.first_column,
                    date=block.iso,
                    unit=key.district_key,
                    value=block.iso,
                    explanation=problem[1],
                )
        keep = [problem is None for _block, problem in problems]
        return {
            code: [total if kept else None for total, kept in zip(series, keep, strict=True)]
            for code, series in totals.items()
        }


def _added(one, other):
    """The sum of two rows of the same district: running totals carried forward, figures of a day as they are."""
    added = {}
    for code, series in one.items():
        carry = FIELDS[code].accumulates
        sums, left, right = [], None, None
        for a, b in zip(series, other[code], strict=True):
            left, right = (
                (a if a is not None or not carry else left),
                (b if b is not None or not carry else right),
            )
            blank = a is None and b is None
            sums.append(None if blank else (left or 0) + (right or 0))
        added[code] = sums
    return added
