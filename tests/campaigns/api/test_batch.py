"""POST tallies/batch/: many sheets, all or none."""

import pytest

from campaigns.api import bodies
from campaigns.models import Journal, Submission
from campaigns.selectors.tallies import standing

BATCH = "tallies/batch/"


@pytest.fixture
def batch(sheet):
    """``batch(("D374", 40), ("B3694", 7))``"""

    def make(*reports, **values):
        made = []
        for unit, *counts in reports:
            report = sheet(unit, *counts) if not isinstance(unit, dict) else unit
            made.append({name: value for name, value in report.items() if name != "campaign"})
        return {"campaign": "teeka", "reports": made, **values}

    return make


def refusal(response, status):
    assert response.status_code == status, response.text
    error = response.json()["error"]
    assert error["message"]
    return {detail["field"]: detail["code"] for detail in error["details"]}


def households(campaign, unit, day):
    cell = campaign.cells.get(key="households|||").pk
    return standing(campaign, unit, day).get(cell, 0)


def test_all_sheets_are_written_at_once(officer, batch, campaign, tree, days):
    response = officer.post(BATCH, batch(("D374", 40), ("B3694", 7), ("B3693",)))
    assert response.status_code == 200, response.text
    answer = response.json()
    assert answer.pop("recorded_at").endswith("Z")
    day = days.today.isoformat()
    assert answer == {
        "campaign": "teeka",
        "reports": 3,
        "written": [
            {"unit": "D374", "date": day, "version": 1, "is_late": False, "is_nil": False},
            {"unit": "B3694", "date": day, "version": 1, "is_late": False, "is_nil": False},
            {"unit": "B3693", "date": day, "version": 1, "is_late": False, "is_nil": True},
        ],
    }
    assert (households(campaign, tree.bastar, days.today), households(campaign, tree.arang, days.today)) == (
        40,
        7,
    )
    journal = Journal.objects.get()
    assert (journal.source, journal.by.username) == ("api", "state_officer")


def test_a_sheet_is_whole_what_it_does_not_name_counts_nothing(officer, sheet, batch, campaign, tree, days):
    officer.post(
        "tallies/", sheet(lines=[{"item": "households", "count": 4}, {"item": "sessions", "count": 2}])
    )
    response = officer.post(BATCH, batch(("D374", 5), reason="register"))
    assert [one["version"] for one in response.json()["written"]] == [2]
    keys = dict(campaign.cells.values_list("pk", "key"))
    found = {keys[cell]: count for cell, count in standing(campaign, tree.bastar, days.today).items()}
    assert found == {"households|||": 5}


def test_sheets_that_change_nothing_make_no_submission(officer, batch):
    officer.post(BATCH, batch(("D374", 40), ("B3694", 7)))
    response = officer.post(BATCH, batch(("D374", 40), ("B3694", 7)))
    assert response.json() == {"campaign": "teeka", "recorded_at": None, "reports": 2, "written": []}
    assert Journal.objects.count() == 1


def test_one_wrong_sheet_refuses_all_and_is_named_by_its_place(officer, sheet, batch, days):
    wrong = sheet(
        "B3694", day=days.tomorrow, lines=[{"item": "visits", "count": 1}, {"item": "sites", "count": -1}]
    )
    response = officer.post(BATCH, batch(("D374", 40), (wrong,), ("D374", 41)))
    assert refusal(response, 422) == {
        "reports[1].lines[0].item": "unknown_item",
        "reports[1].lines[1].count": "not_a_count",
        "reports[1].date": "in_the_future",
        "reports[2].unit": "named_twice",
    }
    assert not Journal.objects.exists()


def test_units_that_one_may_not_see_or_that_are_none_are_named_by_their_place(
    api, batch, district_officer, campaign
):
    user = api(district_officer)
    response = user.post(BATCH, batch(("B3693", 1), ("D374", 1), ("D999", 1)))
    assert refusal(response, 422) == {"reports[1].unit": "unknown_unit", "reports[2].unit": "unknown_unit"}
    assert refusal(user.post(BATCH, batch(("B3693", 1), ("D387", 1))), 422) == {"rows": "unknown_unit"}
    assert not Journal.objects.exists()


def test_corrections_need_a_reason(officer, batch):
    officer.post(BATCH, batch(("D374", 40), ("B3694", 7)))
    response = officer.post(BATCH, batch(("B3693", 1), ("D374", 41), ("B3694", 7)))
    assert refusal(response, 422) == {"reports[1]": "reason_required"}
    assert Submission.objects.count() == 2
    assert officer.post(BATCH, batch(("D374", 41), reason="again")).status_code == 200


