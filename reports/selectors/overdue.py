"""Second doses overdue: first doses given at least the minimum interval ago, less second doses given since.

Taken per reporting unit and never below 0 there (a unit that gave second doses to people from elsewhere does
not shorten another's list), then summed: so a child's figures add up to its parent's. Where sites report, the
unit of this sum is the area above the sites, and a site by itself has none.
"""

import datetime
from functools import lru_cache

from django.db.models import Q

from campaigns.models import ReportingUnit
from districts.models import Area, Level
from reports.selectors.sums import counts


def overdue_by_area(*, campaign, areas, day, first_cells, last_cells, interval_days, fresh, as_of=None):
    """{area id: persons}, without sites. ``areas`` are an area and its children."""
    top, areas = areas[0], [area for area in areas if area.level < Level.SITE]
    if not areas:
        return {}
    key = (tuple(first_cells), tuple(last_cells))
    if as_of is None:
        units = _overdue_units(
            campaign.pk,
            fresh.version,
            campaign.setup_version,
            top.path,
            top.path_end,
            day,
            key,
            interval_days,
            fresh.last_day,
        )
    else:
        units = _per_unit(campaign.pk, top.path, top.path_end, day, key, interval_days, fresh.last_day, as_of)
    return {area.pk: sum(persons for path, persons in units if path.startswith(area.path)) for area in areas}


@lru_cache(maxsize=256)
def _overdue_units(campaign_id, _version, _setup, path, path_end, day, key, interval_days, last_day):
    # Two versions of the fold never share an entry, so what is remembered is never stale.
    return _per_unit(campaign_id, path, path_end, day, key, interval_days, last_day, None)


def _per_unit(campaign_id, path, path_end, day, key, interval_days, last_day, as_of):
    """((unit path, persons overdue), …) of the units under a path."""
    first_cells, last_cells = key
    units = _units(campaign_id, path, path_end)
    then = day - datetime.timedelta(interval_days)
    given = counts(areas=units, cell_ids=first_cells, day=then, as_of=as_of, newest_day=last_day)
    followed = counts(areas=units, cell_ids=last_cells, day=day, as_of=as_of, newest_day=last_day)
    persons = {}
    for (area, _cell), (_today, to_date) in given.items():
        persons[area] = persons.get(area, 0) + to_date
    for (area, _cell), (_today, to_date) in followed.items():
        persons[area] = persons.get(area, 0) - to_date
    _without_units_inside(units, persons)
    return tuple((unit.path, max(persons.get(unit.pk, 0), 0)) for unit in units)


def _without_units_inside(units, persons):
    """Take from an area above sites what other units in it hold: it stands here for its own sites only."""
    above = []
    whole = dict(persons)
    for unit in sorted(units, key=lambda unit: unit.path):
        while above and not unit.path.startswith(above[-1].path):
            above.pop()
        if above:
            outer = above[-1].pk
            persons[outer] = persons.get(outer, 0) - whole.get(unit.pk, 0)
        above.append(unit)


def _units(campaign_id, path, path_end):
    reporting = ReportingUnit.objects.filter(
        campaign_id=campaign_id, area__path__gte=path, area__path__lte=path_end
    )
    return list(
        Area.objects.filter(
            Q(pk__in=reporting.filter(area__level__lt=Level.SITE).values("area"))
            | Q(pk__in=reporting.filter(area__level=Level.SITE).values("area__parent"))
        ).only("path", "level")
    )
