"""The evening: officers are told what the day left open, and get it in one mail."""

import pytest
from django.core import mail

from campaigns import notices as kinds
from campaigns.services import reviews
from campaigns.services.evening import tell_officers
from campaigns.services.reviews import Day
from campaigns.services.tallies import Line, submit_tally
from campaigns.tasks import evening_digest
from config.celery import app
from districts import notices
from districts.models import Notice, Role
from tests.plugins.cast import make_person
from tests.plugins.workers import wait_until


@pytest.fixture
def officer(tree):
    officer = make_person("officer", role=Role.DISTRICT_OFFICER, area=tree.raipur)
    officer.email, officer.language = "officer@example.org", "hi"
    officer.save()
    return officer


@pytest.fixture
def day(small, tree, days, officer):
    """Arang has reported what looks wrong, and a returned day waits; Abhanpur is silent."""
    small.rest_weekdays = ""
    small.save()
    clerk = make_person("clerk", role=Role.BLOCK_CLERK, area=tree.arang)
    for day, second in ((days.today, 9), (days.yesterday, 0)):
        submit_tally(
            campaign=small,
            unit=tree.arang,
            day=day,
            lines=[Line("first", 1), Line("second", second)],
            by=clerk,
            source="form",
        )
    reviews.return_(campaign=small, days=[Day(tree.arang, days.yesterday)], by=officer, comment="Look again")
    return small


def told(user):
    found = Notice.objects.filter(user=user, kind__in=kinds.OF_THE_EVENING).order_by("pk")
    return [(notice.kind, notice.params["count"]) for notice in found]


def test_a_district_officer_is_told_once_however_often_it_runs(day, officer):
    assert [tell_officers() for _run in range(3)] == [3, 0, 0]
    assert told(officer) == [("digest_silent", 1), ("digest_returned", 1), ("digest_warnings", 1)]
    notice = Notice.objects.get(user=officer, kind="digest_silent")
    assert notice.path.startswith("/campaigns/small/quality/D387/?kind=silent")


def test_each_person_chooses_and_others_are_told_when_they_do(day, officer, state_officer):
    notices.choose(by=officer, kind="digest_silent", in_app=False, by_email=False)
    notices.choose(by=state_officer, kind="digest_silent", in_app=True, by_email=False)
    tell_officers()
    assert told(officer) == [("digest_returned", 1), ("digest_warnings", 1)]
    assert told(state_officer) == [("digest_silent", 2)], "of the whole state"


def test_an_area_with_nothing_open_is_left_in_peace(day, tree):
    other = make_person("other", role=Role.DISTRICT_OFFICER, area=tree.nagpur)
    tell_officers()
    assert told(other) == []


def test_the_mail_is_in_the_readers_language_and_comes_once(day, officer):
    evening_digest()
    evening_digest()
    (message,) = mail.outbox
    assert message.to == ["officer@example.org"]
    assert "/campaigns/small/quality/D387/?kind=silent" in message.body
    assert "रायपुर" in message.body and "Raipur" not in message.body


def test_beat_runs_it_at_half_past_six_in_the_evening_of_india():
    entry = app.conf.beat_schedule["evening-digest"]
    assert entry["task"] == "campaigns.tasks.evening_digest" == evening_digest.name
    schedule = entry["schedule"]
    assert (min(schedule.hour), set(schedule.minute)) == (18, {30})
    assert str(app.timezone) == "Asia/Kolkata"


@pytest.mark.django_db(transaction=True)
def test_a_real_worker_does_it(day, officer, worker):
    evening_digest.delay()
    waiting = Notice.objects.filter(user=officer, kind="digest_silent", mailed_at__isnull=False)
    assert wait_until(waiting.exists, what="the officer's mail")
