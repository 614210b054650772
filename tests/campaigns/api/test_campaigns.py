"""GET campaigns/ and campaigns/{slug}/."""

import csv
import datetime
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from campaigns.services import changes, sheet_changes
from campaigns.services.calendar_changes import set_days_off, set_rounds
from tests.campaigns.conftest import make_campaign


def slugs(user):
    response = user.get("campaigns/")
    assert response.status_code == 200
    return [row["slug"] for row in response.json()["results"]]


def test_a_campaign_says_what_it_is(officer, campaign):
    (row,) = officer.get("campaigns/").json()["results"]
    assert row == {
        "slug": "teeka",
        "name_en": "Teeka",
        "name_hi": "टीका",
        "area": "S22",
        "starts_on": campaign.starts_on.isoformat(),
        "ends_on": campaign.ends_on.isoformat(),
        "is_public": False,
        "is_simulated": False,
        "is_archived": False,
        "units": 3,
        "deadline": {"days": 1, "time": "17:00"},
        "late_window_days": None,
        "rest_weekdays": [],
        "note_en": "",
        "note_hi": "",
        "version": campaign.setup_version,
    }


def test_a_client_finds_all_it_needs_to_read_and_post(officer, campaign, targets, state_officer):
    day = campaign.starts_on + datetime.timedelta(3)
    set_days_off(campaign=campaign, by=state_officer, days={day: ("Diwali", "दीवाली")})
    set_rounds(campaign=campaign, by=state_officer, spans=[(campaign.starts_on, day)])
    answer = officer.get("campaigns/teeka/").json()
    assert [one["code"] for one in answer["cohorts"]] == ["18-44", "45-59", "60-plus"]
    assert [one["code"] for one in answer["vaccines"]] == ["covaxin", "covishield", "sputnik-v"]
    assert [one["code"] for one in answer["items"]] == [
        "first_dose",
        "second_dose",
        "households",
        "sessions",
        "sites",
    ]
    assert answer["items"][1] | {"name_en": "", "name_hi": ""} == {
        "code": "second_dose",
        "name_en": "",
        "name_hi": "",
        "kind": "dose",
        "antigen": "COVID-19",
        "dose_number": 2,
        "minimum_interval_days": 84,
        "accumulates": True,
        "by_cohort": True,
        "by_vaccine": True,
        "by_sex": False,
        "cohorts": [],
        "is_open": True,
    }
    assert len(answer["cells"]) == 2 * 3 * 3 + 3
    assert answer["cells"][0] == {
        "key": "first_dose|18-44|covaxin|",
        "item": "first_dose",
        "cohort": "18-44",
        "vaccine": "covaxin",
        "sex": "",
        "is_open": True,
    }
    assert answer["target_sets"] == [
        {
            "code": "estimate",
            "name_en": "Estimate",
            "name_hi": "",
            "source": "Survey",
            "source_hi": "",
            "year": 2021,
            "is_default": True,
        }
    ]
    assert answer["rounds"] == [
        {"number": 1, "starts_on": campaign.starts_on.isoformat(), "ends_on": day.isoformat()}
    ]
    assert answer["days_off"] == [{"day": day.isoformat(), "name_en": "Diwali", "name_hi": "दीवाली"}]


def test_every_open_cell_that_is_told_may_be_posted(officer, campaign, days):
    cells = officer.get("campaigns/teeka/").json()["cells"]
    lines = [
        {name: cell[name] for name in ("item", "cohort", "vaccine", "sex")} | {"count": 1}
        for cell in cells
        if cell["is_open"]
    ]
    body = {"campaign": "teeka", "unit": "D374", "date": days.today.isoformat(), "lines": lines}
    response = officer.post("tallies/", body)
    assert response.status_code == 201
    assert {change["cell"] for change in response.json()["changes"]} == {cell["key"] for cell in cells}


