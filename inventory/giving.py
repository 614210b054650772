"""Doses administered leave a store: which store, which batch, and what happens when there are not enough.

The unit's own store gives, or the nearest above it that keeps the vaccine, first expiry first out. What no
store holds is given from *unaccounted* of the unit: it is never refused, it shows in the residual at once.
"""

import datetime
from collections import defaultdict
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import Sum

from districts.models import Area
from inventory import ledger
from inventory.ledger import Move
from inventory.models import Batch, Earmark, Location, LocationKind, NamedBatch, StockMovement, StockPosition
from inventory.models.products import UNKNOWN_BATCH


@dataclass(frozen=True)
class Named:
    """What a clerk named for a unit, a vaccine and a day.

    ``doses``: {Batch: how many were given of it}, in the order of expiry; ``rest``: the Batch of all others, or
    None: what expires first.
    """

    doses: dict = field(default_factory=dict)
    rest: Batch | None = None


@transaction.atomic
def give(*, area, vaccine, doses, happened_on, by, earmark=Earmark.CAMPAIGN):
    """Book ``doses`` administered at a unit; below 0 a correction gives them back. Returns the StockJournal.

    The batches that the clerk named for the unit's day go first and are given back last. None when there is nothing
    to book.
    """
    if not doses:
        return None
    named = named_batches(area, vaccine, happened_on)
    administered = ledger.virtual(area, LocationKind.ADMINISTERED)
    unaccounted = ledger.virtual(area, LocationKind.UNACCOUNTED)
    if doses > 0:
        moves = _out_of_stock(area, vaccine, doses, happened_on, named, earmark, administered, unaccounted)
    else:
        moves = _back(vaccine, -doses, happened_on, named, earmark, administered, unaccounted)
    return ledger.administer(moves=moves, happened_on=happened_on, by=by)


def named_batches(area, vaccine, day):
    """The Named of a unit's day. One query."""
    rows = NamedBatch.objects.filter(area=area, vaccine=vaccine, happened_on=day)
    named, rest = {}, None
    for row in rows.select_related("batch").order_by("batch__expires_on", "batch"):
        if row.doses is None:
            rest = row.batch
        else:
            named[row.batch] = row.doses
    return Named(named, rest)


def store_for(area, vaccine):
    """The store of the area, or the nearest above it, that keeps the vaccine; None when none does."""
    keeping = Location.objects.filter(
        kind=LocationKind.STORE,
        closed_on__isnull=True,
        positions__batch__vaccine=vaccine,
        area__in=Area.objects.ancestors_of(area, include_self=True),
    )
    return keeping.order_by("-area__level", "id").distinct().first()


def _out_of_stock(area, vaccine, doses, day, named, earmark, administered, unaccounted):
    store = store_for(area, vaccine)
    held = {} if store is None else _held(store, vaccine, earmark)
    given = given_by_batch(area, vaccine, day, earmark=earmark) if named.doses else {}
    taken, without, last = defaultdict(int), defaultdict(int), None
    for batch, number in named.doses.items():
        wanted = min(doses, max(number - given.get(batch, 0), 0))
        taken[batch] = min(wanted, held.get(batch, 0))
        without[batch] = wanted - taken[batch]
        doses -= taken[batch]
    for batch in _order_of_the_rest(held, named, day):
        part = min(doses, held[batch] - taken[batch])
        if part:
            taken[batch] += part
            doses -= part
            last = batch
    # No store has any more: first what was named and is not there, then all others.
    nowhere = defaultdict(int)
    for batch, number in without.items():
        nowhere[batch] = min(doses, number)
        doses -= nowhere[batch]
    if doses:
        nowhere[named.rest or last or next(iter(taken), None) or unknown_batch(vaccine)] += doses
    return [
        Move(batch, place, administered, number, earmark, earmark)
        for place, parts in ((store, taken), (unaccounted, nowhere))
        for batch, number in parts.items()
        if number
    ]


def _held(store, vaccine, earmark):
    """{Batch: doses} of a vaccine in a store, locked."""
    rows = (
        StockPosition.objects.select_for_update(of=("self",))
        .select_related("batch")
        .filter(location=store, batch__vaccine=vaccine, earmark=earmark, doses__gt=0)
        .order_by("pk")
    )
    return {one.batch: one.doses for one in rows}


def _order_of_the_rest(held, named, day):
    """The batches out of which doses without a name come, in their order.

    Expired ones are never proposed: if such were given, a count will show it. Of a batch that was named with a
    number more is taken only when no other is left.
    """
    usable = [batch for batch in held if batch.expires_on >= day or batch == named.rest]
    return sorted(usable, key=lambda one: (one != named.rest, one in named.doses, one.expires_on, one.pk))


def _back(vaccine, doses, day, named, earmark, administered, unaccounted):
    """Undo doses of the day in the opposite order in which they are given."""
    moves = []
    found = _given_on(vaccine, day, earmark, administered, unaccounted)
    for batch, place, held in _order_of_return(found, named, unaccounted):
        taken = min(doses, held)
        if taken:
            moves.append(Move(batch, administered, place, taken, earmark, earmark))
            doses -= taken
    if doses:
        # More is taken back than this day ever gave: counts from before stock was kept.
        moves.append(Move(unknown_batch(vaccine), administered, unaccounted, doses, earmark, earmark))
    return moves


def _order_of_return(found, named, unaccounted):
    """``found`` as of ``_given_on``, with a batch that was named with a number in two parts: more than that, and that.

    Those without stock behind them first, then more of a batch than was named, then what expires last.
    """
    left, parts = dict(named.doses), []
    for batch, place, held in found:
        if place == unaccounted:
            parts.append((0, batch, place, held))
        elif batch in left:
            kept = min(held, left[batch])
            left[batch] -= kept
            parts += [(1, batch, place, held - kept), (4, batch, place, kept)]
        else:
            parts.append((3 if batch == named.rest else 2, batch, place, held))
    return [part[1:] for part in sorted(parts, key=lambda part: part[0])]


def _given_on(vaccine, day, earmark, administered, unaccounted):
    """[(batch, the place it came from, doses not yet given back)] of a day, in the order of giving back."""
    rows = StockMovement.objects.filter(batch__vaccine=vaccine, happened_on=day, destination_earmark=earmark)
    net = {}
    for end, other, sign in (("destination", "source", 1), ("source", "destination", -1)):
        sums = (
            rows.filter(**{end: administered}).values_list("batch_id", f"{other}_id").annotate(n=Sum("doses"))
        )
        for batch, place, doses in sums.order_by():
            net[batch, place] = net.get((batch, place), 0) + sign * doses
    batches = Batch.objects.in_bulk([batch for batch, _place in net])
    places = Location.objects.in_bulk([place for _batch, place in net])
    left = [(batches[batch], places[place], doses) for (batch, place), doses in net.items() if doses > 0]
    return sorted(left, key=lambda one: (one[1] != unaccounted, -one[0].expires_on.toordinal(), -one[0].pk))


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
