"""The only writer of stock: movements of doses between locations, under lock.

Every operation ends in ``_operate``, which locks the positions it touches in one order, refuses to take a store
below zero, now or at the end of any day since it happened, writes the movements and moves the kept balances, all
in one transaction. Doses given are the exception: what was given was given, also when its supply was booked
with a later day (``inventory.giving``).
"""

import hashlib
import json
from collections import defaultdict
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from districts.numbers import indian
from inventory.backdating import shortage
from inventory.errors import InsufficientStock, NotHeldThen, StockKeyReused, StockRefused
from inventory.models import (
    Batch,
    Dispatch,
    Earmark,
    Location,
    LocationKind,
    Operation,
    StockJournal,
    StockMovement,
    WasteCause,
)
from inventory.safety import require_safe
from inventory.selectors.balances import changes_after
from inventory.selectors.journals import what_depends_on
from inventory.services import stock_sql


@dataclass(frozen=True)
class Move:
    """Doses of a batch from one location (and earmark) to another."""

    batch: Batch
    source: Location
    destination: Location
    doses: int
    source_earmark: str = Earmark.CAMPAIGN
    destination_earmark: str = Earmark.CAMPAIGN
    reversal_of: StockMovement | None = None


def virtual(area, kind, cause=""):
    """The one virtual location of an area for a kind and cause; made on first use."""
    code = ":".join(part for part in (area.code, kind, cause) if part)
    location, _made = Location.objects.get_or_create(
        area=area, kind=kind, cause=cause, defaults={"code": code}
    )
    return location


def receive(
    *, store, batch, doses, channel, happened_on, by, earmark=Earmark.CAMPAIGN, document="", reason="", key=""
):
    """Supply from outside: from a channel into a store."""
    _require_store(store, happened_on)
    supply = virtual(store.area, LocationKind.SUPPLY, channel)
    moves = [Move(batch, supply, store, doses, earmark, earmark)]
    papers = {"document": document, "reason": reason}
    return _operate(Operation.RECEIVE, moves, happened_on=happened_on, by=by, key=key, **papers)


def dispatch(*, from_store, to_store, lines, sent_on, number, by, note="", key=""):
    """Send ``lines`` of (batch, earmark, doses) to another store: they are in transit until accepted.

    On the way they belong to the receiver's area. What must not be used any more goes only back, with a ``note``.
    Returns the Dispatch.
    """
    _require_store(from_store, sent_on)
    _require_store(to_store, sent_on)
    if from_store == to_store:
        raise StockRefused(_("A dispatch goes from one store to another."))
    way = virtual(to_store.area, LocationKind.IN_TRANSIT)
    moves = [Move(batch, from_store, way, doses, earmark, earmark) for batch, earmark, doses in lines]
    with transaction.atomic():
        if key and (earlier := _earlier(key, _digest(Operation.DISPATCH, moves, sent_on))):
            return earlier.dispatch
        require_safe(
            from_store=from_store,
            to_store=to_store,
            batches=[batch for batch, _earmark, _doses in lines],
            sent_on=sent_on,
            note=note,
        )
        consignment = Dispatch.objects.create(
            number=number, from_store=from_store, to_store=to_store, sent_on=sent_on, note=note, by=by
        )
        _operate(
            Operation.DISPATCH,
            moves,
            happened_on=sent_on,
            by=by,
            document=number,
            dispatch_row=consignment,
            key=key,
        )
    return consignment


def accept(*, consignment, lines, accepted_on, by, reason="", key=""):
    """Take in a consignment: ``lines`` of (batch, earmark, doses good, doses damaged).

    What is on the way and neither good nor damaged is short: it goes to *unaccounted* of the receiver, and a
    difference of any kind needs a reason. Closes the consignment.
    """
    store = consignment.to_store
    way = virtual(store.area, LocationKind.IN_TRANSIT)
    with transaction.atomic():
        # Two keepers accepting the same consignment would take it in twice.
        Dispatch.objects.select_for_update().get(pk=consignment.pk)
        if key and (earlier := _earlier(key, None)):
            return earlier
        under_way = on_the_way(consignment)
        moves, complete = [], True
        for batch, earmark, good, damaged in lines:
            sent = under_way.pop((batch.pk, earmark), 0)
            short = sent - good - damaged
            if min(good, damaged, short) < 0:
                raise StockRefused(
                    _(
                        "Of batch %(batch)s %(sent)s doses are on the way; %(good)s good and %(damaged)s "
                        "damaged is more than that."
                    )
                    % {
                        "batch": batch,
                        "sent": indian(sent),
                        "good": indian(good),
                        "damaged": indian(damaged),
                    }
                )
            complete = complete and good == sent
            for doses, destination in (
                (good, store),
                (damaged, virtual(store.area, LocationKind.WASTED, WasteCause.CLOSED_BROKEN)),
                (short, virtual(store.area, LocationKind.UNACCOUNTED)),
            ):
                if doses:
                    moves.append(Move(batch, way, destination, doses, earmark, earmark))
        if under_way:
            raise StockRefused(_("Every batch of the consignment must be named, with 0 where nothing came."))
        if not moves:
            raise StockRefused(_("Nothing of this consignment is on the way any more."))
        if not complete and not reason.strip():
            raise StockRefused(_("Not everything arrived in good order: say what happened."))
        return _operate(
            Operation.ACCEPT,
            moves,
            happened_on=accepted_on,
            by=by,
            document=consignment.number,
            dispatch_row=consignment,
            reason=reason,
            key=key,
        )


