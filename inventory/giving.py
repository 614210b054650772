"""Doses administered leave a store: which store, which batch, and what happens when there are not enough.

The unit's own store gives, or the nearest above it that keeps the vaccine, first expiry first out. What no
store holds is given from *unaccounted* of the unit: it is never refused, it shows in the residual at once.
"""

import datetime

from django.db import transaction
from django.db.models import Sum

from districts.models import Area
from inventory import ledger
from inventory.ledger import Move
from inventory.models import Batch, Earmark, Location, LocationKind, NamedBatch, StockMovement, StockPosition
from inventory.models.products import UNKNOWN_BATCH


@transaction.atomic
def give(*, area, vaccine, doses, happened_on, by, batch=None, earmark=Earmark.CAMPAIGN):
    """Book ``doses`` administered at a unit; below 0 a correction gives them back. Returns the StockJournal.

    ``batch`` is the one that the clerk named, now or for the unit's day; it goes first. None when there is
    nothing to book.
    """
    if not doses:
        return None
    if batch is None and doses > 0:
        batch = named_batch(area, vaccine, happened_on)
    administered = ledger.virtual(area, LocationKind.ADMINISTERED)
    unaccounted = ledger.virtual(area, LocationKind.UNACCOUNTED)
    if doses > 0:
        moves = _out_of_stock(area, vaccine, doses, happened_on, batch, earmark, administered, unaccounted)
    else:
        moves = _back(vaccine, -doses, happened_on, earmark, administered, unaccounted)
    return ledger.administer(moves=moves, happened_on=happened_on, by=by)


def named_batch(area, vaccine, day):
    """The batch that a clerk named for a unit and day, or None. One query."""
    rows = NamedBatch.objects.filter(area=area, vaccine=vaccine, happened_on=day)
    row = rows.select_related("batch").first()
    return row.batch if row else None


def store_for(area, vaccine):
    """The store of the area, or the nearest above it, that keeps the vaccine; None when none does."""
    keeping = Location.objects.filter(
        kind=LocationKind.STORE,
        closed_on__isnull=True,
        positions__batch__vaccine=vaccine,
        area__in=Area.objects.ancestors_of(area, include_self=True),
    )
    return keeping.order_by("-area__level", "id").distinct().first()


def _out_of_stock(area, vaccine, doses, day, batch, earmark, administered, unaccounted):
    moves, store = [], store_for(area, vaccine)
    if store is not None:
        positions = list(
            StockPosition.objects.select_for_update(of=("self",))
            .select_related("batch")
            .filter(location=store, batch__vaccine=vaccine, earmark=earmark, doses__gt=0)
            .order_by("pk")
        )
        # Expired doses are never proposed: if such were given, a count will show it.
        usable = [one for one in positions if one.batch.expires_on >= day or one.batch == batch]
        for position in sorted(
            usable, key=lambda one: (one.batch != batch, one.batch.expires_on, one.batch_id)
        ):
            taken = min(doses, position.doses)
            if taken:
                moves.append(Move(position.batch, store, administered, taken, earmark, earmark))
                doses -= taken
    if doses:
        given = batch or (moves[-1].batch if moves else unknown_batch(vaccine))
        moves.append(Move(given, unaccounted, administered, doses, earmark, earmark))
    return moves


def _back(vaccine, doses, day, earmark, administered, unaccounted):
    """Undo doses of the day: those without stock behind them first, then the batches that expire last."""
    moves = []
    for batch, place, held in _given_on(vaccine, day, earmark, administered, unaccounted):
        taken = min(doses, held)
        if taken:
            moves.append(Move(batch, administered, place, taken, earmark, earmark))
            doses -= taken
    if doses:
        # More is taken back than this day ever gave: counts from before stock was kept.
        moves.append(Move(unknown_batch(vaccine), administered, unaccounted, doses, earmark, earmark))
    return moves


def _given_on(vaccine, day, earmark, administered, unaccounted):
    """[(batch, the place it came from, doses not yet given back)] of a day, in the order of giving back."""
    rows = StockMovement.objects.filter(batch__vaccine=vaccine, happened_on=day, destination_earmark=earmark)
    net = {}
    for field, other, sign in (("destination", "source", 1), ("source", "destination", -1)):
        sums = (
            rows.filter(**{field: administered})
            .values_list("batch_id", f"{other}_id")
            .annotate(n=Sum("doses"))
        )
        for batch, place, doses in sums.order_by():
            net[batch, place] = net.get((batch, place), 0) + sign * doses
    batches = Batch.objects.in_bulk([batch for batch, _place in net])
    places = Location.objects.in_bulk([place for _batch, place in net])
    left = [(batches[batch], places[place], doses) for (batch, place), doses in net.items() if doses > 0]
    return sorted(left, key=lambda one: (one[1] != unaccounted, -one[0].expires_on.toordinal(), one[0].pk))


def given_by_batch(area, vaccine, day, *, earmark=Earmark.CAMPAIGN):
    """{Batch: doses} that stand as given at a unit on a day. Six queries."""
    administered = ledger.virtual(area, LocationKind.ADMINISTERED)
    unaccounted = ledger.virtual(area, LocationKind.UNACCOUNTED)
    doses = {}
    for batch, _place, number in _given_on(vaccine, day, earmark, administered, unaccounted):
        doses[batch] = doses.get(batch, 0) + number
    return doses


def given_without_stock(area, day):
    """{vaccine id: doses} of a unit's day that no store could account for. Two queries."""
    doses = {}
    for ends, sign in (("source", "destination"), 1), (("destination", "source"), -1):
        given_from, given_to = ends
        rows = StockMovement.objects.filter(
            happened_on=day,
            **{
                f"{given_from}__area": area,
                f"{given_from}__kind": LocationKind.UNACCOUNTED,
                f"{given_to}__area": area,
                f"{given_to}__kind": LocationKind.ADMINISTERED,
            },
        )
        for vaccine, number in rows.values_list("batch__vaccine").annotate(n=Sum("doses")).order_by():
            doses[vaccine] = doses.get(vaccine, 0) + sign * number
    return {vaccine: number for vaccine, number in doses.items() if number > 0}


def unknown_batch(vaccine):
    """The batch of doses that nobody can trace: given without stock and without a batch named."""
    batch, _made = Batch.objects.get_or_create(
        vaccine=vaccine, number=UNKNOWN_BATCH, manufacturer="", defaults={"expires_on": datetime.date.max}
    )
    return batch
