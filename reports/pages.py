"""What every page of a campaign asks first: which campaign, which area, and may this visitor see it."""

from dataclasses import dataclass

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _

from campaigns.models import Campaign
from campaigns.selectors.scope import find_campaign_and_road
from districts import access
from districts.models import Area


@dataclass(frozen=True)
class Scope:
    campaign: Campaign
    area: Area
    above: tuple  # areas from the campaign's own down to the parent, as far as the visitor may see them


def visible_campaign(request, slug, code=None):
    """The campaign of an address and the areas from the nation down to the one named, or 404."""
    campaign, road = find_campaign_and_road(slug, code)
    if campaign is None or not _is_visible(campaign, request.user):
        raise Http404("No such campaign or area.")
    return campaign, road


def _is_visible(campaign, user):
    """See ``CampaignQuerySet.visible_to``."""
    return campaign.is_public or any(
        area.contains(campaign.area) or campaign.area.contains(area)
        for area in access.areas_with_right(user, "see")
    )


def open_scope(request, slug, code=None):
    """The campaign and area of an address, or 404: what may not be seen does not exist."""
    return scope_of(request, *visible_campaign(request, slug, code))


def scope_of(request, campaign, road):
    area, above = road[-1], [one for one in road[:-1] if campaign.area.contains(one)]
    if not campaign.area.contains(area):
        raise Http404("Outside the campaign.")
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