def waste(*, store, batch, doses, cause, happened_on, by, earmark=Earmark.CAMPAIGN, reason="", key=""):
    """Doses lost, with the cause that says whether the vial had been opened."""
    _require_store(store, happened_on)
    lost = virtual(store.area, LocationKind.WASTED, WasteCause(cause))
    moves = [Move(batch, store, lost, doses, earmark, earmark)]
    return _operate(Operation.WASTE, moves, happened_on=happened_on, by=by, reason=reason, key=key)


def count(*, store, batch, doses, counted_on, by, reason, earmark=Earmark.CAMPAIGN, key=""):
    """A physical count: the difference to the book goes to or comes from *unaccounted*. None if it agrees."""
    _require_store(store, counted_on)
    if doses < 0:
        raise StockRefused(_("A count is 0 or more."))
    with transaction.atomic():
        position = (store.pk, batch.pk, earmark)
        difference = doses - stock_sql.locked_balances({position: store})[position]
        if not difference:
            return None
        if not reason.strip():
            raise StockRefused(_("The count differs from the book: say why."))
        other = virtual(store.area, LocationKind.UNACCOUNTED)
        source, destination = (other, store) if difference > 0 else (store, other)
        moves = [Move(batch, source, destination, abs(difference), earmark, earmark)]
        return _operate(Operation.COUNT, moves, happened_on=counted_on, by=by, reason=reason, key=key)


def move_earmark(
    *, store, batch, doses, source_earmark, destination_earmark, happened_on, by, reason, key=""
):
    """Give campaign stock to routine work or the other way round, on record."""
    _require_store(store, happened_on)
    moves = [Move(batch, store, store, doses, source_earmark, destination_earmark)]
    return _operate(Operation.EARMARK, moves, happened_on=happened_on, by=by, reason=reason, key=key)


def reverse(*, journal, by, reason, happened_on=None, key=""):
    """Undo an operation by moving everything back. Raises InsufficientStock naming what depends on it.

    It is undone on its day; where the doses had left since and others came later, on the first day from which on
    they were there, so that no past day is left below zero. ``happened_on`` asks for another day.
    """
    if not reason.strip():
        raise StockRefused(_("Say why this is undone."))
    with transaction.atomic():
        if journal.dispatch_id:
            # Somebody who accepts the same consignment meanwhile must come before or after.
            Dispatch.objects.select_for_update().get(pk=journal.dispatch_id)
        if key and (earlier := _earlier(key, None)):
            return earlier
        movements = list(
            journal.movements.select_for_update(of=("self",)).select_related("batch", "source", "destination")
        )
        if any(StockMovement.objects.filter(reversal_of=movement).exists() for movement in movements):
            raise StockRefused(_("This was undone before."))
        if journal.operation == Operation.DISPATCH:
            _require_on_the_way(journal.dispatch, movements)
        moves = [
            Move(
                one.batch,
                one.destination,
                one.source,
                one.doses,
                one.destination_earmark,
                one.source_earmark,
                reversal_of=one,
            )
            for one in movements
        ]
        options = {"by": by, "reason": reason, "dispatch_row": journal.dispatch, "key": key}
        day = happened_on or movements[0].happened_on
        while True:
            try:
                return _operate(Operation.REVERSE, moves, happened_on=day, **options)
            except NotHeldThen as refused:
                if happened_on:
                    raise
                day = refused.enough_on
            except InsufficientStock as refused:
                refused.depends_on = what_depends_on(journal)
                raise


def administer(*, moves, happened_on, by):
    """Doses given to people, as ``inventory.giving`` distributed them over batches."""
    return _operate(Operation.ADMINISTER, moves, happened_on=happened_on, by=by)


