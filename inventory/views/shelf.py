"""The forms with a row for every batch on the shelf: physical count, vial monitors, levels."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from inventory.forms.rows import CountForm, LevelsForm, MonitorForm
from inventory.presenters.rows import count_rows, level_rows, monitor_rows
from inventory.selectors import scope
from inventory.selectors.observations import latest_stages
from inventory.selectors.shelf import levels_of, shelf_of
from inventory.services.observations import count_store, read_monitors, set_levels
from inventory.views.doors import for_store
from inventory.views.refusals import carry_out
from inventory.views.stores import opening_day, store_frame


def _show(request, store, form, rows, **texts):
    context = store_frame(request, store) | {"form": form, "rows": rows, **texts}
    return render(request, "stock/shelf_form.html", context, status=422 if form.errors else 200)


@for_store(scope.KEEP)
def count(request, store):
    day = opening_day(store)
    form = CountForm(request.POST or None, initial={"counted_on": day}, shelf=shelf_of(store))
    if request.method == "POST" and form.is_valid():
        data, counts = form.cleaned_data, form.counts()
        done = carry_out(
            form,
            lambda: count_store(
                store=store,
                counts=counts,
                counted_on=data["counted_on"],
                by=request.user,
                reason=data["reason"],
                key=f"form-count-{data['key']}",
            ),
        )
        if done:
            text = ngettext(
                "%(n)d batch is counted; %(differing)d differed from the book.",
                "%(n)d batches are counted; %(differing)d differed from the book.",
                len(counts),
            )
            messages.success(request, text % {"n": len(counts), "differing": len(done[0])})
            return redirect("stock-store", store.code)
    return _show(
        request,
        store,
        form,
        count_rows(form, day),
        title=_("Physical count"),
        lead=_(
            "Count what you can; a batch left empty was not counted. Differences go to the unreported residual."
        ),
        known_label=_("In the book"),
        field_label=_("Counted"),
        submit=_("Save the count"),
        nothing=_("This store holds nothing."),
    )


@for_store(scope.KEEP)
def monitors(request, store):
    batches = list({one.batch_id: one.batch for one in shelf_of(store)}.values())
    stages = {batch: stage for (_store, batch), stage in latest_stages([store.pk]).items()}
    day = opening_day(store)
    form = MonitorForm(request.POST or None, initial={"observed_on": day}, batches=batches, stages=stages)
    if request.method == "POST" and form.is_valid():
        done = carry_out(
            form,
            lambda: read_monitors(
                store=store,
                stages=form.readings(),
                observed_on=form.cleaned_data["observed_on"],
                by=request.user,
                reason=form.cleaned_data["reason"],
                key=f"form-monitors-{form.cleaned_data['key']}",
            ),
        )
        if done:
            messages.success(request, _("The readings are saved; they decide which batch leaves first."))
            return redirect("stock-store", store.code)
    return _show(
        request,
        store,
        form,
        monitor_rows(form, day),
        title=_("Vial monitors"),
        lead=_(
            "Stage 1: inner square lighter than the ring. 2: still lighter. 3: same colour, discard. 4: darker."
        ),
        known_label=_("Last reading"),
        field_label=_("VVM stage now"),
        submit=_("Save the readings"),
        nothing=_("This store holds nothing."),
    )


@for_store(scope.KEEP)
def levels(request, store):
    form = LevelsForm(request.POST or None, levels=levels_of(store))
    if request.method == "POST" and form.is_valid():
        set_levels(store=store, levels=form.levels(), by=request.user)
        messages.success(request, _("The levels are saved."))
        return redirect("stock-store", store.code)
    return _show(
        request,
        store,
        form,
        level_rows(form),
        title=_("Minimum and maximum"),
        lead=_("Below the least the store is in the list of what to order; both in doses. Empty: no level."),
        field_label=_("At least"),
        second_label=_("At most"),
        submit=_("Save the levels"),
        nothing=_("No vaccine is known yet."),
    )
