"""Consignments: what is on the way to an area, and what became of one."""

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Q, Sum

from inventory.models import Dispatch, LocationKind, Operation, StockMovement
from inventory.selectors.balances import ENDS, under, until

# A consignment that nobody has accepted for longer than this is asked after.
LONG_UNDER_WAY_DAYS = 7


@dataclass(frozen=True)
class UnderWay:
    dispatch: Dispatch
    doses: int
    days: int  # since it was sent


def under_way(area, *, last, as_of=None):
    """[UnderWay] to the stores of an area, the oldest first. Three queries."""
    doses = defaultdict(int)
    for end, sign in ENDS:
        rows = until(StockMovement.objects.all(), last=last, as_of=as_of).filter(
            **{f"{end}__kind": LocationKind.IN_TRANSIT}, **under(area, end)
        )
        for dispatch, total in (
            rows.values_list("journal__dispatch_id").annotate(total=Sum("doses")).order_by()
        ):
            doses[dispatch] += sign * total
    open_ones = {pk: number for pk, number in doses.items() if number}
    rows = Dispatch.objects.filter(pk__in=open_ones).select_related("from_store__area", "to_store__area")
    return [
        UnderWay(row, open_ones[row.pk], (last - row.sent_on).days) for row in rows.order_by("sent_on", "pk")
    ]


def of_store(store, *, last=None, as_of=None):
    """Consignments from or to a store, newest first; those sent by a day and on record at an instant."""
    rows = Dispatch.objects.filter(Q(from_store=store) | Q(to_store=store))
    if last is not None:
        rows = rows.filter(sent_on__lte=last)
    if as_of is not None:
        # Its operation says when it was booked; a book that was taken over wrote all its vouchers at once.
        rows = rows.filter(journals__operation=Operation.DISPATCH, journals__recorded_at__lte=as_of)
    return rows.select_related("from_store", "to_store").order_by("-sent_on", "-pk")


@dataclass(frozen=True)
class Line:
    """One batch of a consignment. What was sent and is neither good, damaged nor short is on the way."""

    batch: object
    earmark: str
    sent: int
    good: int
    damaged: int
    short: int

    @property
    def on_the_way(self):
        return self.sent - self.good - self.damaged - self.short


def lines_of(consignment):
    """[Line] of a consignment by batch and earmark, undone movements taken off. One query."""
    rows = StockMovement.objects.filter(journal__dispatch=consignment).select_related(
        "batch__vaccine", "source", "destination"
    )
    sums, batches = defaultdict(lambda: defaultdict(int)), {}
    for row in rows.order_by("pk"):
        batches[row.batch_id] = row.batch
        into_transit = row.destination.kind == LocationKind.IN_TRANSIT
        sign, other = (1, row.source) if into_transit else (-1, row.destination)
        earmark = row.destination_earmark if into_transit else row.source_earmark
        # The road's other side says what it was: out of the sender, or to the store, the waste, the unknown.
        part = "sent" if other.pk == consignment.from_store_id else other.kind
        sums[row.batch_id, earmark][part] += sign * row.doses
    return [
        Line(
            batches[batch],
            earmark,
            parts["sent"],
            -parts[LocationKind.STORE],
            -parts[LocationKind.WASTED],
            -parts[LocationKind.UNACCOUNTED],
        )
        for (batch, earmark), parts in sums.items()
    ]


def open_doses(consignments, *, last=None, as_of=None):
    """{dispatch id: doses sent and not accepted, now or at the end of a day} of some consignments. Two queries."""
    doses = defaultdict(int)
    for end, sign in ENDS:
        rows = StockMovement.objects.filter(
            journal__dispatch__in=consignments, **{f"{end}__kind": LocationKind.IN_TRANSIT}
        )
        if last is not None:
            rows = until(rows, last=last, as_of=as_of)
        for dispatch, total in (
            rows.values_list("journal__dispatch_id").annotate(total=Sum("doses")).order_by()
        ):
            doses[dispatch] += sign * total
    return {pk: number for pk, number in doses.items() if number}
