"""A 304 only where nothing has changed, an ETag that changes with everything shown, and what each answer costs."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from campaigns.models import FoldMark
from campaigns.services import changes
from campaigns.services.setup import set_targets
from districts.models import Area
from districts.services.tokens import issue
from reports.api.answers import Answers, answers
from reports.fold import rebuild
from tests.reports.drive import LAST, fold, line, post

COVERAGE = "/api/v1/coverage/?campaign=drive&children=1"
PROGRESS = "/api/v1/progress/?campaign=drive"


def tag(client, address=COVERAGE, **headers):
    response = client.get(address, headers=headers)
    assert response.status_code == 200
    return response.headers["ETag"]


def again(client, tag, address=COVERAGE, **headers):
    return client.get(address, headers={"If-None-Match": tag, **headers})


@pytest.mark.parametrize(
    "address", [COVERAGE, PROGRESS, COVERAGE + "&format=csv", COVERAGE + "&as_of=2021-11-11T12:00:00Z"]
)
def test_what_has_not_changed_is_not_sent_again(client, drive, address):
    first = tag(client, address)
    response = again(client, first, address)
    assert (response.status_code, response.content) == (304, b"")
    assert response.headers["ETag"] == first
    assert response.headers["Cache-Control"] == "private, no-cache"
    assert {"Accept", "Accept-Language", "Authorization", "Cookie"} <= set(
        response.headers["Vary"].split(", ")
    )


def test_the_tag_is_another_one_for_another_address_language_format_and_user(client, drive, state_officer):
    _token, key = issue(user=state_officer, name="test")
    tags = [
        tag(client),
        tag(client, COVERAGE + "&area=S22"),
        tag(client, COVERAGE, **{"Accept-Language": "hi"}),
        tag(client, COVERAGE, Accept="text/csv"),
        tag(client, COVERAGE, Authorization=f"Token {key}"),
    ]
    assert len(set(tags)) == 5
    assert [again(client, tags[0], COVERAGE + "&area=S22").status_code] == [200]


def posting(drive):
    post(drive, drive.tree.nagpur, LAST, line("first_dose", 7))


def folding(drive):
    fold(drive)
    assert not FoldMark.objects.exists()


def renaming(drive):
    area = Area.objects.get(code="S27")
    area.name_hi = "महाराष्ट्र राज्य"
    area.save()


def measuring_against_other_targets(drive):
    set_targets(
        campaign=drive.campaign,
        code="estimate",
        name_en="Estimate",
        source="Survey",
        year=2022,
        targets={(unit, cohort): 900 for unit in drive.units for cohort in drive.campaign.cohorts.all()},
        by=drive.by,
        is_default=True,
    )


def rebuilding(drive):
    rebuild(drive.campaign)


@pytest.mark.parametrize("change", [posting, renaming, measuring_against_other_targets, rebuilding])
def test_whatever_changes_the_answer_changes_the_tag(client, drive, change):
    first = tag(client)
    before = client.get(COVERAGE).content
    change(drive)
    response = again(client, first)
    assert response.status_code == 200
    assert response.content != before
    assert response.headers["ETag"] != first
    assert client.get(COVERAGE).content == response.content


def test_the_fold_changes_the_tag_once_more(client, drive):
    posting(drive)
    waiting = tag(client)
    folding(drive)
    assert again(client, waiting).status_code == 200
    assert client.get(COVERAGE).json()["area"]["items"]["first_dose"]["today"]["value"] == 367


def test_a_site_whose_counts_come_from_the_ledger_is_new_before_the_fold(client, drive):
    """Silent units are read from the ledger itself; their tag must not wait for the fold."""
    address = "/api/v1/coverage/?campaign=drive&area=S27"
    first = client.get(address)
    assert first.json()["silent_units"]["codes"] == ["D484"]
    posting(drive)
    response = again(client, first.headers["ETag"], address)
    assert response.status_code == 200
    assert response.json()["silent_units"]["codes"] == []


def test_a_tag_dies_with_the_right_to_see(client, drive, state_officer):
    client.force_login(state_officer, backend="django.contrib.auth.backends.ModelBackend")
    address = "/api/v1/coverage/?campaign=drive&area=S22"
    first = tag(client, address)
    changes.withdraw(campaign=drive.campaign, by=drive.by)
    state_officer.postings.update(ends_on=datetime.date(2020, 1, 2))
    assert again(client, first, address).status_code == 404


def test_a_star_names_no_answer(client, drive):
    assert again(client, "*").status_code == 200


def test_errors_carry_no_tag(client, drive):
    response = client.get(COVERAGE + "&date=2020-01-01")
    assert response.status_code == 400
    assert "ETag" not in response.headers


def test_a_head_request_is_answered_like_a_get_without_the_body(client, drive):
    response = client.head(COVERAGE)
    assert (response.status_code, response.content) == (200, b"")
    assert response.headers["ETag"] == tag(client)


# -- what it costs ---------------------------------------------------------------------------------------


def queries(client, address, **headers):
    with CaptureQueriesContext(connection) as captured:
        response = client.get(address, headers=headers)
    assert response.status_code in (200, 304)
    return len(captured)


def test_a_304_costs_one_query(client, drive):
    assert queries(client, COVERAGE, **{"If-None-Match": tag(client)}) == 1


def test_a_304_for_a_token_costs_two_queries(client, drive, state_officer):
    _token, key = issue(user=state_officer, name="test")
    headers = {"Authorization": f"Token {key}"}
    first = tag(client, **headers)
    assert queries(client, COVERAGE, **headers, **{"If-None-Match": first}) == 2


def test_an_answer_that_is_kept_costs_one_query(client, drive):
    body = client.get(COVERAGE).content
    assert queries(client, COVERAGE) == 1
    assert client.get(COVERAGE).content == body


@pytest.mark.parametrize(
    ("address", "number"),
    [
        (COVERAGE, 15),
        ("/api/v1/coverage/?campaign=drive&area=D374", 15),
        (PROGRESS, 9),
    ],
)
def test_an_answer_read_anew_costs_so_many_queries(client, drive, address, number):
    client.get(address)  # reads the setup
    answers.clear()
    assert queries(client, address) == number


def test_the_number_of_queries_depends_neither_on_areas_nor_on_days(client, drive):
    for area in ("S27", "S22"):  # reads the setup
        client.get(f"/api/v1/coverage/?campaign=drive&children=1&area={area}&date=2021-11-10")
    few = queries(client, "/api/v1/coverage/?campaign=drive&children=1&area=S27&date=2021-11-11")
    for number in range(20):
        day = datetime.date(2021, 10, 2) + datetime.timedelta(number)
        for unit in drive.units:
            post(drive, unit, day, line("first_dose", number), line("second_dose", 1))
    fold(drive)
    assert queries(client, "/api/v1/coverage/?campaign=drive&children=1&area=S27&date=2021-11-11") == few
    assert queries(client, "/api/v1/coverage/?campaign=drive&children=1&area=S22&date=2021-11-11") == few


# -- what is kept ----------------------------------------------------------------------------------------


def test_the_least_used_answer_is_let_go_first():
    kept = Answers(most_bytes=100)
    for name in "abcd":
        kept.keep(name, b"x" * 25)
    assert kept.get("a")
    kept.keep("e", b"x" * 25)
    assert [bool(kept.get(name)) for name in "abcde"] == [True, False, True, True, True]


def test_one_answer_may_not_push_out_all_others():
    kept = Answers(most_bytes=100)
    kept.keep("small", b"x")
    kept.keep("large", b"x" * 26)
    assert kept.get("small")
    assert kept.get("large") is None


def test_an_answer_that_is_kept_again_counts_once():
    kept = Answers(most_bytes=100)
    for _time in range(50):
        kept.keep("same", b"x" * 20)
    kept.keep("other", b"x" * 20)
    assert kept.get("same")
    assert kept.get("other")
