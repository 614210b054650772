"""Counts per area and cell to the end of a day, now or as known at an instant.

The newest figures are one row per area and cell; a past day adds at most 31 days to whole months. As of an
earlier instant, what was recorded since is taken off again. Sites keep no sums: theirs come from the ledger.
Each answer is one statement, so that a fold in between can never show half of itself.
"""

import datetime
import os
from dataclasses import dataclass, field

from django.db import connection

from districts.models import Level
from districts.models.areas import DEEPEST, SEGMENT


@dataclass(frozen=True, slots=True)
class Book:
    """A ledger and the sums that the fold keeps of it. ``marked`` says which of its entries ``e`` wait for the fold."""

    entries: str
    daily: str
    monthly: str
    to_date: str
    marked: str


SUBMITTED = Book(
    entries="campaigns_tallyentry",
    daily="reports_dailyprogress",
    monthly="reports_monthlyprogress",
    to_date="reports_progresstodate",
    marked=(
        "SELECT 1 FROM campaigns_foldmark m "
        "JOIN campaigns_submission s ON s.journal_id = m.journal_id WHERE s.id = e.submission_id"
    ),
)
VERIFIED = Book(
    entries="campaigns_verifiedentry",
    daily="reports_dailyverified",
    monthly="reports_monthlyverified",
    to_date="reports_verifiedtodate",
    marked=(
        "SELECT 1 FROM campaigns_reviewmark m "
        "JOIN campaigns_review r ON r.act_id = m.act_id WHERE r.id = e.review_id"
    ),
)


@dataclass(frozen=True, slots=True)
class Ask:
    """What is wanted of some cells in some areas: the count to the end of ``last``, and of each day from ``first``
    (None: of no day).

    ``areas`` are of one or several levels; ``cell_ids`` may hold total cells. ``book``: of all that is submitted,
    or of what is verified.
    """

    areas: list
    cell_ids: list
    first: datetime.date | None
    last: datetime.date
    book: Book = SUBMITTED


@dataclass(slots=True)
class Counted:
    """``days``: day → count, of the days asked for on which something was counted."""

    to_date: int = 0
    days: dict = field(default_factory=dict)


def counted(asks, *, as_of=None, newest_day=None):
    """[{(area id, cell id): Counted}], one for each Ask: all of one statement, and so of one instant.

    ``newest_day`` (the last day with a report) is a hint only: when it is not after the last day of an ask, the sum
    of all days is read instead of months.
    """
    parts = Parts()
    for number, ask in enumerate(asks):
        kept, sites = by_road(ask.areas)
        if kept and ask.cell_ids:
            where = f"area_id IN (SELECT id FROM {parts.areas(kept)}) AND cell_id IN ({ids(ask.cell_ids)})"
            from_the_end = newest_day is not None and newest_day <= ask.last
            (_add_from_the_end if from_the_end else _add_from_the_start)(parts, number, ask, where)
            if as_of is not None:
                _take_off_later(parts, number, ask, kept, as_of)
        if sites and ask.cell_ids:
            _add_sites(parts, number, ask, sites, as_of)
    found = [{} for _ask in asks]
    for number, area, cell, day, count, change in parts.rows(
        "SELECT ask, area_id, cell_id, day, CAST(SUM(count) AS BIGINT), CAST(SUM(count * sign) AS BIGINT)",
        [],
        "GROUP BY ask, area_id, cell_id, day",
    ):
        one = found[number].get((area, cell))
        if one is None:
            one = found[number][area, cell] = Counted()
        one.to_date += change
        if day is not None:
            one.days[as_date(day)] = count
    return found


def counts(*, areas, cell_ids, day, as_of=None, newest_day=None, book=SUBMITTED):
    """{(area id, cell id): (count of the day, count to date)}. See ``counted``."""
    [found] = counted([Ask(areas, cell_ids, day, day, book)], as_of=as_of, newest_day=newest_day)
    return {key: (one.days.get(day, 0), one.to_date) for key, one in found.items()}


class Parts:
    """One statement made of parts: what is kept, less what came later, and what sites tell."""

    def __init__(self):
        self._with, self._with_params, self._parts, self._params = [], [], [], []
        self._areas = {}  # the rows of ids → their name

    def add(self, part, params=()):
        self._parts.append(part)
        self._params += params

    def begin_with(self, name, statement, params):
        """A statement that several parts refer to by name."""
        self._with.append(f"{name} AS ({statement})")
        self._with_params += params

    def areas(self, areas):
        """The name of a table of the ids of some areas. PostgreSQL plans a long list in each part much longer, and
        starts other processes for it, which takes longer than the answer."""
        rows = ",".join(f"({int(area.pk)})" for area in areas)
        return self._areas.setdefault(rows, f"areas_{len(self._areas)}")

    def rows(self, select, params, end):
        if not self._parts:
            return []
        named = [*(f"{name} (id) AS (VALUES {rows})" for rows, name in self._areas.items()), *self._with]
        begin = f"WITH {', '.join(named)} " if named else ""
        with connection.cursor() as cursor:
            cursor.execute(
                f"{begin}{select} FROM ({' UNION ALL '.join(self._parts)}) x {end}",
                [*self._with_params, *params, *self._params],
            )
            return cursor.fetchall()


def by_road(areas):
    """Areas that keep sums, and sites, which do not."""
    return [one for one in areas if one.level < Level.SITE], [one for one in areas if one.level == Level.SITE]


def ids(values):
    return ",".join(str(int(value)) for value in values)


_NEVER = datetime.date.max

# Parts are rows of the number of the ask, area, cell, day (or NULL: of no day that was asked for), count, and sign:
# how the count enters the sum to date. A day that the sum to date has in it already is 0, one of a later day -1.


