"""GET coverage/ and progress/: how figures are written, asked for, refused and exported."""

import csv
import datetime
import io
import json

import pytest
from django.utils import timezone, translation

from campaigns.models import Campaign
from campaigns.services.creation import create_campaign
from campaigns.services.setup import set_reporting_units
from districts.models import Area, Level
from districts.tree import add_sites
from tests.reports.drive import END, LAST, START, at, fold, line, post


def ask(client, path="coverage", **query):
    response = client.get(f"/api/v1/{path}/", {"campaign": "drive", **query})
    assert response.status_code == 200, response.text
    return response.json()


def problems(client, path="coverage", **query):
    """{field: code} of a refused request."""
    response = client.get(f"/api/v1/{path}/", {"campaign": "drive", **query})
    assert response.status_code == 400, response.text
    error = response.json()["error"]
    assert (error["code"], bool(error["message"])) == ("invalid", True)
    assert all(detail["message"] for detail in error["details"])
    return {detail["field"]: detail["code"] for detail in error["details"]}


def table(client, path="coverage", **query):
    response = client.get(f"/api/v1/{path}/", {"campaign": "drive", "format": "csv", **query})
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    return list(csv.DictReader(io.StringIO(response.text)))


# -- what is said ----------------------------------------------------------------------------------------


def test_the_head_says_what_was_asked_and_how_far_the_figures_go(client, drive):
    answer = ask(client)
    del answer["area"]
    assert answer == {
        "campaign": "drive",
        "date": "2021-11-11",
        "as_of": None,
        "cohort": None,
        "verified_only": False,
        "denominator": {
            "code": "estimate",
            "name_en": "Estimate",
            "name_hi": "",
            "source": "Survey",
            "source_hi": "",
            "year": 2021,
        },
        "working_days": {"elapsed": 42, "left": 50, "total": 92},
        "first_item": "first_dose",
        "last_item": "second_dose",
        "figures_as_of": "2021-11-13T12:30:00Z",
        "pending": 0,
        "version": 1,
        "children": None,
        "silent_units": {"codes": ["D484"], "is_complete": True},
    }


def test_children_come_only_when_asked_for_and_in_the_order_of_the_tree(client, drive):
    assert ask(client)["children"] is None
    assert [child["code"] for child in ask(client, children="1")["children"]] == ["S22", "S27"]
    assert ask(client, area="D374", children="1")["children"] == []


def test_a_zero_a_blank_and_what_cannot_be_look_different(client, drive):
    bastar = ask(client, area="D374")["area"]
    nagpur = ask(client, area="D484")["area"]  # silent today
    before = ask(client, area="D374", date="2021-10-01", as_of="2021-10-01T10:00:00+05:30")["area"]
    below = ask(client, area="B3595")["area"]  # its counts are posted for the district above
    second = [one["items"]["second_dose"]["today"] for one in (bastar, nagpur, below)]
    assert second == [
        {"state": "value", "value": 0},
        {"state": "no_data", "value": None},
        {"state": "not_applicable", "value": None},
    ]
    assert nagpur["items"]["second_dose"]["to_date"] == {"state": "value", "value": 0}
    assert before["items"]["second_dose"]["to_date"] == {"state": "no_data", "value": None}
    assert before["items"]["second_dose"]["coverage"] == {
        "state": "no_data",
        "numerator": None,
        "denominator": 3000,
        "of": "estimate",
        "percent": None,
    }
    assert bastar["items"]["sites"]["to_date"]["state"] == "not_applicable"


def test_a_nil_report_is_a_zero(client, drive):
    nagpur = ask(client, area="D484", date="2021-11-09")["area"]
    assert nagpur["doses_today"] == {"state": "value", "value": 0}
    assert nagpur["units"]["reported"] == 1


