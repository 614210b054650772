"""Sending consignments and undoing operations, with what hangs on them: voucher numbers, requisitions."""

from django.db import IntegrityError, transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from inventory import ledger
from inventory.errors import StockRefused
from inventory.models import (
    Dispatch,
    Operation,
    Requisition,
    RequisitionFilling,
    RequisitionState,
)
from inventory.selectors.shelf import live_fillings

TRIES = 5


def send(*, from_store, to_store, lines, sent_on, by, note="", key="", requisition=None):
    """A dispatch under the next voucher number of the store; it may fill a requisition. Returns the Dispatch.

    ``lines`` of (batch, earmark, doses).
    """
    for attempt in range(TRIES):
        try:
            with transaction.atomic():
                if requisition is not None:
                    requisition = _fillable(requisition, from_store, to_store)
                consignment = ledger.dispatch(
                    from_store=from_store,
                    to_store=to_store,
                    lines=lines,
                    sent_on=sent_on,
                    number=next_number(from_store, sent_on, skip=attempt),
                    by=by,
                    note=note,
                    key=key,
                )
                if requisition is not None:
                    _fill(requisition, consignment, lines)
                return consignment
        except IntegrityError:
            # Somebody else's dispatch of this store took the number a moment ago.
            if attempt == TRIES - 1:
                raise
    raise AssertionError("not reached")


def next_number(store, day, *, skip=0):
    """Voucher numbers run by store and year: D387-STORE/2026/0012."""
    prefix = f"{store.code[:28]}/{day.year}/"
    used = Dispatch.objects.filter(number__startswith=prefix).count()
    return f"{prefix}{used + 1 + skip:04}"


def _fillable(requisition, from_store, to_store):
    requisition = Requisition.objects.select_for_update().get(pk=requisition.pk)
    if (requisition.from_store_id, requisition.to_store_id) != (from_store.pk, to_store.pk):
        raise StockRefused(_("This requisition is between other stores."))
    if requisition.state == RequisitionState.CLOSED:
        raise StockRefused(_("This requisition was closed."))
    return requisition


def _fill(requisition, consignment, lines):
    if requisition.fillings.filter(dispatch=consignment).exists():
        return  # The same form came twice.
    doses = sum(doses for batch, _earmark, doses in lines if batch.vaccine_id == requisition.vaccine_id)
    if not doses:
        raise StockRefused(_("Nothing of the vaccine that was asked for is in this dispatch."))
    RequisitionFilling.objects.create(requisition=requisition, dispatch=consignment, doses=doses)
    _settle(requisition)


def filled(requisition):
    """Doses sent for a requisition, without dispatches that were called back."""
    mine = live_fillings().filter(requisition=requisition)
    return mine.aggregate(total=Sum("doses"))["total"] or 0


def _settle(requisition):
    sent = filled(requisition)
    if sent >= requisition.doses:
        requisition.state = RequisitionState.FILLED
    else:
        requisition.state = RequisitionState.PART_FILLED if sent else RequisitionState.OPEN
    requisition.save(update_fields=["state"])


@transaction.atomic
def undo(*, journal, by, reason, key=""):
    """Reverse an operation; a dispatch called back no longer fills its requisition."""
    if journal.operation == Operation.ADMINISTER:
        raise StockRefused(_("Doses given come from the tallies: correct the report of that day instead."))
    undone = ledger.reverse(journal=journal, by=by, reason=reason, key=key)
    if journal.operation == Operation.DISPATCH:
        fillings = RequisitionFilling.objects.filter(dispatch=journal.dispatch_id)
        open_ones = Requisition.objects.filter(fillings__in=fillings).exclude(state=RequisitionState.CLOSED)
        for requisition in open_ones.distinct():
            _settle(requisition)
    return undone
