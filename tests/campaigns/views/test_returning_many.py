"""Several ticked days go back to their clerks at once, with one comment; undone as one act."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from campaigns.models import DayReview, ReviewAct, ReviewState
from campaigns.services.reviews import Day, verify
from campaigns.services.tallies import Line, submit_tally
from districts.models import Notice, Role
from tests.plugins.cast import make_person

CHOSEN = "/campaigns/small/review/D387/chosen/"
COMMENT = "Fifty or five?"


@pytest.fixture
def people(tree):
    return {
        "officer": make_person("officer", role=Role.DISTRICT_OFFICER, area=tree.raipur),
        "national": make_person("national", role=Role.NATIONAL_OFFICER, area=tree.india),
        "auditor": make_person("auditor", role=Role.AUDITOR, area=tree.chhattisgarh),
        "clerk": make_person("clerk", role=Role.BLOCK_CLERK, area=tree.arang),
        "helper": make_person("helper", role=Role.BLOCK_CLERK, area=tree.abhanpur),
        "elsewhere": make_person("elsewhere", role=Role.DISTRICT_OFFICER, area=tree.bastar),
    }


@pytest.fixture
def ticked(small, tree, days, people):
    """Two days of Arang and one of Abhanpur, as the list names them."""
    places = [(tree.arang, days.today), (tree.arang, days.yesterday), (tree.abhanpur, days.today)]
    for unit, day in places:
        by = people["clerk" if unit == tree.arang else "helper"]
        submit_tally(campaign=small, unit=unit, day=day, lines=[Line("first", 5)], by=by, source="form")
    return [f"{unit.code}:{day}:1" for unit, day in places]


@pytest.fixture
def send(client, people):
    def send(who, days, **values):
        client.force_login(people[who])
        return client.post(CHOSEN, {"action": "return", "day": days} | values, follow=True)

    return send


def states():
    return sorted(DayReview.objects.values_list("unit__code", "state"))


def test_what_will_happen_is_said_before_anything_happens(send, ticked):
    page = send("officer", ticked).content.decode()
    assert "3 days go back to those who reported them" in page and "It can be undone." in page
    assert page.count('type="hidden" name="day"') == 3 and "Return 3 days" in page
    assert not ReviewAct.objects.exists()


def test_they_are_returned_with_one_comment_and_everybody_is_told(send, ticked, people):
    page = send("officer", ticked, confirmed="1", comment=COMMENT).content.decode()
    assert "3 days are returned; those who reported them are told." in page
    act = ReviewAct.objects.get()
    assert (act.action, act.comment, act.by.username) == ("return", COMMENT, "officer")
    assert states() == [("B3693", "returned"), ("B3694", "returned"), ("B3694", "returned")]
    told = Notice.objects.filter(kind="day_returned").values_list("user__username", flat=True)
    assert sorted(told) == ["clerk", "clerk", "helper"]


def test_without_a_comment_nothing_is_returned_and_the_days_stay_chosen(send, ticked):
    page = send("officer", ticked, confirmed="1", comment="  ").content.decode()
    assert "Nothing was returned." in page and "Say why in a few words" in page
    assert page.count('type="hidden" name="day"') == 3 and not ReviewAct.objects.exists()


def test_without_a_day_there_is_nothing_to_return(send, ticked):
    assert "No day was chosen." in send("officer", []).content.decode()


def test_a_day_that_changed_meanwhile_holds_all_back_and_is_named(send, ticked, small, tree, days, people):
    values = {"campaign": small, "unit": tree.arang, "day": days.today, "by": people["clerk"]}
    submit_tally(**values, lines=[Line("first", 6)], source="form", reason="recount")
    verify(campaign=small, days=[Day(tree.abhanpur, days.today)], by=people["national"])
    page = send("officer", ticked, confirmed="1", comment=COMMENT).content.decode()
    assert "it now stands at 2" in page and "reopen it first" in page
    assert states() == [("B3693", "verified")], "all or none"


def test_the_act_is_undone_as_a_whole(send, client, ticked):
    send("officer", ticked, confirmed="1", comment=COMMENT)
    act = ReviewAct.objects.get()
    page = client.post(f"/campaigns/small/review/act/{act.pk}/", follow=True).content.decode()
    assert "3 days are open again." in page
    assert {state for _unit, state in states()} == {ReviewState.SUBMITTED}


@pytest.mark.parametrize(("who", "status"), [("auditor", 403), ("clerk", 404), ("elsewhere", 404)])
def test_who_may_not_review_returns_nothing(send, ticked, who, status):
    for values in ({}, {"confirmed": "1", "comment": COMMENT}):
        assert send(who, ticked, **values).status_code == status
    assert not ReviewAct.objects.exists()


def test_a_day_outside_the_area_does_not_exist(send, ticked, days):
    for values in ({}, {"confirmed": "1", "comment": COMMENT}):
        assert send("officer", [*ticked, f"D374:{days.today}:1"], **values).status_code == 404
    assert not ReviewAct.objects.exists()


def test_asking_costs_the_same_for_one_day_and_many(send, ticked):
    def queries(days):
        with CaptureQueriesContext(connection) as captured:
            send("officer", days)
        return len(captured)

    queries(ticked)
    assert queries(ticked[:1]) == queries(ticked)
