"""Who has reported a day, by the deadline or late, and who is silent."""

from collections import Counter, defaultdict
from typing import NamedTuple

from django.db import connection

from campaigns.selectors.calendar import calendar_of
from districts.prepared import Prepared
from reports.figures import Units
from reports.selectors.sums import Parts, as_date, bounds_of, by_road, ids, instant, lifted


def units_of(*, campaign, areas, in_area, day, reports, is_working=True):
    """{area id: Units} for a day, from what ``reports_by_day`` gave. One query.

    ``in_area``: how many units lie in each, by area id. A report is expected of every one that exists on the day,
    if it is a working day.
    """
    not_there = _units_not_there(campaign, areas, day) if is_working else in_area
    return {
        area.pk: Units(
            in_area.get(area.pk, 0) - not_there.get(area.pk, 0),
            *reports.get(area.pk, {}).get(day, (0, 0)),
            in_area.get(area.pk, 0),
        )
        for area in areas
    }


_NOT_THERE = Prepared(
    "units_not_there",
    "SELECT a.path FROM campaigns_reportingunit u JOIN districts_area a ON a.id = u.area_id "
    "WHERE u.campaign_id = %s AND a.path BETWEEN %s AND %s AND (a.valid_from > %s OR a.valid_until <= %s)",
)


def _units_not_there(campaign, areas, day):
    """{area id: units in it that did not exist yet, or any more, on the day}. Two short index ranges."""
    rows = _NOT_THERE.rows([campaign.pk, *bounds_of(areas), day.isoformat(), day.isoformat()])
    lengths = {len(area.path) for area in areas}
    found = Counter(path[:length] for (path,) in rows for length in lengths if length <= len(path))
    return {area.pk: found[area.path] for area in areas}


def reports_by_day(*, campaign, spans, last, as_of=None):
    """{area id: {day: (units that reported, of them on time)}}, of days with a report only. One query.

    ``spans``: (areas, the first day wanted of them); no area is in two.
    """
    parts = Parts()
    for areas, first in spans:
        kept, sites = by_road(areas)
        span = [first.isoformat(), last.isoformat()]
        if kept:
            parts.add(
                f"SELECT area_id, day, reported, on_time FROM reports_dailyreporting "
                f"WHERE area_id IN ({_ids(kept)}) AND campaign_id = %s AND day BETWEEN %s AND %s",
                [campaign.pk, *span],
            )
        if sites:
            known = "AND j.recorded_at <= %s" if as_of is not None else ""
            parts.add(
                f"SELECT s.unit_id AS area_id, s.happened_on AS day, 1 AS reported, "
                f"CASE WHEN s.is_late THEN 0 ELSE 1 END AS on_time "
                f"FROM campaigns_submission s JOIN campaigns_journal j ON j.id = s.journal_id "
                f"WHERE s.campaign_id = %s AND s.happened_on BETWEEN %s AND %s AND s.version = 1 "
                f"AND s.unit_id IN ({_ids(sites)}) {known}",
                [campaign.pk, *span, *([instant(as_of)] if as_of is not None else [])],
            )
    if as_of is not None:
        _take_off_later(parts, campaign, spans, last, as_of)
    # A day whose reports all came after ``as_of`` is one that nobody had reported.
    rows = parts.rows(
        "SELECT area_id, day, CAST(SUM(reported) AS BIGINT), CAST(SUM(on_time) AS BIGINT)",
        [],
        "GROUP BY area_id, day HAVING SUM(reported) > 0",
    )
    found = defaultdict(dict)
    for area, day, reported, on_time in rows:
        found[area][as_date(day)] = (reported, on_time)
    return found


def _ids(areas):
    return ids(area.pk for area in areas)


