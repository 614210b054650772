"""What the rules say of a load: a file of lakhs of counts does not wait for them, unless one of them refuses.

A load leaves marks in its transaction, and a worker finds what there is to find (see ``judging``). Only where an
officer has made a rule refuse is the load looked through at once.
"""

import datetime

from django.db.models import Max

from campaigns.errors import TallyRefused
from campaigns.models import Submission
from campaigns.selectors.rule_scan import scan
from campaigns.selectors.rules import ruling_of
from campaigns.services import checking, rule_marks
from campaigns.services.judging import LAST_DAYS

MOST_PROBLEMS = 20


def mark_or_refuse(campaign, journal):
    """In the load's transaction. Raises TallyRefused when a rule that an officer made hard is broken."""
    if ruling_of(campaign).can_refuse:
        problems = []
        for path, hits in _found(campaign, journal):
            problems += checking.refusals(hits, path=path)
            if len(problems) >= MOST_PROBLEMS:
                break
        if problems:
            raise TallyRefused(problems[:MOST_PROBLEMS])
    rule_marks.after_load(campaign)


def _found(campaign, journal):
    """(where it is, hits) of the load's last days."""
    loaded = Submission.objects.filter(journal=journal, campaign=campaign)
    if last := loaded.aggregate(last=Max("happened_on"))["last"]:
        loaded = loaded.filter(happened_on__gt=last - datetime.timedelta(LAST_DAYS))
    codes, days_of = {}, {}
    for unit, code, day in loaded.values_list("unit_id", "unit__code", "happened_on"):
        codes[unit] = code
        days_of.setdefault(unit, []).append(day)
    for unit, day, hits in scan(campaign, days_of):
        yield f"{codes[unit]} {day} ", hits
