"""What an answer about a campaign stands on, in the one query that a 304 may cost."""

from dataclasses import dataclass
from types import SimpleNamespace

from django.utils import timezone

from districts.prepared import Prepared


@dataclass(frozen=True, slots=True)
class Stamp:
    """``area`` carries the path by which rights are told; it is None where no such area lies in the campaign.

    ``key`` changes whenever a figure, a setting, the name of an area or the day of today changes.
    """

    campaign_id: int
    is_public: bool
    area: SimpleNamespace | None
    key: str


_STATEMENT = """
SELECT c.id, c.is_public, top.path, {area}.id, {area}.path, COALESCE(f.version, 0), c.setup_version,
    (SELECT COUNT(*) FROM campaigns_foldmark m WHERE m.campaign_id = c.id)
    + (SELECT COUNT(*) FROM campaigns_reviewmark m WHERE m.campaign_id = c.id),
    (SELECT MAX(t.updated_at) FROM districts_area t)
FROM campaigns_campaign c
JOIN districts_area top ON top.id = c.area_id
{join}
LEFT JOIN reports_campaignfold f ON f.campaign_id = c.id
WHERE c.slug = %s
"""
_OF_AREA = Prepared(
    "stamp_of_area",
    _STATEMENT.format(area="a", join="LEFT JOIN districts_area a ON a.code = %s"),
)
_OF_TOP = Prepared("stamp_of_top", _STATEMENT.format(area="top", join=""))


def stamp_of(slug, code=None):
    """The Stamp of a campaign and an area of it (its own where no code is given), or None without a campaign."""
    rows = _OF_AREA.rows([code, slug]) if code else _OF_TOP.rows([slug])
    if not rows:
        return None
    campaign_id, is_public, top, area_id, path, *versions = rows[0]
    area = None
    if path is not None and path.startswith(top):
        area = SimpleNamespace(pk=area_id, path=path)
    # See Freshness.tag for why the number of marks is one of the versions.
    key = ".".join(str(part) for part in (*versions, timezone.localdate().toordinal()))
    return Stamp(campaign_id, bool(is_public), area, key)
