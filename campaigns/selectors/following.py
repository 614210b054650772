"""Following the ledger: what has been recorded since an instant, in an order that does not move.

Ordered by the instant of the journal, so that new rows come at the end and the index on it is walked from where
the last page stopped. One file may hold lakhs of rows of one instant; inside a journal the order is that of the
submissions.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Q

from campaigns.models import Submission, TallyEntry


@dataclass(frozen=True, slots=True)
class Place:
    """Just after a row of the ledger."""

    recorded_at: datetime
    journal_id: int
    submission_id: int


def submissions_since(*, campaign, area, since=None, after=None, most):
    """At most ``most`` submissions of the units under ``area`` as dicts, from an instant or after a Place.

    Three queries at most: the rest of the journal that the place is in, the journals that follow, the changes.
    """
    rows = Submission.objects.filter(
        campaign=campaign, unit__path__gte=area.path, unit__path__lte=area.path_end
    ).values(
        "pk",
        "journal_id",
        "happened_on",
        "version",
        "is_late",
        "is_nil",
        "reason",
        unit_code=F("unit__code"),
        recorded_at=F("journal__recorded_at"),
        source=F("journal__source"),
        by=F("journal__by__username"),
        declared=F("declared_total__declared"),
        counted=F("declared_total__counted"),
        why_declared=F("declared_total__reason"),
    )
    found, later = [], rows.filter(journal__campaign=campaign)
    if after is not None:
        same = rows.filter(journal=after.journal_id, pk__gt=after.submission_id).order_by("pk")
        found = list(same[:most])
        later = later.filter(
            Q(journal__recorded_at__gt=after.recorded_at) | Q(journal__gt=after.journal_id),
            journal__recorded_at__gte=after.recorded_at,
        )
    elif since is not None:
        later = later.filter(journal__recorded_at__gte=since)
    if len(found) < most:
        found += later.order_by("journal__recorded_at", "journal_id", "pk")[: most - len(found)]
    changes = _changes(found)
    return [_row(row, changes.get(row["pk"], {})) for row in found]


def _row(row, changes):
    total = {
        "declared": row.pop("declared"),
        "counted": row.pop("counted"),
        "reason": row.pop("why_declared"),
    }
    return row | {"changes": changes, "declared_total": None if total["declared"] is None else total}


def place_of(row):
    return Place(row["recorded_at"], row["journal_id"], row["pk"])


def _changes(rows):
    """{submission id: {cell key: signed change}}, in the order of the sheet's cells."""
    entries = (
        TallyEntry.objects.filter(submission__in=[row["pk"] for row in rows])
        .order_by("submission_id", "cell_id")
        .values_list("submission_id", "cell__key", "change")
    )
    changes = {}
    for submission, key, change in entries:
        changes.setdefault(submission, {})[key] = change
    return changes
