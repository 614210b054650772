"""Following the stock ledger: what has been recorded since an instant, in an order that does not move."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from inventory.models import StockMovement
from inventory.selectors.balances import of_channel


@dataclass(frozen=True, slots=True)
class Place:
    """Just after a movement."""

    recorded_at: datetime
    movement_id: int


def movements_since(
    area, *, since=None, after=None, vaccine=None, batch=None, earmark=None, channel="", most
):
    """At most ``most`` movements into, out of or within an area, from an instant or after a Place. One query."""
    here = Q(source__area__path__gte=area.path, source__area__path__lte=area.path_end) | Q(
        destination__area__path__gte=area.path, destination__area__path__lte=area.path_end
    )
    rows = of_channel(StockMovement.objects.filter(here), channel)
    if vaccine is not None:
        rows = rows.filter(batch__vaccine=vaccine)
    if batch is not None:
        rows = rows.filter(batch=batch)
    if earmark:
        rows = rows.filter(Q(source_earmark=earmark) | Q(destination_earmark=earmark))
    if after is not None:
        rows = rows.filter(
            Q(recorded_at__gt=after.recorded_at) | Q(pk__gt=after.movement_id),
            recorded_at__gte=after.recorded_at,
        )
    elif since is not None:
        rows = rows.filter(recorded_at__gte=since)
    return list(named(rows).order_by("recorded_at", "pk")[:most])


def movements_of_journals(journals):
    """Everything that some operations moved, in order. One query."""
    return list(named(StockMovement.objects.filter(journal__in=journals)).order_by("pk"))


def named(rows):
    return rows.select_related("journal__by", "batch__vaccine", "source__area", "destination__area")


def place_of(movement):
    return Place(movement.recorded_at, movement.pk)
