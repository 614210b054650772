"""The setup of a campaign: what is still missing, its basics, opening it to the public, archiving it."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from campaigns.errors import SetupRefused
from campaigns.forms.basics import BasicsForm
from campaigns.models import Campaign
from campaigns.presenters.setup import section_tabs
from campaigns.selectors.calendar import calendar_of
from campaigns.selectors.readiness import steps
from campaigns.services import changes
from campaigns.views.doors import for_setup


def setup_page(request, campaign, section, template, context, status=200):
    """Every page of the setup has the tabs and knows the setup version that the officer looks at."""
    shared = {
        "campaign": campaign,
        "section": section,
        "tabs": section_tabs(campaign, section),
        "setup_version": campaign.setup_version,
    }
    return render(request, template, shared | context, status=status)


def seen_version(request):
    """The setup version that the posted page was made from; None for a page that carries none."""
    text = request.POST.get("setup_version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


@for_setup
def campaign_setup(request, campaign):
    checklist = steps(campaign)
    calendar = calendar_of(campaign)
    return setup_page(
        request,
        campaign,
        "overview",
        "campaigns/setup/overview.html",
        {
            "steps": checklist,
            "is_ready": all(step.is_done for step in checklist if step.is_essential),
            "working_days": calendar.total,
            "cells": campaign.cells.filter(is_open=True).count(),
        },
    )


@for_setup
def setup_basics(request, campaign):
    # On a copy: a form of a model writes into its instance, also what is refused.
    form = BasicsForm(request.POST or None, instance=Campaign.objects.get(pk=campaign.pk))
    if request.method == "POST" and form.is_valid():
        try:
            changes.change_basics(
                campaign=campaign,
                by=request.user,
                expected_setup_version=seen_version(request),
                **form.cleaned_data,
            )
        except SetupRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Saved."))
            return redirect("setup-basics", campaign.slug)
    return setup_page(request, campaign, "basics", "campaigns/setup/basics.html", {"form": form})


ACTS = {
    "publish": changes.publish,
    "withdraw": changes.withdraw,
    "archive": changes.archive,
    "restore": changes.restore,
}


@require_POST
@for_setup
def setup_act(request, campaign, act):
    try:
        ACTS[act](campaign=campaign, by=request.user)
    except SetupRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _said(act))
    return redirect("campaign-setup", campaign.slug)


def _said(act):
    return {
        "publish": _("The campaign is open to the public."),
        "withdraw": _("The campaign is shown to officials only."),
        "archive": _("The campaign is archived. It takes no more counts, and its figures stay."),
        "restore": _("The campaign takes counts again."),
    }[act]


@for_setup
def confirm_archive(request, campaign):
    return setup_page(request, campaign, "overview", "campaigns/setup/confirm_archive.html", {})
