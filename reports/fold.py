"""The fold: journals of the tally ledger become sums per area and day. The only writer of the progress tables.

What is verified is folded with it, from marks of its own: see ``reports.fold_verified``.

What a journal changed is summed per unit, lifted area by area to the nation, and added to the day, month
and to-date rows, all in one transaction that also removes the journal's mark. A fold that dies is rolled back
with its marks standing; one that committed has no mark left. So each journal counts exactly once.
"""

import datetime
import logging

from django.db import connection, transaction
from django.db.models import Max
from django.utils import timezone

from campaigns.models import FoldMark, Journal, ReviewAct, ReviewMark
from reports import fold_check, fold_sql, fold_verified
from reports.models import CampaignFold, ProgressCheck

log = logging.getLogger(__name__)


MOST_MARKS = 5_000  # of one transaction, so that a backlog after an outage is folded in steps


def fold_marks(campaign_id):
    """Fold every marked journal and act of review of a campaign. Returns how many there were."""
    folded = 0
    while step := _fold_some(campaign_id):
        folded += step
    return folded


def _fold_some(campaign_id):
    # Looked at before the lock: most messages of a busy minute find their mark already folded.
    if not any(marks.objects.filter(campaign_id=campaign_id).exists() for marks in (FoldMark, ReviewMark)):
        return 0
    with transaction.atomic():
        # Workers follow one another through the campaign's row: one that waited finds the marks gone.
        state = _lock(campaign_id)
        marks = dict(
            FoldMark.objects.filter(campaign_id=campaign_id)
            .order_by("journal_id")
            .values_list("journal_id", "recorded_at")[:MOST_MARKS]
        )
        acts = fold_verified.marked(campaign_id, MOST_MARKS)
        if not marks and not acts:
            return 0
        last_day = None
        with connection.cursor() as cursor:
            if marks:
                last_day = _fold_journals(cursor, campaign_id, marks)
            if acts:
                fold_verified.fold(cursor, acts)
        _advance(state, max([*marks.values(), *acts.values()]), last_day)
    return len(marks) + len(acts)


def _fold_journals(cursor, campaign_id, marks):
    """Returns the latest day of which they hold a report."""
    fold_sql.prepare(cursor)
    fold_sql.choose(cursor, marks)
    fold_sql.collect_chosen(cursor)
    fold_sql.add(cursor, fold_sql.progress_tables(campaign_id))
    last_day = fold_sql.last_day(cursor)
    # Only the marks that were read: another may have been committed since.
    fold_sql.remove_chosen_marks(cursor)
    return last_day


def rebuild(campaign):
    """Sum the whole ledger anew and make the figures equal to it. Returns how many rows were wrong."""
    with transaction.atomic():
        state = _lock(campaign.pk)
        # A journal that is committed from here on keeps its mark, and by it is left out below.
        FoldMark.objects.filter(campaign=campaign).delete()
        ReviewMark.objects.filter(campaign=campaign).delete()
        with connection.cursor() as cursor:
            fold_sql.prepare(cursor)
            fold_sql.collect_campaign(cursor, campaign.pk)
            wrong = fold_sql.replace(cursor, campaign.pk, fold_sql.progress_tables(campaign.pk))
            last_day = fold_sql.last_day(cursor)
            wrong += fold_verified.rebuild(cursor, campaign.pk)
        state.last_day = state.busy_day = state.newest_recorded_at = None
        _advance(state, _newest(campaign), last_day)
    return wrong


def _newest(campaign):
    """When the newest of what is folded was recorded: what still carries a mark is not."""
    marked = FoldMark.objects.filter(campaign=campaign).values("journal_id")
    acts = ReviewMark.objects.filter(campaign=campaign).values("act_id")
    newest = [
        Journal.objects.filter(campaign=campaign).exclude(pk__in=marked).aggregate(at=Max("recorded_at")),
        ReviewAct.objects.filter(campaign=campaign, reviews__entries__isnull=False)
        .exclude(pk__in=acts)
        .aggregate(at=Max("recorded_at")),
    ]
    return max((one["at"] for one in newest if one["at"]), default=None)


def verify(campaign):
    """Compare the figures with a recompute that takes another road. Returns the ProgressCheck it wrote.

    It holds nobody up: on PostgreSQL all of it looks at one snapshot, in which a fold has happened or has not.
    """
    is_outermost = not connection.in_atomic_block
    with transaction.atomic():
        if connection.vendor == "postgresql" and is_outermost:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        else:
            _lock(campaign.pk)
        with connection.cursor() as cursor:
            rows, differences = fold_check.differences(cursor, campaign.pk)
        check = ProgressCheck.objects.create(
            campaign=campaign, rows=rows, differences=len(differences), sample=differences[:20]
        )
    if differences:
        log.error(
            "The figures of %s differ from its ledger in %d rows, first %s. Run: manage.py rebuild_progress %s",
            campaign.slug,
            len(differences),
            differences[0],
            campaign.slug,
        )
    return check


def _lock(campaign_id):
    # Made on first use; two workers may both try, and the second waits for the first.
    CampaignFold.objects.get_or_create(campaign_id=campaign_id)
    return CampaignFold.objects.select_for_update().get(campaign_id=campaign_id)


def _advance(state, newest, last_day):
    state.version += 1
    if newest is not None:
        state.newest_recorded_at = max(newest, state.newest_recorded_at or newest)
    if last_day is not None:
        last_day = _day(last_day)
        state.last_day = max(last_day, state.last_day or last_day)
        with connection.cursor() as cursor:
            state.busy_day = _day(fold_sql.busy_day(cursor, state.campaign_id))
    state.folded_at = timezone.now()
    state.save()


def _day(value):
    # SQLite's driver hands a computed date back as text.
    return datetime.date.fromisoformat(str(value))
