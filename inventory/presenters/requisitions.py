"""Requisitions as rows and as a page."""

from dataclasses import dataclass

from django.urls import reverse

from districts import numbers
from districts.templatetags.indian import short_day
from inventory.models import RequisitionState
from inventory.presenters.words import vials

STATE_CSS = {
    RequisitionState.OPEN: "pill--warn",
    RequisitionState.PART_FILLED: "pill--warn",
    RequisitionState.FILLED: "pill--good",
    RequisitionState.CLOSED: "",
}


@dataclass(frozen=True, slots=True)
class RequisitionRow:
    number: int
    url: str
    from_store: str
    to_store: str
    vaccine: str
    doses: str
    vials: str
    sent: str
    remaining: int
    wanted_by: str
    is_late: bool
    state: str
    state_css: str
    is_open: bool


def requisition_row(one, today):
    is_open = one.state in (RequisitionState.OPEN, RequisitionState.PART_FILLED)
    return RequisitionRow(
        number=one.pk,
        url=reverse("stock-requisition", args=[one.pk]),
        from_store=one.from_store.name,
        to_store=one.to_store.name,
        vaccine=one.vaccine.name,
        doses=numbers.indian(one.doses),
        vials=vials(one.doses, one.vaccine.doses_per_vial),
        sent=numbers.indian(one.sent),
        remaining=max(one.doses - one.sent, 0),
        wanted_by=short_day(one.wanted_by),
        is_late=is_open and one.wanted_by < today,
        state=one.get_state_display(),
        state_css=STATE_CSS[one.state],
        is_open=is_open,
    )


def requisition_rows(rows, today):
    return tuple(requisition_row(one, today) for one in rows)
