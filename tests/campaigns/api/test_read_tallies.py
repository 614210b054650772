"""GET tallies/: what stands for a unit and day, its history, and what was recorded since an instant."""

import csv
import datetime
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from campaigns.models import Journal
from campaigns.services.bulk import submit_tallies
from campaigns.services.tallies import Line, submit_tally

TALLIES = "tallies/"


@pytest.fixture
def post(campaign, tree, days, state_officer):
    """Post households at an hour of a day long enough ago that every instant of it has passed."""

    def post(unit, count, *, hour=0, day=None, reason="again"):
        recorded = timezone.now() - datetime.timedelta(days=2) + datetime.timedelta(hours=hour)
        return submit_tally(
            campaign=campaign,
            unit=unit,
            day=day or days.last_week,
            lines=[Line("households", count)] if count is not None else [],
            by=state_officer,
            source="form",
            reason=reason,
            now=recorded,
        )

    return post


def read(user, unit, day, **query):
    response = user.get(TALLIES, campaign="teeka", unit=unit, date=day.isoformat(), **query)
    assert response.status_code == 200, response.text
    return response


# -- a unit and day --------------------------------------------------------------------------------------


def test_what_stands_comes_with_everything_that_led_to_it(officer, post, tree, days, state_officer):
    first = post(tree.bastar, 40)
    second = post(tree.bastar, 37, hour=1, reason="counted twice")
    response = read(officer, "D374", days.last_week)
    assert response.headers["ETag"] == '"2"'
    answer = response.json()
    instants = [datetime.datetime.fromisoformat(one.pop("recorded_at")) for one in answer["history"]]
    assert instants == [datetime.datetime.fromisoformat(one.recorded_at) for one in (first, second)]
    common = {"by": "state_officer", "source": "form", "is_late": True, "is_nil": False}
    common["declared_total"] = None
    assert answer == {
        "campaign": "teeka",
        "unit": "D374",
        "date": days.last_week.isoformat(),
        "as_of": None,
        "version": 2,
        "is_reported": True,
        "review": "submitted",
        "lines": [{"item": "households", "cohort": "", "vaccine": "", "sex": "", "count": 37}],
        "history": [
            {"version": 1, "reason": "again", "changes": {"households|||": 40}, **common},
            {"version": 2, "reason": "counted twice", "changes": {"households|||": -3}, **common},
        ],
    }


def test_nobody_reported_is_not_a_nil_report(officer, post, campaign, tree, days):
    post(tree.arang, None)
    silent = read(officer, "B3693", days.last_week).json()
    nil = read(officer, "B3694", days.last_week).json()
    assert (silent["is_reported"], silent["version"], silent["history"]) == (False, 0, [])
    assert (nil["is_reported"], nil["version"], nil["history"][0]["is_nil"]) == (True, 1, True)
    assert silent["lines"] == nil["lines"] == []


def test_an_earlier_state_is_told_as_it_was(officer, post, tree, days):
    first = post(tree.bastar, 40)
    post(tree.bastar, 37, hour=1)
    answer = read(officer, "D374", days.last_week, as_of=first.recorded_at).json()
    assert (answer["version"], answer["lines"][0]["count"], len(answer["history"])) == (1, 40, 1)


def test_what_has_not_changed_is_not_sent_again(officer, post, tree, days):
    post(tree.bastar, 40)
    query = {"campaign": "teeka", "unit": "D374", "date": days.last_week.isoformat()}
    tag = officer.get(TALLIES, **query).headers["ETag"]
    response = officer.get(TALLIES, headers={"If-None-Match": tag}, **query)
    assert (response.status_code, response.content, response.headers["ETag"]) == (304, b"", tag)
    as_csv = officer.get(TALLIES, headers={"If-None-Match": tag}, **query, format="csv")
    assert as_csv.status_code == 200
    post(tree.bastar, 41, hour=1)
    assert officer.get(TALLIES, headers={"If-None-Match": tag}, **query).status_code == 200