@pytest.fixture
def others(tree, national_officer):
    """A private campaign of the nation, one of Raipur, one of Maharashtra, and a public one."""
    make_campaign(national_officer, tree.india, slug="national", days_back=3)
    make_campaign(national_officer, tree.raipur, slug="raipur", days_back=2)
    make_campaign(national_officer, tree.maharashtra, slug="maharashtra", days_back=1)
    make_campaign(national_officer, tree.maharashtra, slug="open", days_back=0, is_public=True)


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        ("national_officer", ["open", "maharashtra", "raipur", "national"]),
        ("state_officer", ["open", "raipur", "national"]),
        ("other_state_officer", ["open", "maharashtra", "national"]),
        ("district_officer", ["open", "raipur", "national"]),
        ("block_clerk", ["open", "raipur", "national"]),
        ("auditor", ["open", "raipur", "national"]),
        ("api_client_user", ["open", "raipur", "national"]),
        ("stranger", ["open"]),
        ("former_officer", ["open"]),
        (None, ["open"]),
    ],
)
def test_one_sees_public_campaigns_and_those_that_meet_ones_area(api, others, request, role, expected):
    user = api(request.getfixturevalue(role) if role else None)
    assert slugs(user) == expected
    for slug in ("national", "raipur", "maharashtra", "open"):
        assert user.get(f"campaigns/{slug}/").status_code == (200 if slug in expected else 404)


def test_the_list_is_paged(officer, others, api, national_officer):
    page = api(national_officer).get("campaigns/", limit="3").json()
    assert (page["count"], len(page["results"])) == (4, 3)
    assert page["next"].endswith("/api/v1/campaigns/?limit=3&page=2")


def test_the_list_comes_as_csv(officer, campaign):
    (row,) = csv.DictReader(io.StringIO(officer.get("campaigns/", format="csv").text))
    assert (row["slug"], row["deadline.time"], row["is_public"]) == ("teeka", "17:00", "false")


def test_unknown_parameters_are_refused(officer, campaign):
    for path in ("campaigns/", "campaigns/teeka/"):
        assert officer.get(path, state="S22").status_code == 400


@pytest.mark.parametrize("path", ["campaigns/", "campaigns/teeka/"])
def test_a_change_of_the_setup_changes_the_tag(officer, campaign, state_officer, path):
    tag = officer.get(path).headers["ETag"]
    assert officer.get(path, headers={"If-None-Match": tag}).status_code == 304
    changes.change_basics(campaign=campaign, by=state_officer, name_en="Teeka Express")
    response = officer.get(path, headers={"If-None-Match": tag})
    assert response.status_code == 200
    assert "Teeka Express" in response.text


def test_a_new_item_changes_the_tag_of_the_campaign(officer, campaign, state_officer):
    tag = officer.get("campaigns/teeka/").headers["ETag"]
    sheet_changes.save_item(
        campaign=campaign, by=state_officer, code="persons", name_en="Persons", by_cohort=False
    )
    response = officer.get("campaigns/teeka/", headers={"If-None-Match": tag})
    assert "persons|||" in [cell["key"] for cell in response.json()["cells"]]


def test_an_archived_campaign_says_so(officer, campaign, state_officer):
    changes.archive(campaign=campaign, by=state_officer)
    assert officer.get("campaigns/teeka/").json()["is_archived"] is True


def test_the_queries_do_not_grow_with_campaigns_or_cells(officer, tree, campaign, state_officer):
    def queries(path):
        with CaptureQueriesContext(connection) as captured:
            assert officer.get(path).status_code == 200
        return len(captured)

    officer.get("campaigns/")
    assert queries("campaigns/") == 2  # token, campaigns
    assert (
        queries("campaigns/teeka/") == 10
    )  # and cohorts, vaccines, items, theirs, cells, targets, rounds, days
    for number in range(5):
        make_campaign(state_officer, tree.chhattisgarh, slug=f"more-{number}")
        sheet_changes.save_item(campaign=campaign, by=state_officer, code=f"i{number}", name_en="Item")
    assert queries("campaigns/") == 2
    assert queries("campaigns/teeka/") == 10
