"""What the officers of an area are told in the evening: who is silent, what is returned, what looks wrong."""

import datetime
from collections import defaultdict

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from campaigns import notices
from campaigns.models import Campaign, DayReview, ReviewState
from campaigns.selectors.calendar import calendar_of
from campaigns.selectors.reviews import standing_reports
from campaigns.selectors.silence import silent_units
from districts.access import OFFICERS
from districts.models import Posting
from districts.notices import channels_of

WARNINGS_OF_DAYS = 14


def tell_officers(*, day=None):
    """Write the evening's notices for every campaign of the day. Returns how many were told. Safe to run again."""
    day = day or timezone.localdate()
    told = 0
    running = Campaign.objects.in_service().filter(starts_on__lte=day, ends_on__gte=day)
    for campaign in running.select_related("area"):
        calendar = calendar_of(campaign)
        for area, users in _officers(campaign).items():
            told += _tell(campaign, area, users, day, calendar)
    return told


def _officers(campaign):
    """{area: officers posted there}, of the part of the tree that the campaign has."""
    top = campaign.area
    inside = Q(area__path__gte=top.path, area__path__lte=top.path_end)
    postings = Posting.objects.in_force().filter(
        inside | Q(area=top), role__in=OFFICERS, user__is_active=True
    )
    found = defaultdict(set)
    for posting in postings.select_related("user", "area"):
        found[posting.area].add(posting.user)
    for posting in (
        Posting.objects.in_force()
        .filter(role__in=OFFICERS, user__is_active=True)
        .exclude(inside)
        .select_related("user", "area")
    ):
        if posting.area.contains(top):
            found[top].add(posting.user)
    return found


def _tell(campaign, area, users, day, calendar):
    told = 0
    for kind, count, path in (
        (notices.SILENT, _silent, _quality),
        (notices.STILL_RETURNED, _returned, _review),
        (notices.WARNINGS, _with_warnings, _review_warnings),
    ):
        wanted = channels_of({user.pk for user in users}, kind)
        listening = [user for user in users if wanted[user.pk]]
        if listening and (number := count(campaign, area, day, calendar)):
            told += notices.tell_evening(
                campaign=campaign,
                area=area,
                users=listening,
                kind=kind,
                day=day,
                count=number,
                path=path(campaign, area, day),
            )
    return told


def _silent(campaign, area, day, calendar):
    return silent_units(campaign, area, day, calendar=calendar).count()


def _returned(campaign, area, day, _calendar):
    rows = DayReview.objects.filter(campaign=campaign, state=ReviewState.RETURNED)
    return rows.filter(unit__path__gte=area.path, unit__path__lte=area.path_end).count()


def _with_warnings(campaign, area, day, _calendar):
    first = day - datetime.timedelta(WARNINGS_OF_DAYS - 1)
    reports = standing_reports(campaign, area, first=first, last=day)
    return reports.filter(state=ReviewState.SUBMITTED, warnings__gt=0).count()


def _quality(campaign, area, day):
    address = reverse("quality-area", args=[campaign.slug, area.code])
    return f"{address}?{urlencode({'kind': 'silent', 'date': day.isoformat()})}"


def _review(campaign, area, _day):
    return f"{reverse('review-area', args=[campaign.slug, area.code])}?show=returned"


def _review_warnings(campaign, area, _day):
    return f"{reverse('review-area', args=[campaign.slug, area.code])}?show=warnings"