def test_the_lines_come_as_csv(officer, post, tree, days):
    post(tree.bastar, 40)
    rows = list(csv.DictReader(io.StringIO(read(officer, "D374", days.last_week, format="csv").text)))
    assert rows == [
        {
            "campaign": "teeka",
            "unit": "D374",
            "date": days.last_week.isoformat(),
            "version": "1",
            "review": "submitted",
            "item": "households",
            "cohort": "",
            "vaccine": "",
            "sex": "",
            "count": "40",
        }
    ]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"unit": "D374"}, "date"),
        ({"date": "2021-11-11"}, "unit"),
        ({"as_of": "2021-11-11T00:00:00Z"}, "date"),
        ({"unit": "D374", "date": "2021-11-11", "updated_since": "2021-11-11T00:00:00Z"}, "updated_since"),
        ({"cursor": "bm90IGEgY3Vyc29y"}, "cursor"),
        ({"cursor": "Ω"}, "cursor"),
        ({"limit": "0"}, "limit"),
        ({"limit": "1001"}, "limit"),
        ({"updated_since": "soon"}, "updated_since"),
        ({"unti": "D374"}, "unti"),
    ],
)
def test_what_cannot_be_asked_is_refused_by_name(officer, campaign, query, field):
    response = officer.get(TALLIES, campaign="teeka", **query)
    assert response.status_code == 400
    assert [detail["field"] for detail in response.json()["error"]["details"]] == [field]


def test_an_area_that_is_no_unit_has_nothing_to_read(officer, campaign, days):
    response = officer.get(TALLIES, campaign="teeka", unit="D387", date=days.today.isoformat())
    assert response.status_code == 404
    assert "D387 is not a reporting unit" in response.json()["error"]["message"]


# -- who may ---------------------------------------------------------------------------------------------

# role: (Bastar, Abhanpur, everything in Raipur)
MAY_READ = {
    "national_officer": (200, 200, 200),
    "state_officer": (200, 200, 200),
    "other_state_officer": (404, 404, 404),
    "district_officer": (404, 200, 200),
    "block_clerk": (404, 200, 404),
    "auditor": (200, 200, 200),
    "api_client_user": (200, 200, 200),
    "stranger": (404, 404, 404),
    "former_officer": (404, 404, 404),
}


@pytest.mark.parametrize("role", MAY_READ)
@pytest.mark.parametrize("is_public", [False, True])
def test_tallies_of_units_are_for_those_posted_there_public_or_not(
    api, campaign, days, request, role, is_public
):
    campaign.__class__.objects.update(is_public=is_public)
    user, day = api(request.getfixturevalue(role)), days.today.isoformat()
    given = (
        user.get(TALLIES, campaign="teeka", unit="D374", date=day).status_code,
        user.get(TALLIES, campaign="teeka", unit="B3693", date=day).status_code,
        user.get(TALLIES, campaign="teeka", area="D387").status_code,
    )
    assert given == MAY_READ[role]


def test_nobody_reads_tallies_without_a_name(api, campaign, days):
    campaign.__class__.objects.update(is_public=True)
    assert api().get(TALLIES, campaign="teeka").status_code == 401


# -- following the ledger --------------------------------------------------------------------------------


def walk(user, **query):
    """Every row of every page, and the first page."""
    page = first = user.get(TALLIES, campaign="teeka", **query)
    rows = []
    while True:
        assert page.status_code == 200, page.text
        rows += page.json()["results"]
        if page.json()["next"] is None:
            return rows, first.json()
        assert f'<{page.json()["next"]}>; rel="next"' == page.headers["Link"]
        page = user.client.get(page.json()["next"], headers=user.headers)


def names(rows):
    return [(row["unit"], row["version"], row["changes"]) for row in rows]


def test_submissions_come_in_the_order_in_which_they_were_recorded(officer, post, tree, days):
    post(tree.arang, 5, hour=2)
    post(tree.bastar, 40, hour=1)
    post(tree.bastar, 37, hour=3)
    post(tree.abhanpur, None, hour=4)
    expected = [
        ("D374", 1, {"households|||": 40}),
        ("B3694", 1, {"households|||": 5}),
        ("D374", 2, {"households|||": -3}),
        ("B3693", 1, {}),
    ]
    for limit in ("1", "2", "3", "4", "100"):
        rows, _first = walk(officer, limit=limit)
        assert names(rows) == expected


