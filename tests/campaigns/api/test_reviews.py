"""``reviews/`` and the state of review in ``tallies/``, as a client sees them."""

import pytest

from campaigns.models import DayReview, ReviewAct
from campaigns.services.tallies import Line, submit_tally
from districts.models import Role
from tests.plugins.cast import make_person

REVIEWS, TALLIES = "/api/v1/reviews/", "/api/v1/tallies/"


@pytest.fixture
def clerk(tree):
    return make_person("the-clerk", role=Role.BLOCK_CLERK, area=tree.arang)


@pytest.fixture
def officer(tree):
    return make_person("the-officer", role=Role.DISTRICT_OFFICER, area=tree.raipur)


@pytest.fixture
def reported(small, tree, days, clerk):
    for day in (days.today, days.yesterday):
        submit_tally(
            campaign=small, unit=tree.arang, day=day, lines=[Line("first", 5)], by=clerk, source="form"
        )
    return small


def ask(client, who, action, *rows, **more):
    client.force_login(who)
    body = {"campaign": "small", "action": action, "days": [{"unit": u, "date": str(d)} for u, d in rows]}
    return client.post(REVIEWS, body | more, content_type="application/json")


def test_days_are_verified_once_however_often_they_are_sent(client, reported, officer, days):
    rows = [("B3694", days.today), ("B3694", days.yesterday)]
    first = ask(client, officer, "verify", *rows)
    assert first.status_code == 200, first.text
    assert len(first.json()["changed"]) == 2
    again = ask(client, officer, "verify", *rows)
    assert (again.json()["changed"], len(again.json()["unchanged"])) == ([], 2)
    assert again.json()["recorded_at"] is None
    assert ReviewAct.objects.count() == 1


def test_a_return_without_a_comment_is_refused_and_one_with_it_is_seen(client, reported, officer, days):
    refused = ask(client, officer, "return", ("B3694", days.today))
    assert refused.status_code == 422
    assert refused.json()["error"]["details"][0]["code"] == "comment_required"
    assert ask(client, officer, "return", ("B3694", days.today), comment="50 or 5?").status_code == 200
    rows = client.get(REVIEWS, {"campaign": "small", "area": "D387", "state": "returned"}).json()["results"]
    assert [(row["unit"], row["comment"], row["warnings"]) for row in rows] == [("B3694", "50 or 5?", 0)]


def test_a_clerk_may_read_states_and_decide_on_none(client, reported, clerk, days):
    assert ask(client, clerk, "verify", ("B3694", days.today)).status_code == 403
    client.force_login(clerk)
    assert client.get(REVIEWS, {"campaign": "small", "area": "B3694"}).json()["count"] == 2
    assert client.get(REVIEWS, {"campaign": "small", "area": "D387"}).status_code == 404
    assert not DayReview.objects.exists()


def test_a_unit_elsewhere_is_as_unknown_as_none(client, reported, officer, days):
    for code in ("D374", "B9999"):
        response = ask(client, officer, "verify", ("B3694", days.today), (code, days.today))
        assert response.status_code == 422
        assert response.json()["error"]["details"][0]["code"] == "unknown_unit"
    assert not DayReview.objects.exists()


def test_a_misspelt_name_is_refused(client, reported, officer, days):
    response = ask(client, officer, "verify", ("B3694", days.today), coment="x")
    assert response.status_code == 400
    assert response.json()["error"]["details"][0]["field"] == "coment"


def test_the_state_is_read_with_the_counts_and_changes_their_tag(client, reported, officer, days):
    query = {"campaign": "small", "unit": "B3694", "date": str(days.today)}
    client.force_login(officer)
    before = client.get(TALLIES, query)
    assert (before.json()["review"], before["ETag"]) == ("submitted", '"1"')
    ask(client, officer, "verify", ("B3694", days.today))
    after = client.get(TALLIES, query, headers={"If-None-Match": before["ETag"]})
    assert (after.status_code, after.json()["review"], after["ETag"]) == (200, "verified", '"1-verified"')
    body = {"campaign": "small", "unit": "B3694", "date": str(days.today), "reason": "Register"}
    body["lines"] = [{"item": "first", "count": 6}]
    headers = {"If-Match": after["ETag"]}
    posted = client.post(TALLIES, body, content_type="application/json", headers=headers)
    assert posted.status_code == 200, "the tag of a verified day is the version that one worked from"
    assert client.get(TALLIES, query).json()["review"] == "submitted"


def test_a_clerks_posting_on_a_verified_day_is_refused_by_name(client, reported, officer, clerk, days):
    ask(client, officer, "verify", ("B3694", days.today))
    client.force_login(clerk)
    body = {"campaign": "small", "unit": "B3694", "date": str(days.today), "reason": "Again", "lines": []}
    refused = client.post(TALLIES, body, content_type="application/json")
    assert (refused.status_code, refused.json()["error"]["details"][0]["code"]) == (422, "day_verified")


def test_the_list_is_paged_and_comes_as_csv(client, reported, officer):
    client.force_login(officer)
    query = {"campaign": "small", "area": "D387", "limit": 1}
    first = client.get(REVIEWS, query)
    second = client.get(first.json()["next"])
    assert [one.json()["results"][0]["unit"] for one in (first, second)] == ["B3694", "B3694"]
    assert second.json()["next"] is None
    assert client.get(REVIEWS, {**query, "page": 9}).json()["results"] == []
    lines = client.get(REVIEWS, {"campaign": "small", "area": "D387", "format": "csv"}).text.splitlines()
    assert lines[0].startswith("unit,date,version,state") and len(lines) == 3


def test_days_before_the_calendar_are_asked_for_in_vain(client, reported, officer):
    client.force_login(officer)
    for span in ({"to": "0001-01-03"}, {"from": "0001-01-01"}, {"from": "9999-12-31"}):
        response = client.get(REVIEWS, {"campaign": "small", "area": "D387", **span})
        assert response.status_code == 200, response.text
    assert (
        client.get(REVIEWS, {"campaign": "small", "from": "2021-01-01", "to": "2020-01-01"}).status_code
        == 400
    )
