"""What the officer of the home district has made of its reports: most are verified, one is returned."""

import datetime

from campaigns.models import Submission
from campaigns.services import reviews
from campaigns.services.reviews import Day
from config.demonstration import facts, people
from districts.models import Area

DAYS = 45
RETURNED_UNIT = "B3694"
# Written by an officer who works in Hindi: what people write is shown as it is written.
COMMENT = "18–44 की दूसरी खुराकें रोज़ से बहुत अधिक हैं: कृपया रजिस्टर से मिलाएँ।"


def load(campaign, users):
    """Safe to run again: what is in its state stays as it is."""
    home = Area.objects.get(code=people.HOME_DISTRICT)
    officer = users[people.DISTRICT]
    last = facts.AS_OF - datetime.timedelta(1)
    reports = Submission.objects.filter(
        campaign=campaign,
        unit__path__gte=home.path,
        unit__path__lte=home.path_end,
        happened_on__range=(last - datetime.timedelta(DAYS), last),
    )
    newest = {
        (report.unit_id, report.happened_on): report
        for report in reports.select_related("unit", "journal").order_by("version")
    }
    if not newest:
        return  # another state's part of the demonstration
    returned = next(
        (one for key, one in newest.items() if one.unit.code == RETURNED_UNIT and key[1] == last), None
    )
    # Nobody vouches for what they have reported themselves.
    chosen = [one for one in newest.values() if one.journal.by_id != officer.pk and one is not returned]
    now = max(one.journal.recorded_at for one in newest.values()) + datetime.timedelta(minutes=30)
    reviews.verify(
        campaign=campaign, days=[Day(one.unit, one.happened_on) for one in chosen], by=officer, now=now
    )
    if returned:
        reviews.return_(
            campaign=campaign, days=[Day(returned.unit, last)], by=officer, comment=COMMENT, now=now
        )
