"""Asking the rules to look again at reports that stand: something that they read has changed.

What is found of a day depends on the days before it, on the targets, the working days and the settings of the rules.
Whoever changes one of these leaves a mark for each unit in the same transaction; ``judging`` takes it away again with
what it brought into line.
"""

import datetime

from django.db import connection

from campaigns import signals
from campaigns.models import RuleMark, Submission

_HEAD = "INSERT INTO campaigns_rulemark (campaign_id, unit_id, since)"
_OF_LOAD = f"{_HEAD} SELECT %s, unit_id, MIN(happened_on) FROM tally_day GROUP BY unit_id"
# Also units without a report: the first one may be under way, judged by the setup as it was.
_OF_ALL = f"{_HEAD} SELECT campaign_id, area_id, %s FROM campaigns_reportingunit WHERE campaign_id = %s"


def after_posting(campaign_id, unit_ids, day):
    """``day`` of these units has changed, and they have reported later days. The door has judged the day itself."""
    since = day + datetime.timedelta(1)
    RuleMark.objects.bulk_create(
        RuleMark(campaign_id=campaign_id, unit_id=unit, since=since) for unit in unit_ids
    )
    signals.unjudged.send(sender=RuleMark, campaign_id=campaign_id, units=list(unit_ids))


def after_load(campaign):
    """The days that a load has changed, and all later ones of its units; see ``staging.compare`` for its tables.

    Asked for without looking whether a unit has later days: a posting of one may be under way beside the load.
    """
    with connection.cursor() as cursor:
        cursor.execute(_OF_LOAD, [campaign.pk])
    signals.unjudged.send(sender=RuleMark, campaign_id=campaign.pk)


def for_all_units(campaign):
    """Everything that the campaign's units have reported."""
    with connection.cursor() as cursor:
        cursor.execute(_OF_ALL, [campaign.starts_on.isoformat(), campaign.pk])
    signals.unjudged.send(sender=RuleMark, campaign_id=campaign.pk)


def has_reports(campaign):
    return Submission.objects.filter(campaign=campaign).exists()
