"""What lies in one store, row by row, as its keeper sees it: now, or at the end of a day."""

from django.db.models import OuterRef, Subquery, Sum
from django.db.models.functions import Coalesce

from inventory.issuing import OnShelf
from inventory.models import (
    Operation,
    PhysicalCount,
    Requisition,
    RequisitionFilling,
    RequisitionState,
    StockLevel,
    StockMovement,
    StockPosition,
    VialMonitorReading,
)
from inventory.selectors.balances import held_in
from inventory.selectors.observations import latest_stages


def shelf_of(store):
    """The positions of a store above 0 with batch and vaccine, in the order of the shelf. One query."""
    return list(_positions(store).filter(doses__gt=0))


def shelf_at(store, query):
    """The same with what a StockQuery asks for: the doses at the end of its day, those below 0 too. Three queries."""
    rows, found = _positions(store), []
    if query.earmark:
        rows = rows.filter(earmark=query.earmark)
    if query.vaccine is not None:
        rows = rows.filter(batch__vaccine=query.vaccine)
    held = held_in(store, last=query.day, as_of=query.as_of)
    for one in rows:
        # Of that day, and not to be saved.
        one.doses = held.get((one.batch_id, one.earmark), 0)
        if one.doses:
            found.append(one)
    return found


def _positions(store):
    return (
        StockPosition.objects.filter(location=store)
        .select_related("batch__vaccine")
        .order_by("batch__vaccine__code", "batch__expires_on", "batch_id", "earmark")
    )


def to_issue(positions, store, *, last=None, as_of=None):
    """The positions as ``inventory.issuing`` reads them, with the last vial monitor reading. One query."""
    stages = latest_stages([store.pk], last=last, as_of=as_of)
    return [
        OnShelf(
            key=one.pk,
            batch_id=one.batch_id,
            vaccine_id=one.batch.vaccine_id,
            earmark=one.earmark,
            expires_on=one.batch.expires_on,
            doses=one.doses,
            stage=stages.get((store.pk, one.batch_id)),
        )
        for one in positions
    ]


def levels_of(store):
    """{vaccine id: StockLevel} of one store. One query."""
    return {level.vaccine_id: level for level in StockLevel.objects.filter(location=store)}


def last_readings(store, query, most):
    rows = VialMonitorReading.objects.filter(location=store, observed_on__lte=query.day)
    return list(_narrowed(rows, query).select_related("batch", "by")[:most])


def last_counts(store, query, most):
    rows = PhysicalCount.objects.filter(location=store, counted_on__lte=query.day)
    return list(_narrowed(rows, query).select_related("batch", "by")[:most])


def _narrowed(rows, query):
    """What was on record at the instant of a StockQuery, of its vaccine."""
    if query.as_of is not None:
        rows = rows.filter(recorded_at__lte=query.as_of)
    return rows if query.vaccine is None else rows.filter(batch__vaccine=query.vaccine)


def live_fillings():
    """Fillings whose dispatch was not called back."""
    called_back = StockMovement.objects.filter(
        journal__operation=Operation.DISPATCH, reversed_by__isnull=False
    ).values("journal__dispatch_id")
    return RequisitionFilling.objects.exclude(dispatch_id__in=called_back)


def requisitions(condition, *, only_open=False):
    """Requisitions with ``sent``, the doses on record for them, newest first."""
    rows = Requisition.objects.filter(condition).select_related(
        "from_store__area", "to_store__area", "vaccine", "by"
    )
    if only_open:
        rows = rows.filter(state__in=[RequisitionState.OPEN, RequisitionState.PART_FILLED])
    sums = (
        live_fillings()
        .filter(requisition=OuterRef("pk"))
        .order_by()
        .values("requisition")
        .annotate(total=Sum("doses"))
        .values("total")
    )
    return rows.annotate(sent=Coalesce(Subquery(sums), 0)).order_by("-pk")
