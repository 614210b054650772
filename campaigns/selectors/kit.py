"""What a device keeps so that the entry pages open without network: my units and what stands for their days."""

import datetime
from dataclasses import dataclass

from django.db.models import Count, Exists, Max, Q, Sum

from campaigns.models import Submission, TallyEntry
from campaigns.models.review import DayReview, ReviewState
from campaigns.selectors.entry import my_units
from campaigns.selectors.rule_context import pasts_of
from campaigns.selectors.rules import ruling_of
from campaigns.selectors.tallies import later_reports
from districts import access
from inventory.selectors.usable import usable_doses

# Enough for every clerk and nearly every district; who is posted above works where there is network.
MOST_UNITS = 500
DAYS = 7
DAYS_BEFORE = 7  # the days that the oldest of the seven is compared with


@dataclass(frozen=True)
class Kit:
    """``days`` are those that may be entered; ``reports`` go back further.

    ``reports``: (unit id, day) → (version, is_late). ``counts``: the same → {cell id: count}.
    ``reviews``: the same → state, of the days that somebody has reviewed. ``totals``: the same → what the paper
    declared, where it did. ``contexts``: unit id → what the rules must know besides. ``is_locked``: a verified day
    cannot be corrected by this user.
    """

    units: list
    left_out: int
    days: list
    reports: dict
    counts: dict
    reviews: dict
    totals: dict
    contexts: dict
    is_locked: bool


def entry_kit(campaign, user, last_day):
    """Six or seven queries, however many units."""
    mine = my_units(campaign, user)
    units = [unit.area for unit in mine.select_related("area__parent")[:MOST_UNITS]]
    left_out = mine.count() - MOST_UNITS if len(units) == MOST_UNITS else 0
    span = (last_day - datetime.timedelta(DAYS + DAYS_BEFORE - 1), last_day)
    # A subquery and not a list of ids: SQLite bounds the parameters of a statement.
    of_mine = {"unit__in": mine.values("area")[:MOST_UNITS], "happened_on__range": span}
    first = max(last_day - datetime.timedelta(DAYS - 1), campaign.starts_on)
    days = [first + datetime.timedelta(n) for n in range((last_day - first).days + 1)]
    return Kit(
        units=units,
        left_out=left_out,
        days=days,
        reports=_reports(campaign, of_mine),
        counts=_counts(campaign, of_mine),
        reviews=_reviews(campaign, of_mine),
        totals=_totals(campaign, of_mine),
        contexts=_contexts(campaign, units, days),
        is_locked=not all(access.has_right(user, "review", unit) for unit in units),
    )


def _reports(campaign, of_mine):
    rows = (
        Submission.objects.filter(campaign=campaign, **of_mine)
        .values_list("unit_id", "happened_on")
        .annotate(last=Max("version"), late=Count("pk", filter=Q(version=1, is_late=True)))
        .order_by()
    )
    return {(unit, day): (last, bool(late)) for unit, day, last, late in rows}


def _counts(campaign, of_mine):
    rows = (
        TallyEntry.objects.filter(cell__campaign=campaign, cell__is_open=True, **of_mine)
        .values_list("unit_id", "happened_on", "cell_id")
        .annotate(count=Sum("change"))
        .order_by()
    )
    found = {}
    for unit, day, cell, count in rows:
        if count:
            found.setdefault((unit, day), {})[cell] = count
    return found


def _reviews(campaign, of_mine):
    rows = DayReview.objects.filter(campaign=campaign, **of_mine).exclude(state=ReviewState.SUBMITTED)
    return {(unit, day): state for unit, day, state in rows.values_list("unit_id", "happened_on", "state")}


def _totals(campaign, of_mine):
    rows = Submission.objects.filter(
        ~Exists(later_reports(campaign)), declared_total__isnull=False, campaign=campaign, **of_mine
    )
    return {
        (unit, day): total
        for unit, day, total in rows.values_list("unit_id", "happened_on", "declared_total__declared")
    }


def _contexts(campaign, units, days):
    """{unit id: {to_date: before the first of the days, usual: {day: …}, targets, stock}}.

    The days themselves a device adds from its reports, so that what it has just sent is counted too.
    """
    if not units or not days:
        return {}
    ruling = ruling_of(campaign)
    pasts = pasts_of(campaign, [unit.pk for unit in units], days[0], days[-1])
    held = usable_doses(units, ruling.vaccines, days[-1]) if campaign.keeps_stock else {}
    found = {}
    for unit in units:
        by_day = {day.isoformat(): pasts[unit.pk].context(ruling.sheet, day) for day in days}
        first = by_day[days[0].isoformat()]
        found[unit.pk] = {
            "to_date": first["to_date"],
            "targets": first["targets"],
            "usual": {day: one["usual"] for day, one in by_day.items() if one["usual"]},
        }
        if campaign.keeps_stock:
            found[unit.pk]["stock"] = held[unit.pk]
    return found
