"""Whose stock a request is about, and whether this user may see or keep it."""

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework import serializers

from districts import access
from districts.models import Area
from inventory.models import Location, LocationKind
from inventory.selectors import scope
from inventory.selectors.standing import day_to_show


def _not_found():
    # The same words for what does not exist and for what one may not see.
    return Http404(_("There is no such place that you may see."))


def open_area(user, code=None):
    """The area of this code, or the one that the user sees the stock of; 404 outside, 403 without the right."""
    if code is None:
        return _own_area(user)
    area = Area.objects.filter(code=code).first()
    if area is None or not access.has_right(user, "see", area):
        raise _not_found()
    access.require(user, scope.SEE, area)
    return area


def _own_area(user):
    areas = scope.top_areas(user)
    if not areas:
        raise PermissionDenied(_("Your posting does not allow you to see stock."))
    if len(areas) > 1:
        codes = ", ".join(area.code for area in areas)
        raise serializers.ValidationError(
            {"area": _("Name one of your areas: %(codes)s.") % {"codes": codes}}
        )
    return areas[0]


def day_asked(asked, area, name="date"):
    """The day of a request; without one that on which the stock page of the area opens."""
    return asked.get(name) or day_to_show(area, timezone.localdate())


def open_store(user, code, right=scope.KEEP):
    """The store of this code; 404 outside one's own area, 403 inside it without the right."""
    stores = Location.objects.filter(kind=LocationKind.STORE).select_related("area")
    store = stores.filter(code=code).first()
    if store is None or not access.has_right(user, "see", store.area):
        raise _not_found()
    access.require(user, right, store.area)
    return store