def on_the_way(consignment):
    """{(batch id, earmark): doses} of a consignment that have been sent and not accepted."""
    way = virtual(consignment.to_store.area, LocationKind.IN_TRANSIT)
    doses = defaultdict(int)
    rows = StockMovement.objects.filter(journal__dispatch=consignment)
    for batch, earmark, number in rows.filter(destination=way).values_list(
        "batch_id", "destination_earmark", "doses"
    ):
        doses[batch, earmark] += number
    for batch, earmark, number in rows.filter(source=way).values_list("batch_id", "source_earmark", "doses"):
        doses[batch, earmark] -= number
    return {key: number for key, number in doses.items() if number}


def _require_on_the_way(consignment, movements):
    """What has arrived cannot be called back: the road is no store, and would go below zero."""
    under_way = on_the_way(consignment)
    for one in movements:
        if under_way.get((one.batch_id, one.destination_earmark), 0) < one.doses:
            raise StockRefused(
                _("Consignment %(number)s has been accepted: undo its acceptance first.")
                % {"number": consignment}
            )


def _require_store(location, day):
    if not location.is_store:
        raise StockRefused(_("%(name)s is not a store.") % {"name": location})
    if location.closed_on and day >= location.closed_on:
        raise StockRefused(
            _("%(name)s was closed on %(day)s.") % {"name": location, "day": location.closed_on}
        )


def _digest(operation, moves, happened_on):
    content = [
        operation,
        str(happened_on),
        [
            [m.batch.pk, m.source.pk, m.destination.pk, m.doses, m.source_earmark, m.destination_earmark]
            for m in moves
        ],
    ]
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()


def _earlier(key, digest):
    """The journal that the key made before. ``digest`` None: the key alone decides."""
    journal = StockJournal.objects.filter(idempotency_key=key).select_related("dispatch").first()
    if journal is not None and digest is not None and journal.request_digest != digest:
        raise StockKeyReused
    return journal


def _operate(operation, moves, *, happened_on, by, document="", reason="", dispatch_row=None, key=""):
    for move in moves:
        if isinstance(move.doses, bool) or not isinstance(move.doses, int) or move.doses <= 0:
            raise StockRefused(
                _("%(value)r is not a number of doses: write a whole number above 0.") % {"value": move.doses}
            )
    if happened_on > timezone.localdate():
        raise StockRefused(_("%(day)s has not come yet.") % {"day": happened_on})
    digest = _digest(operation, moves, happened_on) if key else ""
    with transaction.atomic():
        if key and (earlier := _earlier(key, digest)):
            return earlier
        balances, places = _shifted(moves, None if operation == Operation.ADMINISTER else happened_on)
        journal = StockJournal(
            operation=operation,
            by=by,
            recorded_at=timezone.now(),
            document=document,
            reason=reason.strip(),
            dispatch=dispatch_row,
            idempotency_key=key,
            request_digest=digest,
        )
        stock_sql.write(journal, moves, happened_on, balances, places)
    return journal


def _shifted(moves, since):
    """({position: its new balance}, {position: Location}), each locked.

    Refuses to take a store below zero, now or on any day from ``since`` on.
    """
    changes, places, batches = defaultdict(int), {}, {}
    for move in moves:
        taken = (move.source.pk, move.batch.pk, move.source_earmark)
        given = (move.destination.pk, move.batch.pk, move.destination_earmark)
        changes[taken] -= move.doses
        changes[given] += move.doses
        places[taken], places[given] = move.source, move.destination
        batches[move.batch.pk] = move.batch
    # Whatever can be read or worked out before is: all that follows is done while others wait for these rows.
    positions, balances = stock_sql.locked_balances(places), {}
    for key, change in changes.items():
        held = positions[key]
        if places[key].is_store and held + change < 0:
            raise InsufficientStock(
                store=str(places[key]), batch=str(batches[key[1]]), held=held, wanted=-change
            )
        if change:
            balances[key] = held + change
    if since is not None and since < timezone.localdate():
        _require_held_since(since, changes, positions, places, batches)
    return balances, places


def _require_held_since(since, changes, positions, places, batches):
    """Refuse to take from a store what it had not got yet on that day, or what had left it again by a later one."""
    taken = {key: -change for key, change in changes.items() if change < 0 and places[key].is_store}
    later = changes_after(taken, since) if taken else {}
    for key, wanted in taken.items():
        if short := shortage(positions[key], later[key], since, wanted):
            raise NotHeldThen(
                store=str(places[key]),
                batch=str(batches[key[1]]),
                held=short.held,
                wanted=wanted,
                happened_on=since,
                day=short.day,
                enough_on=short.enough_on,
            )