def _add_from_the_end(parts, number, ask, where):
    """All days, less those after the last: of the newest day there are none.

    They are looked for all the same: a fold may have brought one since the caller asked which day is the last.
    """
    last = ask.last.isoformat()
    from_here = ">" if ask.first is None else ">="
    parts.add(
        f"SELECT {number} AS ask, area_id, cell_id, {_no_day()} AS day, count, 1 AS sign "
        f"FROM {ask.book.to_date} WHERE {where}"
    )
    parts.add(
        f"SELECT {number}, area_id, cell_id, CASE WHEN day <= %s THEN day END, count, "
        f"CASE WHEN day > %s THEN -1 ELSE 0 END FROM {ask.book.daily} WHERE {where} AND day {from_here} %s",
        [last, last, (ask.first or ask.last).isoformat()],
    )


def _add_from_the_start(parts, number, ask, where):
    """The whole months before, and the days of this month."""
    month = ask.last.replace(day=1)
    parts.add(
        f"SELECT {number} AS ask, area_id, cell_id, {_no_day()} AS day, count, 1 AS sign "
        f"FROM {ask.book.monthly} WHERE {where} AND month < %s",
        [month.isoformat()],
    )
    parts.add(
        f"SELECT {number}, area_id, cell_id, CASE WHEN day >= %s THEN day END, count, "
        f"CASE WHEN day >= %s THEN 1 ELSE 0 END FROM {ask.book.daily} WHERE {where} AND day BETWEEN %s AND %s",
        [
            (ask.first or _NEVER).isoformat(),
            month.isoformat(),
            min(month, ask.first or month).isoformat(),
            ask.last.isoformat(),
        ],
    )


def _no_day():
    return "NULL::date" if connection.vendor == "postgresql" else "NULL"


def _take_off_later(parts, number, ask, areas, as_of):
    """Minus what was recorded after ``as_of`` and is folded already.

    Summed by unit first, then lifted to the areas: PostgreSQL cannot foresee how few areas a path has above it,
    and would go through the ledger unit by unit. Journals still marked are in no sum yet, so they are not taken
    off either.
    """
    first, last = bounds_of(areas)
    parts.begin_with(
        f"later_{number}",
        f"SELECT e.unit_id, e.cell_id, e.happened_on AS day, SUM(e.change) AS change FROM {ask.book.entries} e "
        f"WHERE e.recorded_at > %s AND e.happened_on <= %s "
        f"AND e.unit_id IN (SELECT id FROM districts_area WHERE path BETWEEN %s AND %s) "
        f"AND e.cell_id IN (SELECT part_id FROM ({parts_of_cells(ask.cell_ids)}) p) "
        f"AND NOT EXISTS ({ask.book.marked}) "
        f"GROUP BY e.unit_id, e.cell_id, e.happened_on",
        [instant(as_of), ask.last.isoformat(), first, last],
    )
    for joins in lifted(areas, "l.unit_id"):
        parts.add(
            f"SELECT {number}, t.id, p.shown_id, CASE WHEN l.day >= %s THEN l.day END, -l.change, 1 "
            f"FROM later_{number} l JOIN ({parts_of_cells(ask.cell_ids)}) p ON p.part_id = l.cell_id {joins}",
            [(ask.first or _NEVER).isoformat()],
        )


def lifted(areas, unit):
    """Joins, one for each level of the areas, of a row's unit with the asked area ``t`` that it lies in."""
    for length in sorted({len(area.path) for area in areas}):
        same = ids(area.pk for area in areas if len(area.path) == length)
        yield (
            f"JOIN districts_area u ON u.id = {unit} "
            f"JOIN districts_area t ON t.path = substr(u.path, 1, {length}) AND t.id IN ({same})"
        )


def bounds_of(areas):
    """The first and the last path that can lie in any of the areas: a block's page reads no nation's ledger."""
    shared = os.path.commonprefix([area.path for area in areas])  # noqa: RUF071  (no path of a file)
    return [shared, shared.ljust(SEGMENT * DEEPEST, "9")]


def _add_sites(parts, number, ask, sites, as_of):
    known = "AND e.recorded_at <= %s" if as_of is not None else ""
    parts.add(
        f"SELECT {number} AS ask, e.unit_id AS area_id, p.shown_id AS cell_id, "
        f"CASE WHEN e.happened_on >= %s THEN e.happened_on END AS day, e.change AS count, 1 AS sign "
        f"FROM {ask.book.entries} e JOIN ({parts_of_cells(ask.cell_ids)}) p ON p.part_id = e.cell_id "
        f"WHERE e.unit_id IN ({ids(site.pk for site in sites)}) AND e.happened_on <= %s {known}",
        [
            (ask.first or _NEVER).isoformat(),
            ask.last.isoformat(),
            *([instant(as_of)] if as_of is not None else []),
        ],
    )


def parts_of_cells(cell_ids):
    """Which cells of the ledger make up each asked one: itself, or all of its item where it is a total."""
    chosen = ids(cell_ids)
    return (
        f"SELECT id AS part_id, id AS shown_id FROM campaigns_sheetcell "
        f"WHERE id IN ({chosen}) AND total_id IS NOT NULL "
        f"UNION ALL SELECT id, total_id FROM campaigns_sheetcell WHERE total_id IN ({chosen})"
    )


def instant(moment):
    """An instant as the driver wants it: SQLite keeps text in UTC."""
    return connection.ops.adapt_datetimefield_value(moment)


def as_date(value):
    """A day as the driver gives it: SQLite hands back text."""
    return value if isinstance(value, datetime.date) else datetime.date.fromisoformat(value)
