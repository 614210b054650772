"""POST tallies/: what is taken, answered, refused, and by whom."""

import datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from campaigns.api import bodies
from campaigns.models import FoldMark, Journal, Submission
from campaigns.selectors.tallies import standing
from campaigns.services import changes

TALLIES = "tallies/"


def counts(campaign, unit, day):
    keys = dict(campaign.cells.values_list("pk", "key"))
    return {keys[cell]: count for cell, count in standing(campaign, unit, day).items()}


def refusal(response, status):
    """{field: code} of a refusal; nothing may have been written."""
    assert response.status_code == status, response.text
    error = response.json()["error"]
    assert error["message"]
    assert all(detail["message"] for detail in error["details"])
    return {detail["field"]: detail["code"] for detail in error["details"]}


# -- what is taken ---------------------------------------------------------------------------------------


def test_a_first_report_is_created(officer, campaign, sheet, tree, days, state_officer):
    lines = [
        {"item": "first_dose", "cohort": "18-44", "vaccine": "covaxin", "count": 12},
        {"item": "households", "count": 40},
    ]
    response = officer.post(TALLIES, sheet(lines=lines))
    assert response.status_code == 201
    assert response.headers["ETag"] == '"1"'
    assert response.headers["Location"] == (
        f"http://testserver/api/v1/tallies/?campaign=teeka&unit=D374&date={days.today}"
    )
    answer = response.json()
    assert datetime.datetime.fromisoformat(answer.pop("recorded_at")) <= timezone.now()
    assert [(one["rule"], one["reason"]) for one in answer.pop("warnings")] == [("no_sessions", "")]
    assert answer == {
        "campaign": "teeka",
        "unit": "D374",
        "date": days.today.isoformat(),
        "version": 1,
        "is_late": False,
        "is_nil": False,
        "declared_total": None,
        "changes": [
            {"cell": "first_dose|18-44|covaxin|", "before": 0, "after": 12},
            {"cell": "households|||", "before": 0, "after": 40},
        ],
    }
    assert counts(campaign, tree.bastar, days.today) == {"first_dose|18-44|covaxin|": 12, "households|||": 40}
    journal = Journal.objects.get()
    assert (journal.by, journal.source) == (state_officer, "api")
    assert FoldMark.objects.filter(journal=journal).exists()


def test_the_location_of_a_report_leads_to_it(officer, sheet):
    address = officer.post(TALLIES, sheet("D374", 3)).headers["Location"]
    response = officer.client.get(address, headers=officer.headers)
    assert response.json()["lines"][0]["count"] == 3


def test_a_nil_report_is_created_too(officer, sheet):
    response = officer.post(TALLIES, sheet())
    assert (response.status_code, response.json()["is_nil"], response.json()["changes"]) == (201, True, [])


def test_a_correction_is_no_new_report(officer, campaign, sheet, tree, days):
    officer.post(TALLIES, sheet("D374", 40))
    response = officer.post(TALLIES, sheet("D374", 37, reason="counted twice"))
    assert (response.status_code, response.headers["ETag"]) == (200, '"2"')
    assert response.json()["changes"] == [{"cell": "households|||", "before": 40, "after": 37}]
    assert counts(campaign, tree.bastar, days.today) == {"households|||": 37}


def test_the_same_counts_again_change_nothing(officer, sheet):
    officer.post(TALLIES, sheet("D374", 40))
    response = officer.post(TALLIES, sheet("D374", 40))
    assert (response.status_code, response.headers["ETag"], response.json()["changes"]) == (200, '"1"', [])
    assert Submission.objects.count() == 1


def test_a_late_report_is_marked(officer, sheet, days):
    response = officer.post(TALLIES, sheet("D374", 1, day=days.last_week))
    assert (response.status_code, response.json()["is_late"]) == (201, True)


def test_a_session_may_post_with_its_csrf_token_and_not_without(sheet, state_officer):
    client = Client(enforce_csrf_checks=True)
    client.force_login(state_officer, backend="django.contrib.auth.backends.ModelBackend")
    refused = client.post("/api/v1/tallies/", sheet("D374", 1), content_type="application/json")
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "permission_denied")
    token = "a" * 32
    client.cookies["abhiyan_csrf"] = token
    taken = client.post(
        "/api/v1/tallies/", sheet("D374", 1), content_type="application/json", headers={"X-CSRFToken": token}
    )
    assert taken.status_code == 201


