"""A day that may not be typed into any more shows its counts, and says who to ask."""

import re

import pytest

from campaigns.services import reviews
from campaigns.services.changes import archive
from campaigns.services.checking import Answers
from campaigns.services.reviews import Day
from campaigns.services.tallies import Line, submit_tally
from districts.models import Role
from tests.campaigns.views.test_entry_pages import address, cell
from tests.plugins.cast import make_person


@pytest.fixture
def officer(tree):
    person = make_person("sunita", role=Role.DISTRICT_OFFICER, area=tree.raipur)
    person.first_name, person.last_name = "Sunita", "Verma"
    person.save()
    return person


@pytest.fixture
def verified(small, tree, days, block_clerk, officer):
    values = {
        "campaign": small,
        "unit": tree.abhanpur,
        "day": days.today,
        "by": block_clerk,
        "source": "form",
    }
    submit_tally(**values, lines=[Line("first", 120085)], answers=Answers(declared=120085))
    reviews.verify(campaign=small, days=[Day(tree.abhanpur, days.today)], by=officer)


@pytest.fixture
def look(client):
    def look(user, small, day, data=None):
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        send = client.get if data is None else client.post
        return send(address(small, day), data or {}).content.decode()

    return look


def table_of(page):
    return re.search(r'<div class="entry-tables read-only">.*?</table>', page, re.DOTALL)[0]


def test_the_clerk_reads_the_counts_and_who_verified_them_and_what_to_do(
    look, verified, small, days, block_clerk
):
    page = look(block_clerk, small, days.today)
    words = " ".join(re.sub(r"<[^>]+>", " ", table_of(page)).split())
    assert words == "Counts of this day Count Dose 1 1,20,085 Dose 2 0"
    assert "This day is verified and locked." in page
    assert re.search(r"Verified by Sunita Verma, \d\d? \w+ \d{4}, \d\d:\d\d\.", page)
    assert "tell Sunita Verma or another officer of your area: an officer can open the day again" in page
    assert "Declared total: <strong>1,20,085</strong>" in page
    assert "data-entry" not in page and 'name="cell-' not in page


def test_who_may_review_still_has_the_form(look, verified, small, days, officer):
    page = look(officer, small, days.today)
    assert "data-entry" in page and "read-only" not in page


def test_what_was_typed_while_the_day_was_verified_is_told_beside_what_stands(
    look, verified, small, days, block_clerk
):
    typed = {f"cell-{cell(small, 'first|||')}": "7", "version": "1", "reason": "recount"}
    page = look(block_clerk, small, days.today, typed)
    assert "is verified and locked" in page and "1,20,085" in table_of(page)
    assert "What you had typed is not sent:" in page and "yours: <strong>7</strong>" in page


def test_a_day_that_is_open_again_is_typed_into(look, verified, small, tree, days, block_clerk, officer):
    reviews.reopen(campaign=small, days=[Day(tree.abhanpur, days.today)], by=officer, comment="look again")
    page = look(block_clerk, small, days.today)
    assert "data-entry" in page and "read-only" not in page


def test_a_day_of_a_closed_campaign_shows_its_counts_too(
    look, verified, small, tree, days, block_clerk, state_officer
):
    archive(campaign=small, by=state_officer)
    page = look(state_officer, small, days.today)
    assert "1,20,085" in table_of(page) and "data-entry" not in page
    assert "read-only" not in look(state_officer, small, days.yesterday), "nobody has reported it"
