"""Reviewing reported days: verify, return, reopen. It never takes a count away from anybody's sight.

One act covers one day or many, all of them or none. *Who may* is asked of ``districts.access`` and of who
reported the day; *in which state* of ``campaigns.services.review_states``. What a posting does to the review
of its day is in ``campaigns.services.review_postings``.
"""

import datetime
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from campaigns import notices
from campaigns.errors import Problem, ReviewRefused
from campaigns.models import (
    Campaign,
    DayReview,
    ReportingUnit,
    Review,
    ReviewAct,
    ReviewAction,
    ReviewState,
    Submission,
)
from campaigns.services import review_sql
from campaigns.services.posting_days import archived_problem
from campaigns.services.review_states import NEEDS_COMMENT, TO, changes_nothing, is_possible
from districts import access
from districts.audit import record
from districts.models import Area
from districts.templatetags.indian import short_day

AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Day:
    """A unit's day. ``version`` is the submission that was looked at; None takes the one that stands."""

    unit: Area
    day: datetime.date
    version: int | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """``act`` is None when every day was in the wanted state already."""

    act: ReviewAct | None
    changed: tuple
    unchanged: tuple


def verify(*, campaign, days, by, comment="", now=None):
    """Vouch for the counts that stand. Nobody vouches for what they have reported themselves."""
    return _review(campaign, ReviewAction.VERIFY, days, by, comment, now)


def return_(*, campaign, days, by, comment, now=None):
    """Ask the clerk to look again; the comment says at what. The counts go on counting meanwhile."""
    return _review(campaign, ReviewAction.RETURN, days, by, comment, now)


def reopen(*, campaign, days, by, comment, now=None):
    """Take a verification or a return back."""
    return _review(campaign, ReviewAction.REOPEN, days, by, comment, now)


def undo(*, act, by, now=None):
    """Reopen the days of an act that are still as it left them."""
    still = DayReview.objects.filter(review__act=act).select_related("unit")
    days = [Day(one.unit, one.happened_on) for one in still]
    comment = _("Undone: %(action)s (%(count)d)") % {
        "action": act.get_action_display(),
        "count": len(days),
    }
    return _review(act.campaign, ReviewAction.REOPEN, days, by, comment, now)


ACTIONS = {ReviewAction.VERIFY: verify, ReviewAction.RETURN: return_, ReviewAction.REOPEN: reopen}


def _review(campaign, action, days, by, comment, now):
    days = list(days)
    with transaction.atomic():
        _hold(campaign, days)
        now = now or timezone.now()
        standing = _standing(campaign, days)
        problems = _general_problems(campaign, action, days, comment)
        chosen, unchanged = [], []
        for number, day in enumerate(days):
            found = standing.get((day.unit.pk, day.day))
            state = found.state if found else None
            if problem := _problem(action, day, by, found):
                problems.append(Problem(f"days[{number}]", *problem))
            else:
                (unchanged if changes_nothing(action, state) else chosen).append((day, found))
        if problems:
            raise ReviewRefused(problems)
        act = _write(campaign, action, chosen, by, comment, now) if chosen else None
    return Outcome(act, tuple(day for day, _found in chosen), tuple(day for day, _found in unchanged))


def _hold(campaign, days):
    """Let nothing slip between what is looked at and what is written of it.

    A posting of one unit waits for the unit's row. A file's load takes no unit's row at its first try; it waits
    for the campaign's, which it shares. In the order in which it, too, takes them.
    """
    Campaign.objects.select_for_update(no_key=True).values_list("pk").get(pk=campaign.pk)
    campaign.refresh_from_db(fields=["archived_at"])
    units = ReportingUnit.objects.filter(campaign=campaign, area__in={day.unit.pk for day in days})
    list(units.select_for_update().order_by("pk").values_list("pk"))


@dataclass(frozen=True, slots=True)
class _Standing:
    version: int
    by_id: int | None
    state: str


def _standing(campaign, days):
    """{(unit id, day): _Standing} of the days that are reported."""
    units, dates = {day.unit.pk for day in days}, {day.day for day in days}
    states = {
        (unit, day): state
        for unit, day, state in DayReview.objects.filter(
            campaign=campaign, unit__in=units, happened_on__in=dates
        ).values_list("unit_id", "happened_on", "state")
    }
    found = {}
    rows = Submission.objects.filter(campaign=campaign, unit__in=units, happened_on__in=dates)
    for unit, day, version, by in rows.order_by("version").values_list(
        "unit_id", "happened_on", "version", "journal__by_id"
    ):
        # The last version is the one that stands.
        found[unit, day] = _Standing(version, by, states.get((unit, day), ReviewState.SUBMITTED))
    return found


def _general_problems(campaign, action, days, comment):
    problems = [archived] if (archived := archived_problem(campaign)) else []
    if action in NEEDS_COMMENT and not comment.strip():
        text = _("Say why in a few words: whoever reported the day reads them.")
        problems.append(Problem("comment", "comment_required", text))
    if len({(day.unit.pk, day.day) for day in days}) < len(days):
        problems.append(Problem("days", "named_twice", _("The same unit and day come twice.")))
    return problems


def _problem(action, day, by, found):
    """(code, text) of what is wrong with the act on this day, or None."""
    names = {"area": day.unit, "day": short_day(day.day)}
    if not access.has_right(by, "review", day.unit):
        return "may_not_review", _("Your posting does not allow you to review %(area)s.") % names
    if found is None:
        return "not_reported", _("%(area)s has not reported %(day)s.") % names
    if changes_nothing(action, found.state):
        return None
    if not is_possible(action, found.state):
        names["state"] = ReviewState(found.state).label
        return "wrong_state", _("%(area)s, %(day)s is “%(state)s”: reopen it first.") % names
    if day.version is not None and day.version != found.version:
        names |= {"seen": day.version, "version": found.version}
        return (
            "stale_version",
            _("%(area)s, %(day)s: you looked at version %(seen)d, it now stands at %(version)d.") % names,
        )
    if action == ReviewAction.VERIFY and found.by_id == by.pk:
        return (
            "own_report",
            _("%(area)s, %(day)s was reported by you: another officer has to verify it.") % names,
        )
    return None


def _write(campaign, action, chosen, by, comment, now):
    act = review_sql.begin(campaign=campaign, action=action, by=by, comment=comment, now=now)
    Review.objects.bulk_create(
        [
            Review(
                act=act,
                campaign=campaign,
                unit=day.unit,
                happened_on=day.day,
                version=found.version,
                state_before=found.state,
                state=TO[action],
            )
            for day, found in chosen
        ],
        batch_size=AT_ONCE,
    )
    review_sql.finish(act)
    units = {day.unit for day, _found in chosen}
    record(
        by=by,
        action=f"review.{action}",
        subject=f"campaign {campaign.slug}",
        area=units.pop() if len(units) == 1 else campaign.area,
        detail={"act": act.pk, "days": len(chosen), "comment": act.comment}
        | ({"day": chosen[0][0].day.isoformat()} if len(chosen) == 1 else {}),
    )
    if action == ReviewAction.RETURN:
        for day, found in chosen:
            notices.tell_returned(
                campaign=campaign, unit=day.unit, day=day.day, act=act, reported_by=found.by_id
            )
    return act
