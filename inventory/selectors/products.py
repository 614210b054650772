"""Vaccines, batches and stores for the pages on which they are set up."""

from django.db.models import Count, Exists, OuterRef, Q, Sum
from django.db.models.functions import Coalesce

from inventory.models import Batch, Location, LocationKind, StockPosition, Vaccine
from inventory.models.products import UNKNOWN_BATCH
from inventory.selectors import scope


def vaccines_with_batches():
    """Vaccines with ``number_of_batches``. One query."""
    named = Q(batches__isnull=False) & ~Q(batches__number=UNKNOWN_BATCH)
    return Vaccine.objects.annotate(number_of_batches=Count("batches", filter=named)).order_by("code")


def batches_known_to(user, *, number=""):
    """Batches that were ever in the user's areas, or never anywhere, by expiry, the newest first.

    ``is_there``: some of it was in the user's areas, so that it has a trace to show.
    """
    there = StockPosition.objects.filter(batch=OuterRef("pk"))
    mine = there.filter(scope.visible_path(user, "location__area"))
    rows = Batch.objects.exclude(number=UNKNOWN_BATCH).annotate(is_there=Exists(mine))
    rows = rows.filter(Q(is_there=True) | ~Exists(there))
    if number:
        rows = rows.filter(number__icontains=number)
    return rows.select_related("vaccine").order_by("-expires_on", "number", "pk")


def stores_with_stock(area):
    """The stores of an area and below with ``held``, the doses in them now. One query."""
    return (
        Location.objects.filter(
            kind=LocationKind.STORE, area__path__gte=area.path, area__path__lte=area.path_end
        )
        .select_related("area")
        .annotate(held=Coalesce(Sum("positions__doses"), 0))
        .order_by("area__path", "pk")
    )
