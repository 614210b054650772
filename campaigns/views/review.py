"""The officer's worklist: reported days of an area, one of them, and deciding on one or many."""

import datetime

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from campaigns.errors import ReviewRefused
from campaigns.models import DayReview, ReviewAct, ReviewAction
from campaigns.presenters.entry_sheet import history_rows, names_of
from campaigns.presenters.review import action_label, day_table, hit_rows, shown_labels, state_pill
from campaigns.selectors.reviews import (
    SHOWN,
    TO_REVIEW,
    counts_before,
    newest_submission,
    open_hits,
    reviews_of,
    state_of,
    without_warnings,
    worklist,
)
from campaigns.selectors.sheets import sheet_of
from campaigns.selectors.tallies import current_version, history
from campaigns.services import reviews
from campaigns.services.review_states import actions_in
from campaigns.services.reviews import Day
from campaigns.views.doors import day_or_404
from campaigns.views.reviewing import PAGE, for_desk
from districts import access
from districts.models import Area

MOST_AT_ONCE = 5_000


@for_desk
def review_list(request, desk):
    """Days to look at, the ones with warnings first."""
    shown = request.GET.get("show", TO_REVIEW)
    shown = shown if shown in SHOWN else TO_REVIEW
    rows = worklist(desk.campaign, desk.area, first=desk.first, last=desk.last, shown=shown)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    for row in page:
        row.pill = state_pill(row.state)
    free = (
        without_warnings(desk.campaign, desk.area, first=desk.first, last=desk.last, by=request.user).count()
        if desk.may_review
        else 0
    )
    context = {
        "desk": desk,
        "campaign": desk.campaign,
        "shown": shown,
        "choices": shown_labels(),
        "page": page,
        "kept": urlencode({"show": shown} | ({"date": desk.day.isoformat()} if desk.day else {})) + "&",
        "free": free,
        "may_choose": desk.may_review and shown in (TO_REVIEW, "warnings", "late", "all"),
    }
    return render(request, "campaigns/review/list.html", context)


@for_desk
def review_day(request, desk, day):
    """One unit's day: the sheet beside the days before, what the rules found, the history, and the decision."""
    day, unit, campaign = day_or_404(day), desk.area, desk.campaign
    if not current_version(campaign, unit, day):
        raise Http404("Nobody has reported this day.")
    problems, comment = [], ""
    if request.method == "POST":
        comment = request.POST.get("comment", "")
        try:
            return _decide(request, desk, unit, day, comment)
        except ReviewRefused as refused:
            problems = [problem.message for problem in refused.problems]
    state, said = state_of(campaign, unit, day)
    names = names_of(campaign)
    past = history(campaign, unit, day)
    counts, reported = counts_before(campaign, unit, day)
    context = {
        "desk": desk,
        "campaign": campaign,
        "unit": unit,
        "day": day,
        "version": past[-1]["version"],
        "is_late": past[0]["is_late"],
        "pill": state_pill(state),
        "state": state,
        "said": said,
        "table": day_table(sheet_of(campaign), names, counts, reported, day),
        "hits": hit_rows(open_hits(campaign).filter(unit=unit, happened_on=day), names),
        "reviews": [(one, action_label(one.act.action)) for one in reviews_of(campaign, unit, day)],
        "history": history_rows(past, names),
        "actions": [str(action) for action in actions_in(state)] if desk.may_review else [],
        "problems": problems,
        "comment": comment,
    }
    return render(request, "campaigns/review/day.html", context)


def _decide(request, desk, unit, day, comment):
    _require_review(request, desk)
    call = reviews.ACTIONS.get(request.POST.get("action"))
    version = request.POST.get("version", "")
    if call is None or not version.isdecimal():
        raise Http404("No such action.")
    call(
        campaign=desk.campaign,
        days=[Day(unit, day, int(version[:9]))],
        by=request.user,
        comment=comment,
    )
    messages.success(
        request,
        {
            "verify": _("The day is verified."),
            "return": _("The day is returned; the clerk is told."),
            "reopen": _("The day is open again."),
        }[request.POST["action"]],
    )
    return redirect("review-day", desk.campaign.slug, unit.code, day.isoformat())


def _require_review(request, desk):
    access.require(request.user, "review", desk.area)
    if not desk.may_review:
        raise PermissionDenied("This campaign is archived.")


@for_desk
def review_many(request, desk):
    """All days without warnings at once: how many there are, then on a second step the deed."""
    _require_review(request, desk)
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
    _require_review(request, desk)
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
    return _verify(request, desk, [Day(units[code], day, version) for code, day, version in chosen])


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
    messages.success(
        request,
        format_html(
            '{} <a href="{}">{}</a>',
            text % {"number": number},
            reverse("review-act", args=[desk.campaign.slug, outcome.act.pk]),
            _("See them or undo"),
        )
        if outcome.act
        else text % {"number": number},
    )
    return back


def _list_address(desk):
    address = reverse("review-area", args=[desk.campaign.slug, desk.area.code])
    return f"{address}?date={desk.day.isoformat()}" if desk.day else address


@for_desk
def review_act(request, desk, pk):
    """What one act did, with the way back."""
    act = get_object_or_404(ReviewAct.objects.select_related("campaign__area", "by"), pk=pk)
    days = act.reviews.select_related("unit__parent").order_by("happened_on", "unit__path")
    # All of its days lie where the user may look, or it does not exist.
    if act.campaign_id != desk.campaign.pk or not _sees_all(request.user, days):
        raise Http404("No such review.")
    may_undo = act.action in (ReviewAction.VERIFY, ReviewAction.RETURN) and desk.may_review
    if request.method == "POST":
        if not may_undo:
            raise PermissionDenied("This cannot be undone by you.")
        return _undo(request, desk, act)
    page = Paginator(days, PAGE).get_page(request.GET.get("page"))
    context = {
        "desk": desk,
        "campaign": desk.campaign,
        "act": act,
        "label": action_label(act.action),
        "page": page,
        "still": DayReview.objects.filter(review__act=act).count(),
        "may_undo": may_undo,
    }
    return render(request, "campaigns/review/act.html", context)


def _sees_all(user, days):
    tops = access.visible_to(user, days, field="unit", right="see_quality")
    return tops.count() == days.count()


def _undo(request, desk, act):
    try:
        outcome = reviews.undo(act=act, by=request.user)
    except ReviewRefused as refused:
        messages.error(request, refused.problems[0].message)
        return redirect("review-act", desk.campaign.slug, act.pk)
    number = len(outcome.changed)
    text = ngettext("%(number)d day is open again.", "%(number)d days are open again.", number)
    messages.success(request, text % {"number": number})
    return redirect("review", desk.campaign.slug)
