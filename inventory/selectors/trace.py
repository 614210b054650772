"""Where every dose of a batch went, for a recall."""

from collections import defaultdict

from django.db.models import Sum

from inventory.models import LocationKind, StockMovement, StockPosition


def places_of(batch, condition):
    """[(Location, earmark, doses)] where the batch stands now, in the places of ``condition``. One query."""
    rows = (
        StockPosition.objects.filter(condition, batch=batch)
        .exclude(doses=0)
        .exclude(location__kind=LocationKind.SUPPLY)
        .select_related("location__area")
    )
    return [
        (one.location, one.earmark, one.doses)
        for one in rows.order_by("location__kind", "location__area__path", "location_id", "earmark")
    ]


def sums_of(batch):
    """{kind: doses} of the whole batch everywhere: what was supplied is what all others hold. One query."""
    sums = defaultdict(int)
    rows = (
        StockPosition.objects.filter(batch=batch).values_list("location__kind").annotate(total=Sum("doses"))
    )
    for kind, doses in rows.order_by():
        sums[kind] += doses
    return sums


def movements_of_batch(batch, condition):
    """Its movements with an end in the places of ``condition``, in the order of days."""
    return (
        StockMovement.objects.filter(condition, batch=batch)
        .select_related("journal", "batch__vaccine", "source__area", "destination__area", "reversal_of")
        .order_by("happened_on", "pk")
    )
