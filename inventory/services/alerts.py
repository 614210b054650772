"""Telling keepers and officers what has to be seen to in the stock of their area.

A district hears of a thing once, and again when it has lasted for a month; a state and the nation, where something
is new every day, hear of each kind once a week.
"""

import datetime
import hashlib

from django.urls import reverse
from django.utils import timezone

from districts import access, notices
from districts.models import Area, Level, Notice, Posting, Role
from inventory.models import Vaccine
from inventory.selectors.alerts import alerts_by_area
from inventory.selectors.scope import KEEP

AGAIN_AFTER_DAYS = 30
BALANCES_DIFFER = "stock-balances-differ"


def tell_alerts(*, today=None):
    """Tell everybody who keeps stock. Returns how many notices were written. Safe to run twice a day."""
    today = today or timezone.localdate()
    keepers = _keepers(today)
    top = Area.objects.filter(parent=None).order_by("path").first()
    if not keepers or top is None:
        return 0
    told = 0
    for area, alerts in alerts_by_area(top, list(keepers), today, list(Vaccine.objects.all())).items():
        for alert in alerts:
            told += _tell(area, alert, keepers, today)
    return told


def _keepers(today):
    """{Area: [user]} of those posted there who keep its stock. One query."""
    # A program that posts has no page to look at and no mail to read.
    roles = [role for role, rights in access.RIGHTS.items() if KEEP in rights and role != Role.API_CLIENT]
    rows = Posting.objects.in_force(today).filter(role__in=roles, user__is_active=True)
    keepers = {}
    for posting in rows.select_related("area", "user").order_by("area__path", "user_id"):
        if posting.user not in keepers.setdefault(posting.area, []):
            keepers[posting.area].append(posting.user)
    return keepers


def _tell(area, alert, keepers, today):
    params = {"area_en": area.name_en, "area_hi": area.name_hi, **alert.params}
    if area.level <= Level.STATE:
        year, week, _day = today.isocalendar()
        key = f"{area.code}:{year}-{week:02}"
    else:
        new = set(alert.items) - _told_lately(area, alert, today)
        if not new:
            return 0
        params["items"] = sorted(alert.items)
        key = f"{area.code}:{today}:{hashlib.sha256(repr(sorted(new)).encode()).hexdigest()[:16]}"
    return notices.tell(
        users=keepers[area],
        kind=alert.kind,
        key=key,
        params=params,
        path=reverse("stock-area", args=[area.code]),
        area=area,
    )


def _told_lately(area, alert, today):
    """The things of this kind that the area heard of within a month."""
    since = timezone.now() - datetime.timedelta(AGAIN_AFTER_DAYS)
    rows = Notice.objects.filter(kind=alert.kind, area=area, at__gt=since)
    return {item for params in rows.values_list("params", flat=True) for item in params.get("items", ())}


def tell_of_check(check):
    """Tell the national officers that kept balances differ from their movements."""
    if not check.differences:
        return 0
    nation = [
        posting.user
        for posting in Posting.objects.in_force().filter(area__level=Level.NATION).select_related("user")
        if posting.role == Role.NATIONAL_OFFICER
    ]
    return notices.tell(
        users=list(dict.fromkeys(nation)),
        kind=BALANCES_DIFFER,
        key=str(check.pk),
        params={"differences": check.differences},
        path=reverse("stock"),
    )
