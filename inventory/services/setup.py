"""Adding and changing vaccines, batches and stores. What stands in the ledger keeps its meaning: it is refused to
change what a booked dose was counted by. Each change is in the audit trail, before and after."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from districts import audit
from inventory.errors import StockRefused
from inventory.models import Batch, LocationKind, StockMovement, StockPosition, Vaccine

VACCINE_FIELDS = (
    *("code", "name_en", "name_hi", "antigen", "manufacturer"),
    *("doses_per_vial", "open_vial", "wastage_limit_percent"),
)
BATCH_FIELDS = ("vaccine", "number", "manufacturer", "expires_on")
STORE_FIELDS = ("name_en", "name_hi", "capacity_doses", "closed_on")


@transaction.atomic
def save_vaccine(*, vaccine, values, by):
    """Add a vaccine (one without a key) or change one."""
    is_new = vaccine.pk is None
    if not is_new:
        vaccine = Vaccine.objects.select_for_update().get(pk=vaccine.pk)
        if values["doses_per_vial"] != vaccine.doses_per_vial and _moved(batch__vaccine=vaccine):
            raise StockRefused(
                _(
                    "Doses of this vaccine are booked by the vial. Another presentation is another vaccine: add it."
                )
            )
        if values["code"] != vaccine.code:
            raise StockRefused(_("The code stays as it is: files and programs know the vaccine by it."))
    changes = _apply(vaccine, values, VACCINE_FIELDS)
    if is_new or changes:
        vaccine.save()
        action = "vaccine.create" if is_new else "stock.vaccine"
        audit.record(by=by, action=action, subject=vaccine.code, detail=changes)
    return vaccine


@transaction.atomic
def save_batch(*, batch, values, by, reason=""):
    """Add a batch or put one right, with a reason."""
    is_new = batch.pk is None
    if not is_new:
        batch = Batch.objects.select_for_update().get(pk=batch.pk)
        if values["vaccine"] != batch.vaccine and _moved(batch=batch):
            raise StockRefused(_("Doses of this batch are booked: it stays a batch of the same vaccine."))
    changes = _apply(batch, values, BATCH_FIELDS)
    if not is_new and changes and not reason.strip():
        raise StockRefused(_("Say why the batch is changed."))
    same = Batch.objects.filter(vaccine=batch.vaccine, number=batch.number, manufacturer=batch.manufacturer)
    if same.exclude(pk=batch.pk).exists():
        raise StockRefused(_("There is such a batch already."))
    if is_new or changes:
        batch.save()
        detail = changes | ({"reason": reason.strip()} if reason.strip() else {})
        audit.record(by=by, action="stock.batch", subject=batch.number, detail=detail)
    return batch


@transaction.atomic
def save_store(*, store, values, by):
    """Open a store (one without a key) or change one."""
    is_new = store.pk is None
    closing = values.get("closed_on")
    if closing is not None and not is_new:
        if closing > timezone.localdate():
            raise StockRefused(_("A store is closed when its last dose has left: this day has not come yet."))
        held = StockPosition.objects.select_for_update().filter(location=store, doses__gt=0)
        if held.exists():
            raise StockRefused(_("The store still holds doses. Send them on or book their loss first."))
        if StockMovement.objects.filter(destination=store, happened_on__gte=closing).exists() or (
            StockMovement.objects.filter(source=store, happened_on__gte=closing).exists()
        ):
            raise StockRefused(_("Something has moved in this store on that day or after it."))
    store.kind = LocationKind.STORE
    changes = _apply(store, values, STORE_FIELDS)
    if is_new or changes:
        store.save()
        audit.record(by=by, action="stock.store", subject=store.code, area=store.area, detail=changes)
    return store


def _moved(**condition):
    return StockMovement.objects.filter(**condition).exists()


def _apply(row, values, fields):
    """Set the fields; {field: [before, after]} of what changed."""
    changes = {}
    for field in fields:
        before = getattr(row, field) if row.pk is not None else None
        if row.pk is None or before != values[field]:
            changes[field] = [_plain(before), _plain(values[field])]
            setattr(row, field, values[field])
    return changes


def _plain(value):
    return value if value is None or isinstance(value, int) else str(value)
