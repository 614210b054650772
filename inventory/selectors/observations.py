"""The latest vial monitor reading of each batch in each store."""

from inventory.issuing import DISCARD_STAGE
from inventory.models import VialMonitorReading


def latest_stages(stores, *, last=None, as_of=None):
    """{(store id, batch id): stage} of the newest reading; a pair never read is absent. One query.

    ``last``, ``as_of``: of those that had been made by a day and were on record at an instant.
    """
    stages = {}
    rows = VialMonitorReading.objects.filter(location__in=stores).order_by("observed_on", "id")
    if last is not None:
        rows = rows.filter(observed_on__lte=last)
    if as_of is not None:
        rows = rows.filter(recorded_at__lte=as_of)
    for store, batch, stage in rows.values_list("location_id", "batch_id", "stage"):
        stages[store, batch] = stage
    return stages


def unfit_positions(stores, *, last=None, as_of=None):
    """The (store id, batch id) pairs whose vials are at or past the discard point."""
    stages = latest_stages(stores, last=last, as_of=as_of)
    return {key for key, stage in stages.items() if stage >= DISCARD_STAGE}
