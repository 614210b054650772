"""A campaign by its short name and an area by its code, in one query for the two, and for the areas above."""

import copy
from functools import lru_cache

from campaigns.models import Campaign
from districts.models import Area
from districts.models.areas import DEEPEST, SEGMENT
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


_ROAD = (
    "SELECT c.id, c.setup_version, r.id, r.code, r.level, r.path, r.name_en, r.name_hi, r.parent_id, "
    "r.valid_from, r.valid_until "
    "FROM campaigns_campaign c JOIN districts_area a ON {asked} JOIN districts_area r ON r.path IN ({above}) "
    "WHERE c.slug = %s ORDER BY r.path"
)
_ABOVE = ", ".join(f"substr(a.path, 1, {SEGMENT * step})" for step in range(1, DEEPEST + 1))
_ROAD_TO_AREA = Prepared("road_to_area", _ROAD.format(asked="a.code = %s", above=_ABOVE))
_ROAD_TO_TOP = Prepared("road_to_top", _ROAD.format(asked="a.id = c.area_id", above=_ABOVE))


def find_campaign_and_road(slug, code=None):
    """(Campaign with its area, [Area from the nation down to the one asked for]); (None, []) without either.

    Without a code, the road to the campaign's own area.
    """
    rows = _ROAD_TO_AREA.rows([code, slug]) if code else _ROAD_TO_TOP.rows([slug])
    if not rows:
        return None, []
    return copy.copy(_campaign(*rows[0][:2])), [instance_of(Area, _AREA, row[2:]) for row in rows]


@lru_cache(maxsize=64)
def _campaign(campaign_id, _setup_version):
    # Every change of a campaign raises its setup version, so that what is kept is never out of date.
    return Campaign.objects.select_related("area").get(pk=campaign_id)
