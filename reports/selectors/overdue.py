"""Second doses overdue: first doses given at least the minimum interval ago, less second doses given since.

Taken per reporting unit and never below 0 there (a unit that gave second doses to people from elsewhere does
not shorten another's list), then summed: so a child's figures add up to its parent's. Where sites report, the
unit of this sum is the area above the sites, and a site by itself has none.
"""

import datetime
from collections import Counter
from functools import lru_cache
from typing import NamedTuple

from django.db.models import Q

from campaigns.models import ReportingUnit
from districts.models import Area, Level
from reports.selectors.sums import Ask, counted


def overdue_by_area(*, campaign, areas, day, first_cells, last_cells, interval_days, fresh, as_of=None):
    """{area id: persons}, without sites. ``areas`` are an area and its children."""
    top, areas = areas[0], [area for area in areas if area.level < Level.SITE]
    if not areas:
        return {}
    units = _units(campaign.pk, campaign.setup_version, top.path, top.path_end)
    asked = (units, day, tuple(first_cells), tuple(last_cells), interval_days, fresh.last_day)
    persons = _per_unit(*asked, as_of) if as_of else _overdue_units(fresh.version, *asked)
    lengths, sums = {len(area.path) for area in areas}, Counter()
    for unit, number in zip(units, persons, strict=True):
        for length in lengths:
            if length <= len(unit.path):
                sums[unit.path[:length]] += number
    return {area.pk: sums[area.path] for area in areas}


@lru_cache(maxsize=256)
def _overdue_units(_version, *asked):
    # Two versions of the fold never share an entry, so what is remembered is never stale.
    return _per_unit(*asked, None)


def _per_unit(units, day, first_cells, last_cells, interval_days, last_day, as_of):
    """(persons overdue, …) of each of the units."""
    then = day - datetime.timedelta(interval_days)
    given, followed = counted(
        [Ask(units, first_cells, None, then), Ask(units, last_cells, None, day)],
        as_of=as_of,
        newest_day=last_day,
    )
    persons = dict.fromkeys((unit.pk for unit in units), 0)
    for (area, _cell), one in given.items():
        persons[area] += one.to_date
    for (area, _cell), one in followed.items():
        persons[area] -= one.to_date
    _without_units_inside(units, persons)
    return tuple(max(persons[unit.pk], 0) for unit in units)


def _without_units_inside(units, persons):
    """Take from an area above sites what other units in it hold: it stands here for its own sites only."""
    above = []
    whole = dict(persons)
    for unit in units:
        while above and not unit.path.startswith(above[-1].path):
            above.pop()
        if above:
            persons[above[-1].pk] -= whole[unit.pk]
        above.append(unit)


class Unit(NamedTuple):
    pk: int
    path: str
    level: int


@lru_cache(maxsize=64)
def _units(campaign_id, _setup_version, path, path_end):
    """The reporting units under a path, in tree order; in place of sites the area above them.

    Every change of the units raises the setup version, so that what is kept is never out of date.
    """
    reporting = ReportingUnit.objects.filter(
        campaign_id=campaign_id, area__path__gte=path, area__path__lte=path_end
    )
    units = Area.objects.filter(
        Q(pk__in=reporting.filter(area__level__lt=Level.SITE).values("area"))
        | Q(pk__in=reporting.filter(area__level=Level.SITE).values("area__parent"))
    )
    return tuple(Unit(*row) for row in units.order_by("path").values_list("pk", "path", "level"))
