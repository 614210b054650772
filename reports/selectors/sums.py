"""Counts per area and cell to the end of a day, now or as known at an instant.

The newest figures are one row per area and cell; a past day adds at most 31 days to whole months. As of an
earlier instant, what was recorded since is taken off again. Sites keep no sums: theirs come from the ledger.
Each answer is one statement, so that a fold in between can never show half of itself.
"""

import datetime
import os
from dataclasses import dataclass

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


def counts(*, areas, cell_ids, day, as_of=None, newest_day=None, book=SUBMITTED):
    """{(area id, cell id): (count of the day, count to date)}.

    ``areas`` are of one or several levels; ``cell_ids`` may hold total cells. ``newest_day`` (the last day with
    a report) is a hint only: when it is not after ``day``, the sum of all days is read instead of months.
    ``book``: of all that is submitted, or of what is verified.
    """
    kept, sites = _by_road(areas)
    if not cell_ids or not areas:
        return {}
    parts = Parts()
    if kept:
        from_the_end = newest_day is not None and newest_day <= day
        (_add_from_the_end if from_the_end else _add_from_the_start)(parts, book, kept, cell_ids, day)
        if as_of is not None:
            _take_off_later(parts, book, kept, cell_ids, as_of, "e.happened_on <= %s", [day.isoformat()])
    if sites:
        _add_sites(parts, book, sites, cell_ids, as_of, "e.happened_on <= %s", [day.isoformat()])
    rows = parts.rows(
        "SELECT area_id, cell_id, SUM(CASE WHEN day = %s THEN count ELSE 0 END), SUM(count * sign)",
        [day.isoformat()],
        "GROUP BY area_id, cell_id",
    )
    return {(area, cell): (int(today), int(to_date)) for area, cell, today, to_date in rows}


def daily_counts(*, areas, cell_ids, first, last, as_of=None, book=SUBMITTED):
    """{(area id, cell id): {day: count}} of the days on which something was counted."""
    kept, sites = _by_road(areas)
    if not cell_ids or not areas:
        return {}
    parts, span = Parts(), [first.isoformat(), last.isoformat()]
    if kept:
        parts.add(
            f"SELECT area_id, cell_id, day, count, 1 AS sign FROM {book.daily} "
            f"WHERE {_chosen(kept, cell_ids)} AND day BETWEEN %s AND %s",
            span,
        )
        if as_of is not None:
            _take_off_later(parts, book, kept, cell_ids, as_of, "e.happened_on BETWEEN %s AND %s", span)
    if sites:
        _add_sites(parts, book, sites, cell_ids, as_of, "e.happened_on BETWEEN %s AND %s", span)
    series = {}
    for area, cell, day, count in parts.rows(
        "SELECT area_id, cell_id, day, SUM(count)", [], "GROUP BY area_id, cell_id, day"
    ):
        series.setdefault((area, cell), {})[as_date(day)] = int(count)
    return series


class Parts:
    """One statement made of parts: what is kept, less what came later, and what sites tell."""

    def __init__(self):
        self._with, self._with_params, self._parts, self._params = "", [], [], []

    def add(self, part, params=()):
        self._parts.append(part)
        self._params += params

    def begin_with(self, name, statement, params):
        """A statement that several parts refer to by name."""
        self._with, self._with_params = f"WITH {name} AS ({statement}) ", list(params)

    def rows(self, select, params, end):
        with connection.cursor() as cursor:
            cursor.execute(
                f"{self._with}{select} FROM ({' UNION ALL '.join(self._parts)}) x {end}",
                [*self._with_params, *params, *self._params],
            )
            return cursor.fetchall()


def _by_road(areas):
    """Areas that keep sums, and sites, which do not."""
    return [one for one in areas if one.level < Level.SITE], [one for one in areas if one.level == Level.SITE]


def ids(values):
    return ",".join(str(int(value)) for value in values)


def _chosen(areas, cell_ids):
    return f"area_id IN ({ids(area.pk for area in areas)}) AND cell_id IN ({ids(cell_ids)})"


# Parts are rows of area, cell, day (or NULL: some days before), count, and sign: how the count enters the sum
# to date. A count of the day itself is 1, one of a later day that the sum of all days has in it is -1.


def _add_from_the_end(parts, book, areas, cell_ids, day):
    """All days, less those after ``day``: of the newest day there are none.

    They are looked for all the same: a fold may have brought one since the caller asked which day is the last.
    """
    where = _chosen(areas, cell_ids)
    parts.add(
        f"SELECT area_id, cell_id, {_no_day()} AS day, count, 1 AS sign FROM {book.to_date} WHERE {where}"
    )
    parts.add(
        f"SELECT area_id, cell_id, day, count, CASE WHEN day > %s THEN -1 ELSE 0 END FROM {book.daily} "
        f"WHERE {where} AND day >= %s",
        [day.isoformat(), day.isoformat()],
    )


def _add_from_the_start(parts, book, areas, cell_ids, day):
    """The whole months before, and the days of this month."""
    where, month = _chosen(areas, cell_ids), day.replace(day=1).isoformat()
    parts.add(
        f"SELECT area_id, cell_id, {_no_day()} AS day, count, 1 AS sign FROM {book.monthly} "
        f"WHERE {where} AND month < %s",
        [month],
    )
    parts.add(
        f"SELECT area_id, cell_id, day, count, 1 FROM {book.daily} WHERE {where} AND day BETWEEN %s AND %s",
        [month, day.isoformat()],
    )


def _no_day():
    return "NULL::date" if connection.vendor == "postgresql" else "NULL"


def _take_off_later(parts, book, areas, cell_ids, as_of, days, span):
    """Minus what was recorded after ``as_of`` and is folded already.

    Summed by unit first, then lifted to the areas: PostgreSQL cannot foresee how few areas a path has above it,
    and would go through the ledger unit by unit. Journals still marked are in no sum yet, so they are not taken
    off either.
    """
    first, last = bounds_of(areas)
    parts.begin_with(
        "later",
        f"SELECT e.unit_id, e.cell_id, e.happened_on AS day, SUM(e.change) AS change FROM {book.entries} e "
        f"WHERE e.recorded_at > %s AND {days} "
        f"AND e.unit_id IN (SELECT id FROM districts_area WHERE path BETWEEN %s AND %s) "
        f"AND e.cell_id IN (SELECT part_id FROM ({parts_of_cells(cell_ids)}) p) "
        f"AND NOT EXISTS ({book.marked}) "
        f"GROUP BY e.unit_id, e.cell_id, e.happened_on",
        [instant(as_of), *span, first, last],
    )
    for joins in lifted(areas, "l.unit_id"):
        parts.add(
            f"SELECT t.id, p.shown_id, l.day, -l.change, 1 FROM later l "
            f"JOIN ({parts_of_cells(cell_ids)}) p ON p.part_id = l.cell_id {joins}"
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


def _add_sites(parts, book, sites, cell_ids, as_of, days, span):
    known = "AND e.recorded_at <= %s" if as_of is not None else ""
    parts.add(
        f"SELECT e.unit_id AS area_id, p.shown_id AS cell_id, e.happened_on AS day, e.change AS count, 1 AS sign "
        f"FROM {book.entries} e JOIN ({parts_of_cells(cell_ids)}) p ON p.part_id = e.cell_id "
        f"WHERE e.unit_id IN ({ids(site.pk for site in sites)}) AND {days} {known}",
        [*span, *([instant(as_of)] if as_of is not None else [])],
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