def test_a_sheet_made_from_a_version_that_no_longer_stands_refuses_all(
    officer, sheet, batch, campaign, tree, days
):
    officer.post("tallies/", sheet("D374", 40))
    officer.post("tallies/", sheet("D374", 41, reason="one more"))
    stale = sheet("D374", 39) | {"version": 1}
    unchanged = sheet("B3694") | {"version": 4}
    fresh = sheet("B3693", 3) | {"version": 0}
    response = officer.post(BATCH, batch((stale,), (unchanged,), (fresh,), reason="again"))
    assert refusal(response, 412) == {
        "reports[0].version": "stale_version",
        "reports[1].version": "stale_version",
    }
    assert households(campaign, tree.bastar, days.today) == 41
    assert Submission.objects.count() == 2
    right = sheet("D374", 39) | {"version": 2}
    assert officer.post(BATCH, batch((right,), (fresh,), reason="again")).status_code == 200


def test_a_sheet_that_changes_nothing_is_checked_for_its_version_too(officer, sheet, batch):
    officer.post("tallies/", sheet("D374", 40))
    assert officer.post(BATCH, batch((sheet("D374", 40) | {"version": 1},))).status_code == 200
    response = officer.post(BATCH, batch((sheet("D374", 40) | {"version": 2},)))
    assert refusal(response, 412) == {"reports[0].version": "stale_version"}


def test_the_same_key_is_answered_the_same(officer, batch):
    first = officer.post(BATCH, batch(("D374", 40), ("B3694", 7)), key="k1")
    officer.post("tallies/", batch(("D374", 41))["reports"][0] | {"campaign": "teeka", "reason": "one more"})
    second = officer.post(BATCH, batch(("D374", 40), ("B3694", 7)), key="k1")
    assert (first.status_code, second.status_code) == (200, 200)
    assert first.content == second.content
    assert second.headers["Idempotency-Replayed"] == "true"
    assert Journal.objects.count() == 2


def test_a_key_with_another_batch_or_with_a_single_sheet_is_refused(officer, sheet, batch):
    officer.post(BATCH, batch(("D374", 40)), key="k1")
    assert officer.post(BATCH, batch(("D374", 41), reason="x"), key="k1").status_code == 409
    assert officer.post("tallies/", sheet("D374", 40), key="k1").status_code == 409
    officer.post("tallies/", sheet("B3694", 40), key="k2")
    assert officer.post(BATCH, batch(("B3694", 40)), key="k2").status_code == 409


def test_a_batch_of_another_shape_is_refused(officer, campaign, days):
    body = {
        "campaign": "teeka",
        "reports": [
            {"unit": "D374", "date": days.today.isoformat(), "lines": [], "version": "1"},
            {"unit": "D374", "lines": [{"item": "households"}]},
            7,
            {"unit": "D374", "date": days.today.isoformat(), "lines": [], "campaign": "teeka"},
        ],
    }
    assert refusal(officer.post(BATCH, body), 400) == {
        "reports[0].version": "not_a_version",
        "reports[1].date": "required",
        "reports[1].lines[0].count": "required",
        "reports[2]": "not_an_object",
        "reports[3].campaign": "unknown_name",
    }


def test_a_batch_is_bounded(officer, batch):
    response = officer.post(BATCH, batch(*[("D374", 1)] * (bodies.MOST_REPORTS + 1)))
    assert refusal(response, 400) == {"reports": "too_many"}


def test_an_empty_batch_writes_nothing(officer, campaign):
    response = officer.post(BATCH, {"campaign": "teeka", "reports": []})
    assert (response.status_code, response.json()["written"]) == (200, [])


MAY_POST = {
    "national_officer": 200,
    "state_officer": 200,
    "other_state_officer": 404,
    "district_officer": 200,
    "block_clerk": 200,
    "auditor": 403,
    "api_client_user": 200,
    "stranger": 404,
    "former_officer": 404,
}


@pytest.mark.parametrize("role", MAY_POST)
def test_who_may_post_a_batch_for_abhanpur(api, batch, campaign, request, role):
    response = api(request.getfixturevalue(role)).post(BATCH, batch(("B3693", 1)))
    assert response.status_code == MAY_POST[role], response.text
    assert Submission.objects.exists() == (MAY_POST[role] == 200)


def test_nobody_posts_a_batch_without_a_name(api, batch):
    assert api().post(BATCH, batch(("B3693", 1))).status_code == 401
