"""The page of data quality of an area: findings by kind, each with somebody who looks after it."""

import datetime

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from campaigns.errors import ReviewRefused
from campaigns.models import FollowUp
from campaigns.presenters import quality as present
from campaigns.presenters.entry_sheet import names_of
from campaigns.selectors import quality
from campaigns.selectors.quality import FALLING, KINDS, LATE, RESOLVED, RETURNED, SILENT
from campaigns.selectors.reviews import waits_for_a_look
from campaigns.selectors.silence import people_of
from campaigns.services import follow_ups
from campaigns.views.reviewing import PAGE, for_desk
from districts import access
from districts.models import Area, User
from districts.table_files import writing
from districts.templatetags.indian import short_day


@require_safe
@for_desk
def quality_list(request, desk):
    kind = request.GET.get("kind", SILENT)
    kind = kind if kind in KINDS else SILENT
    span = {"first": desk.first, "last": desk.last}
    found = quality.numbers(desk.campaign, desk.area, **span)
    page = Paginator(quality.rows(kind, desk.campaign, desk.area, **span), PAGE).get_page(
        request.GET.get("page")
    )
    kept = {"kind": kind} | ({"date": desk.day.isoformat()} if desk.day else {})
    context = {
        "desk": desk,
        "campaign": desk.campaign,
        "kind": kind,
        "label": present.kind_label(kind),
        "cards": present.kind_cards(found, kind),
        "page": page,
        "rows": _rows(desk, kind, list(page.object_list), request.user),
        "kept": urlencode(kept) + "&",
        "query": urlencode(kept),
        "waits": waits_for_a_look(desk.campaign, desk.area),
    }
    return render(request, "campaigns/quality/list.html", context)


@require_safe
@for_desk
def quality_file(request, desk, kind):
    """The findings of the page's kind as a table, all of them."""
    finding = request.GET.get("kind", SILENT)
    if finding not in KINDS or kind not in ("csv", "xlsx"):
        raise Http404("No such table.")
    found = quality.rows(finding, desk.campaign, desk.area, first=desk.first, last=desk.last)
    rows = present.file_rows(_rows(desk, finding, list(found), request.user))
    stem = f"{desk.campaign.slug}-{desk.area.code}-{finding}-{desk.last.isoformat()}"
    if kind == "csv":
        return writing.csv_file(rows, stem)
    about = [
        (_("Campaign"), desk.campaign.name),
        (_("Area"), desk.area),
        (_("Days"), f"{short_day(desk.first)} – {short_day(desk.last)}"),
        (_("Finding"), present.kind_label(finding)),
    ]
    return writing.xlsx_file(rows, stem, about)


def _rows(desk, kind, found, asker):
    """The rows of some findings of a kind. A fixed number of queries."""
    if kind == SILENT:
        after = quality.follow_ups(desk.campaign, [unit.pk for unit in found], [desk.last], kind)
        # Names and numbers only for who may act on them.
        people = people_of(found, asker=asker) if desk.may_review and found else {}
        return [
            present.silent_row(unit, desk.last, people.get(unit.pk, ()), after.get((unit.pk, desk.last)))
            for unit in found
        ]
    if kind == RESOLVED:
        return [present.resolved_row(one) for one in found]
    if kind == FALLING:
        return _falling_rows(desk, found)
    after = quality.follow_ups(
        desk.campaign, {one.unit_id for one in found}, {one.happened_on for one in found}, kind
    )
    follow = [after.get((one.unit_id, one.happened_on)) for one in found]
    if kind == LATE:
        return [present.late_row(one, its) for one, its in zip(found, follow, strict=True)]
    if kind == RETURNED:
        return [present.returned_row(one, its) for one, its in zip(found, follow, strict=True)]
    names, series = names_of(desk.campaign), quality.series_of(found)
    return [
        present.hit_row(one, names, series.get(one.pk), its) for one, its in zip(found, follow, strict=True)
    ]


def _falling_rows(desk, found):
    units = Area.objects.select_related("parent").in_bulk({one["unit"] for one in found})
    items = {item.pk: item.name for item in desk.campaign.items.all()}
    after = quality.follow_ups(desk.campaign, set(units), {one["happened_on"] for one in found}, FALLING)
    return [
        present.falling_row(
            one,
            units[one["unit"]],
            items[one["cell__item"]],
            after.get((one["unit"], one["happened_on"])),
        )
        for one in found
    ]


@require_POST
@for_desk
def open_finding(request, desk):
    """Flag a finding of a unit, and look after it."""
    access.require(request.user, "review", desk.area)
    try:
        day = datetime.date.fromisoformat(request.POST.get("day", ""))
        opened = follow_ups.open_(
            campaign=desk.campaign, unit=desk.area, day=day, kind=request.POST.get("kind"), by=request.user
        )
    except (ValueError, ReviewRefused):
        raise Http404("There is nothing to follow up there.") from None
    return redirect("follow-up", desk.campaign.slug, opened.pk)


@login_required
def follow_up(request, slug, pk):
    """One finding that somebody looks after: what is said, who does, and how it is settled."""
    found = get_object_or_404(
        FollowUp.objects.select_related("campaign", "unit__parent", "assignee", "opened_by", "resolved_by"),
        pk=pk,
        campaign__slug=slug,
    )
    user = request.user
    may_decide = follow_ups.may_look_after(user, found.unit)
    may_comment = follow_ups.may_comment(user, found)
    if not may_comment and not access.has_right(user, "see_quality", found.unit):
        raise Http404("No such finding.")
    problem = ""
    if request.method == "POST":
        try:
            _act(request, found)
            return redirect("follow-up", slug, pk)
        except ReviewRefused as refused:
            problem = refused.problems[0].message
    context = {
        "campaign": found.campaign,
        "follow_up": found,
        "label": present.kind_label(found.rule),
        "comments": found.comments.select_related("by"),
        "people": follow_ups.people_for(found) if may_decide else (),
        "may_decide": may_decide,
        "may_comment": may_comment,
        "may_see_list": access.has_right(user, "see_quality", found.unit),
        "problem": problem,
        "text": request.POST.get("text", ""),
    }
    return render(request, "campaigns/quality/follow_up.html", context, status=400 if problem else 200)


def _act(request, found):
    act, by, text = request.POST.get("act"), request.user, request.POST.get("text", "")
    if act == "comment":
        follow_ups.comment(follow_up=found, by=by, text=text)
    elif act == "assign":
        pk = request.POST.get("to", "")
        to = get_object_or_404(User, pk=int(pk) if pk.isdecimal() and len(pk) < 18 else 0)
        follow_ups.assign(follow_up=found, to=to, by=by)
        messages.success(
            request, _("%(name)s is asked to look after it.") % {"name": present.person_line(to)[0]}
        )
    elif act == "resolve":
        follow_ups.resolve(follow_up=found, by=by, reason=text)
        messages.success(request, _("It is settled, and no longer counted among the findings."))
    elif act == "reopen":
        follow_ups.reopen(follow_up=found, by=by)
    else:
        raise Http404("No such act.")
