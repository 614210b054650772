"""What corrections and late reports did to the figures of earlier days."""

import datetime

from django.conf import settings
from django.db import connection
from django.utils import timezone

from campaigns.models import Submission
from districts.models import Level
from reports.selectors.sums import Parts, bounds_of, ids, instant, lifted, parts_of_cells


def is_revision(recorded_on):
    """Whether a submission ``s`` changes what was known of earlier days: see DailyRevision."""
    return f"(s.is_late OR (s.version > 1 AND s.happened_on < {recorded_on}))"


def local_date(column):
    """The day of an instant on India's clocks."""
    if connection.vendor == "postgresql":
        return f"({column} AT TIME ZONE '{settings.TIME_ZONE}')::date"
    # SQLite keeps UTC; the offset is today's, and India has not changed its clocks since 1945.
    minutes = int(timezone.localtime().utcoffset().total_seconds() // 60)
    return f"date({column}, '{minutes:+d} minutes')"


def revised_since(*, campaign, areas, cell_ids, day, fresh, as_of=None):
    """{area id: (added, removed)} by what was recorded on ``day``; of the newest day, by what came since, too.

    One query, and a short one more as of an instant.
    """
    if not cell_ids:
        return {}
    known_on = timezone.localdate(as_of)
    last = known_on if _is_newest(campaign, day, fresh, as_of) else day
    parts = Parts()
    kept = [area for area in areas if area.level < Level.SITE]
    sites = [area for area in areas if area.level == Level.SITE]
    if kept:
        parts.add(
            f"SELECT area_id, added, removed FROM reports_dailyrevision "
            f"WHERE area_id IN ({ids(area.pk for area in kept)}) AND cell_id IN ({ids(cell_ids)}) "
            f"AND recorded_on BETWEEN %s AND %s",
            [day.isoformat(), last.isoformat()],
        )
        # Later days lie outside the span already; of this one the rest has to be taken off.
        if as_of is not None and day <= known_on <= last:
            _take_off_rest_of_day(parts, kept, cell_ids, as_of)
    if sites:
        _add_sites(parts, sites, cell_ids, day, last, as_of)
    rows = parts.rows("SELECT area_id, SUM(added), SUM(removed)", [], "GROUP BY area_id")
    return {area: (int(added), int(removed)) for area, added, removed in rows}


def _is_newest(campaign, day, fresh, as_of):
    """Whether no later day has a report, as known at the instant."""
    if fresh.last_day is None or day >= fresh.last_day:
        return True
    if as_of is None:
        return False
    # Nobody reports a day before it comes, so only what was recorded since then can tell.
    came = timezone.make_aware(datetime.datetime.combine(day + datetime.timedelta(1), datetime.time.min))
    later = Submission.objects.filter(
        journal__campaign=campaign,
        journal__recorded_at__gte=came,
        journal__recorded_at__lte=as_of,
        journal__fold_mark=None,
        happened_on__gt=day,
    )
    return not later.exists()


def _take_off_rest_of_day(parts, areas, cell_ids, as_of):
    first, last = bounds_of(areas)
    parts.begin_with(
        "later",
        f"SELECT e.unit_id, SUM(CASE WHEN e.change > 0 THEN e.change ELSE 0 END) AS added, "
        f"SUM(CASE WHEN e.change < 0 THEN -e.change ELSE 0 END) AS removed {_entries(cell_ids)} "
        f"WHERE e.recorded_at > %s AND e.recorded_at < %s AND {is_revision(local_date('e.recorded_at'))} "
        f"AND e.unit_id IN (SELECT id FROM districts_area WHERE path BETWEEN %s AND %s) "
        f"AND NOT EXISTS (SELECT 1 FROM campaigns_foldmark m WHERE m.journal_id = s.journal_id) "
        f"GROUP BY e.unit_id",
        [instant(as_of), instant(_midnight_after(as_of)), first, last],
    )
    for joins in lifted(areas, "l.unit_id"):
        parts.add(f"SELECT t.id, -l.added, -l.removed FROM later l {joins}")


def _entries(cell_ids):
    return (
        f"FROM campaigns_tallyentry e JOIN campaigns_submission s ON s.id = e.submission_id "
        f"JOIN ({parts_of_cells(cell_ids)}) p ON p.part_id = e.cell_id"
    )


def _midnight_after(moment):
    tomorrow = timezone.localdate(moment) + datetime.timedelta(1)
    return timezone.make_aware(datetime.datetime.combine(tomorrow, datetime.time.min))


def _add_sites(parts, sites, cell_ids, first, last, as_of):
    recorded_on = local_date("e.recorded_at")
    known = "AND e.recorded_at <= %s" if as_of is not None else ""
    parts.add(
        f"SELECT e.unit_id AS area_id, CASE WHEN e.change > 0 THEN e.change ELSE 0 END AS added, "
        f"CASE WHEN e.change < 0 THEN -e.change ELSE 0 END AS removed {_entries(cell_ids)} "
        f"WHERE e.unit_id IN ({ids(site.pk for site in sites)}) AND {is_revision(recorded_on)} "
        f"AND {recorded_on} BETWEEN %s AND %s {known}",
        [first.isoformat(), last.isoformat(), *([instant(as_of)] if as_of is not None else [])],
    )
