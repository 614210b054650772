"""My campaigns, and making a new one."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from campaigns.errors import SetupRefused
from campaigns.forms.basics import NewCampaignForm
from campaigns.models import Campaign
from campaigns.presets import PRESETS
from campaigns.selectors.imports import areas_to_import
from campaigns.services.creation import create_campaign
from districts import access


@login_required
def campaign_list(request):
    """The campaigns in which the user may enter counts or change the setup. Others see an empty page."""
    submits = access.areas_with_right(request.user, "submit")
    sets_up = access.areas_with_right(request.user, "set_up")
    reviews = access.areas_with_right(request.user, "see_quality")
    campaigns = Campaign.objects.visible_to(request.user).select_related("area").distinct()
    rows = [
        {
            "campaign": campaign,
            "may_enter": not campaign.archived_at and _meet(submits, campaign.area),
            "may_import": not campaign.archived_at and bool(areas_to_import(request.user, campaign)),
            "may_review": _meet(reviews, campaign.area),
            "may_set_up": any(area.contains(campaign.area) for area in sets_up),
        }
        for campaign in campaigns
    ]
    rows = [row for row in rows if row["may_enter"] or row["may_review"] or row["may_set_up"]]
    return render(
        request,
        "campaigns/list.html",
        {
            "running": [row for row in rows if not row["campaign"].archived_at],
            "archived": [row for row in rows if row["campaign"].archived_at],
            "may_create": bool(sets_up),
        },
    )


@login_required
def campaign_new(request):
    if not access.areas_with_right(request.user, "set_up"):
        raise PermissionDenied("Your posting does not allow you to set up campaigns.")
    form = NewCampaignForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        area = form.cleaned_data["area"]
        access.require(request.user, "set_up", area)
        try:
            campaign = create_campaign(by=request.user, **form.cleaned_data)
        except SetupRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The campaign is made. The list below says what it still needs."))
            return redirect("campaign-setup", campaign.slug)
    about = {preset.code: preset.about for preset in PRESETS.values()}
    presets = [(choice, about[choice.data["value"]]) for choice in form["preset"]]
    return render(request, "campaigns/new.html", {"form": form, "presets": presets})


def _meet(areas, other):
    return any(area.contains(other) or other.contains(area) for area in areas)
