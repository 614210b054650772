"""Who has reported a day, by the deadline or late, and who is silent."""

from collections import Counter

from django.db import connection
from django.db.models import Exists, OuterRef, Q

from campaigns.models import ReportingUnit, Submission, UnitTotal
from campaigns.selectors.calendar import calendar_of
from districts.models import Area, Level
from reports.figures import Units
from reports.selectors.sums import Parts, as_date, bounds_of, ids, instant, lifted


def units_of(*, campaign, areas, day, reports, is_working=True):
    """{area id: Units} for a day, from what ``reports_by_day`` gave. Two queries.

    A report is expected of every unit that exists on the day, if it is a working day.
    """
    totals = UnitTotal.objects.filter(campaign=campaign, area_id__in=[area.pk for area in areas])
    in_area = dict(totals.values_list("area_id", "units"))
    not_there = _units_not_there(campaign, areas, day) if is_working else in_area
    return {
        area.pk: Units(
            in_area.get(area.pk, 0) - not_there.get(area.pk, 0),
            *reports.get(area.pk, {}).get(day, (0, 0)),
            in_area.get(area.pk, 0),
        )
        for area in areas
    }


def _units_not_there(campaign, areas, day):
    """{area id: units in it that did not exist yet, or any more, on the day}. Two short index ranges."""
    first, last = bounds_of(areas)
    not_there = Area.objects.filter(
        Q(valid_from__gt=day) | Q(valid_until__lte=day),
        reporting_for__campaign=campaign,
        path__gte=first,
        path__lte=last,
    )
    lengths = {len(area.path) for area in areas}
    paths = not_there.order_by().values_list("path", flat=True)
    found = Counter(path[:length] for path in paths for length in lengths if length <= len(path))
    return {area.pk: found[area.path] for area in areas}


def reports_by_day(*, campaign, areas, first, last, as_of=None):
    """{area id: {day: (units that reported, of them on time)}}, of days with a report only. One query."""
    kept = [area for area in areas if area.level < Level.SITE]
    sites = [area for area in areas if area.level == Level.SITE]
    if not areas:
        return {}
    parts, span = Parts(), [first.isoformat(), last.isoformat()]
    if kept:
        parts.add(
            f"SELECT area_id, day, reported, on_time FROM reports_dailyreporting "
            f"WHERE area_id IN ({_ids(kept)}) AND campaign_id = %s AND day BETWEEN %s AND %s",
            [campaign.pk, *span],
        )
        if as_of is not None:
            _take_off_later(parts, campaign, kept, span, as_of)
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
    # A day whose reports all came after ``as_of`` is one that nobody had reported.
    rows = parts.rows(
        "SELECT area_id, day, SUM(reported), SUM(on_time)",
        [],
        "GROUP BY area_id, day HAVING SUM(reported) > 0",
    )
    found = {}
    for area, day, reported, on_time in rows:
        found.setdefault(area, {})[as_date(day)] = (int(reported), int(on_time))
    return found


def _ids(areas):
    return ids(area.pk for area in areas)


def _take_off_later(parts, campaign, areas, span, as_of):
    parts.begin_with(
        "later",
        "SELECT s.unit_id, s.happened_on AS day, SUM(CASE WHEN s.is_late THEN 0 ELSE 1 END) AS on_time "
        "FROM campaigns_journal j JOIN campaigns_submission s ON s.journal_id = j.id "
        "WHERE j.campaign_id = %s AND j.recorded_at > %s AND s.happened_on BETWEEN %s AND %s AND s.version = 1 "
        "AND NOT EXISTS (SELECT 1 FROM campaigns_foldmark m WHERE m.journal_id = j.id) "
        "GROUP BY s.unit_id, s.happened_on",
        [campaign.pk, instant(as_of), *span],
    )
    for joins in lifted(areas, "l.unit_id"):
        parts.add(f"SELECT t.id, l.day, -1, -l.on_time FROM later l {joins}")


def silent_units(*, campaign, area, day, as_of=None, calendar=None):
    """The units under ``area`` that should have reported ``day`` and have not, in tree order: a queryset of Area.

    ``calendar`` saves two queries to whoever has it. Nobody is silent on a day on which no work is planned.
    """
    units = Area.objects.under(area).select_related("parent").order_by("path")
    if not (calendar or calendar_of(campaign)).is_working(day):
        return units.none()
    reports = Submission.objects.filter(campaign=campaign, unit=OuterRef("pk"), happened_on=day)
    if as_of is not None:
        reports = reports.filter(journal__recorded_at__lte=as_of)
    return units.current_on(day).filter(
        Exists(ReportingUnit.objects.filter(campaign=campaign, area=OuterRef("pk"))), ~Exists(reports)
    )


def told_by(*, campaign, areas, day, as_of=None):
    """Ids of the areas in which some unit has reported that day or one before. One query.

    What nobody has told is not 0: only here a count of 0 is a count.
    """
    kept = [area for area in areas if area.level < Level.SITE]
    if as_of is None and len(kept) == len(areas):
        # A look into the key for each area, instead of all its days.
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT a.id FROM districts_area a WHERE a.id IN ({_ids(areas)}) AND EXISTS (SELECT 1 FROM "
                f"reports_dailyreporting r WHERE r.area_id = a.id AND r.campaign_id = %s AND r.day <= %s)",
                [campaign.pk, day.isoformat()],
            )
            return {row[0] for row in cursor.fetchall()}
    return set(
        reports_by_day(campaign=campaign, areas=areas, first=campaign.starts_on, last=day, as_of=as_of)
    )
