"""What a grid of many units shows of a day: how each stands, yesterday's counts, the middle of the last days."""

import datetime
from collections import defaultdict
from dataclasses import dataclass, field

from django.db import connection

from campaigns.models import DayReview, Draft, Submission, TallyEntry
from campaigns.selectors.entry import my_units

MEDIAN_DAYS = 7


@dataclass
class Standing:
    """Of one unit and day. ``counts``: {cell id: count}. Version 0: not reported."""

    version: int = 0
    is_late: bool = False
    state: str = ""
    counts: dict = field(default_factory=dict)


@dataclass
class Before:
    """``yesterday``: {cell id: count}, None without a report. ``median``: {cell id: number} over ``days`` reports."""

    yesterday: dict | None = None
    median: dict = field(default_factory=dict)
    days: int = 0


def units_of(campaign, user, *, text="", ids=None):
    """``my_units`` with their places; of those only the ``ids`` where they are given."""
    units = my_units(campaign, user, text=text)
    if ids is not None:
        units = units.filter(area__in=ids)
    return units.select_related("area__parent")


def standings(campaign, unit_ids, day, cell_ids):
    """{unit id: Standing} of every unit asked for. Three queries."""
    found = {unit: Standing() for unit in unit_ids}
    submissions = Submission.objects.filter(campaign=campaign, unit__in=unit_ids, happened_on=day)
    for unit, version, is_late in submissions.values_list("unit_id", "version", "is_late"):
        one = found[unit]
        one.version = max(one.version, version)
        one.is_late = one.is_late or (version == 1 and is_late)
    reviews = DayReview.objects.filter(campaign=campaign, unit__in=unit_ids, happened_on=day)
    for unit, state in reviews.values_list("unit_id", "state"):
        found[unit].state = state
    for unit, _day, cell, count in sums(unit_ids, cell_ids, day, day):
        if count:
            found[unit].counts[cell] = count
    return found


def standings_at(campaign, versions, day):
    """{unit id: Standing} as it was with the version given, {unit id: version}: version and counts alone. One query."""
    found = {unit: Standing(version=version) for unit, version in versions.items()}
    if any(versions.values()):
        entries = TallyEntry.objects.filter(unit__in=versions, happened_on=day, cell__campaign=campaign)
        for unit, version, cell, change in entries.values_list(
            "unit_id", "submission__version", "cell_id", "change"
        ):
            if version <= versions[unit]:
                counts = found[unit].counts
                counts[cell] = counts.get(cell, 0) + change
    return found


def befores(campaign, unit_ids, day, cell_ids):
    """{unit id: Before}. Two queries. A cell without entries on a reported day is a 0 that somebody meant."""
    first, yesterday = day - datetime.timedelta(MEDIAN_DAYS), day - datetime.timedelta(1)
    reported = defaultdict(set)
    submissions = Submission.objects.filter(
        campaign=campaign, unit__in=unit_ids, happened_on__range=(first, yesterday), version=1
    )
    for unit, one in submissions.values_list("unit_id", "happened_on"):
        reported[unit].add(str(one))
    found = {unit: Before(days=len(reported[unit])) for unit in unit_ids}
    for unit, days in reported.items():
        if str(yesterday) in days:
            found[unit].yesterday = {}
    for unit, cell, counts, last in _last_days(unit_ids, cell_ids, first, yesterday):
        one = found[unit]
        one.median[cell] = _median([int(count) for count in counts.split(",")], one.days)
        if one.yesterday is not None and last is not None:
            one.yesterday[cell] = int(last)
    return found


def _median(numbers, days):
    """Of the counts and of a 0 for each reported day without one; a half is rounded up."""
    ranked = sorted(numbers + [0] * (days - len(numbers)))
    middle = len(ranked) // 2
    if len(ranked) % 2:
        return ranked[middle]
    return (ranked[middle - 1] + ranked[middle] + 1) // 2


_SUMS = """
SELECT e.unit_id, e.happened_on, e.cell_id, SUM(e.change) FROM campaigns_tallyentry e
WHERE e.unit_id IN ({units}) AND e.happened_on BETWEEN %s AND %s AND e.cell_id IN ({cells})
GROUP BY e.unit_id, e.happened_on, e.cell_id
"""


# The counts of a cell's days as one text: thousands of rows instead of tens of thousands.
_LAST_DAYS = """
SELECT x.unit_id, x.cell_id, {join}, SUM(CASE WHEN x.happened_on = %s THEN x.count END)
FROM (
    SELECT e.unit_id, e.cell_id, e.happened_on, SUM(e.change) AS count FROM campaigns_tallyentry e
    WHERE e.unit_id IN ({units}) AND e.happened_on BETWEEN %s AND %s AND e.cell_id IN ({cells})
    GROUP BY e.unit_id, e.cell_id, e.happened_on
) x GROUP BY x.unit_id, x.cell_id
"""
_JOIN = {"postgresql": "string_agg(x.count::text, ',')", "sqlite": "group_concat(x.count)"}


def _last_days(unit_ids, cell_ids, first, last):
    """Rows of (unit id, cell id, counts as text, count of the last day or None)."""
    units = ",".join(str(int(unit)) for unit in unit_ids) or "NULL"
    cells = ",".join(str(int(cell)) for cell in cell_ids) or "NULL"
    statement = _LAST_DAYS.format(units=units, cells=cells, join=_JOIN[connection.vendor])
    with connection.cursor() as cursor:
        cursor.execute(statement, [last.isoformat(), first.isoformat(), last.isoformat()])
        return cursor.fetchall()


def sums(unit_ids, cell_ids, first, last):
    """Rows of (unit id, day, cell id, count)."""
    units = ",".join(str(int(unit)) for unit in unit_ids) or "NULL"
    cells = ",".join(str(int(cell)) for cell in cell_ids) or "NULL"
    with connection.cursor() as cursor:
        cursor.execute(_SUMS.format(units=units, cells=cells), [first.isoformat(), last.isoformat()])
        return [(unit, day, cell, int(count)) for unit, day, cell, count in cursor.fetchall()]


def drafts_of(user, campaign, unit_ids, day):
    """{unit id: Draft} of what this person has typed and not sent."""
    drafts = Draft.objects.filter(user=user, campaign=campaign, unit__in=unit_ids, happened_on=day)
    return {draft.unit_id: draft for draft in drafts}


def cell_history(campaign, unit, day, key):
    """What a cell was, oldest first: dicts of count, by, recorded_at, reason, source, version."""
    rows = (
        Submission.objects.filter(campaign=campaign, unit=unit, happened_on=day)
        .select_related("journal__by")
        .prefetch_related("entries__cell")
        .order_by("version")
    )
    count, found = 0, []
    for row in rows:
        change = sum(entry.change for entry in row.entries.all() if entry.cell.key == key)
        if not change and row.version > 1:
            continue
        count += change
        found.append(
            {
                "version": row.version,
                "count": count,
                "by": row.journal.by.get_username() if row.journal.by else None,
                "recorded_at": row.journal.recorded_at,
                "source": row.journal.source,
                "reason": row.reason,
            }
        )
    return found
