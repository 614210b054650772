"""What a posting does to the review of its day, on each of the roads of the one door.

A returned day that is posted again is submitted again. A verified day is locked: only who may review it can
correct it, with a reason, and by that reopens it first. All of it in the transaction of the posting.
"""

import datetime

from django.utils.translation import gettext as _

from campaigns.errors import Problem, TallyRefused
from campaigns.models import Review, ReviewAction, ReviewState
from campaigns.services import review_sql
from districts import access
from districts.templatetags.indian import short_day

MOST_NAMED = 10


def locked_problem(unit, day, by, reason, state):
    """The Problem with correcting this unit's day, or None."""
    if state != ReviewState.VERIFIED or (_may_reopen(by, [unit]) and reason.strip()):
        return None
    return locked("date", unit, day)


def _may_reopen(by, areas):
    return by is not None and all(access.has_right(by, "review", area) for area in areas)


def locked(field, unit, day):
    """The Problem with correcting a verified day."""
    text = _(
        "%(area)s, %(day)s is verified and locked. Ask your officer to reopen it; an officer who corrects it "
        "gives a reason."
    )
    return Problem(field, "day_verified", text % {"area": unit, "day": short_day(day)})


def follow(campaign, unit, day, version, state, by, reason, now, *, wrote):
    """Write what the posting of ``version`` does to a day that was in ``state``.

    ``wrote`` is off for counts that stand already. They submit a returned day again when a reason says that
    they are right.
    """
    if state == ReviewState.VERIFIED and wrote:
        action, version_seen = ReviewAction.REOPEN, version - 1
    elif state == ReviewState.RETURNED and (wrote or reason.strip()):
        action, version_seen = ReviewAction.RESUBMIT, version
    else:
        return
    act = review_sql.begin(campaign=campaign, action=action, by=by, comment=reason, now=now)
    Review.objects.create(
        act=act,
        campaign=campaign,
        unit=unit,
        happened_on=day,
        version=version_seen,
        state_before=state,
        state=ReviewState.SUBMITTED,
    )
    review_sql.finish(act)


class DaysLocked(TallyRefused):
    """``days`` are the (unit id, day) of a load that are verified and locked."""

    def __init__(self, rows):
        # SQLite hands a day of a temporary table back as text.
        self.days = [(unit, datetime.date.fromisoformat(str(day))) for unit, *_rest, day in rows]
        super().__init__(
            [
                locked("rows", f"{name} ({code})", day)
                for (_id, code, name, *_rest), (_unit, day) in zip(rows, self.days[:MOST_NAMED], strict=False)
            ]
        )


class _Place:
    """As much of an area as a right is told by."""

    def __init__(self, path):
        self.path = path


def refuse_locked(campaign, by, reason=None):
    """Raise DaysLocked for a load that changes verified days and may not. Returns whether it changes any.

    ``reason`` is None where it will be asked for later.
    """
    found = review_sql.reviewed_days_of_load(campaign, ReviewState.VERIFIED)
    if not found:
        return False
    has_reason = reason is None or reason.strip()
    if not has_reason or not _may_reopen(by, [_Place(path) for *_rest, path, _day in found]):
        raise DaysLocked(found)
    return True


def follow_load(*, campaign, by, reason, now):
    """The same for all days that a load is about to change. Raises DaysLocked."""
    if refuse_locked(campaign, by, reason):
        _follow_load(campaign, ReviewAction.REOPEN, ReviewState.VERIFIED, "d.version - 1", by, reason, now)
    if review_sql.reviewed_days_of_load(campaign, ReviewState.RETURNED):
        _follow_load(campaign, ReviewAction.RESUBMIT, ReviewState.RETURNED, "d.version", by, reason, now)


def _follow_load(campaign, action, before, version, by, reason, now):
    act = review_sql.begin(campaign=campaign, action=action, by=by, comment=reason, now=now)
    review_sql.write_reviews_of_load(act, before, version=version)
    review_sql.finish(act)
