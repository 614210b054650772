"""One store as values: its shelf, its outlook, its ledger, its consignments."""

from collections import defaultdict
from dataclasses import dataclass
from fractions import Fraction

from django.urls import reverse
from django.utils.translation import gettext as _

from districts import numbers
from districts.templatetags.indian import no_data, short_day
from inventory.expiry import Holding, outlook
from inventory.presenters.words import (
    batch_name,
    expiry,
    movement_row,
    stage_text,
    vials,
)


@dataclass(frozen=True, slots=True)
class ShelfRow:
    vaccine: str
    batch: str
    batch_url: str
    earmark: str
    expiry: object
    doses: str
    vials: str
    stage: str
    unused: str
    leaves: str  # its place in the order of issue, or why it must not leave


@dataclass(frozen=True, slots=True)
class OutlookRow:
    vaccine: str
    usable: str
    vials: str
    per_day: str
    days: str
    runs_out: str
    at_risk: str
    minimum: str
    maximum: str
    state: str
    state_css: str


def outlooks_of_shelf(positions, use, today):
    """{vaccine: (Outlook, daily use)} of one store, for what it holds or uses."""
    shelves, vaccines = defaultdict(list), {}
    for one in positions:
        vaccines[one.batch.vaccine_id] = one.batch.vaccine
        if one.doses < 0:
            continue  # A past day on which more had been given than was on the book: no stock to run forward.
        shelves[one.batch.vaccine_id].append(Holding(one.batch_id, one.batch.expires_on, one.doses))
    rates = {vaccine: rate for (_store, vaccine), rate in use.items()}
    return {
        vaccines[pk]: (outlook(shelves[pk], rates.get(pk, Fraction(0)), today), rates.get(pk, Fraction(0)))
        for pk in vaccines
    }


def shelf_rows(positions, on_shelf, order, outlooks, today):
    stages = {one.key: one.stage for one in on_shelf}
    place = defaultdict(int)
    numbers_of = {}
    for one in order:
        place[one.vaccine_id, one.earmark] += 1
        numbers_of[one.key] = place[one.vaccine_id, one.earmark]
    unused = {}
    for ahead, _rate in outlooks.values():
        unused.update(ahead.unused)
    return tuple(
        ShelfRow(
            vaccine=one.batch.vaccine.name,
            batch=batch_name(one.batch),
            batch_url=reverse("stock-batch", args=[one.batch_id]),
            earmark=one.get_earmark_display(),
            expiry=expiry(one.batch, today),
            doses=numbers.indian(one.doses),
            vials=vials(one.doses, one.batch.vaccine.doses_per_vial),
            stage=stage_text(stages[one.pk]),
            unused=numbers.indian(unused.get(one.batch_id, 0)),
            leaves=_leaves(one, numbers_of.get(one.pk)),
        )
        for one in positions
    )


def _leaves(one, number):
    if one.doses < 0:
        return numbers.NO_DATA
    return _("do not use") if number is None else _("%(n)d.") % {"n": number}


def outlook_rows(outlooks, levels, today):
    rows, blank = [], no_data()
    for vaccine, (ahead, rate) in sorted(outlooks.items(), key=lambda pair: pair[0].code):
        level = levels.get(vaccine.pk)
        state, css = _state(ahead, level, today)
        rows.append(
            OutlookRow(
                vaccine=vaccine.name,
                usable=numbers.indian(ahead.usable),
                vials=vials(ahead.usable, vaccine.doses_per_vial),
                per_day=numbers.decimal(rate, 1) if rate else blank,
                days=numbers.decimal(ahead.days_of_stock, 0) if ahead.days_of_stock is not None else blank,
                runs_out=short_day(ahead.runs_out_on) if rate else blank,
                at_risk=numbers.indian(ahead.at_risk),
                minimum=numbers.indian(level.minimum) if level else blank,
                maximum=numbers.indian(level.maximum) if level else blank,
                state=state,
                state_css=css,
            )
        )
    return tuple(rows)


def _state(ahead, level, today):
    if not ahead.usable:
        return _("out of stock"), "pill--bad"
    if level is None:
        return "", ""
    if ahead.usable < level.minimum:
        return _("below the minimum"), "pill--bad"
    if ahead.usable > level.maximum:
        return _("above the maximum"), "pill--warn"
    return _("between minimum and maximum"), "pill--good"


def ledger_rows(rows, before):
    """The movements of one page of a store's ledger with the balance after each."""
    balance, shown = before, []
    for one in rows:
        balance += one.change
        undone = getattr(one, "reversed_by", None) is not None
        shown.append(
            movement_row(
                one,
                change=numbers.signed(one.change),
                balance=numbers.indian(balance),
                is_undone=undone,
                by=_person(one.journal.by),
            )
        )
    return tuple(shown)


def _person(user):
    return user.get_full_name() or user.get_username() if user else _("system")


@dataclass(frozen=True, slots=True)
class ConsignmentRow:
    number: str
    url: str
    from_store: str
    to_store: str
    sent_on: str
    is_out: bool
    doses: str
    state: str
    state_css: str
    accept_url: str


def consignment_rows(consignments, on_the_way, store, *, may_keep):
    """``on_the_way`` is {dispatch id: doses not yet accepted}."""
    rows = []
    for one in consignments:
        doses = on_the_way.get(one.pk, 0)
        incoming = one.to_store_id == store.pk
        rows.append(
            ConsignmentRow(
                number=one.number,
                url=reverse("stock-consignment", args=[one.pk]),
                from_store=one.from_store.name,
                to_store=one.to_store.name,
                sent_on=short_day(one.sent_on),
                is_out=not incoming,
                doses=numbers.indian(doses) if doses else "",
                state=_("on the way") if doses else _("closed"),
                state_css="pill--warn" if doses else "",
                accept_url=(
                    reverse("stock-accept", args=[one.pk]) if incoming and doses and may_keep else ""
                ),
            )
        )
    return tuple(rows)


@dataclass(frozen=True, slots=True)
class LineRow:
    vaccine: str
    manufacturer: str
    batch: str
    batch_url: str
    expiry: str
    earmark: str
    sent: str
    sent_vials: str
    good: str
    damaged: str
    short: str
    on_the_way: str


def line_rows(lines, earmarks):
    return tuple(
        LineRow(
            vaccine=line.batch.vaccine.name,
            manufacturer=line.batch.manufacturer,
            batch=batch_name(line.batch),
            batch_url=reverse("stock-batch", args=[line.batch.pk]),
            expiry=short_day(line.batch.expires_on),
            earmark=earmarks[line.earmark],
            sent=numbers.indian(line.sent),
            sent_vials=vials(line.sent, line.batch.vaccine.doses_per_vial),
            good=numbers.indian(line.good),
            damaged=numbers.indian(line.damaged),
            short=numbers.indian(line.short),
            on_the_way=numbers.indian(line.on_the_way),
        )
        for line in lines
    )
