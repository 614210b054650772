"""Who comes in: every page of this app goes through one of these doors. What they do not open stays closed."""

import datetime
from functools import wraps

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404

from campaigns.models import Campaign
from districts import access
from districts.models import Area


def for_setup(view):
    """The view gets the campaign, and only people with the right to set it up get the view."""

    @login_required
    @wraps(view)
    def inside(request, slug, **kwargs):
        campaign = get_object_or_404(Campaign.objects.select_related("area"), slug=slug)
        access.require(request.user, "set_up", campaign.area)
        return view(request, campaign, **kwargs)

    return inside


def for_entry(view):
    """The view gets the campaign, when the user may submit counts somewhere in it."""

    @login_required
    @wraps(view)
    def inside(request, slug, **kwargs):
        campaign = get_object_or_404(
            Campaign.objects.visible_to(request.user).select_related("area").distinct(), slug=slug
        )
        if not _meets(campaign, access.areas_with_right(request.user, "submit")):
            raise PermissionDenied("Your posting does not allow you to enter counts in this campaign.")
        return view(request, campaign, **kwargs)

    return inside


def for_unit_day(view):
    """The view gets campaign, reporting unit and day, when the user may submit counts of that unit."""

    @for_entry
    @wraps(view)
    def inside(request, campaign, code, day, **kwargs):
        unit = get_object_or_404(Area.objects.select_related("parent"), code=code)
        access.require(request.user, "submit", unit)
        if not campaign.units.filter(area=unit).exists():
            raise Http404("Not a reporting unit of this campaign.")
        return view(request, campaign, unit=unit, day=day_or_404(day), **kwargs)

    return inside


def day_or_404(text):
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        raise Http404("No such day.") from None


def _meets(campaign, areas):
    return any(area.contains(campaign.area) or campaign.area.contains(area) for area in areas)
