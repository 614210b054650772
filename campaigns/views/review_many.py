"""Deciding on many reported days at once: all without warnings, or those ticked in the list."""

import datetime

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from campaigns.errors import ReviewRefused
from campaigns.selectors.reviews import newest_submission, without_warnings
from campaigns.services import reviews
from campaigns.services.reviews import Day
from campaigns.views.reviewing import for_desk, require_review
from districts.models import Area

MOST_AT_ONCE = 5_000


@for_desk
def review_many(request, desk):
    """All days without warnings at once: how many there are, then on a second step the deed."""
    require_review(request, desk)
    if request.method == "POST":
        return _verify_free(request, desk)
    until = newest_submission(desk.campaign)
    free = without_warnings(
        desk.campaign, desk.area, first=desk.first, last=desk.last, by=request.user, until=until
    )
    context = {
        "desk": desk,
        "campaign": desk.campaign,
        "number": min(free.count(), MOST_AT_ONCE),
        "most": MOST_AT_ONCE,
        "until": until,
        "some": free[:10],
    }
    return render(request, "campaigns/review/many.html", context)


def _verify_free(request, desk):
    until = request.POST.get("until", "")
    if not until.isdecimal():
        raise Http404("Without what was shown, nothing is verified.")
    # Only what the page before has counted: neither reports that came since, nor other versions.
    free = without_warnings(
        desk.campaign, desk.area, first=desk.first, last=desk.last, by=request.user, until=int(until[:18])
    )[:MOST_AT_ONCE]
    days = [Day(one.unit, one.happened_on, one.version) for one in free]
    return _verify(request, desk, days)


@require_POST
@for_desk
def review_chosen(request, desk):
    """The days ticked in the list."""
    require_review(request, desk)
    chosen = [text.split(":") for text in request.POST.getlist("day")[:MOST_AT_ONCE]]
    try:
        chosen = [(code, datetime.date.fromisoformat(day), int(version)) for code, day, version in chosen]
    except ValueError:
        raise Http404("No such day.") from None
    units = {
        area.code: area for area in Area.objects.under(desk.area).filter(code__in={one[0] for one in chosen})
    }
    if any(code not in units for code, _day, _version in chosen):
        raise Http404("Outside the area.")
    days = [Day(units[code], day, version) for code, day, version in chosen]
    act = _return if request.POST.get("action") == "return" else _verify
    return act(request, desk, days)


def _return(request, desk, days):
    """First what will happen, with a place for the comment; on the second step the deed."""
    if not days:
        messages.warning(request, _("No day was chosen."))
        return redirect(_list_address(desk))
    problems, comment = [], request.POST.get("comment", "")
    if "confirmed" in request.POST:
        try:
            outcome = reviews.return_(campaign=desk.campaign, days=days, by=request.user, comment=comment)
        except ReviewRefused as refused:
            problems = [problem.message for problem in refused.problems]
        else:
            number = len(outcome.changed)
            text = ngettext(
                "%(number)d day is returned; who reported it is told.",
                "%(number)d days are returned; those who reported them are told.",
                number,
            )
            _say(request, desk, outcome, text % {"number": number})
            return redirect(_list_address(desk))
    context = {
        "desk": desk,
        "campaign": desk.campaign,
        "days": sorted(days, key=lambda one: (one.day, one.unit.path)),
        "problems": problems,
        "comment": comment,
    }
    return render(request, "campaigns/review/return.html", context)


def _verify(request, desk, days):
    back = redirect(_list_address(desk))
    if not days:
        messages.warning(request, _("No day was chosen."))
        return back
    try:
        outcome = reviews.verify(campaign=desk.campaign, days=days, by=request.user)
    except ReviewRefused as refused:
        for problem in refused.problems[:5]:
            messages.error(request, problem.message)
        messages.warning(request, _("Nothing was verified."))
        return back
    number = len(outcome.changed)
    text = ngettext("%(number)d day is verified.", "%(number)d days are verified.", number)
    _say(request, desk, outcome, text % {"number": number})
    return back


def _say(request, desk, outcome, text):
    if outcome.act:
        address = reverse("review-act", args=[desk.campaign.slug, outcome.act.pk])
        text = format_html('{} <a href="{}">{}</a>', text, address, _("See them or undo"))
    messages.success(request, text)


def _list_address(desk):
    address = reverse("review-area", args=[desk.campaign.slug, desk.area.code])
    return f"{address}?date={desk.day.isoformat()}" if desk.day else address
