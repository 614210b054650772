"""Operations on the stock as they come in by ``POST stock/movements/``: their shapes, and carrying them out.

The ledger and the services that use it do the work; here only codes and numbers become stores and batches, and
rights are checked.
"""

import hashlib
import re
import uuid
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework import serializers

from districts import access
from inventory import ledger
from inventory.api.access import open_store
from inventory.api.bodies import BODIES, read_body
from inventory.errors import StockKeyReused
from inventory.models import Batch, Dispatch, Operation, PhysicalCount, StockJournal
from inventory.selectors import scope
from inventory.selectors.consignments import lines_of
from inventory.selectors.journals import acting_store
from inventory.services.consignments import send, undo
from inventory.services.observations import count_store
from inventory.services.supply import receive_batch

__all__ = ["BODIES", "Done", "carry_out", "read_body", "read_idempotency_key"]

_KEY = re.compile(r"[\x21-\x7e]{1,100}")


@dataclass(frozen=True)
class Done:
    operation: str
    journals: list
    consignment: Dispatch | None = None
    replayed: bool = False


def read_idempotency_key(request):
    """The key, apart from those of other users and of the forms; "" when there is none."""
    given = request.headers.get("Idempotency-Key")
    if given is None:
        return ""
    if not _KEY.fullmatch(given):
        text = _("Write 1 to 100 characters of ASCII without spaces.")
        raise serializers.ValidationError({"Idempotency-Key": text})
    # Of one length, whatever was sent: a count appends the batch to it, and the column is bounded.
    return f"api-{request.user.pk}-{hashlib.sha256(given.encode()).hexdigest()}"


def carry_out(*, user, asked, key):
    """Book one operation. Raises what the ledger raises; 404 and 403 as everywhere."""
    act = _ACTS[asked["operation"]]
    try:
        return act(user, asked, key)
    except IntegrityError:
        # The same key came twice at once, and the other has committed meanwhile: now its journal is found.
        if not (_used(key) or _counted(key)):
            raise
        return act(user, asked, key)


def _used(key):
    return bool(key) and StockJournal.objects.filter(idempotency_key=key).exists()


def _counted(key):
    """A count keeps its key with each batch, so that those that agree, and move nothing, are known too."""
    return bool(key) and PhysicalCount.objects.filter(idempotency_key__startswith=f"{key}-").exists()


def _is_replay(key):
    if _counted(key):
        raise StockKeyReused
    return _used(key)


def _receive(user, asked, key):
    store = open_store(user, asked["store"])
    replayed = _is_replay(key)
    journal = receive_batch(
        store=store,
        vaccine=asked["vaccine"],
        number=asked["number"],
        manufacturer=asked["manufacturer"],
        expires_on=asked["expires_on"],
        doses=_doses(asked, asked["vaccine"]),
        channel=asked["channel"],
        happened_on=asked["date"],
        by=user,
        earmark=asked["earmark"],
        document=asked["document"],
        reason=asked["reason"],
        key=key,
    )
    return Done(Operation.RECEIVE, [journal], replayed=replayed)


def _waste(user, asked, key):
    store, replayed = open_store(user, asked["store"]), _is_replay(key)
    batch = _batches([asked])[asked["batch"]]
    journal = ledger.waste(
        store=store,
        batch=batch,
        doses=_doses(asked, batch.vaccine),
        cause=asked["cause"],
        happened_on=asked["date"],
        by=user,
        earmark=asked["earmark"],
        reason=asked["reason"],
        key=key,
    )
    return Done(Operation.WASTE, [journal], replayed=replayed)


def _earmark(user, asked, key):
    store, replayed = open_store(user, asked["store"]), _is_replay(key)
    batch = _batches([asked])[asked["batch"]]
    journal = ledger.move_earmark(
        store=store,
        batch=batch,
        doses=_doses(asked, batch.vaccine),
        source_earmark=asked["from_earmark"],
        destination_earmark=asked["to_earmark"],
        happened_on=asked["date"],
        by=user,
        reason=asked["reason"],
        key=key,
    )
    return Done(Operation.EARMARK, [journal], replayed=replayed)


def _count(user, asked, key):
    store = open_store(user, asked["store"])
    if _used(key):
        raise StockKeyReused
    batches = _batches(asked["lines"], "lines")
    counts = [
        (batches[line["batch"]], line["earmark"], _doses(line, batches[line["batch"]].vaccine))
        for line in asked["lines"]
    ]
    replayed = _counted(key)
    if replayed:
        _require_same_count(store, counts, asked["date"], key)
    key = key or f"api-{uuid.uuid4().hex}"
    count_store(
        store=store, counts=counts, counted_on=asked["date"], by=user, reason=asked["reason"], key=key
    )
    journals = StockJournal.objects.filter(idempotency_key__startswith=f"{key}-")
    return Done(Operation.COUNT, list(journals), replayed=replayed)