def test_what_is_over_or_under_is_shown_as_it_is_and_flagged_with_the_reason(client, drive):
    arang = ask(client, area="B3694")["area"]
    assert arang["items"]["first_dose"]["coverage"]["percent"] == "130.0"
    assert arang["left_out"]["value"] == -900
    assert [(flag["kind"], flag["item"], flag["by"]) for flag in arang["flags"]] == [
        ("over_100", "first_dose", 900)
    ]
    assert "900 more than the target" in arang["flags"][0]["reason"]
    bastar = ask(client, area="D374")["area"]
    assert bastar["items"]["first_dose"]["today"]["value"] == -20
    assert [(flag["kind"], flag["by"]) for flag in bastar["flags"]] == [("negative_today", -20)]


def test_the_reason_of_a_flag_is_in_the_language_asked_for(client, drive):
    def reasons(language):
        response = client.get(
            "/api/v1/coverage/?campaign=drive&area=B3694", headers={"Accept-Language": language}
        )
        return [flag["reason"] for flag in response.json()["area"]["flags"]]

    with translation.override("hi"):
        from reports.presenters.marks import _

        in_hindi = _(
            "%(item)s: %(count)s more than the target. People from elsewhere were reached, "
            "or the target is too low."
        ) % {"item": "पहली खुराक", "count": "900"}
    assert reasons("hi") == [in_hindi]
    assert reasons("en-in")[0].startswith("First dose: 900 more")


def test_what_was_revised_is_not_known_as_of_an_earlier_instant(client, drive):
    now = ask(client, area="B3693")["area"]
    assert (now["revised"]["removed"]["value"], now["flags"][-1]["kind"]) == (50, "revised")
    then = ask(client, area="B3693", as_of="2021-11-11T19:30:00+05:30")["area"]
    assert then["revised"]["removed"]["state"] == "not_applicable"
    assert then["flags"] == []


@pytest.mark.parametrize("address", ["coverage/?campaign=drive&children=1", "progress/?campaign=drive"])
def test_no_number_of_an_answer_is_a_float(client, drive, address):
    floats = []
    json.loads(client.get(f"/api/v1/{address}").text, parse_float=floats.append)
    assert floats == []


def test_a_hundredth_below_nothing_is_no_negative_zero(client, drive):
    post(drive, drive.tree.nagpur, LAST, line("second_dose", 0), line("first_dose", 0), recorded=at(LAST, 20))
    fold(drive)
    for area in ("IN", "S22", "S27", "D484", "D490", "B3694"):
        assert '"-0.0"' not in client.get(f"/api/v1/coverage/?campaign=drive&area={area}&children=1").text


def test_many_silent_units_are_named_as_far_as_the_first_two_hundred(client, drive):
    add_sites(
        rows=[
            {"parent": drive.tree.katol, "code": f"X{number:03}", "name_en": f"Site {number}"}
            for number in range(203)
        ]
    )
    at_sites = create_campaign(
        by=drive.by,
        preset="covid",
        slug="at-sites",
        name_en="At sites",
        area=drive.tree.india,
        starts_on=START,
        ends_on=END,
        is_public=True,
    )
    set_reporting_units(campaign=at_sites, areas=list(Area.objects.filter(level=Level.SITE)), by=drive.by)
    answer = ask(client, campaign="at-sites")
    assert answer["area"]["units"]["silent"] == 203
    assert answer["silent_units"] == {"codes": [f"X{n:03}" for n in range(200)], "is_complete": False}


# -- what is asked ---------------------------------------------------------------------------------------


def test_what_cannot_be_asked_is_refused_by_name(client, drive):
    assert problems(client, date="2020-01-01") == {"date": "outside_campaign"}
    assert problems(client, date="yesterday") == {"date": "invalid"}
    assert problems(client, cohort="babies") == {"cohort": "unknown_cohort"}
    assert problems(client, denominator="guess") == {"denominator": "unknown_denominator"}
    assert problems(client, children="yes") == {"children": "invalid_choice"}
    assert problems(client, as_of="2100-01-01T00:00:00Z") == {"as_of": "in_the_future"}
    assert problems(client, as_of="1999-12-31T00:00:00Z") == {"as_of": "out_of_range"}
    assert problems(client, as_of="0001-01-01T00:00:00+05:30") == {"as_of": "overflow"}
    assert problems(client, dat="2021-11-11") == {"dat": "invalid"}
    assert problems(client, campaign="") == {"campaign": "blank"}
    assert problems(client, area="a b") == {"area": "invalid"}
    assert problems(client, "progress", item="third_dose") == {"item": "unknown_item"}
    assert problems(client, "progress", **{"from": "2021-11-02", "to": "2021-11-01"}) == {"from": "invalid"}
    assert problems(client, "progress", to="2022-01-01") == {"to": "outside_campaign"}


