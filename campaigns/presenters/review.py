"""A unit's day as a reviewer sees it. Pure: values in, rows out."""

import datetime
from dataclasses import dataclass

from django.utils.translation import gettext as _

from campaigns.models import ReviewAction, ReviewState
from campaigns.rules import rule_named
from campaigns.rules.words import said
from campaigns.selectors.reviews import ALL, DAYS_BEFORE, LATE, TO_REVIEW, WITH_WARNINGS

PILLS = {ReviewState.SUBMITTED: "", ReviewState.VERIFIED: "pill--good", ReviewState.RETURNED: "pill--bad"}


def state_pill(state):
    """(label, class) of a state."""
    return ReviewState(state).label, PILLS[state]


def action_label(action):
    return {
        ReviewAction.VERIFY: _("verified"),
        ReviewAction.RETURN: _("returned"),
        ReviewAction.REOPEN: _("reopened"),
        ReviewAction.RESUBMIT: _("submitted again"),
    }[action]


def shown_labels():
    return [
        (TO_REVIEW, _("To review")),
        (WITH_WARNINGS, _("With warnings")),
        (LATE, _("Late")),
        (ReviewState.RETURNED.value, _("Returned")),
        (ReviewState.VERIFIED.value, _("Verified")),
        (ALL, _("All")),
    ]


@dataclass(frozen=True, slots=True)
class DayRow:
    label: str
    count: int
    before: tuple  # oldest first; None where nobody reported


@dataclass(frozen=True, slots=True)
class DayTable:
    days: tuple
    rows: tuple


def day_table(sheet, names, counts, reported, day):
    """Every cell that was counted on the day or in the week before it."""
    days = tuple(day - datetime.timedelta(n) for n in range(DAYS_BEFORE, 0, -1))
    cells = [cell for cell in sheet.keys if any(counts.get(one, {}).get(cell) for one in (*days, day))]
    order = {row["id"]: place for place, row in enumerate(sheet.rows)}
    rows = [
        DayRow(
            label=names.label(sheet.keys[cell]),
            count=counts.get(day, {}).get(cell, 0),
            before=tuple(counts.get(one, {}).get(cell, 0) if one in reported else None for one in days),
        )
        for cell in sorted(cells, key=lambda cell: order.get(cell, len(order)))
    ]
    return DayTable(days, tuple(rows))


@dataclass(frozen=True, slots=True)
class HitRow:
    title: str
    cell: str
    text: str
    reason: str


def rule_title(code):
    rule = rule_named(code)
    return str(rule.title) if rule else code


def hit_rows(hits, names):
    return [
        HitRow(
            title=rule_title(hit.rule),
            cell=names.label(hit.cell) if hit.cell else "",
            text=said(hit.rule, hit.observed),
            reason=hit.reason,
        )
        for hit in hits
    ]
