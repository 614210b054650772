"""Who may read which figures: allowed, refused and wrong area, for each of the cast."""

import pytest

from campaigns.services import changes
from districts.services.tokens import issue

PLACES = ["IN", "S22", "D387", "B3693", "D374", "S27"]
CHHATTISGARH = {"S22", "D387", "B3693", "D374"}

MAY_SEE = {
    "national_officer": set(PLACES),
    "state_officer": CHHATTISGARH,
    "other_state_officer": {"S27"},
    "district_officer": {"D387", "B3693"},
    "block_clerk": {"B3693"},
    "auditor": CHHATTISGARH,
    "api_client_user": CHHATTISGARH,
    "stranger": set(),
    "former_officer": set(),
}


@pytest.fixture
def private(drive):
    changes.withdraw(campaign=drive.campaign, by=drive.by)
    return drive


def statuses(client, path, **headers):
    return {
        code: client.get(f"/api/v1/{path}/?campaign=drive&area={code}", headers=headers).status_code
        for code in PLACES
    }


@pytest.mark.parametrize("path", ["coverage", "progress"])
@pytest.mark.parametrize("role", MAY_SEE)
def test_figures_of_a_private_campaign_are_for_those_posted_there(client, private, request, role, path):
    client.force_login(request.getfixturevalue(role), backend="django.contrib.auth.backends.ModelBackend")
    expected = {code: 200 if code in MAY_SEE[role] else 404 for code in PLACES}
    assert statuses(client, path) == expected


@pytest.mark.parametrize("role", MAY_SEE)
def test_a_token_may_what_its_user_may(client, private, request, role):
    _token, key = issue(user=request.getfixturevalue(role), name="test")
    expected = {code: 200 if code in MAY_SEE[role] else 404 for code in PLACES}
    assert statuses(client, "coverage", Authorization=f"Token {key}") == expected


def test_nobody_else_learns_that_a_private_campaign_exists(client, private):
    hidden = client.get("/api/v1/coverage/?campaign=drive")
    missing = client.get("/api/v1/coverage/?campaign=none")
    assert (
        (hidden.status_code, hidden.content)
        == (missing.status_code, missing.content)
        == (404, missing.content)
    )
    assert statuses(client, "progress") == dict.fromkeys(PLACES, 404)


def test_figures_of_a_public_campaign_are_for_everybody(client, drive, stranger):
    assert statuses(client, "coverage") == statuses(client, "progress") == dict.fromkeys(PLACES, 200)
    client.force_login(stranger, backend="django.contrib.auth.backends.ModelBackend")
    assert statuses(client, "coverage") == dict.fromkeys(PLACES, 200)


def test_an_area_outside_the_campaign_does_not_exist_in_it(client, drive, tree):
    drive.campaign.area = tree.chhattisgarh
    drive.campaign.save(update_fields=["area"])
    assert statuses(client, "coverage") == {code: 200 if code in CHHATTISGARH else 404 for code in PLACES}


def test_a_revoked_token_opens_nothing_not_even_what_is_public(client, drive, state_officer):
    token, key = issue(user=state_officer, name="test")
    headers = {"Authorization": f"Token {key}"}
    tag = client.get("/api/v1/coverage/?campaign=drive", headers=headers).headers["ETag"]
    again = {**headers, "If-None-Match": tag}
    assert client.get("/api/v1/coverage/?campaign=drive", headers=again).status_code == 304
    token.revoked_at = token.created_at
    token.save()
    refused = client.get("/api/v1/coverage/?campaign=drive", headers=again)
    assert refused.status_code == 401
    assert refused.headers["WWW-Authenticate"] == "Token"
    assert refused.json()["error"]["code"] == "authentication_failed"
