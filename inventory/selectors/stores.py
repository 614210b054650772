"""Stores with what they hold and how fast they use it."""

import datetime
from collections import defaultdict
from fractions import Fraction

from django.db.models import Sum

from inventory.expiry import Holding, outlook
from inventory.models import Location, LocationKind, StockMovement, StockPosition

# Long enough to even out session days, short enough to follow a campaign.
USE_WINDOW_DAYS = 28


def stores_under(area):
    """The open stores of an area and everything below."""
    return Location.objects.filter(
        kind=LocationKind.STORE,
        closed_on__isnull=True,
        area__path__gte=area.path,
        area__path__lte=area.path_end,
    ).select_related("area")


def holdings(stores, *, earmark=None):
    """Kept positions above 0 of the stores, soonest expiry first. One query."""
    rows = StockPosition.objects.filter(location__in=stores, doses__gt=0)
    if earmark is not None:
        rows = rows.filter(earmark=earmark)
    return rows.select_related("batch__vaccine", "location__area").order_by(
        "batch__expires_on", "location__area__path", "batch_id", "earmark"
    )


def daily_use(stores, today, *, days=USE_WINDOW_DAYS, as_of=None):
    """{(store id, vaccine id): mean doses a day} given or sent on over the last ``days``, as Fractions.

    Corrections that came back are taken off; loss and counts are no use. One query a direction.
    """
    first = today - datetime.timedelta(days - 1)
    ends = [LocationKind.ADMINISTERED, LocationKind.IN_TRANSIT]
    rows = StockMovement.objects.filter(happened_on__range=(first, today))
    if as_of is not None:
        rows = rows.filter(recorded_at__lte=as_of)
    doses = defaultdict(int)
    for store_end, other, sign in (("source", "destination", 1), ("destination", "source", -1)):
        # What arrives from the road is supply, not a correction.
        others = ends if sign > 0 else [LocationKind.ADMINISTERED]
        sums = (
            rows.filter(**{f"{store_end}__in": stores, f"{other}__kind__in": others})
            .values_list(f"{store_end}_id", "batch__vaccine_id")
            .annotate(total=Sum("doses"))
        )
        for store, vaccine, total in sums.order_by():
            doses[store, vaccine] += sign * total
    return {key: Fraction(max(total, 0), days) for key, total in doses.items()}


def outlooks(stores, today, *, earmark=None):
    """{(store id, vaccine id): Outlook} of every store and vaccine in stock. Three queries."""
    stores = list(stores)
    use = daily_use(stores, today)
    held = defaultdict(list)
    for position in holdings(stores, earmark=earmark):
        held[position.location_id, position.batch.vaccine_id].append(
            Holding(position.batch_id, position.batch.expires_on, position.doses)
        )
    return {key: outlook(held[key], use.get(key, Fraction(0)), today) for key in held.keys() | use.keys()}
