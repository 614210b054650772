"""The statements of a review: what an act adds to the verified counts, and the state it leaves each day in.

The same for one day and for a whole file of them. The act and its reviews are written before; whoever writes
holds the rows of the units, or the campaign's (see ``campaigns.services.reviews``).
"""

from django.db import connection

from campaigns import signals
from campaigns.models import ReviewAct, ReviewMark, ReviewState
from campaigns.services.staging import in_order

# What stands for the day, as the ledger of tallies has it.
_VERIFIED = """
INSERT INTO campaigns_verifiedentry (review_id, unit_id, cell_id, happened_on, change, recorded_at)
SELECT r.id, r.unit_id, e.cell_id, r.happened_on, SUM(e.change), %(recorded_at)s
FROM campaigns_review r
{join} campaigns_tallyentry e ON e.unit_id = r.unit_id AND e.happened_on = r.happened_on
{join} campaigns_sheetcell c ON c.id = e.cell_id AND c.campaign_id = r.campaign_id
WHERE r.act_id = %(act)s AND r.state = %(verified)s
GROUP BY r.id, r.unit_id, e.cell_id, r.happened_on HAVING SUM(e.change) <> 0
"""

# Whatever was verified of the day is taken back.
_TAKEN_BACK = """
INSERT INTO campaigns_verifiedentry (review_id, unit_id, cell_id, happened_on, change, recorded_at)
SELECT r.id, r.unit_id, v.cell_id, r.happened_on, -SUM(v.change), %(recorded_at)s
FROM campaigns_review r
{join} campaigns_verifiedentry v ON v.unit_id = r.unit_id AND v.happened_on = r.happened_on
{join} campaigns_sheetcell c ON c.id = v.cell_id AND c.campaign_id = r.campaign_id
WHERE r.act_id = %(act)s AND r.state_before = %(verified)s
GROUP BY r.id, r.unit_id, v.cell_id, r.happened_on HAVING SUM(v.change) <> 0
"""

_STATES = """
INSERT INTO campaigns_dayreview (campaign_id, unit_id, happened_on, state, review_id)
SELECT campaign_id, unit_id, happened_on, state, id FROM campaigns_review WHERE act_id = %(act)s
ON CONFLICT (campaign_id, unit_id, happened_on) DO UPDATE
SET state = excluded.state, review_id = excluded.review_id
"""

# Of the unit-days that a load is about to change; see ``staging.compare`` for its tables.
_REVIEWED = """
SELECT d.unit_id, a.code, a.name_en, a.path, d.happened_on FROM campaigns_dayreview r
JOIN tally_day d ON d.unit_id = r.unit_id AND d.happened_on = r.happened_on
JOIN districts_area a ON a.id = d.unit_id
WHERE r.campaign_id = %(campaign)s AND r.state = %(state)s ORDER BY a.path, d.happened_on
"""

_REVIEWS_OF_LOAD = """
INSERT INTO campaigns_review (act_id, campaign_id, unit_id, happened_on, version, state_before, state)
SELECT %(act)s, %(campaign)s, d.unit_id, d.happened_on, {version}, %(before)s, %(submitted)s
FROM campaigns_dayreview r
JOIN tally_day d ON d.unit_id = r.unit_id AND d.happened_on = r.happened_on
WHERE r.campaign_id = %(campaign)s AND r.state = %(before)s ORDER BY d.unit_id, d.happened_on
"""


def begin(*, campaign, action, by, comment, now):
    return ReviewAct.objects.create(
        campaign=campaign, action=action, by=by, comment=comment.strip()[:1000], recorded_at=now
    )


def finish(act):
    """Write what the act's reviews bring about. Returns whether the verified counts have changed."""
    values = {
        "act": act.pk,
        "verified": ReviewState.VERIFIED.value,
        "recorded_at": connection.ops.adapt_datetimefield_value(act.recorded_at),
    }
    with connection.cursor() as cursor:
        written = 0
        for statement in (_VERIFIED, _TAKEN_BACK):
            cursor.execute(in_order(statement), values)
            written += max(cursor.rowcount, 0)
        cursor.execute(_STATES, values)
    if written:
        ReviewMark.objects.create(act=act, campaign_id=act.campaign_id, recorded_at=act.recorded_at)
        signals.posted.send(sender=ReviewAct, campaign_id=act.campaign_id)
    return bool(written)


def reviewed_days_of_load(campaign, state):
    """(unit id, code, name, path, day) of the days in this state that the load changes."""
    with connection.cursor() as cursor:
        cursor.execute(_REVIEWED, {"campaign": campaign.pk, "state": str(state)})
        return cursor.fetchall()


def write_reviews_of_load(act, before, *, version):
    """One review for each day in the state ``before`` that the load changes. ``version`` is an SQL expression."""
    values = {
        "act": act.pk,
        "campaign": act.campaign_id,
        "before": str(before),
        "submitted": ReviewState.SUBMITTED.value,
    }
    with connection.cursor() as cursor:
        cursor.execute(_REVIEWS_OF_LOAD.format(version=version), values)
