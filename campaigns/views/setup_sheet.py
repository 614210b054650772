"""Setting up what is counted: groups, items and vaccines."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from campaigns.errors import SetupRefused
from campaigns.forms.sheet import CohortForm, ItemForm, NewVaccineForm, VaccinesForm
from campaigns.services import sheet_changes
from campaigns.views.doors import for_setup
from campaigns.views.setup import setup_page


@for_setup
def setup_cohorts(request, campaign):
    return setup_page(
        request,
        campaign,
        "cohorts",
        "campaigns/setup/cohorts.html",
        {"cohorts": campaign.cohorts.all(), "has_reports": sheet_changes.has_reports(campaign)},
    )


@for_setup
def setup_cohort(request, campaign, code=None):
    """Add a group (no code) or change one."""
    cohort = get_object_or_404(campaign.cohorts, code=code) if code else None
    form = CohortForm(request.POST or None, campaign=campaign, instance=cohort)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        values.setdefault("code", code)
        if _saved(request, form, sheet_changes.save_cohort, campaign=campaign, cohort=cohort, **values):
            return redirect("setup-cohorts", campaign.slug)
    return setup_page(
        request, campaign, "cohorts", "campaigns/setup/cohort.html", {"form": form, "cohort": cohort}
    )


@for_setup
def setup_items(request, campaign):
    return setup_page(
        request,
        campaign,
        "items",
        "campaigns/setup/items.html",
        {
            "items": campaign.items.prefetch_related("cohorts"),
            "cells": campaign.cells.filter(is_open=True).count(),
            "has_reports": sheet_changes.has_reports(campaign),
        },
    )


@for_setup
def setup_item(request, campaign, code=None):
    """Add an item (no code) or change one."""
    item = get_object_or_404(campaign.items, code=code) if code else None
    form = ItemForm(request.POST or None, campaign=campaign, instance=item)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        values.setdefault("code", code)
        values["cohorts"] = list(values["cohorts"])
        if _saved(request, form, sheet_changes.save_item, campaign=campaign, item=item, **values):
            return redirect("setup-items", campaign.slug)
    return setup_page(request, campaign, "items", "campaigns/setup/item.html", {"form": form, "item": item})


ROWS = {"cohorts": "setup-cohorts", "items": "setup-items"}
STEPS = {"up": -1, "down": 1}


@require_POST
@for_setup
def setup_row(request, campaign, rows, code, act):
    """Move, close, open or remove one group or item."""
    row = get_object_or_404(getattr(campaign, rows), code=code)
    try:
        if act in STEPS:
            sheet_changes.move(campaign=campaign, by=request.user, row=row, steps=STEPS[act])
        elif act in ("close", "open"):
            sheet_changes.set_open(campaign=campaign, by=request.user, row=row, is_open=act == "open")
        elif act == "remove":
            sheet_changes.remove(campaign=campaign, by=request.user, row=row)
            messages.success(request, _("%s is removed.") % row.name)
        else:
            raise Http404("No such act.")
    except SetupRefused as refusal:
        messages.error(request, str(refusal))
    return redirect(ROWS[rows], campaign.slug)


@for_setup
def confirm_remove(request, campaign, rows, code):
    row = get_object_or_404(getattr(campaign, rows), code=code)
    return setup_page(
        request, campaign, rows, "campaigns/setup/confirm_remove.html", {"row": row, "rows": rows}
    )


@for_setup
def setup_vaccines(request, campaign):
    form = VaccinesForm(
        request.POST if "choose" in request.POST else None, initial={"vaccines": campaign.vaccines.all()}
    )
    new_form = NewVaccineForm(request.POST if "add" in request.POST else None, prefix="new")
    if "choose" in request.POST and form.is_valid():
        vaccines = list(form.cleaned_data["vaccines"])
        if _saved(request, form, sheet_changes.set_vaccines, campaign=campaign, vaccines=vaccines):
            return redirect("setup-vaccines", campaign.slug)
    if (
        "add" in request.POST
        and new_form.is_valid()
        and _saved(request, new_form, sheet_changes.add_vaccine, campaign=campaign, **new_form.cleaned_data)
    ):
        return redirect("setup-vaccines", campaign.slug)
    return setup_page(
        request, campaign, "vaccines", "campaigns/setup/vaccines.html", {"form": form, "new_form": new_form}
    )


def _saved(request, form, write, **values):
    """Write, or put the refusal on the form. Returns whether it is written."""
    try:
        write(by=request.user, **values)
    except SetupRefused as refusal:
        form.add_error(None, str(refusal))
        return False
    messages.success(request, _("Saved."))
    return True