def test_an_unknown_code_is_refused_with_the_known_ones(client, drive):
    response = client.get("/api/v1/coverage/?campaign=drive&cohort=babies")
    assert "18-44, 45-59, 60-plus" in response.json()["error"]["details"][0]["message"]


def test_a_plus_sign_that_was_not_escaped_is_understood(client, drive):
    plain = client.get("/api/v1/coverage/?campaign=drive&as_of=2021-11-11T19:30:00+05:30").json()
    escaped = client.get("/api/v1/coverage/?campaign=drive&as_of=2021-11-11T19:30:00%2B05:30").json()
    assert plain == escaped
    assert plain["as_of"] == "2021-11-11T14:00:00Z"


def test_figures_go_as_far_as_the_instant_asked_for(client, drive):
    assert ask(client, as_of="2021-11-11T19:30:00+05:30")["figures_as_of"] == "2021-11-11T14:00:00Z"


def test_what_waits_for_the_fold_is_told(client, drive):
    day = LAST + datetime.timedelta(1)
    Campaign.objects.update(ends_on=timezone.localdate())
    post(drive, drive.tree.bastar, day, line("first_dose", 5))
    answer = ask(client)
    assert (answer["pending"], answer["figures_as_of"]) == (1, "2021-11-12T12:30:00Z")
    assert answer["date"] == "2021-11-11"
    fold(drive)
    answer = ask(client)
    assert (answer["pending"], answer["version"], answer["date"]) == (0, 2, "2021-11-12")


# -- CSV -------------------------------------------------------------------------------------------------


def test_the_csv_holds_the_same_figures_one_row_per_area(client, drive):
    answer = ask(client, children="1")
    rows = table(client, children="1")
    assert [row["code"] for row in rows] == ["IN", "S22", "S27"]
    for row, area in zip(rows, (answer["area"], *answer["children"]), strict=True):
        assert row["campaign"] == "drive"
        assert row["date"] == "2021-11-11"
        assert row["denominator"] == "estimate"
        assert row["category"] == area["category"]["value"]
        for code, item in area["items"].items():
            to_date = item["to_date"]
            shown = str(to_date["value"]) if to_date["state"] == "value" else to_date["state"]
            assert row[f"items.{code}.to_date"] == shown
            percent = item["coverage"]["percent"] or item["coverage"]["state"]
            assert row[f"items.{code}.coverage.percent"] == percent


def test_a_blank_of_the_csv_says_why(client, drive):
    (row,) = table(client, area="D484")
    assert row["items.first_dose.today"] == "no_data"
    assert row["items.sites.to_date"] == "not_applicable"
    assert row["items.first_dose.to_date"] == "900"


def test_numbers_below_zero_stay_numbers_in_the_csv(client, drive):
    (row,) = table(client, area="D374")
    assert row["items.first_dose.today"] == "-20"
    assert row["items.second_dose.days_ahead.value"].startswith("-")
    assert row["flags"] == "negative_today first_dose"


def test_progress_comes_as_csv_too(client, drive):
    rows = table(client, "progress", item="first_dose", **{"from": "2021-11-08"})
    assert [(row["date"], row["count"], row["to_date"]) for row in rows] == [
        ("2021-11-08", "0", "6050"),
        ("2021-11-09", "0", "6050"),
        ("2021-11-10", "no_data", "6050"),
        ("2021-11-11", "360", "6410"),
    ]


def test_an_error_keeps_its_shape_when_csv_was_asked_for(client, drive):
    response = client.get("/api/v1/coverage/?campaign=drive&format=csv&date=2020-01-01")
    assert response.headers["Content-Type"] == "application/json"
    assert response.json()["error"]["details"][0]["field"] == "date"