def _require_same_count(store, counts, day, key):
    rows = PhysicalCount.objects.filter(idempotency_key__startswith=f"{key}-")
    kept = {(row.location_id, row.batch_id, row.earmark, row.doses, row.counted_on) for row in rows}
    if kept != {(store.pk, batch.pk, earmark, doses, day) for batch, earmark, doses in counts}:
        raise StockKeyReused


def _dispatch(user, asked, key):
    store, replayed = open_store(user, asked["store"]), _is_replay(key)
    # By hand anywhere that a plan could propose: the same rule as the form's, with the one named let in.
    target = scope.reachable_stores(store, also=asked["to_store"]).filter(code=asked["to_store"]).first()
    if target is None:
        raise serializers.ValidationError({"to_store": _("There is no other open store with this code.")})
    batches = _batches(asked["lines"], "lines")
    lines = [
        (batches[line["batch"]], line["earmark"], _doses(line, batches[line["batch"]].vaccine))
        for line in asked["lines"]
    ]
    consignment = send(
        from_store=store,
        to_store=target,
        lines=lines,
        sent_on=asked["date"],
        by=user,
        note=asked["note"],
        key=key,
    )
    journals = list(consignment.journals.filter(operation=Operation.DISPATCH).order_by("pk")[:1])
    return Done(Operation.DISPATCH, journals, consignment, replayed)


def _accept(user, asked, key):
    consignment = (
        Dispatch.objects.select_related("from_store__area", "to_store__area")
        .filter(number=asked["consignment"])
        .first()
    )
    ends = [consignment.from_store.area, consignment.to_store.area] if consignment else []
    if not any(access.has_right(user, "see", area) for area in ends):
        raise Http404(_("There is no such place that you may see."))
    if not scope.may_keep(user, consignment.to_store.area):
        raise PermissionDenied(_("Your posting does not allow this here."))
    replayed, batches = _is_replay(key), _batches(asked["lines"], "lines")
    lines = [
        (batches[line["batch"]], line["earmark"], line["good"], line["damaged"]) for line in asked["lines"]
    ]
    if replayed:
        _require_same_acceptance(consignment, lines, key)
    journal = ledger.accept(
        consignment=consignment,
        lines=lines,
        accepted_on=asked["date"],
        by=user,
        reason=asked["reason"],
        key=key,
    )
    return Done(Operation.ACCEPT, [journal], consignment, replayed)


def _require_same_acceptance(consignment, lines, key):
    """The ledger takes the key's word for an acceptance, whose doses short hang on what was on the way."""
    journal = StockJournal.objects.get(idempotency_key=key)
    same = (journal.operation, journal.dispatch_id) == (Operation.ACCEPT, consignment.pk)
    taken = {(line.batch.pk, line.earmark): (line.good, line.damaged) for line in lines_of(consignment)}
    undone = journal.movements.filter(reversed_by__isnull=False).exists()
    asked = {(batch.pk, earmark): (good, damaged) for batch, earmark, good, damaged in lines}
    if not same or (not undone and any(taken.get(one) != parts for one, parts in asked.items())):
        raise StockKeyReused


def _reverse(user, asked, key):
    journal = StockJournal.objects.select_related("dispatch").filter(pk=asked["journal"]).first()
    if journal is None or not journal.movements.filter(scope.touching(user, "see")).exists():
        raise Http404(_("There is no such operation that you may see."))
    if not scope.may_undo(user, journal, acting_store(journal)):
        raise PermissionDenied(_("Your posting does not allow this here."))
    replayed = _is_replay(key)
    if replayed and not _reverses(key, journal):
        raise StockKeyReused
    undone = undo(journal=journal, by=user, reason=asked["reason"], key=key)
    return Done(Operation.REVERSE, [undone], journal.dispatch, replayed)


def _reverses(key, journal):
    return StockJournal.objects.filter(idempotency_key=key, movements__reversal_of__journal=journal).exists()


_ACTS = {
    "receive": _receive,
    "waste": _waste,
    "earmark": _earmark,
    "count": _count,
    "dispatch": _dispatch,
    "accept": _accept,
    "reverse": _reverse,
}


def _doses(asked, vaccine):
    """Doses, or whole vials of them."""
    return asked["doses"] if "doses" in asked else asked["vials"] * vaccine.doses_per_vial


def _batches(lines, path=""):
    """{id: Batch} of the lines. A number that names none is refused where it stands. One query."""
    found = Batch.objects.select_related("vaccine").filter(pk__in={line["batch"] for line in lines})
    batches = {batch.pk: batch for batch in found}
    wrong = {
        f"{path}[{number}].batch" if path else "batch": serializers.ErrorDetail(
            _("There is no such batch."), code="unknown_batch"
        )
        for number, line in enumerate(lines)
        if line["batch"] not in batches
    }
    if wrong:
        raise serializers.ValidationError(wrong)
    return batches
