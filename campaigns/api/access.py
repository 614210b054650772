"""Which campaign and area a posting or a reading of the ledger is about, and whether this user may."""

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils.translation import gettext as _

from campaigns.models import Campaign
from campaigns.selectors.scope import find_campaign_and_area
from districts import access


def _not_found():
    # The same words for what does not exist and for what one may not see.
    return Http404(_("There is no such campaign, or no such area in it that you may see."))


def open_campaign(user, slug, code, right="see"):
    """(campaign, area). 404 outside one's own area, 403 inside it without the right."""
    campaign, area = find_campaign_and_area(slug, code)
    if campaign is None or area is None or not access.has_right(user, "see", area):
        raise _not_found()
    if not campaign.is_public and not campaign.area.contains(area):
        raise _not_found()
    access.require(user, right, area)
    return campaign, area


def open_campaign_of(user, slug):
    """The campaign, if the user may see it. 403 for one who sees it and may submit nowhere."""
    campaign = Campaign.objects.visible_to(user).filter(slug=slug).first()
    if campaign is None:
        raise _not_found()
    if not access.areas_with_right(user, "submit"):
        raise PermissionDenied(_("Your posting does not allow this here."))
    return campaign
