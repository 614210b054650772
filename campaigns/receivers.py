"""Asks a worker to take what was just posted out of the stock, or to work on a file of counts.

The mark or the run in the database is what counts; a message only hurries.
"""

import logging

from django.db import transaction
from django.dispatch import receiver

from campaigns.signals import import_due, posted, unjudged
from campaigns.tasks import give_doses, judge, work_on_import

log = logging.getLogger(__name__)


@receiver(posted, dispatch_uid="campaigns.give_what_was_posted")
def give_what_was_posted(sender, campaign_id, keeps_stock=False, **kwargs):
    if keeps_stock:
        transaction.on_commit(lambda: _ask(campaign_id), robust=True)


def _ask(campaign_id):
    try:
        give_doses.delay(campaign_id)
    except Exception as error:
        # The broker is down: the posting stands, and the sweep will find its mark.
        log.warning("No message could be sent (%s); the sweep will book campaign %s.", error, campaign_id)


@receiver(unjudged, dispatch_uid="campaigns.judge_what_is_marked")
def judge_what_is_marked(sender, campaign_id, units=None, **kwargs):
    transaction.on_commit(lambda: _ask_for_a_look(campaign_id, units), robust=True)


def _ask_for_a_look(campaign_id, units):
    try:
        judge.delay(campaign_id, units)
    except Exception as error:
        log.warning("No message could be sent (%s); the sweep will judge campaign %s.", error, campaign_id)


@receiver(import_due, dispatch_uid="campaigns.work_on_the_import")
def work_on_the_import(sender, run, **kwargs):
    transaction.on_commit(lambda: _ask_for_work(run), robust=True)


def _ask_for_work(run):
    try:
        work_on_import.delay(run.pk)
    except Exception as error:
        log.warning("No message could be sent (%s); the sweep will take up import %s.", error, run.key)
