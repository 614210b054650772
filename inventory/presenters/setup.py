"""Vaccines, batches and stores as tables."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from districts import numbers
from districts.models.areas import local_name
from districts.templatetags.indian import no_data, short_day
from inventory.presenters.tables import Column, Table
from inventory.selectors import scope


@dataclass(frozen=True, slots=True)
class VaccineRow:
    code: str
    name: str
    antigen: str
    manufacturer: str
    per_vial: str
    open_vial: str
    limit: str
    batches: str


def vaccine_table(vaccines):
    rows = tuple(
        VaccineRow(
            code=one.code,
            name=one.name,
            antigen=one.antigen,
            manufacturer=one.manufacturer,
            per_vial=numbers.indian(one.doses_per_vial),
            open_vial=one.get_open_vial_display(),
            limit=no_data() if one.wastage_limit_percent is None else f"{one.wastage_limit_percent}%",
            batches=numbers.indian(one.number_of_batches),
        )
        for one in vaccines
    )
    return Table(
        "vaccines",
        _("Vaccines"),
        (
            Column(_("Code"), lambda row: row.code),
            Column(_("Vaccine"), lambda row: row.name),
            Column(_("Antigen"), lambda row: row.antigen),
            Column(_("Manufacturer"), lambda row: row.manufacturer),
            Column(_("Doses per vial"), lambda row: row.per_vial, is_number=True),
            Column(_("Opened vial"), lambda row: row.open_vial),
            Column(_("Indicative maximum wastage"), lambda row: row.limit),
            Column(_("Batches"), lambda row: row.batches, is_number=True),
        ),
        rows,
    )


@dataclass(frozen=True, slots=True)
class BatchRow:
    number: str
    url: str
    vaccine: str
    manufacturer: str
    expires: str
    change_url: str


def batch_table(batches, user):
    """``change_url`` is empty for who may not change the batch."""
    batches = list(batches)
    changeable = scope.batches_to_set_up(user, batches)
    rows = tuple(
        BatchRow(
            number=one.number,
            url=reverse("stock-batch", args=[one.pk]) if one.is_there else "",
            vaccine=one.vaccine.name,
            manufacturer=one.manufacturer,
            expires=short_day(one.expires_on),
            change_url=reverse("stock-batch-change", args=[one.pk]) if one.pk in changeable else "",
        )
        for one in batches
    )
    return Table(
        "batches",
        _("Batches"),
        (
            Column(_("Batch"), lambda row: row.number),
            Column(_("Vaccine"), lambda row: row.vaccine),
            Column(_("Manufacturer"), lambda row: row.manufacturer),
            Column(_("Expires"), lambda row: row.expires),
        ),
        rows,
    )


@dataclass(frozen=True, slots=True)
class StoreRow:
    name: str
    url: str
    code: str
    area: str
    capacity: str
    held: str
    closed: str


def store_table(stores):
    rows = tuple(
        StoreRow(
            name=one.name,
            url=reverse("stock-store", args=[one.code]),
            code=one.code,
            area=local_name(one.area),
            capacity=no_data() if one.capacity_doses is None else numbers.indian(one.capacity_doses),
            held=numbers.indian(one.held),
            closed=short_day(one.closed_on) if one.closed_on else "",
        )
        for one in stores
    )
    return Table(
        "stores",
        _("Stores"),
        (
            Column(_("Store code"), lambda row: row.code),
            Column(_("Store"), lambda row: row.name),
            Column(_("Area"), lambda row: row.area),
            Column(_("Doses"), lambda row: row.held, is_number=True),
            Column(_("Cold-chain capacity (doses)"), lambda row: row.capacity, is_number=True),
            Column(_("Closed"), lambda row: row.closed),
        ),
        rows,
    )
