"""Taking back what one has just sent from the form of one unit, as one correction."""

import pytest

from campaigns.models import DeclaredTotal
from campaigns.selectors.tallies import current_version, history
from campaigns.services import reviews
from campaigns.services.reviews import Day
from campaigns.services.tallies import Line
from districts.models import Role
from tests.campaigns.views.grids import Grid
from tests.campaigns.views.test_entry_pages import address, by_another, cell, fill, said, stands
from tests.plugins.cast import make_person

OFFER = "Take back what I sent last"


@pytest.fixture
def clerk(client, block_clerk):
    client.force_login(block_clerk, backend="django.contrib.auth.backends.ModelBackend")
    return client


def take_back(client, campaign, day, code="B3693"):
    return client.post(address(campaign, day, code), {"undo": "1"}, follow=True)


def told(campaign, unit, day):
    return [(row["by"], row["changes"], row["reason"]) for row in history(campaign, unit, day)]


def test_a_first_report_is_taken_back_to_a_nil_report(clerk, small, tree, days):
    assert OFFER in fill(clerk, small, days.today, {"first|||": "40"}).content.decode()
    response = take_back(clerk, small, days.today)
    assert "1 unit is taken back." in said(response) and OFFER not in response.content.decode()
    assert told(small, tree.abhanpur, days.today)[1:] == [
        ("block_clerk", {"first|||": -40}, "Taken back by the person who had sent it.")
    ]
    assert "There is nothing of this session to take back." in said(take_back(clerk, small, days.today))
    assert current_version(small, tree.abhanpur, days.today) == 2


def test_a_correction_and_its_declared_total_are_taken_back_to_what_stood(clerk, small, tree, days):
    fill(clerk, small, days.today, {"first|||": "4"}, declared="4")
    fill(clerk, small, days.today, {"first|||": "40"}, declared="40", reason="slip")
    take_back(clerk, small, days.today)
    assert stands(small, tree.abhanpur, days.today) == {"first|||": 4}
    assert list(DeclaredTotal.objects.order_by("pk").values_list("declared", flat=True)) == [4, 40, 4]


def test_a_settled_choice_is_taken_back_to_what_stood_before_both(clerk, small, tree, days, state_officer):
    by_another(small, tree.abhanpur, days.today, [Line("first", 3)], state_officer)
    cells = {f"cell-{cell(small, 'first|||')}": "5", f"overtaken-{cell(small, 'first|||')}": "4"}
    clerk.post(address(small, days.today), cells | {"version": 1, "reason": "counted again"})
    assert current_version(small, tree.abhanpur, days.today) == 3
    take_back(clerk, small, days.today)
    assert stands(small, tree.abhanpur, days.today) == {"first|||": 3}
    assert current_version(small, tree.abhanpur, days.today) == 4


def test_what_somebody_has_posted_since_stays(clerk, small, tree, days, state_officer):
    fill(clerk, small, days.today, {"first|||": "4"})
    by_another(small, tree.abhanpur, days.today, [Line("first", 5)], state_officer, reason="recount")
    assert "1 could not be" in said(take_back(clerk, small, days.today))
    assert stands(small, tree.abhanpur, days.today) == {"first|||": 5}


def test_a_day_that_is_verified_meanwhile_stays(clerk, small, tree, days, national_officer):
    fill(clerk, small, days.today, {"first|||": "4"})
    reviews.verify(campaign=small, days=[Day(tree.abhanpur, days.today)], by=national_officer)
    assert OFFER not in clerk.get(address(small, days.today)).content.decode()
    assert "1 could not be" in said(take_back(clerk, small, days.today))
    assert stands(small, tree.abhanpur, days.today) == {"first|||": 4}


def test_the_form_of_another_day_or_unit_takes_nothing_back(client, small, tree, days, state_officer):
    client.force_login(state_officer, backend="django.contrib.auth.backends.ModelBackend")
    fill(client, small, days.today, {"first|||": "4"})
    for other in (address(small, days.yesterday), address(small, days.today, "B3694")):
        assert OFFER not in client.get(other).content.decode()
        assert "nothing of this session" in said(client.post(other, {"undo": "1"}, follow=True))
    assert stands(small, tree.abhanpur, days.today) == {"first|||": 4}
    Grid(client, small, days.today).fill(tree.arang, {"first|||": 1}).fill(
        tree.bastar, {"first|||": 1}
    ).press()
    assert OFFER not in client.get(address(small, days.today, "B3694")).content.decode(), "two were sent"


def test_it_is_offered_to_whoever_sent_it_and_to_nobody_else(client, clerk, small, tree, days):
    fill(clerk, small, days.today, {"first|||": "4"})
    officer = make_person("officer", role=Role.DISTRICT_OFFICER, area=tree.raipur)
    client.force_login(officer, backend="django.contrib.auth.backends.ModelBackend")
    assert "nothing of this session" in said(take_back(client, small, days.today))
    assert stands(small, tree.abhanpur, days.today) == {"first|||": 4}


def test_who_may_no_longer_submit_takes_nothing_back(client, clerk, small, tree, days, auditor):
    fill(clerk, small, days.today, {"first|||": "4"})
    client.force_login(auditor, backend="django.contrib.auth.backends.ModelBackend")
    assert client.post(address(small, days.today), {"undo": "1"}).status_code == 403
    outside = make_person("elsewhere", role=Role.BLOCK_CLERK, area=tree.arang)
    client.force_login(outside, backend="django.contrib.auth.backends.ModelBackend")
    assert client.post(address(small, days.today), {"undo": "1"}).status_code == 404
