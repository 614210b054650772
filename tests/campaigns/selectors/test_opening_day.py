"""The day on which the pages of entering and reviewing open."""

import datetime

import pytest

from campaigns.models import Campaign
from campaigns.selectors.calendar import opening_day
from campaigns.services.tallies import submit_tally
from districts.models import Role
from tests.plugins.cast import make_person

ONE_DAY = datetime.timedelta(1)


@pytest.fixture
def over(small, days):
    """Ended five days ago."""
    Campaign.objects.filter(pk=small.pk).update(ends_on=days.today - 5 * ONE_DAY)
    small.refresh_from_db()
    return small


def report(campaign, by, day, *units):
    for unit in units:
        submit_tally(campaign=campaign, unit=unit, day=day, lines=[], by=by, source="form")


def test_a_running_campaign_opens_today(small, tree, days, state_officer):
    report(small, state_officer, days.yesterday, tree.arang)
    assert opening_day(small) == days.today


def test_one_that_has_not_begun_opens_on_its_first_day(small, days):
    small.starts_on = days.tomorrow
    assert opening_day(small) == days.tomorrow


def test_one_that_is_over_opens_on_the_last_day_that_most_reports_tell_of(over, tree, state_officer):
    busy, stray = over.ends_on - 3 * ONE_DAY, over.ends_on - ONE_DAY
    report(over, state_officer, busy - ONE_DAY, tree.arang, tree.abhanpur, tree.bastar)
    report(over, state_officer, busy, tree.arang, tree.abhanpur, tree.bastar)
    report(over, state_officer, stray, tree.arang)
    assert opening_day(over) == busy


def test_one_that_is_over_and_was_never_reported_opens_on_its_last_day(over):
    assert opening_day(over) == over.ends_on


def test_the_clerk_of_a_campaign_that_is_over_sees_the_day_that_was_reported(
    client, over, tree, state_officer
):
    report(over, state_officer, over.ends_on - 3 * ONE_DAY, tree.arang, tree.abhanpur)
    client.force_login(make_person("block_clerk", role=Role.BLOCK_CLERK, area=tree.arang))
    for page in ("entry/", "entry/sheet/"):
        shown = client.get(f"/campaigns/small/{page}").context["day"]
        assert shown == over.ends_on - 3 * ONE_DAY, page
    kit = client.get("/campaigns/small/entry/kit/").json()
    assert kit["days"][-1]["day"] == (over.ends_on - 3 * ONE_DAY).isoformat()
