"""What is odd in the data of an area: who is silent, what came late, is returned or falls, what the rules found.

A finding is named by its unit, its day and its kind: the code of a rule, or one of the words below. One that
somebody has resolved with a reason is left out; it stands among the resolved ones.
"""

import datetime
from collections import defaultdict

from django.db.models import Count, Exists, OuterRef, Sum

from campaigns.models import DayReview, FollowUp, ReviewState, Submission, TallyEntry
from campaigns.rules import RULES
from campaigns.selectors.reviews import open_hits, units_in
from campaigns.selectors.silence import silent_units

SILENT, LATE, RETURNED, FALLING, RESOLVED = "silent", "late", "returned", "falling", "resolved"
# How the kinds are named in follow-ups; silence has no rule there.
RULE_OF = {SILENT: ""}
RULE_KINDS = tuple(rule.code for rule in RULES if not rule.is_fixed)
KINDS = (SILENT, LATE, RETURNED, FALLING, *RULE_KINDS, RESOLVED)

SPARK_DAYS = 14


def rule_of(kind):
    return RULE_OF.get(kind, kind)


def _resolved(campaign, kind, unit, day, recorded_at=None):
    """Whether somebody has settled the finding, after it was recorded: what comes later is another one."""
    since = {"resolved_at__gte": OuterRef(recorded_at)} if recorded_at else {"resolved_at__isnull": False}
    return Exists(
        FollowUp.objects.filter(
            campaign=campaign,
            unit=OuterRef(unit),
            rule=rule_of(kind),
            **since,
            **({"happened_on": day} if isinstance(day, datetime.date) else {"happened_on": OuterRef(day)}),
        )
    )


def silent(campaign, area, *, last, **_span):
    """Areas that have not reported ``last``."""
    units = silent_units(campaign, area, last)
    return units.filter(~_resolved(campaign, SILENT, "pk", last))


def late(campaign, area, *, first, last):
    """First reports that came after the deadline, newest first."""
    return (
        Submission.objects.filter(
            ~_resolved(campaign, LATE, "unit", "happened_on"),
            campaign=campaign,
            happened_on__range=(first, last),
            version=1,
            is_late=True,
            unit__in=units_in(campaign, area),
        )
        .select_related("unit__parent", "journal")
        .order_by("-happened_on", "unit__path")
    )


def returned(campaign, area, *, first, last):
    return (
        DayReview.objects.filter(
            ~_resolved(campaign, RETURNED, "unit", "happened_on", "review__act__recorded_at"),
            campaign=campaign,
            happened_on__range=(first, last),
            state=ReviewState.RETURNED,
            unit__in=units_in(campaign, area),
        )
        .select_related("unit__parent", "review__act__by")
        .order_by("-happened_on", "unit__path")
    )


def falling(campaign, area, *, first, last):
    """Reports and corrections by which the count to date of an item fell: one row for each report and item.

    The few rows that take something away lead there; the reports without one are never read.
    """
    takes_away = TallyEntry.objects.filter(
        change__lt=0,
        cell__campaign=campaign,
        happened_on__range=(first, last),
        unit__in=units_in(campaign, area),
    )
    return (
        TallyEntry.objects.filter(
            ~_resolved(campaign, FALLING, "unit", "happened_on", "recorded_at"),
            submission__in=takes_away.values("submission").distinct(),
            cell__campaign=campaign,
        )
        .values(
            "submission", "unit", "happened_on", "cell__item", "submission__version", "submission__reason"
        )
        .annotate(by=Sum("change"))
        .filter(by__lt=0)
        .order_by("-happened_on", "unit__path", "submission", "cell__item__position")
    )


def hits(campaign, area, *, first, last, kind=None):
    """What the rules found in the reports that stand."""
    found = open_hits(campaign).filter(happened_on__range=(first, last), unit__in=units_in(campaign, area))
    if kind is not None:
        found = found.filter(rule=kind)
    return found.select_related("unit__parent").order_by("-happened_on", "unit__path", "pk")


def resolved(campaign, area, *, first, last):
    return (
        FollowUp.objects.filter(
            campaign=campaign,
            happened_on__range=(first, last),
            resolved_at__isnull=False,
            unit__in=units_in(campaign, area),
        )
        .select_related("unit__parent", "assignee", "resolved_by")
        .order_by("-resolved_at", "pk")
    )


_ROWS = {SILENT: silent, LATE: late, RETURNED: returned, FALLING: falling, RESOLVED: resolved}


def rows(kind, campaign, area, *, first, last):
    if kind in _ROWS:
        return _ROWS[kind](campaign, area, first=first, last=last)
    return hits(campaign, area, first=first, last=last, kind=kind)


def numbers(campaign, area, *, first, last):
    """{kind: how many findings}. A fixed number of queries."""
    span = {"first": first, "last": last}
    found = {kind: _ROWS[kind](campaign, area, **span).count() for kind in _ROWS}
    by_rule = hits(campaign, area, **span).order_by().values_list("rule").annotate(Count("pk"))
    return {**dict.fromkeys(RULE_KINDS, 0), **found, **dict(by_rule)}


def follow_ups(campaign, unit_ids, days, kind):
    """{(unit id, day): FollowUp} of one kind. One query."""
    found = FollowUp.objects.filter(
        campaign=campaign, unit__in=unit_ids, happened_on__in=days, rule=rule_of(kind)
    )
    return {(one.unit_id, one.happened_on): one for one in found.select_related("assignee")}


def series_of(found):
    """{hit id: [counts]} of the cell of each hit: its day and the days before, None where nothing was counted.

    One query for all.
    """
    found = [hit for hit in found if hit.cell.count("|") == 3]
    if not found:
        return {}
    first = min(hit.happened_on for hit in found) - datetime.timedelta(SPARK_DAYS - 1)
    counts = defaultdict(dict)
    entries = TallyEntry.objects.filter(
        unit__in={hit.unit_id for hit in found},
        cell__campaign=found[0].campaign_id,
        cell__key__in={hit.cell for hit in found},
        happened_on__range=(first, max(hit.happened_on for hit in found)),
    )
    for unit, key, day, count in (
        entries.values_list("unit_id", "cell__key", "happened_on").annotate(n=Sum("change")).order_by()
    ):
        counts[unit, key][day] = count
    return {
        hit.pk: [
            counts[hit.unit_id, hit.cell].get(hit.happened_on - datetime.timedelta(n))
            for n in reversed(range(SPARK_DAYS))
        ]
        for hit in found
    }
