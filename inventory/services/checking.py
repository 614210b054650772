"""Comparing every kept balance with the full sum of its movements. A difference is kept, logged and told."""

import logging
from collections import defaultdict

from django.db import connection, transaction
from django.db.models import Sum

from inventory.models import Location, StockCheck, StockMovement, StockPosition

log = logging.getLogger(__name__)

SAMPLE = 20


def verify_balances():
    """Returns the StockCheck it wrote. It looks at one snapshot, in which an operation has happened or has not."""
    is_outermost = not connection.in_atomic_block
    with transaction.atomic():
        if connection.vendor == "postgresql" and is_outermost:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        kept = {row[:3]: row[3] for row in _kept()}
        summed = _summed()
        keys = kept.keys() | {key for key, doses in summed.items() if doses}
        wrong = sorted(key for key in keys if kept.get(key, 0) != summed.get(key, 0))
        codes = dict(Location.objects.filter(pk__in={key[0] for key in wrong}).values_list("pk", "code"))
        check = StockCheck.objects.create(
            positions=len(keys),
            differences=len(wrong),
            sample=[
                {
                    "location": codes[key[0]],
                    "batch": key[1],
                    "earmark": key[2],
                    "kept": kept.get(key, 0),
                    "summed": summed.get(key, 0),
                }
                for key in wrong[:SAMPLE]
            ],
        )
    if wrong:
        log.error(
            "%d kept balances differ from the sum of their movements, first %s", len(wrong), check.sample[0]
        )
    return check


def _kept():
    return StockPosition.objects.values_list("location_id", "batch_id", "earmark", "doses").iterator()


def _summed():
    """{(location id, batch id, earmark): doses} over all movements."""
    doses = defaultdict(int)
    for end, sign in (("destination", 1), ("source", -1)):
        rows = StockMovement.objects.values_list(f"{end}_id", "batch_id", f"{end}_earmark")
        for *key, total in rows.annotate(total=Sum("doses")).order_by().iterator():
            doses[tuple(key)] += sign * total
    return doses
