"""What keepers observe and officers wish: vial monitors, physical counts, minimum and maximum levels."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from districts import audit
from inventory import ledger
from inventory.errors import StockRefused
from inventory.models import PhysicalCount, StockLevel, VialMonitorReading
from inventory.selectors.observations import latest_stages


@transaction.atomic
def read_monitors(*, store, stages, observed_on, by, key="", reason=""):
    """Vial monitors of a store's batches as seen on a day; ``stages`` is {batch: 1 to 4}.

    A monitor never grows lighter again: a stage below the last reading corrects that reading, and needs a ``reason``.
    The same ``key`` again records nothing twice. Returns the readings that were new. Raises StockRefused.
    """
    if observed_on > timezone.localdate():
        raise StockRefused(_("A day that has not come yet cannot be reported."))
    _check_monitors(store, stages, observed_on, by, reason.strip())
    keys = {batch.pk: f"{key}-{batch.pk}" if key else "" for batch in stages}
    known = set(
        VialMonitorReading.objects.filter(idempotency_key__in=filter(None, keys.values())).values_list(
            "batch_id", flat=True
        )
    )
    return VialMonitorReading.objects.bulk_create(
        VialMonitorReading(
            location=store,
            batch=batch,
            stage=stage,
            observed_on=observed_on,
            by=by,
            idempotency_key=keys[batch.pk],
        )
        for batch, stage in stages.items()
        if batch.pk not in known
    )


def _check_monitors(store, stages, observed_on, by, reason):
    known = latest_stages([store.pk], last=observed_on)
    lighter = {
        batch: known[store.pk, batch.pk]
        for batch, stage in stages.items()
        if stage < known.get((store.pk, batch.pk), 0)
    }
    if not lighter:
        return
    if not reason:
        batch, before = next(iter(lighter.items()))
        raise StockRefused(
            _(
                "A vial monitor never grows lighter: %(batch)s was read as stage %(before)d. If that reading was "
                "wrong, say so in the reason."
            )
            % {"batch": batch, "before": before}
        )
    corrected = {str(batch): [before, stages[batch]] for batch, before in lighter.items()}
    audit.record(
        by=by,
        action="stock.monitor",
        subject=store.code,
        area=store.area,
        detail={"batches": corrected, "reason": reason},
    )


@transaction.atomic
def count_store(*, store, counts, counted_on, by, reason, key):
    """A physical count of some batches: ``counts`` of (batch, earmark, doses). Returns the differing journals.

    What agrees with the book moves nothing and is kept as counted all the same.
    """
    journals = []
    # In one order: two keepers who count the same shelf wait, and never for each other.
    for batch, earmark, doses in sorted(counts, key=lambda one: (one[0].pk, one[1])):
        own_key = f"{key}-{batch.pk}-{earmark}"
        if PhysicalCount.objects.filter(idempotency_key=own_key).exists():
            continue
        journal = ledger.count(
            store=store,
            batch=batch,
            doses=doses,
            counted_on=counted_on,
            by=by,
            reason=reason,
            earmark=earmark,
            key=own_key,
        )
        PhysicalCount.objects.create(
            location=store,
            batch=batch,
            earmark=earmark,
            book=_book(journal, store, doses),
            doses=doses,
            counted_on=counted_on,
            by=by,
            idempotency_key=own_key,
        )
        if journal is not None:
            journals.append(journal)
    return journals


def _book(journal, store, counted):
    """What the book said before the count."""
    if journal is None:
        return counted
    movement = journal.movements.get()
    return counted - movement.doses if movement.destination_id == store.pk else counted + movement.doses


@transaction.atomic
def set_levels(*, store, levels, by):
    """``levels`` is {vaccine: (minimum, maximum)}, or None to take the level away."""
    before = {level.vaccine_id: level for level in StockLevel.objects.filter(location=store)}
    changed = {}
    for vaccine, level in levels.items():
        old = before.get(vaccine.pk)
        if level is None:
            if old is not None:
                old.delete()
                changed[vaccine.code] = None
        elif old is None or (old.minimum, old.maximum) != level:
            StockLevel.objects.update_or_create(
                location=store, vaccine=vaccine, defaults={"minimum": level[0], "maximum": level[1]}
            )
            changed[vaccine.code] = list(level)
    if changed:
        audit.record(
            by=by, action="stock.levels", subject=store.code, area=store.area, detail={"levels": changed}
        )
    return changed
