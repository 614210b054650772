"""Looking through loads after they are taken: a file of lakhs of counts does not wait for the rules.

A load leaves a mark in its transaction; a worker finds what the rules say of each of its last LAST_DAYS days and
takes the mark away with the writing of it. Only where an officer has made a rule refuse is the load looked through
at once.
"""

import datetime

from django.db import transaction
from django.db.models import Exists, Max, OuterRef

from campaigns import signals
from campaigns.errors import TallyRefused
from campaigns.models import Campaign, CheckMark, Journal, RuleHit, Submission
from campaigns.selectors.rule_scan import scan
from campaigns.selectors.rules import ruling_of
from campaigns.services import checking

MOST_PROBLEMS = 20
# A year of history that a state brings along is followed up by nobody day by day.
LAST_DAYS = 31


def mark_or_refuse(campaign, journal):
    """In the load's transaction. Raises TallyRefused when a rule that an officer made hard is broken."""
    if ruling_of(campaign).can_refuse:
        hits, problems = [], []
        for row, found in _found(campaign, journal):
            problems += checking.refusals(found, path=f"{row.unit.code} {row.happened_on} ")
            hits += _rows(campaign, journal, row, found)
            if len(problems) >= MOST_PROBLEMS:
                break
        if problems:
            raise TallyRefused(problems[:MOST_PROBLEMS])
        RuleHit.objects.bulk_create(hits, batch_size=500)
        return
    CheckMark.objects.create(journal=journal, campaign=campaign)
    signals.load_unchecked.send(sender=Journal, campaign_id=campaign.pk)


def look_through_marked(campaign_id):
    """Write what the rules find in every marked load of a campaign. Returns how many loads there were."""
    looked = 0
    for mark in CheckMark.objects.filter(campaign_id=campaign_id).select_related("journal").order_by("pk"):
        campaign = Campaign.objects.get(pk=campaign_id)
        hits = []
        for row, found in _found(campaign, mark.journal):
            hits += _rows(campaign, mark.journal, row, found)
        with transaction.atomic():
            # Two workers may look at once; what is found is written by the one that takes the mark away.
            if CheckMark.objects.filter(pk=mark.pk).delete()[0]:
                RuleHit.objects.bulk_create(hits, batch_size=500)
                looked += 1
    return looked


def _found(campaign, journal):
    """(Submission, hits) of the load's last days that stand as it left them; a corrected one was checked anew."""
    later = Submission.objects.filter(
        campaign=campaign,
        unit=OuterRef("unit"),
        happened_on=OuterRef("happened_on"),
        version__gt=OuterRef("version"),
    )
    loaded = Submission.objects.filter(~Exists(later), journal=journal, campaign=campaign)
    if last := loaded.aggregate(last=Max("happened_on"))["last"]:
        loaded = loaded.filter(happened_on__gt=last - datetime.timedelta(LAST_DAYS))
    rows = {(row.unit_id, row.happened_on): row for row in loaded.select_related("unit")}
    days_of = {}
    for unit, day in rows:
        days_of.setdefault(unit, []).append(day)
    for unit, day, hits in scan(campaign, days_of):
        if hits:
            yield rows[unit, day], hits


def _rows(campaign, journal, row, hits):
    return [
        checking.hit_row(
            hit,
            row.reason,
            submission_id=row.pk,
            campaign_id=campaign.pk,
            unit_id=row.unit_id,
            day=row.happened_on,
            version=row.version,
            recorded_at=journal.recorded_at,
        )
        for hit in hits
    ]
