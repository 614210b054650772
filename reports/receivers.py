"""Asks a worker to fold what was just posted. The mark in the database is what counts; the message only hurries."""

import logging
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import transaction
from django.dispatch import receiver

from campaigns.signals import posted

log = logging.getLogger(__name__)
_asks = ContextVar("asks", default=True)


@contextmanager
def fold_later():
    """Inside, postings send no message: who posts a whole history folds it once, at its end.

    A message for each of its journals would cost more than the fold, and bring the workers in its way.
    """
    token = _asks.set(False)
    try:
        yield
    finally:
        _asks.reset(token)


@receiver(posted, dispatch_uid="reports.fold_what_was_posted")
def fold_what_was_posted(sender, campaign_id, **kwargs):
    if _asks.get():
        transaction.on_commit(lambda: _ask(campaign_id), robust=True)


def _ask(campaign_id):
    from reports.tasks import fold_marks

    try:
        fold_marks.delay(campaign_id)
    except Exception as error:
        # The broker is down: the posting stands, and the sweep will find its mark.
        log.warning("No message could be sent (%s); the sweep will fold campaign %s.", error, campaign_id)