def _take_off_later(parts, campaign, spans, last, as_of):
    spans = [(kept, first) for areas, first in spans if (kept := by_road(areas)[0])]
    if not spans:
        return
    earliest = min(first for _kept, first in spans)
    parts.begin_with(
        "later",
        "SELECT s.unit_id, s.happened_on AS day, SUM(CASE WHEN s.is_late THEN 0 ELSE 1 END) AS on_time "
        "FROM campaigns_journal j JOIN campaigns_submission s ON s.journal_id = j.id "
        "WHERE j.campaign_id = %s AND j.recorded_at > %s AND s.happened_on BETWEEN %s AND %s AND s.version = 1 "
        "AND NOT EXISTS (SELECT 1 FROM campaigns_foldmark m WHERE m.journal_id = j.id) "
        "GROUP BY s.unit_id, s.happened_on",
        [campaign.pk, instant(as_of), earliest.isoformat(), last.isoformat()],
    )
    for kept, first in spans:
        for joins in lifted(kept, "l.unit_id"):
            parts.add(
                f"SELECT t.id, l.day, -1, -l.on_time FROM later l {joins} WHERE l.day >= %s",
                [first.isoformat()],
            )


class SilentUnit(NamedTuple):
    code: str
    name_en: str
    name_hi: str
    parent: "SilentUnit | None" = None


_SILENT = (
    "FROM campaigns_reportingunit u JOIN districts_area a ON a.id = u.area_id "
    "LEFT JOIN districts_area p ON p.id = a.parent_id "
    "WHERE u.campaign_id = %s AND a.path BETWEEN %s AND %s "
    "AND (a.valid_from IS NULL OR a.valid_from <= %s) AND (a.valid_until IS NULL OR a.valid_until > %s) "
    "AND NOT EXISTS (SELECT 1 FROM campaigns_submission s {journal} "
    "WHERE s.campaign_id = u.campaign_id AND s.unit_id = a.id AND s.happened_on = %s {known})"
)
_NOW = _SILENT.format(journal="", known="")
_AS_OF = _SILENT.format(
    journal="JOIN campaigns_journal j ON j.id = s.journal_id", known="AND j.recorded_at <= %s"
)
_NAMES = "SELECT a.code, a.name_en, a.name_hi, p.code, p.name_en, p.name_hi {silent} ORDER BY a.path LIMIT %s"
_SILENT_NOW = Prepared("silent_now", _NAMES.format(silent=_NOW))
_SILENT_AS_OF = Prepared("silent_as_of", _NAMES.format(silent=_AS_OF))
_COUNT_NOW = Prepared("silent_count_now", f"SELECT COUNT(*) {_NOW}")
_COUNT_AS_OF = Prepared("silent_count_as_of", f"SELECT COUNT(*) {_AS_OF}")
ALL = 2**31 - 1


def silent_units(*, campaign, area, day, as_of=None, calendar=None, most=ALL):
    """[SilentUnit] under ``area`` that should have reported ``day`` and have not, in tree order. One query.

    ``calendar`` saves those of the calendar to whoever has it. Nobody is silent on a day on which no work is planned.
    """
    if not (calendar or calendar_of(campaign)).is_working(day):
        return []
    statement = _SILENT_NOW if as_of is None else _SILENT_AS_OF
    rows = statement.rows([*_silent_params(campaign, area, day, as_of), most])
    return [SilentUnit(*row[:3], SilentUnit(*row[3:])) for row in rows]


def silent_count(*, campaign, area, day, as_of=None):
    """How many there are. See ``silent_units``."""
    if not calendar_of(campaign).is_working(day):
        return 0
    statement = _COUNT_NOW if as_of is None else _COUNT_AS_OF
    return statement.rows(_silent_params(campaign, area, day, as_of))[0][0]


def _silent_params(campaign, area, day, as_of):
    known = [instant(as_of)] if as_of is not None else []
    return [campaign.pk, area.path, area.path_end, *[day.isoformat()] * 3, *known]


def told_by(*, campaign, areas, day, as_of=None):
    """Ids of the areas in which some unit has reported that day or one before. One query.

    What nobody has told is not 0: only here a count of 0 is a count.
    """
    if as_of is None and not by_road(areas)[1]:
        # A look into the key for each area, instead of all its days.
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT a.id FROM districts_area a WHERE a.id IN ({_ids(areas)}) AND EXISTS (SELECT 1 FROM "
                f"reports_dailyreporting r WHERE r.area_id = a.id AND r.campaign_id = %s AND r.day <= %s)",
                [campaign.pk, day.isoformat()],
            )
            return {row[0] for row in cursor.fetchall()}
    return set(reports_by_day(campaign=campaign, spans=[(areas, campaign.starts_on)], last=day, as_of=as_of))
