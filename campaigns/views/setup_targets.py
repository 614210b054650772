"""Target sets: tables of one's own, shares of a population, the choice of the default."""

import csv

from django.contrib import messages
from django.db.models import Count, Sum
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from campaigns.errors import SetupRefused
from campaigns.forms.targets import NAME, DeriveTargetsForm, TargetTableForm
from campaigns.selectors.populations import available_populations
from campaigns.services.setup import set_targets
from campaigns.services.target_sets import choose_default, derive_targets, remove_target_set
from campaigns.views.doors import for_setup
from campaigns.views.setup import setup_page
from districts.numbers import indian
from districts.spreadsheets import neutral


@for_setup
def setup_targets(request, campaign):
    populations = available_populations(campaign)
    table = TargetTableForm(
        *((request.POST, request.FILES) if "save-table" in request.POST else ()), campaign=campaign
    )
    derive = DeriveTargetsForm(
        request.POST if "derive" in request.POST else None,
        campaign=campaign,
        populations=populations,
        prefix="derive",
    )
    for button, form, save in (("save-table", table, _save_table), ("derive", derive, _derive)):
        if button in request.POST and form.is_valid():
            try:
                save(request, campaign, form)
            except SetupRefused as refusal:
                form.add_error(None, str(refusal))
            else:
                return redirect("setup-targets", campaign.slug)
    return setup_page(
        request,
        campaign,
        "targets",
        "campaigns/setup/targets.html",
        {
            "sets": campaign.target_sets.annotate(
                persons=Sum("targets__persons"), units=Count("targets__unit", distinct=True)
            ),
            "all_units": campaign.units.count(),
            "cohorts": campaign.cohorts.filter(is_open=True),
            "populations": populations,
            "table": table,
            "derive": derive,
        },
    )


def _names(form):
    return {
        "code": form.code(),
        "name_en": form.cleaned_data["name_en"],
        "name_hi": form.cleaned_data["name_hi"],
        # Unticked leaves the default where it is; the first set is always the default.
        "is_default": form.cleaned_data["is_default"] or None,
    }


def _save_table(request, campaign, form):
    values = form.cleaned_data
    targets = values["targets"]
    set_targets(
        campaign=campaign,
        source=values["source"],
        source_hi=values["source_hi"],
        year=values["year"],
        targets=targets,
        by=request.user,
        **_names(form),
    )
    without = campaign.units.count() - len({unit.pk for unit, _cohort in targets})
    _say(request, without)


def _derive(request, campaign, form):
    chosen = form.chosen()
    _set, without = derive_targets(
        campaign=campaign,
        by=request.user,
        source=chosen.source,
        year=chosen.year,
        group=chosen.group,
        shares=form.shares(),
        **_names(form),
    )
    _say(request, without)


def _say(request, without):
    messages.success(request, _("The target set is saved."))
    if without:
        messages.warning(
            request,
            ngettext("%(count)s unit has no target in it.", "%(count)s units have no target in it.", without)
            % {"count": indian(without)},
        )


@for_setup
def target_table(request, campaign):
    """A table to fill in: every reporting unit, with the targets of the default set where it has some."""
    cohorts = list(campaign.cohorts.filter(is_open=True))
    standing = {
        (unit, cohort): persons
        for unit, cohort, persons in campaign.target_sets.filter(is_default=True).values_list(
            "targets__unit", "targets__cohort", "targets__persons"
        )
    }
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="targets-{campaign.slug}.csv"'
    table = csv.writer(response)
    table.writerow(["unit", NAME, *(cohort.code for cohort in cohorts)])
    for unit in campaign.units.select_related("area").order_by("area__path"):
        targets = (standing.get((unit.area_id, cohort.pk), "") for cohort in cohorts)
        table.writerow([unit.area.code, neutral(unit.area.name), *targets])
    return response


@require_POST
@for_setup
def target_set_default(request, campaign, code):
    target_set = get_object_or_404(campaign.target_sets, code=code)
    choose_default(campaign=campaign, by=request.user, target_set=target_set)
    messages.success(request, _("Coverage is measured against “%s”.") % target_set.name)
    return redirect("setup-targets", campaign.slug)


@for_setup
def target_set_remove(request, campaign, code):
    """Ask on GET, act on POST."""
    target_set = get_object_or_404(campaign.target_sets, code=code)
    if request.method == "POST":
        try:
            remove_target_set(campaign=campaign, by=request.user, target_set=target_set)
        except SetupRefused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("“%s” is removed.") % target_set.name)
        return redirect("setup-targets", campaign.slug)
    return setup_page(
        request, campaign, "targets", "campaigns/setup/confirm_target_set.html", {"target_set": target_set}
    )
