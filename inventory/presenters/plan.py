"""Proposed transfers as rows, each with the address at which it becomes a dispatch."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from districts import numbers
from districts.models.areas import local_name
from inventory.presenters.area_page import store_url
from inventory.presenters.words import batch_name, expiry, vials


@dataclass(frozen=True, slots=True)
class TransferRow:
    from_store: str
    from_url: str
    from_place: str
    to_store: str
    to_url: str
    to_place: str
    vaccine: str
    batch: str
    batch_url: str
    expiry: object
    doses: str
    vials: str
    across: str
    dispatch_url: str  # empty for who may not send from there


def plan_page(transfers, stores, batches, *, day, earmark, may_keep):
    return tuple(_row(one, stores, batches, day, earmark, may_keep) for one in transfers)


def _row(one, stores, batches, day, earmark, may_keep):
    source, target, batch = stores[one.from_store], stores[one.to_store], batches[one.batch]
    address = ""
    if may_keep(source.area):
        asked = {"to": target.code, "batch": batch.pk, "earmark": earmark, "doses": one.doses, "plan": 1}
        address = f"{reverse('stock-dispatch', args=[source.code])}?{urlencode(asked)}"
    return TransferRow(
        from_store=source.name,
        from_url=store_url(source),
        from_place=local_name(source.area),
        to_store=target.name,
        to_url=store_url(target),
        to_place=local_name(target.area),
        vaccine=batch.vaccine.name,
        batch=batch_name(batch),
        batch_url=reverse("stock-batch", args=[batch.pk]),
        expiry=expiry(batch, day),
        doses=numbers.indian(one.doses),
        vials=vials(one.doses, batch.vaccine.doses_per_vial),
        across=_("to another state") if one.across_states else "",
        dispatch_url=address,
    )
