"""The door of review and data quality, and what the pages behind it share: the campaign, the area, the days."""

import datetime
from dataclasses import dataclass
from functools import wraps

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404

from campaigns.models import Campaign
from campaigns.selectors.calendar import opening_day
from campaigns.selectors.reviews import areas_below, own_areas
from districts import access
from districts.models import Area

DAYS = 14  # looked back at, unless a day is asked for
PAGE = 50


@dataclass(frozen=True)
class Desk:
    """What a page is about. ``day`` is None for the last days together."""

    campaign: Campaign
    area: Area
    above: tuple  # areas up to the largest that the user may see here
    below: tuple
    tops: tuple  # the largest areas that the user may see here
    first: datetime.date
    last: datetime.date
    day: datetime.date | None
    may_review: bool


def for_desk(view):
    """The view gets a Desk, when the user may see the quality of data of the area: 404 outside, 403 inside."""

    @login_required
    @wraps(view)
    def inside(request, slug, code=None, **kwargs):
        campaign = get_object_or_404(
            Campaign.objects.visible_to(request.user).select_related("area").distinct(), slug=slug
        )
        tops = own_areas(request.user, campaign, "see_quality")
        if code is None:
            if not tops:
                raise PermissionDenied("Your posting does not allow you to review this campaign.")
            area = tops[0]
        else:
            area = get_object_or_404(Area.objects.select_related("parent"), code=code)
            access.require(request.user, "see_quality", area)
            if not campaign.area.contains(area):
                raise Http404("Outside the campaign.")
        return view(request, _desk(request, campaign, area, tops), **kwargs)

    return inside


def _desk(request, campaign, area, tops):
    newest = opening_day(campaign)
    try:
        day = datetime.date.fromisoformat(request.GET.get("date", ""))
        day = max(min(day, newest), campaign.starts_on)
    except ValueError:
        day = None
    above = [
        one
        for one in Area.objects.ancestors_of(area)
        if any(top.contains(one) for top in tops) and campaign.area.contains(one)
    ]
    return Desk(
        campaign=campaign,
        area=area,
        above=tuple(above),
        below=tuple(areas_below(campaign, area)),
        tops=tuple(tops),
        first=day or max(newest - datetime.timedelta(DAYS - 1), campaign.starts_on),
        last=day or newest,
        day=day,
        may_review=campaign.archived_at is None and access.has_right(request.user, "review", area),
    )


def require_review(request, desk):
    """Who may decide on the days of a Desk; raises PermissionDenied or Http404."""
    access.require(request.user, "review", desk.area)
    if not desk.may_review:
        raise PermissionDenied("This campaign is archived.")
