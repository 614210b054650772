"""What there is to review: reported days with their state, their open warnings, and how they came to be."""

import datetime
from collections import defaultdict

from django.db.models import Count, Exists, F, IntegerField, Max, OuterRef, Q, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from campaigns.models import (
    Campaign,
    DayReview,
    FollowUp,
    ReportingUnit,
    Review,
    ReviewState,
    RuleHit,
    RuleMark,
    Submission,
    TallyEntry,
)
from campaigns.selectors.tallies import later_reports
from districts import access
from districts.models import Area

# What a list may be narrowed to.
TO_REVIEW, WITH_WARNINGS, LATE, ALL = "to_review", "warnings", "late", "all"
SHOWN = (TO_REVIEW, WITH_WARNINGS, LATE, ReviewState.RETURNED, ReviewState.VERIFIED, ALL)
DAYS_BEFORE = 7


def open_hits(campaign):
    """What the rules found in the reports that stand, and nobody has resolved since.

    A correction is checked anew: what was found in an earlier version is no longer open. Neither is what a correction
    of another day or a change of the setup has made untrue.
    """
    resolved = FollowUp.objects.filter(
        campaign=campaign,
        unit=OuterRef("unit"),
        happened_on=OuterRef("happened_on"),
        rule=OuterRef("rule"),
        resolved_at__gte=OuterRef("recorded_at"),
    )
    return RuleHit.objects.filter(
        ~Exists(later_reports(campaign)), ~Exists(resolved), campaign=campaign, closed_at=None
    )


def waits_for_a_look(campaign, area):
    """Whether the rules must still look, or look again, at reports of the area: the findings follow."""
    return RuleMark.objects.filter(campaign=campaign, unit__in=units_in(campaign, area)).exists()


def units_in(campaign, area):
    """Ids of the reporting units under an area, as a subquery: by it SQLite reads the area's reports only."""
    return ReportingUnit.objects.filter(
        campaign=campaign, area__path__gte=area.path, area__path__lte=area.path_end
    ).values("area")


def standing_reports(campaign, area, *, first, last):
    """The last submission of each unit and day under ``area``, with ``state``, ``warnings`` and ``was_late``."""
    of_day = {"campaign": campaign, "unit": OuterRef("unit"), "happened_on": OuterRef("happened_on")}
    hits = open_hits(campaign).filter(submission=OuterRef("pk")).order_by().values("submission")
    return (
        Submission.objects.filter(
            ~Exists(later_reports(campaign)),
            campaign=campaign,
            happened_on__range=(first, last),
            unit__in=units_in(campaign, area),
        )
        .annotate(
            state=Coalesce(
                Subquery(DayReview.objects.filter(**of_day).values("state")[:1]),
                Value(ReviewState.SUBMITTED.value),
            ),
            warnings=Coalesce(
                Subquery(hits.annotate(n=Count("pk")).values("n"), output_field=IntegerField()), 0
            ),
            was_late=Subquery(Submission.objects.filter(**of_day, version=1).values("is_late")[:1]),
        )
        .select_related("unit__parent", "journal__by")
    )


def worklist(campaign, area, *, first, last, shown):
    """Days in the order in which they want to be looked at: warnings first, then late ones, then the newest."""
    reports = standing_reports(campaign, area, first=first, last=last)
    if shown == TO_REVIEW:
        reports = reports.filter(state=ReviewState.SUBMITTED)
    elif shown == WITH_WARNINGS:
        reports = reports.filter(warnings__gt=0).exclude(state=ReviewState.VERIFIED)
    elif shown == LATE:
        reports = reports.filter(was_late=True).exclude(state=ReviewState.VERIFIED)
    elif shown in ReviewState.values:
        reports = reports.filter(state=shown)
    return reports.order_by(F("warnings").desc(), F("was_late").desc(), "-happened_on", "unit__path")


def without_warnings(campaign, area, *, first, last, by, until=None):
    """Submitted days in which the rules found nothing, and that ``by`` has not reported.

    The days that the rules must still look at, or look at again, are not among them.

    ``until`` is the last submission that was looked at: what has come since is not among them.
    """
    reports = standing_reports(campaign, area, first=first, last=last).filter(
        state=ReviewState.SUBMITTED, warnings=0
    )
    unjudged = RuleMark.objects.filter(
        campaign=campaign, unit=OuterRef("unit"), since__lte=OuterRef("happened_on")
    )
    reports = reports.filter(~Exists(unjudged), ~Q(journal__by=by) | Q(journal__by=None))
    if until is not None:
        reports = reports.filter(pk__lte=until)
    return reports.order_by("happened_on", "unit__path")


def newest_submission(campaign):
    return Submission.objects.filter(journal__campaign=campaign).aggregate(last=Max("pk"))["last"] or 0


def own_areas(user, campaign, right):
    """The areas in which the user holds the right, as far as they meet the campaign; the largest first."""
    tops = []
    for area in access.areas_with_right(user, right):
        if campaign.area.contains(area):
            tops.append(area)
        elif area.contains(campaign.area):
            tops.append(campaign.area)
    return sorted(set(tops), key=lambda area: (len(area.path), area.path))


def areas_below(campaign, area):
    """The areas directly below that hold reporting units of the campaign."""
    return Area.objects.filter(parent=area, pk__in=campaign.unit_totals.values("area_id")).order_by("path")


def reviews_of(campaign, unit, day):
    """Every review of the day, newest first."""
    return (
        Review.objects.filter(campaign=campaign, unit=unit, happened_on=day)
        .select_related("act__by")
        .order_by("-pk")
    )


def state_of(campaign, unit, day):
    """(state, comment of the last review) of a reported day."""
    found = (
        DayReview.objects.filter(campaign=campaign, unit=unit, happened_on=day)
        .values_list("state", "review__act__comment")
        .first()
    )
    return found or (ReviewState.SUBMITTED, "")


def state_at(campaign, unit, day, as_of=None):
    """The state of a reported day, now or as known at an instant."""
    seen = Review.objects.filter(campaign=campaign, unit=unit, happened_on=day)
    if as_of is not None:
        seen = seen.filter(act__recorded_at__lte=as_of)
    return seen.order_by("-pk").values_list("state", flat=True).first() or ReviewState.SUBMITTED.value


def counts_before(campaign, unit, day):
    """{day: {cell id: count}} of the day and the week before, and the set of those days with a report."""
    first = day - datetime.timedelta(DAYS_BEFORE)
    of_unit = {"unit": unit, "happened_on__range": (first, day)}
    found = defaultdict(dict)
    sums = (
        TallyEntry.objects.filter(**of_unit, cell__campaign=campaign)
        .values_list("happened_on", "cell_id")
        .annotate(count=Sum("change"))
        .order_by()
    )
    for one, cell, count in sums:
        found[one][cell] = count
    reported = Submission.objects.filter(campaign=campaign, **of_unit).values_list("happened_on", flat=True)
    return found, set(reported)


def returned_days(campaign, user):
    """The returned days of the units that the user may submit for, with the comment, newest first."""
    rows = DayReview.objects.filter(campaign=campaign, state=ReviewState.RETURNED)
    return (
        access.visible_to(user, rows, field="unit", right="submit")
        .select_related("unit__parent", "review__act__by")
        .order_by("-happened_on", "unit__path")
    )


def campaigns_to_review(user):
    """Campaigns in service in which the user may review."""
    areas = access.areas_with_right(user, "review")
    campaigns = Campaign.objects.visible_to(user).in_service().select_related("area").distinct()
    return [
        campaign
        for campaign in campaigns
        if any(area.contains(campaign.area) or campaign.area.contains(area) for area in areas)
    ]
