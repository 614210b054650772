"""A clerk names the batch that was given at a unit on a day."""

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from districts import audit
from inventory.errors import StockRefused
from inventory.giving import give, given_by_batch, named_batch, store_for
from inventory.models import Batch, Location, NamedBatch, Vaccine
from inventory.models.products import UNKNOWN_BATCH


@transaction.atomic
def name_batch(*, area, vaccine, day, batch, by):
    """Doses of the day come out of ``batch`` first; None: out of what expires first, as without a name.

    What was booked before for the day goes back to its batches and is given anew, so that it does not matter
    whether the clerk names the batch before the report or after it. Returns whether anything changed.
    """
    if day > timezone.localdate():
        raise StockRefused(_("%(day)s has not come yet.") % {"day": day})
    if batch is not None and batch.vaccine_id != vaccine.pk:
        raise StockRefused(
            _("Batch %(batch)s is not one of %(vaccine)s.") % {"batch": batch, "vaccine": vaccine}
        )
    rows = NamedBatch.objects.select_for_update().filter(area=area, vaccine=vaccine, happened_on=day)
    before = rows.select_related("batch").first()
    if (before.batch if before else None) == batch:
        return False
    if batch is None:
        rows.delete()
    else:
        NamedBatch.objects.update_or_create(
            area=area, vaccine=vaccine, happened_on=day, defaults={"batch": batch, "by": by}
        )
    doses = sum(given_by_batch(area, vaccine, day).values())
    if doses:
        give(area=area, vaccine=vaccine, doses=-doses, happened_on=day, by=by)
        give(area=area, vaccine=vaccine, doses=doses, happened_on=day, by=by)
    audit.record(
        by=by,
        action="stock.named_batch",
        subject=f"{area.code} {day} {vaccine.code}",
        area=area,
        detail={"batch": [before and before.batch.number, batch and batch.number], "doses": doses},
    )
    return True


@dataclass(frozen=True)
class Giving:
    """What a clerk may name for a vaccine: the batches of the store that gives to the unit."""

    vaccine: Vaccine
    store: Location | None
    batches: list  # to choose from
    named: Batch | None
    given: dict  # Batch → doses of the day


def givings(area, day):
    """[Giving] of the vaccines that a store at or above the unit keeps, or that were given there that day."""
    found = []
    for vaccine in Vaccine.objects.order_by("code"):
        store = store_for(area, vaccine)
        given = given_by_batch(area, vaccine, day)
        if store is None and not given:
            continue
        held = Batch.objects.filter(positions__location=store, positions__doses__gt=0) if store else ()
        named = named_batch(area, vaccine, day)
        batches = {one.pk: one for one in held if one.vaccine_id == vaccine.pk}
        batches |= {one.pk: one for one in given if one.number != UNKNOWN_BATCH}
        if named:
            batches[named.pk] = named
        ordered = sorted(batches.values(), key=lambda one: (one.expires_on, one.number))
        found.append(Giving(vaccine, store, ordered, named, given))
    return found