def test_only_what_was_recorded_since_is_told(officer, post, tree):
    post(tree.bastar, 40, hour=1)
    second = post(tree.bastar, 37, hour=2)
    post(tree.arang, 5, hour=3)
    rows, _first = walk(officer, updated_since=second.recorded_at)
    assert names(rows) == [("D374", 2, {"households|||": -3}), ("B3694", 1, {"households|||": 5})]


def test_only_the_units_of_the_area_are_told(officer, post, tree):
    post(tree.bastar, 40, hour=1)
    post(tree.arang, 5, hour=3)
    assert names(walk(officer, area="D387")[0]) == [("B3694", 1, {"households|||": 5})]


def test_a_file_of_many_rows_of_one_instant_is_paged_without_loss(officer, campaign, tree, state_officer):
    cell = campaign.cells.get(key="households|||").pk
    units = (tree.bastar.pk, tree.abhanpur.pk, tree.arang.pk)
    rows = [
        (unit, campaign.starts_on + datetime.timedelta(number), cell, number + 1)
        for number in range(20)
        for unit in units
    ]
    submit_tallies(campaign=campaign, rows=rows, by=state_officer)
    assert Journal.objects.count() == 1
    found, _first = walk(officer, limit="7")
    assert len(found) == 60
    assert len({(row["unit"], row["date"]) for row in found}) == 60


def test_rows_that_arrive_while_a_client_reads_come_at_the_end(officer, post, tree):
    post(tree.bastar, 40, hour=1)
    post(tree.bastar, 37, hour=2)
    page = officer.get(TALLIES, campaign="teeka", limit="1").json()
    post(tree.arang, 5, hour=3)
    page = officer.client.get(page["next"], headers=officer.headers).json()
    assert names(page["results"]) == [("D374", 2, {"households|||": -3})]
    page = officer.client.get(page["next"], headers=officer.headers).json()
    assert names(page["results"]) == [("B3694", 1, {"households|||": 5})]
    assert page["next"] is None


def test_the_next_visit_begins_before_this_one_so_that_a_slow_commit_is_not_missed(officer, post, tree):
    post(tree.bastar, 40, hour=1)
    post(tree.bastar, 41, hour=2)
    before = timezone.now()
    _rows, first = walk(officer, limit="1")
    since = datetime.datetime.fromisoformat(first["next_updated_since"])
    assert since <= before - datetime.timedelta(minutes=14)
    later = officer.client.get(first["next"], headers=officer.headers).json()
    assert later["next_updated_since"] == first["next_updated_since"], "as of the first page, not the last"


def test_changes_come_as_csv_one_row_each(officer, post, tree):
    post(tree.bastar, 40, hour=1)
    post(tree.abhanpur, None, hour=2)
    rows = list(csv.DictReader(io.StringIO(officer.get(TALLIES, campaign="teeka", format="csv").text)))
    assert [(row["unit"], row["cell"], row["change"], row["is_nil"]) for row in rows] == [
        ("D374", "households|||", "40", "false"),
        ("B3693", "", "", "true"),
    ]


def test_following_costs_the_same_queries_however_many_rows_there_are(officer, post, tree):
    def queries(**query):
        with CaptureQueriesContext(connection) as captured:
            assert officer.get(TALLIES, campaign="teeka", **query).status_code == 200
        return len(captured)

    post(tree.bastar, 1)
    officer.get(TALLIES, campaign="teeka")
    assert queries() == 4  # token, campaign, submissions, changes
    for number in range(1, 20):
        post(tree.arang, number, hour=number / 10)
    assert queries() == 4
    following = officer.get(TALLIES, campaign="teeka", limit="3").json()["next"]
    with CaptureQueriesContext(connection) as captured:
        officer.client.get(following, headers=officer.headers)
    assert len(captured) == 5  # and the rest of the journal that the last page ended in


def test_a_day_costs_the_same_queries_however_long_its_history(officer, post, tree, days):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            read(officer, "D374", days.last_week)
        return len(captured)

    post(tree.bastar, 1)
    read(officer, "D374", days.last_week)
    # Token, campaign with unit, version, review, counts, submissions, entries, their cells.
    assert queries() == 8
    for number in range(10):
        post(tree.bastar, 100 + number, hour=number + 1)
    assert queries() == 8
