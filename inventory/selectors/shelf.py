"""What lies in one store now, row by row, as its keeper sees it."""

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
from inventory.selectors.observations import latest_stages


def shelf_of(store):
    """The positions of a store above 0 with batch and vaccine, in the order of the shelf. One query."""
    return list(
        StockPosition.objects.filter(location=store, doses__gt=0)
        .select_related("batch__vaccine")
        .order_by("batch__vaccine__code", "batch__expires_on", "batch_id", "earmark")
    )


def to_issue(positions, store):
    """The positions as ``inventory.issuing`` reads them, with the last vial monitor reading. One query."""
    stages = latest_stages([store.pk])
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


def last_readings(store, most=30):
    return list(VialMonitorReading.objects.filter(location=store).select_related("batch", "by")[:most])


def last_counts(store, most=20):
    return list(PhysicalCount.objects.filter(location=store).select_related("batch", "by")[:most])


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
