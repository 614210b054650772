"""A store asks another for doses. Filling one is a dispatch: see ``inventory.services.consignments``."""

from django.db import transaction
from django.utils.translation import gettext as _

from districts import audit
from inventory.errors import StockRefused
from inventory.models import Requisition, RequisitionState


@transaction.atomic
def ask(*, to_store, from_store, vaccine, doses, wanted_by, by, reason=""):
    """``to_store`` asks ``from_store`` for doses of a vaccine."""
    if to_store == from_store:
        raise StockRefused(_("A store asks another store, not itself."))
    if doses <= 0:
        raise StockRefused(_("Ask for one dose or more."))
    same = Requisition.objects.filter(
        to_store=to_store,
        from_store=from_store,
        vaccine=vaccine,
        doses=doses,
        wanted_by=wanted_by,
        state=RequisitionState.OPEN,
    ).first()
    if same is not None:
        # The same form sent twice asks once.
        return same
    requisition = Requisition.objects.create(
        to_store=to_store,
        from_store=from_store,
        vaccine=vaccine,
        doses=doses,
        wanted_by=wanted_by,
        reason=reason.strip(),
        by=by,
    )
    audit.record(
        by=by,
        action="stock.requisition",
        subject=str(requisition.pk),
        area=to_store.area,
        detail={"vaccine": vaccine.code, "doses": doses, "of": from_store.code, "for": to_store.code},
    )
    return requisition


@transaction.atomic
def close(*, requisition, reason, by):
    """Say that no more will be sent, and why."""
    if not reason.strip():
        raise StockRefused(_("Say why no more will be sent."))
    requisition = Requisition.objects.select_for_update().get(pk=requisition.pk)
    if requisition.state in (RequisitionState.CLOSED, RequisitionState.FILLED):
        raise StockRefused(_("This requisition is closed or filled already."))
    requisition.state, requisition.closed_reason = RequisitionState.CLOSED, reason.strip()
    requisition.save(update_fields=["state", "closed_reason"])
    audit.record(
        by=by, action="stock.requisition_closed", subject=str(requisition.pk), detail={"reason": reason}
    )
    return requisition
