"""A campaign by its short name and an area by its code, in one query for the two."""

import copy
from functools import lru_cache

from campaigns.models import Campaign
from districts.models import Area
from districts.prepared import Prepared, instance_of

_FIND = Prepared(
    "campaign_and_area",
    "SELECT c.id, c.setup_version, a.id, a.code, a.level, a.path, a.name_en, a.name_hi, a.parent_id, "
    "a.valid_from, a.valid_until "
    "FROM campaigns_campaign c LEFT JOIN districts_area a ON a.code = %s WHERE c.slug = %s",
)
_AREA = ("id", "code", "level", "path", "name_en", "name_hi", "parent_id", "valid_from", "valid_until")


def find_campaign_and_area(slug, code):
    """(Campaign with its area, Area); None for what there is not. Without a code, the campaign's own area."""
    rows = _FIND.rows([code or "", slug])
    if not rows:
        return None, None
    campaign_id, setup_version, *area = rows[0]
    # A copy: whoever notices that the setup has changed reads its own anew.
    campaign = copy.copy(_campaign(campaign_id, setup_version))
    if not code:
        return campaign, campaign.area
    return campaign, instance_of(Area, _AREA, area) if area[0] is not None else None


@lru_cache(maxsize=64)
def _campaign(campaign_id, _setup_version):
    # Every change of a campaign raises its setup version, so that what is kept is never out of date.
    return Campaign.objects.select_related("area").get(pk=campaign_id)