# -- twice, and at the same time -------------------------------------------------------------------------


def test_the_same_key_is_answered_the_same_and_changes_nothing(officer, sheet):
    first = officer.post(TALLIES, sheet("D374", 40), key="k1")
    second = officer.post(TALLIES, sheet("D374", 40), key="k1")
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.content == second.content
    assert "Idempotency-Replayed" not in first.headers
    assert second.headers["Idempotency-Replayed"] == "true"
    assert Journal.objects.count() == 1


def test_a_key_answers_as_before_even_after_somebody_else_has_corrected(officer, sheet):
    first = officer.post(TALLIES, sheet("D374", 40), key="k1", if_match='"0"')
    officer.post(TALLIES, sheet("D374", 41, reason="one more"))
    again = officer.post(TALLIES, sheet("D374", 40), key="k1", if_match='"0"')
    assert (again.status_code, again.content) == (201, first.content)


def test_a_key_answers_as_before_even_when_the_day_has_closed(officer, sheet, campaign, state_officer):
    first = officer.post(TALLIES, sheet("D374", 40), key="k1")
    changes.archive(campaign=campaign, by=state_officer)
    again = officer.post(TALLIES, sheet("D374", 40), key="k1")
    assert (again.status_code, again.content) == (201, first.content)
    assert refusal(officer.post(TALLIES, sheet("D374", 40)), 422) == {"campaign": "archived"}


def test_a_key_with_another_body_is_refused(officer, sheet):
    officer.post(TALLIES, sheet("D374", 40), key="k1")
    response = officer.post(TALLIES, sheet("D374", 41), key="k1")
    assert (response.status_code, response.json()["error"]["code"]) == (409, "key_reused")
    assert Journal.objects.count() == 1


def test_two_users_may_choose_the_same_key(officer, api, sheet, national_officer):
    assert officer.post(TALLIES, sheet("D374", 40), key="1").status_code == 201
    assert api(national_officer).post(TALLIES, sheet("B3694", 7), key="1").status_code == 201


def test_a_stale_version_is_refused_with_both_states(officer, sheet, campaign, tree, days):
    officer.post(TALLIES, sheet("D374", 40))
    officer.post(TALLIES, sheet("D374", 41, reason="one more"))
    response = officer.post(TALLIES, sheet("D374", 39, reason="one less"), if_match='"1"')
    assert (response.status_code, response.headers["ETag"]) == (412, '"2"')
    error = response.json()["error"]
    assert error.pop("message")
    [since] = error.pop("since")
    assert since.pop("recorded_at").startswith(timezone.localdate().isoformat()[:4])
    assert since == {"version": 2, "by": "state_officer", "source": "api", "reason": "one more"}
    assert error == {
        "declared_total": None,
        "code": "stale_version",
        "details": [
            {"field": "households|||", "code": "differs", "message": "It stands at 41; you sent 39."},
        ],
        "expected_version": 1,
        "current_version": 2,
        "standing": {"households|||": 41},
        "submitted": {"households|||": 39},
    }
    assert counts(campaign, tree.bastar, days.today) == {"households|||": 41}


def test_the_etag_of_what_stands_is_the_version_to_send_back(officer, sheet, days):
    query = {"campaign": "teeka", "unit": "D374", "date": days.today.isoformat()}
    nothing = officer.get(TALLIES, **query).headers["ETag"]
    assert officer.post(TALLIES, sheet("D374", 40), if_match=nothing).status_code == 201
    assert officer.post(TALLIES, sheet("D374", 41), if_match=nothing).status_code == 412
    for headers in ({}, {"Accept": "text/csv"}):
        standing_now = officer.get(TALLIES, headers=headers, **query).headers["ETag"]
        answer = officer.post(TALLIES, sheet("D374", 40), if_match=standing_now)
        assert answer.status_code == 200, standing_now


@pytest.mark.parametrize("given", ["1", "*", 'W/"1"', '"one"', '"1", "2"', '""'])
def test_an_if_match_that_names_no_version_is_refused(officer, sheet, given):
    assert refusal(officer.post(TALLIES, sheet("D374", 1), if_match=given), 400) == {
        "If-Match": "not_a_version"
    }


