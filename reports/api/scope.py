"""Which campaign and area a request is about, and whether this client may read their figures.

Figures of a public campaign are open to anyone; those of another, to whoever may see the area. What one may
not see is answered like what does not exist, in the same words.
"""

import re

from django.http import Http404
from django.utils.translation import gettext as _

from campaigns.models import Campaign
from districts import access
from districts.models import Area
from reports.selectors.stamps import stamp_of

# What a slug or a code can be; anything else is left to the serializer, which says what is wrong with it.
_WORD = re.compile(r"[A-Za-z0-9_-]{1,60}")


def not_found():
    return Http404(_("There is no such campaign, or no such area in it that you may see."))


def stamp_for(request):
    """The Stamp of what ``?campaign=&area=`` name, after the rights are checked; None when they name nothing."""
    slug, code = _asked(request)
    if not _WORD.fullmatch(slug) or (code and not _WORD.fullmatch(code)):
        return None
    stamp = stamp_of(slug, code)
    if stamp is None or stamp.area is None:
        raise not_found()
    if not stamp.is_public and not access.has_right(request.user, "see", stamp.area):
        raise not_found()
    return stamp


def _asked(request):
    """(campaign, area) of the address: taken from a plain one as it stands, for half of a 304 is reading it."""
    query = request.META.get("QUERY_STRING", "")
    if "%" in query or "+" in query:
        return request.GET.get("campaign", ""), request.GET.get("area", "")
    asked = dict(pair.partition("=")[::2] for pair in query.split("&"))
    return asked.get("campaign", ""), asked.get("area", "")


def campaign_and_area(stamp):
    return Campaign.objects.get(pk=stamp.campaign_id), Area.objects.get(pk=stamp.area.pk)
