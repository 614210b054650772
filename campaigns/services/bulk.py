"""The same door for whole files: staged by COPY, compared and written in sets.

A row-by-row load of ten lakh counts takes minutes and checks every foreign key; here ids are resolved before
staging and three statements write.
"""

from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from campaigns.errors import KeyReused, TallyRefused
from campaigns.models import Journal, Source
from campaigns.selectors.calendar import first_day_on_time
from campaigns.services import review_postings, scanning, staging
from campaigns.services.posting_days import archived_problem
from campaigns.services.tallies import mark

TRIES = 5


def submit_tallies(
    *,
    campaign,
    rows,
    by,
    source=Source.FILE,
    file_name="",
    idempotency_key="",
    request_digest="",
    reason="",
    allow_negative=False,
    progress=None,
    recorded_at=None,
):
    """Post many units and days at once, whole or not at all.

    ``rows`` yields (unit id, day, cell id, count that shall stand); a cell not named stays as it is.
    ``recorded_at`` replays a history that was recorded then; the rules do not look through it.
    ``allow_negative`` admits negative days, for cumulative sources that fall. ``progress`` is called with the
    rows staged so far. Returns a dict of rows, unit_days, submissions, first_reports, changes, journal_id, replayed.
    Loading the same rows again writes nothing. Raises TallyRefused naming unknown units, cells, dates; KeyReused
    where ``request_digest``, of what came with the key, differs from that of its first use.
    """
    if answered := _answered(campaign, idempotency_key, request_digest):
        return answered
    staged = staging.stage(rows, progress)
    for attempt in range(1, TRIES + 1):
        try:
            with transaction.atomic():
                # Asked again under the lock: the same file may have been sent twice at once.
                if answered := _answered(campaign, idempotency_key, request_digest):
                    return answered
                _hold_setup(campaign)
                if attempt > 1:
                    _hold_units(campaign)
                staging.refuse_what_is_unknown(campaign, allow_negative)
                receipt = _write(
                    campaign,
                    recorded_at or timezone.now(),
                    by=by,
                    source=source,
                    file_name=file_name[:255],
                    reason=reason,
                    idempotency_key=idempotency_key,
                    request_digest=request_digest,
                    is_replay=recorded_at is not None,
                )
            break
        except IntegrityError:
            # Another writer took a version of the same unit and day: compare with what stands now.
            if attempt == TRIES:
                raise
    staging.clear()
    return {"rows": staged, **receipt, "replayed": False}


def _answered(campaign, key, digest):
    """The receipt of the journal that was written under the key, or None."""
    journal = Journal.objects.filter(campaign=campaign, idempotency_key=key).first() if key else None
    if journal is None:
        return None
    # A file has no digest: it is the key itself that was made from its content.
    if (digest and journal.request_digest != digest) or journal.receipt is None:
        raise KeyReused
    return {"rows": 0, **journal.receipt, "journal_id": journal.pk, "replayed": True}


def _hold_setup(campaign):
    """Let no change of the setup take a unit, a cell or a day away between the checks and the writing.

    Held from after the staging, which is the long part. Postings of single units go on meanwhile; a review of
    the campaign waits.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM campaigns_campaign WHERE id = %s FOR SHARE", [campaign.pk])
    campaign.refresh_from_db(fields=["starts_on", "ends_on", "archived_at", "setup_version"])
    if problem := archived_problem(campaign):
        raise TallyRefused([problem])


def _hold_units(campaign):
    """Let clerks wait who post to units of this file.

    Not at the first try, which seldom meets anybody. But on a day on which every unit is reporting, a large
    file would find a new report at each of its tries.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT COUNT(*) FROM (SELECT 1 FROM campaigns_reportingunit WHERE campaign_id = %s "
                "AND area_id IN (SELECT unit_id FROM tally_staging) ORDER BY id FOR UPDATE) held",
                [campaign.pk],
            )


# Both in the order of the ledger's indexes, whatever the order of the file: each page of them is written once.
_SUBMISSIONS = """
INSERT INTO campaigns_submission
    (journal_id, campaign_id, unit_id, happened_on, version, is_late, is_nil, reason)
SELECT %(journal)s, %(campaign)s, unit_id, happened_on, version, happened_on < %(first_on_time)s, is_nil,
    %(reason)s
FROM tally_day ORDER BY unit_id, happened_on
"""

_ENTRIES = """
INSERT INTO campaigns_tallyentry (submission_id, unit_id, cell_id, happened_on, change, recorded_at)
SELECT s.id, d.unit_id, d.cell_id, d.happened_on, d.change, %(recorded_at)s
FROM tally_difference d
{join} campaigns_submission s ON s.campaign_id = %(campaign)s AND s.journal_id = %(journal)s
    AND s.unit_id = d.unit_id AND s.happened_on = d.happened_on
WHERE d.change <> 0
ORDER BY s.id
"""


def _write(campaign, now, *, is_replay, **journal_fields):
    receipt = staging.compare(campaign)
    if not receipt["submissions"]:
        # The file says what stands already: not even a journal is left behind.
        return {**receipt, "journal_id": None}
    reason = journal_fields.pop("reason")[:500]
    journal = Journal.objects.create(
        campaign=campaign,
        recorded_at=now,
        receipt=receipt if journal_fields["idempotency_key"] else None,
        **journal_fields,
    )
    values = {
        "campaign": campaign.pk,
        "journal": journal.pk,
        "reason": reason,
        "recorded_at": connection.ops.adapt_datetimefield_value(now),
        "first_on_time": first_day_on_time(campaign, now).isoformat(),
    }
    with connection.cursor() as cursor:
        cursor.execute(_SUBMISSIONS, values)
        # The order in which a posting of one unit takes them, its report and then the state of its review. The
        # other way round each would wait for the other. A review waits for the campaign's row that is held here.
        review_postings.follow_load(campaign=campaign, by=journal_fields["by"], reason=reason, now=now)
        if connection.vendor == "postgresql":
            cursor.execute("ANALYZE tally_difference")
        cursor.execute(staging.in_order(_ENTRIES), values)
    mark(journal)
    if not is_replay:
        scanning.mark_or_refuse(campaign, journal)
    return {**receipt, "journal_id": journal.pk}
