"""Booking a past: many operations at once, each as the ledger would have booked it on its day.

For taking over the stock book of another system, or filling a demonstration. The same rules hold as in
``inventory.ledger``: positions are locked in the same order, no store goes below zero at any step or gives on a
day what it had not got yet, all is booked or nothing. Only the cost differs: a few statements in all instead of a
dozen for each.
"""

import datetime
from collections import defaultdict
from dataclasses import dataclass

from django.db import transaction

from inventory.backdating import shortage
from inventory.errors import InsufficientStock, NotHeldThen, StockRefused
from inventory.models import Dispatch, Location, Operation, StockJournal, StockPosition
from inventory.selectors.balances import changes_after
from inventory.services import stock_sql

ROWS_AT_ONCE = 5_000


@dataclass(frozen=True, slots=True)
class Past:
    """An operation with its moves (``ledger.Move``), the day it happened and the instant it was recorded."""

    operation: str
    moves: list
    happened_on: datetime.date
    recorded_at: datetime.datetime
    by: object = None
    document: str = ""
    reason: str = ""
    dispatch: Dispatch | None = None
    key: str = ""


@transaction.atomic
def book(operations):
    """Book the operations in this order. Raises InsufficientStock or StockRefused with nothing booked."""
    operations = [one for one in operations if one.moves]
    balances, places = _balances(operations)
    journals = StockJournal.objects.bulk_create(
        [
            StockJournal(
                operation=one.operation,
                by=one.by,
                recorded_at=one.recorded_at,
                document=one.document,
                reason=one.reason,
                dispatch=one.dispatch,
                idempotency_key=one.key,
            )
            for one in operations
        ],
        batch_size=ROWS_AT_ONCE,
    )
    stock_sql.write_movements(
        (journal.pk, one.moves, one.happened_on, one.recorded_at)
        for journal, one in zip(journals, operations, strict=True)
    )
    stock_sql.set_balances(balances, places)
    return journals


def _balances(operations):
    """(balances of the positions after all operations, their places); the positions are locked."""
    places = {}
    for one in operations:
        for move in one.moves:
            places[move.source.pk, move.batch.pk, str(move.source_earmark)] = move.source
            places[move.destination.pk, move.batch.pk, str(move.destination_earmark)] = move.destination
    balances = _lock(places)
    days = _days_before(operations, places)
    for one in operations:
        changes = defaultdict(int)
        for move in one.moves:
            if move.doses <= 0:
                raise StockRefused(f"{move.doses} is not a number of doses above 0.")
            changes[move.source.pk, move.batch.pk, str(move.source_earmark)] -= move.doses
            changes[move.destination.pk, move.batch.pk, str(move.destination_earmark)] += move.doses
        for key, change in changes.items():
            if places[key].is_store and balances[key] + change < 0:
                raise InsufficientStock(
                    store=str(places[key]),
                    batch=next(str(move.batch) for move in one.moves if move.batch.pk == key[1]),
                    held=balances[key],
                    wanted=-change,
                )
            if _takes(one, places[key], change):
                _require_held_since(one, key, places[key], balances[key], -change, days[key])
            balances[key] += change
            if key in days:
                days[key][one.happened_on] += change
    return balances, places


def _takes(one, place, change):
    """Doses given are taken also from a store that got them on a later day, as in the ledger."""
    return change < 0 and place.is_store and one.operation != Operation.ADMINISTER


def _days_before(operations, places):
    """{key: {day: change}} of the stores that doses are taken out of: what is on record from the first such day on."""
    taken, first = set(), None
    for one in operations:
        for move in one.moves:
            key = (move.source.pk, move.batch.pk, str(move.source_earmark))
            if _takes(one, places[key], -move.doses):
                taken.add(key)
                first = one.happened_on if first is None else min(first, one.happened_on)
    return changes_after(taken, first) if taken else {}


def _require_held_since(one, key, place, held, wanted, days):
    later = {day: change for day, change in days.items() if day > one.happened_on}
    if short := shortage(held, later, one.happened_on, wanted):
        raise NotHeldThen(
            store=str(place),
            batch=next(str(move.batch) for move in one.moves if move.batch.pk == key[1]),
            held=short.held,
            wanted=wanted,
            happened_on=one.happened_on,
            day=short.day,
            enough_on=short.enough_on,
        )


def _lock(places):
    """{(location id, batch id, earmark): doses} of positions locked in the order of ids; made where missing."""
    stock_sql.make_positions(places)
    held = (
        StockPosition.objects.select_for_update()
        .filter(batch__in={key[1] for key in places}, location__in={key[0] for key in places})
        .order_by("pk")
        .values_list("location_id", "batch_id", "earmark", "doses")
    )
    return {row[:3]: row[3] for row in held if row[:3] in places}


def virtual_ends(wanted):
    """{(area id, kind, cause): Location} of many virtual ends, those made that are missing.

    ``wanted``: {(Area, kind, cause)}. As ``ledger.virtual``, in two statements.
    """
    wanted = sorted(wanted, key=lambda one: (one[0].pk, *one[1:]))
    Location.objects.bulk_create(
        [
            Location(area=area, kind=kind, cause=cause, code=":".join(filter(None, (area.code, kind, cause))))
            for area, kind, cause in wanted
        ],
        ignore_conflicts=True,
        batch_size=ROWS_AT_ONCE,
    )
    rows = Location.objects.filter(area__in={area for area, _kind, _cause in wanted}).exclude(kind="store")
    return {(one.area_id, one.kind, one.cause): one for one in rows}
