"""Doses that a unit may use: what its own store holds, or the nearest above it that keeps the vaccine."""

from django.db.models import F, Q, Sum
from django.db.models.functions import Coalesce

from districts.models.areas import SEGMENT
from inventory.models import Earmark, LocationKind, StockPosition


def usable_doses(areas, vaccines, day, *, earmark=Earmark.CAMPAIGN):
    """{area id: {vaccine code: doses not expired on the day}}, by the rule that ``giving`` takes doses by.

    One query. A vaccine that no store on the way up keeps is not named.
    """
    areas = list(areas)
    paths = {area.path[:end] for area in areas for end in range(SEGMENT, len(area.path) + 1, SEGMENT)}
    kept = (
        StockPosition.objects.filter(
            location__kind=LocationKind.STORE,
            location__closed_on__isnull=True,
            location__area__path__in=paths,
            batch__vaccine__in=vaccines,
        )
        .order_by("location__area__path", "-location_id")
        .values_list("location__area__path", "batch__vaccine__code", "location_id")
        .annotate(doses=Coalesce(Sum(F("doses"), filter=Q(earmark=earmark, batch__expires_on__gte=day)), 0))
    )
    at = {}
    # Of two stores of one area the one with the smaller id, which comes last, as in giving.
    for path, vaccine, _location, doses in kept:
        at.setdefault(path, {})[vaccine] = doses
    found = {}
    for area in areas:
        own = found[area.pk] = {}
        for end in range(SEGMENT, len(area.path) + 1, SEGMENT):
            own.update(at.get(area.path[:end], {}))
    return found
