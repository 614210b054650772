"""The quick forms about one batch: supply received, loss, a move between earmarks."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from districts.templatetags.indian import indian
from inventory import ledger
from inventory.forms.single import EarmarkForm, ReceiveForm, WasteForm
from inventory.models import Earmark
from inventory.presenters.words import vials
from inventory.selectors import scope
from inventory.selectors.shelf import shelf_of
from inventory.services.supply import receive_batch
from inventory.views.doors import for_store
from inventory.views.refusals import carry_out
from inventory.views.stores import opening_day, store_frame


def _done(request, store, text, journal, again):
    """Say what was booked, with the way to it; on to the next one of the same kind when asked."""
    messages.success(
        request,
        format_html('{} <a href="{}">{}</a>', text, reverse("stock-journal", args=[journal.pk]), _("Show")),
    )
    return redirect(again if "again" in request.POST else "stock-store", store.code)


def _show(request, store, form, *, title, lead, submit, again):
    context = store_frame(request, store) | {
        "form": form,
        "title": title,
        "lead": lead,
        "submit": submit,
        "again": again,
    }
    return render(request, "stock/single.html", context, status=422 if form.errors else 200)


def _amount(doses, vaccine):
    return _("%(doses)s doses (%(vials)s)") % {
        "doses": indian(doses),
        "vials": vials(doses, vaccine.doses_per_vial),
    }


@for_store(scope.KEEP)
def receive(request, store):
    form = ReceiveForm(request.POST or None, initial={"happened_on": opening_day(store)})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        doses = form.in_doses(data["vaccine"])
        done = carry_out(
            form,
            lambda: receive_batch(
                store=store,
                doses=doses,
                by=request.user,
                key=f"form-receive-{data['key']}",
                **{name: data[name] for name in RECEIVED},
            ),
            field="number",
        )
        if done:
            text = _("%(amount)s of batch %(batch)s are received.") % {
                "amount": _amount(doses, data["vaccine"]),
                "batch": data["number"],
            }
            return _done(request, store, text, done[0], "stock-receive")
    return _show(
        request,
        store,
        form,
        title=_("Receive supply"),
        lead=_("Doses that come from outside: from the Centre, a purchase, a donation."),
        submit=_("Receive"),
        again=_("Receive, and enter another batch"),
    )


RECEIVED = (
    "vaccine",
    "number",
    "manufacturer",
    "expires_on",
    "channel",
    "happened_on",
    "earmark",
    "document",
    "reason",
)


@for_store(scope.KEEP)
def waste(request, store):
    form = WasteForm(request.POST or None, initial={"happened_on": opening_day(store)}, shelf=shelf_of(store))
    if request.method == "POST" and form.is_valid():
        data, position = form.cleaned_data, form.cleaned_data["position"]
        doses = form.in_doses(position.batch.vaccine)
        done = carry_out(
            form,
            lambda: ledger.waste(
                store=store,
                batch=position.batch,
                doses=doses,
                cause=data["cause"],
                happened_on=data["happened_on"],
                by=request.user,
                earmark=position.earmark,
                reason=data["reason"],
                key=f"form-waste-{data['key']}",
            ),
            field="amount",
        )
        if done:
            text = _("%(amount)s of batch %(batch)s are booked as wasted.") % {
                "amount": _amount(doses, position.batch.vaccine),
                "batch": position.batch,
            }
            return _done(request, store, text, done[0], "stock-waste")
    return _show(
        request,
        store,
        form,
        title=_("Report loss"),
        lead=_(
            "Doses that can no longer be given, with the cause. What is only missing in the reports is no loss."
        ),
        submit=_("Book the loss"),
        again=_("Book, and enter another"),
    )


@for_store(scope.KEEP)
def earmark(request, store):
    form = EarmarkForm(
        request.POST or None, initial={"happened_on": opening_day(store)}, shelf=shelf_of(store)
    )
    if request.method == "POST" and form.is_valid():
        data, position = form.cleaned_data, form.cleaned_data["position"]
        doses = form.in_doses(position.batch.vaccine)
        other = Earmark.ROUTINE if position.earmark == Earmark.CAMPAIGN else Earmark.CAMPAIGN
        done = carry_out(
            form,
            lambda: ledger.move_earmark(
                store=store,
                batch=position.batch,
                doses=doses,
                source_earmark=position.earmark,
                destination_earmark=other,
                happened_on=data["happened_on"],
                by=request.user,
                reason=data["reason"],
                key=f"form-earmark-{data['key']}",
            ),
            field="amount",
        )
        if done:
            text = _("%(amount)s of batch %(batch)s are now meant for: %(earmark)s.") % {
                "amount": _amount(doses, position.batch.vaccine),
                "batch": position.batch,
                "earmark": other.label,
            }
            return _done(request, store, text, done[0], "stock-earmark")
    return _show(
        request,
        store,
        form,
        title=_("Move between earmarks"),
        lead=_("Campaign stock and routine stock are kept apart; what changes hands is on record."),
        submit=_("Move"),
        again="",
    )
