"""What every page of a campaign asks first: which campaign, which area, and may this visitor see it."""

from dataclasses import dataclass

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from campaigns.models import Campaign
from districts import access
from districts.models import Area


@dataclass(frozen=True)
class Scope:
    campaign: Campaign
    area: Area
    above: tuple  # areas from the campaign's own down to the parent, as far as the visitor may see them


def visible_campaign(request, slug):
    campaigns = Campaign.objects.visible_to(request.user).select_related("area")
    return get_object_or_404(campaigns.distinct(), slug=slug)


def open_scope(request, slug, code=None):
    """The campaign and area of an address, or 404: what may not be seen does not exist."""
    campaign = visible_campaign(request, slug)
    if code is None:
        area = campaign.area
    else:
        area = get_object_or_404(Area, code=code)
        if not campaign.area.contains(area):
            raise Http404("Outside the campaign.")
    above = [
        one for one in Area.objects.ancestors_of(area) if campaign.area.contains(one)
    ]  # one query, also for the top
    if not campaign.is_public:
        access.require(request.user, "see", area)
        above = [one for one in above if access.has_right(request.user, "see", one)]
    return Scope(campaign, area, tuple(above))


def own_area(request, campaign):
    """The highest area of the campaign that the visitor may see, for someone who may not see all of it."""
    if campaign.is_public or access.has_right(request.user, "see", campaign.area):
        return campaign.area
    mine = [area for area in access.areas_with_right(request.user, "see") if campaign.area.contains(area)]
    return min(mine, key=lambda area: (len(area.path), area.path), default=None)


def acts(request, scope):
    """What the visitor may do here besides looking, as (label, address)."""
    found = []
    if scope.campaign.archived_at is None and access.has_right(request.user, "submit", scope.area):
        found.append((_("Enter counts"), reverse("entry-list", args=[scope.campaign.slug])))
    if access.has_right(request.user, "see_quality", scope.area):
        found.append((_("Review"), reverse("review-area", args=[scope.campaign.slug, scope.area.code])))
        found.append(
            (_("Data quality"), reverse("quality-area", args=[scope.campaign.slug, scope.area.code]))
        )
    if access.has_right(request.user, "set_up", scope.campaign.area):
        found.append((_("Set up"), reverse("campaign-setup", args=[scope.campaign.slug])))
    return found