@pytest.mark.parametrize("key", ["a b", "k" * 101, "ключ".encode().decode("latin-1")])
def test_a_key_must_be_short_ascii(officer, sheet, key):
    assert refusal(officer.post(TALLIES, sheet("D374", 1), key=key), 400) == {"Idempotency-Key": "not_a_key"}


# -- what is refused -------------------------------------------------------------------------------------


def test_every_problem_is_named_by_its_place(officer, sheet, days):
    lines = [
        {"item": "households", "count": -1},
        {"item": "visits", "count": 1},
        {"item": "first_dose", "cohort": "babies", "vaccine": "covaxin", "count": 1},
        {"item": "sessions", "count": 1.0},
        {"item": "sites", "count": True},
        {"item": "sites", "count": 1},
        {"item": "sites", "count": 2},
    ]
    response = officer.post(TALLIES, sheet(lines=lines, day=days.tomorrow))
    assert refusal(response, 422) == {
        "lines[0].count": "not_a_count",
        "lines[1].item": "unknown_item",
        "lines[2].cohort": "unknown_cohort",
        "lines[3].count": "not_a_count",
        "lines[4].count": "not_a_count",
        "lines[6]": "named_twice",
        "date": "in_the_future",
    }
    assert not Journal.objects.exists()


def test_a_correction_without_a_reason_is_refused(officer, sheet):
    officer.post(TALLIES, sheet("D374", 40))
    assert refusal(officer.post(TALLIES, sheet("D374", 41)), 422) == {"reason": "reason_required"}


def test_an_area_that_is_no_unit_is_refused(officer, sheet):
    assert refusal(officer.post(TALLIES, sheet("D387", 1)), 422) == {"unit": "not_a_unit"}


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ([], {"": "not_an_object"}),
        ({}, {"campaign": "required", "unit": "required", "date": "required", "lines": "required"}),
        (
            {"campaign": 1, "unit": "a b", "date": "11-11-2021", "lines": {}},
            {"campaign": "not_a_code", "unit": "not_a_code", "date": "not_a_date", "lines": "not_a_list"},
        ),
        (
            {"campaign": "teeka", "unit": "D374", "date": "2021-02-30", "lines": [], "cohrt": 1},
            {"date": "not_a_date", "cohrt": "unknown_name"},
        ),
        (
            {
                "campaign": "teeka",
                "unit": "D374",
                "date": "2021-02-01",
                "lines": [1, {"cohrt": "x", "item": 2}],
            },
            {
                "lines[0]": "not_an_object",
                "lines[1].cohrt": "unknown_name",
                "lines[1].item": "not_a_code",
                "lines[1].count": "required",
            },
        ),
        (
            {"campaign": "teeka", "unit": "D374", "date": "2021-02-01", "lines": [], "reason": "x" * 501},
            {"reason": "not_a_text"},
        ),
        (
            {"campaign": "teeka", "unit": "D374", "date": "2021-02-01", "lines": [], "reason": "a\0b"},
            {"reason": "not_a_text"},
        ),
    ],
)
def test_a_body_of_another_shape_is_refused(officer, campaign, body, expected):
    assert refusal(officer.post(TALLIES, body), 400) == expected


def test_half_of_a_surrogate_pair_is_refused(officer, campaign, days):
    body = (
        f'{{"campaign": "teeka", "unit": "D374", "date": "{days.today}", "lines": [], "reason": "\\ud83d"}}'
    )
    assert refusal(officer.post(TALLIES, body), 400) == {"reason": "not_a_text"}


def test_too_many_lines_are_refused(officer, sheet):
    lines = [{"item": "households", "count": 1}] * (bodies.MOST_LINES + 1)
    assert refusal(officer.post(TALLIES, sheet(lines=lines)), 400) == {"lines": "too_many"}


@pytest.mark.parametrize("text", ["{", '{"a": NaN}', "[" * 100_000, "\xff", ""])
def test_what_is_no_json_is_refused(officer, campaign, text):
    response = officer.post(TALLIES, text.encode("latin-1"))
    assert response.status_code == 400
    assert response.json()["error"]["code"] in ("parse_error", "invalid")


