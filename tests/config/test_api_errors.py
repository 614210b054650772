"""Every error under /api/ has the one documented shape, whoever raises it."""

import pytest
from django.test import Client

from config import api_errors


def shape(response, status, code):
    assert response.status_code == status, response.content
    assert response.headers["Content-Type"] == "application/json"
    body = response.json()
    assert set(body) == {"error"}
    assert {"code", "message", "details"} <= set(body["error"])
    assert body["error"]["code"] == code
    assert body["error"]["message"]
    return body["error"]


@pytest.mark.parametrize(
    "path", ["/api/", "/api/v2/areas/", "/api/v1/", "/api/v1/nothing/", "/api/v1/areas/a/b/c/"]
)
@pytest.mark.parametrize("method", ["get", "post", "put", "delete", "options"])
def test_an_address_that_is_none_is_told_so(client, db, path, method):
    shape(getattr(client, method)(path), 404, "not_found")


def test_a_posting_to_nowhere_learns_that_there_is_nothing_not_that_it_lacks_a_token(db):
    shape(Client(enforce_csrf_checks=True).post("/api/v1/nothing/"), 404, "not_found")


def test_an_address_without_its_last_slash_is_sent_on_with_its_query(client, db):
    response = client.get("/api/v1/coverage?campaign=drive")
    assert (response.status_code, response.headers["Location"]) == (301, "/api/v1/coverage/?campaign=drive")
    shape(client.get("/api/v1/nothing"), 404, "not_found")
    shape(client.post("/api/v1/tallies"), 404, "not_found")


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("delete", "/api/v1/areas/", 405, "method_not_allowed"),
        ("get", "/api/v1/tallies/batch/", 401, "not_authenticated"),
        ("get", "/api/v1/tallies/", 401, "not_authenticated"),
        ("get", "/api/v1/coverage/", 400, "invalid"),
        ("get", "/api/v1/coverage/?campaign=none", 404, "not_found"),
        ("get", "/api/v1/areas/?format=xml", 404, "not_found"),
        ("get", "/api/v1/areas/?page=999999999999999999999", 404, "not_found"),
    ],
)
def test_errors_of_the_views(client, tree, method, path, status, code):
    shape(getattr(client, method)(path), status, code)


def test_who_asks_for_what_is_not_offered_is_told(client, db):
    shape(client.get("/api/v1/areas/", headers={"Accept": "image/png"}), 406, "not_acceptable")


def test_who_asks_too_often_is_told_for_how_long_to_wait(client, tree, settings):
    rates = {"anon": "3/day", "user": "1/day"}
    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "DEFAULT_THROTTLE_RATES": rates}
    assert [client.get("/api/v1/areas/").status_code for _time in range(4)] == [200, 200, 200, 429]
    response = client.get("/api/v1/areas/")
    shape(response, 429, "throttled")
    assert 0 < int(response.headers["Retry-After"]) <= 86_400


def test_each_account_and_each_address_has_a_bound_of_its_own(client, tree, settings, state_officer, auditor):
    rates = {"anon": "2/day", "user": "1/day"}
    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "DEFAULT_THROTTLE_RATES": rates}

    def asked(user=None, **extra):
        visitor = Client()
        if user:
            visitor.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return visitor.get("/api/v1/areas/", **extra).status_code

    assert [asked(state_officer), asked(state_officer), asked(auditor)] == [200, 429, 200]
    assert [asked(), asked(), asked()] == [200, 200, 429]
    assert asked(REMOTE_ADDR="10.0.0.7") == 200


def test_nobody_gets_round_the_bound_by_naming_other_addresses(client, tree, settings):
    rates = {"anon": "1/day", "user": "1/day"}
    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "DEFAULT_THROTTLE_RATES": rates}
    given = [
        client.get("/api/v1/areas/", headers={"X-Forwarded-For": f"10.0.0.{number}"}).status_code
        for number in range(3)
    ]
    assert given == [200, 429, 429]


def test_a_request_that_django_itself_refuses_has_the_shape_too(client, db):
    shape(client.get("/api/v1/areas/", headers={"Host": "elsewhere.example"}), 400, "bad_request")
    many = "&".join(f"a{number}=1" for number in range(20_001))
    shape(client.get(f"/api/v1/areas/?{many}"), 400, "parse_error")


def test_a_fault_of_ours_has_the_shape_too(rf):
    shape_of = api_errors.server_error(rf.get("/api/v1/areas/"))
    assert (shape_of.status_code, shape_of.headers["Content-Type"]) == (500, "application/json")


def test_a_fault_of_ours_in_a_view_is_answered_in_the_shape(tree, monkeypatch):
    from districts import selectors

    def fault(**_options):
        raise RuntimeError("broken")

    monkeypatch.setattr(selectors, "areas_matching", fault)
    visitor = Client(raise_request_exception=False)
    error = shape(visitor.get("/api/v1/areas/"), 500, "server_error")
    assert "broken" not in str(error)


def test_pages_keep_their_own_errors(rf):
    for response in (
        api_errors.server_error(rf.get("/")),
        api_errors.bad_request(rf.get("/"), ValueError()),
    ):
        assert response.headers["Content-Type"].startswith("text/html")


def test_an_error_is_told_in_the_language_of_the_request(client, db):
    english = client.get("/api/v1/nothing/").json()["error"]["message"]
    assert english.startswith("There is no such address")
    assert (
        client.get("/api/v1/nothing/", headers={"Accept-Language": "hi"}).headers["Content-Language"] == "hi"
    )
