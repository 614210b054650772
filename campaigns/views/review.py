"""The officer's worklist: reported days of an area, one of them with the decision on it, and what an act did."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campaigns.errors import ReviewRefused
from campaigns.models import DayReview, ReviewAct, ReviewAction
from campaigns.presenters.entry_sheet import history_rows, names_of
from campaigns.presenters.review import action_label, day_table, hit_rows, shown_labels, state_pill
from campaigns.selectors.reviews import (
    SHOWN,
    TO_REVIEW,
    counts_before,
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
from campaigns.views.reviewing import PAGE, for_desk, require_review
from districts import access


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
        "is_own": past[-1]["by"] == request.user.get_username(),
        "problems": problems,
        "comment": comment,
    }
    return render(request, "campaigns/review/day.html", context)


def _decide(request, desk, unit, day, comment):
    require_review(request, desk)
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