def test_a_body_that_is_too_large_is_refused_unread(officer, campaign, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    response = officer.post(TALLIES, " " * 1001)
    assert (response.status_code, response.json()["error"]["code"]) == (413, "body_too_large")


def test_a_form_is_refused(officer, campaign):
    response = officer.client.post("/api/v1/tallies/", {"campaign": "teeka"}, headers=officer.headers)
    assert (response.status_code, response.json()["error"]["code"]) == (415, "unsupported_media_type")


# -- who may ---------------------------------------------------------------------------------------------

ALLOWED, FORBIDDEN, HIDDEN, UNKNOWN = 201, 403, 404, 401

# role: (Bastar, Abhanpur in Raipur)
MAY_POST = {
    "national_officer": (ALLOWED, ALLOWED),
    "state_officer": (ALLOWED, ALLOWED),
    "other_state_officer": (HIDDEN, HIDDEN),
    "district_officer": (HIDDEN, ALLOWED),
    "block_clerk": (HIDDEN, ALLOWED),
    "auditor": (FORBIDDEN, FORBIDDEN),
    "api_client_user": (ALLOWED, ALLOWED),
    "stranger": (HIDDEN, HIDDEN),
    "former_officer": (HIDDEN, HIDDEN),
}


@pytest.mark.parametrize("role", MAY_POST)
@pytest.mark.parametrize("is_public", [False, True])
def test_who_may_post_where(api, campaign, sheet, request, role, is_public):
    campaign.__class__.objects.update(is_public=is_public)
    user = api(request.getfixturevalue(role))
    given = tuple(user.post(TALLIES, sheet(unit, 1)).status_code for unit in ("D374", "B3693"))
    assert given == MAY_POST[role]
    assert Submission.objects.count() == given.count(ALLOWED)


def test_nobody_posts_without_a_name(api, sheet):
    response = api().post(TALLIES, sheet("D374", 1))
    assert (response.status_code, response.json()["error"]["code"]) == (UNKNOWN, "not_authenticated")
    assert response.headers["WWW-Authenticate"] == "Token"


def test_what_one_may_not_see_looks_like_what_does_not_exist(api, sheet, other_state_officer):
    user = api(other_state_officer)
    answers = {
        user.post(TALLIES, body).content
        for body in (sheet("D374", 1), sheet("D999", 1), sheet("D374", 1) | {"campaign": "none"})
    }
    assert len(answers) == 1


def test_a_private_campaign_elsewhere_is_not_given_away_by_ones_own_unit(api, sheet, other_state_officer):
    """Nagpur is the officer's own, the campaign in Chhattisgarh is not: no word about reporting units."""
    response = api(other_state_officer).post(TALLIES, sheet("D484", 1))
    assert response.status_code == HIDDEN


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_a_posting_cannot_be_replaced_or_deleted(officer, campaign, method):
    response = getattr(officer.client, method)("/api/v1/tallies/", headers=officer.headers)
    assert (response.status_code, response.json()["error"]["code"]) == (405, "method_not_allowed")


# -- what it costs ---------------------------------------------------------------------------------------


def queries(officer, body, **headers):
    with CaptureQueriesContext(connection) as captured:
        assert officer.post(TALLIES, body, **headers).status_code in (200, 201)
    plain = [
        one["sql"]
        for one in captured
        if not one["sql"].startswith(("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT"))
    ]
    return len(plain)


def test_a_posting_costs_nine_queries_however_many_lines_it_has(officer, sheet, days):
    officer.post(TALLIES, sheet("B3694", 1))  # the sheet and the campaign are read once
    few = sheet("D374", 1)
    many = sheet(
        day=days.yesterday,
        lines=[
            {"item": item, "cohort": cohort, "vaccine": vaccine, "count": 5}
            for item in ("first_dose", "second_dose")
            for cohort in ("18-44", "45-59", "60-plus")
            for vaccine in ("covishield", "covaxin")
        ],
    )
    # Token with postings, campaign with unit, unit's lock, state, what the rules must know of the days before,
    # journal, submission, entries, fold mark.
    assert queries(officer, few) == 9
    # What the rules find (doses without a session), and the mark for the later day that has been reported.
    assert queries(officer, many) == 11
    assert queries(officer, many) == 4, "when nothing changes, nothing is written"
    assert queries(officer, many | {"reason": "again"}, key="k2") == 6
