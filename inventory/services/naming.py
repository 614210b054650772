"""A clerk names the batches that were given at a unit on a day."""

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from districts import audit
from districts.models import Area
from districts.numbers import indian
from inventory.errors import StockRefused
from inventory.giving import Named, give, given_by_batch, named_batches, store_for
from inventory.models import Batch, Location, NamedBatch, Vaccine
from inventory.models.products import UNKNOWN_BATCH


@transaction.atomic
def name_batches(*, area, vaccine, day, named, by):
    """Doses of the day come out of the batches ``named`` (a Named) first; an empty one: out of what expires first.

    What was booked before for the day goes back to its batches and is given anew, so that it does not matter
    whether the clerk names the batches before the report or after it. Returns whether anything changed.
    Raises StockRefused when more doses are named than the day's report has.
    """
    # Of two clerks who name batches of a day at once the second sees what the first wrote.
    Area.objects.select_for_update(no_key=True).get(pk=area.pk)
    before = named_batches(area, vaccine, day)
    doses = sum(given_by_batch(area, vaccine, day).values())
    _require_sense(vaccine, day, named, doses)
    if before == named:
        return False
    NamedBatch.objects.filter(area=area, vaccine=vaccine, happened_on=day).delete()
    rows = [*named.doses.items(), *([(named.rest, None)] if named.rest else [])]
    NamedBatch.objects.bulk_create(
        NamedBatch(area=area, vaccine=vaccine, happened_on=day, batch=batch, doses=number, by=by)
        for batch, number in rows
    )
    if doses:
        give(area=area, vaccine=vaccine, doses=-doses, happened_on=day, by=by)
        give(area=area, vaccine=vaccine, doses=doses, happened_on=day, by=by)
    audit.record(
        by=by,
        action="stock.named_batch",
        subject=f"{area.code} {day} {vaccine.code}",
        area=area,
        detail={"batch": [_in_words(before), _in_words(named)], "doses": doses},
    )
    return True


def _require_sense(vaccine, day, named, given):
    if day > timezone.localdate():
        raise StockRefused(_("%(day)s has not come yet.") % {"day": day})
    for batch in [*named.doses, *([named.rest] if named.rest else [])]:
        if batch.vaccine_id != vaccine.pk:
            raise StockRefused(
                _("Batch %(batch)s is not one of %(vaccine)s.") % {"batch": batch, "vaccine": vaccine}
            )
    if named.rest in named.doses:
        raise StockRefused(_("Batch %(batch)s is named twice.") % {"batch": named.rest})
    total = sum(named.doses.values())
    # A report may still be to come; when it says fewer doses, the batches named give as many as there are.
    if given and total > given:
        raise StockRefused(
            _("Together %(named)s doses of %(vaccine)s are named, and %(given)s were given.")
            % {"named": indian(total), "vaccine": vaccine, "given": indian(given)}
        )


def _in_words(named):
    """What the audit trail keeps of it: "4121Z001: 60, 4121Z002"."""
    parts = [f"{batch.number}: {number}" for batch, number in named.doses.items()]
    return ", ".join(parts + ([named.rest.number] if named.rest else [])) or None


@dataclass(frozen=True)
class Giving:
    """What a clerk may name for a vaccine: the batches of the store that gives to the unit."""

    vaccine: Vaccine
    store: Location | None
    batches: list  # to choose from
    named: Named
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
        named = named_batches(area, vaccine, day)
        batches = {one.pk: one for one in held if one.vaccine_id == vaccine.pk}
        batches |= {one.pk: one for one in given if one.number != UNKNOWN_BATCH}
        batches |= {one.pk: one for one in [*named.doses, named.rest] if one}
        ordered = sorted(batches.values(), key=lambda one: (one.expires_on, one.number))
        found.append(Giving(vaccine, store, ordered, named, given))
    return found
