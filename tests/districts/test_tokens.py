"""Tokens of API clients: what opens the door, for how long, and how they are made."""

import datetime
import io

import pytest
from django.core.cache import caches
from django.core.management import CommandError, call_command
from django.utils import timezone
from rest_framework.settings import api_settings

from districts import access
from districts.api.tokens import TokenAuthentication
from districts.models import ApiToken, AuditEvent, Posting, Role
from districts.prepared import Prepared
from districts.services.tokens import digest, issue
from tests.plugins.cast import make_person

OPEN_TO_USERS = "/api/v1/tallies/?campaign=none"  # 404 for whoever has a name, 401 for who has none


def status(client, key, scheme="Token"):
    return client.get(OPEN_TO_USERS, headers={"Authorization": f"{scheme} {key}"}).status_code


def test_only_the_digest_of_a_key_is_kept(state_officer):
    token, key = issue(user=state_officer, name="portal")
    assert key.startswith("abh_")
    assert len(key) > 40
    assert token.digest == digest(key)
    assert key not in str(ApiToken.objects.values().get())


def test_a_key_names_its_user(client, state_officer):
    _token, key = issue(user=state_officer, name="portal")
    assert status(client, key) == 404
    assert status(client, f"  {key} ") == 404


@pytest.mark.parametrize("spoil", ["revoked_at", "expires_at"])
def test_a_token_that_is_over_opens_nothing(client, state_officer, spoil):
    token, key = issue(user=state_officer, name="portal")
    ApiToken.objects.filter(pk=token.pk).update(**{spoil: timezone.now() - datetime.timedelta(seconds=1)})
    response = client.get(OPEN_TO_USERS, headers={"Authorization": f"Token {key}"})
    assert (response.status_code, response.json()["error"]["code"]) == (401, "authentication_failed")


def test_a_token_of_somebody_who_left_opens_nothing(client, state_officer):
    _token, key = issue(user=state_officer, name="portal")
    state_officer.is_active = False
    state_officer.save()
    assert status(client, key) == 401


@pytest.mark.parametrize("key", ["", "abh_", "x" * 5000, "abh_\xff"])
def test_what_is_no_key_opens_nothing(client, db, key):
    assert status(client, key) == 401


def test_guesses_are_counted_by_address(client, db, monkeypatch):
    monkeypatch.setitem(api_settings.DEFAULT_THROTTLE_RATES, "anon", "3/min")
    caches["throttles"].clear()
    guess = {"headers": {"Authorization": "Token abh_guess"}, "REMOTE_ADDR": "203.0.113.77"}
    answers = [client.get(OPEN_TO_USERS, **guess).status_code for _guess in range(5)]
    assert answers[0] == 401
    assert answers[-1] == 429
    assert client.get(OPEN_TO_USERS, **guess | {"REMOTE_ADDR": "203.0.113.78"}).status_code == 401


def test_another_scheme_is_no_token(client, state_officer):
    _token, key = issue(user=state_officer, name="portal")
    assert status(client, key, "Bearer") == 401
    assert status(client, key, "token") == 401


def test_a_token_without_an_end_stays(client, state_officer):
    token, key = issue(user=state_officer, name="portal", days=None)
    assert token.expires_at is None
    assert status(client, key) == 404


def test_when_it_was_last_used_is_noted_once_a_minute(client, state_officer):
    token, key = issue(user=state_officer, name="portal")

    def last_used():
        status(client, key)
        return ApiToken.objects.get(pk=token.pk).last_used_at

    first = last_used()
    assert timezone.now() - first < datetime.timedelta(seconds=30)
    assert last_used() == first
    ApiToken.objects.filter(pk=token.pk).update(last_used_at=first - datetime.timedelta(seconds=61))
    assert last_used() > first


def test_the_postings_that_come_with_a_token_are_those_in_force(tree, rf):
    today = timezone.localdate()
    days = [today + datetime.timedelta(number) for number in (-2, -1, 0, 1, 2)]
    user = make_person("many", role=Role.AUDITOR, area=tree.pune, starts_on=days[0], ends_on=days[1])
    for area, first, last in (
        (tree.raipur, days[2], days[2]),
        (tree.nagpur, days[0], None),
        (tree.bastar, days[3], days[4]),
    ):
        Posting.objects.create(user=user, area=area, role=Role.BLOCK_CLERK, starts_on=first, ends_on=last)
    _token, key = issue(user=user, name="portal")
    found, _auth = TokenAuthentication().authenticate(rf.get("/", headers={"Authorization": f"Token {key}"}))
    assert found == user
    assert [posting.area for posting in access.postings_of(found)] == [tree.raipur, tree.nagpur]
    assert [posting.area for posting in access.postings_of(user)] == [tree.raipur, tree.nagpur]
    assert access.has_right(found, "submit", tree.arang)
    assert not access.has_right(found, "set_up", tree.arang)
    assert not access.has_right(found, "see", tree.bastar)
    assert (found.email, found.date_joined) == (user.email, user.date_joined), "read when asked for"


# -- statements planned once per connection --------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_a_prepared_statement_answers_as_the_plain_one(tree):
    statement = Prepared(
        "test_answer", "SELECT code FROM districts_area WHERE level = %s AND code <> %s ORDER BY code"
    )
    plain = [("S27",)]
    assert Prepared.may_prepare
    assert [statement.rows([1, "S22"]) for _time in range(8)] == [plain] * 8
    assert Prepared.may_prepare


@pytest.mark.postgresql_only
@pytest.mark.django_db(transaction=True)
def test_a_pooler_that_forgets_statements_does_no_harm(tree, monkeypatch):
    from django.db import connection

    monkeypatch.setattr(Prepared, "may_prepare", True)
    statement = Prepared("test_pooler", "SELECT code FROM districts_area WHERE level = %s ORDER BY code")
    assert statement.rows([1]) == [("S22",), ("S27",)]
    with connection.cursor() as cursor:
        cursor.execute("DEALLOCATE ALL")  # what another connection of the pool knows: nothing
    assert statement.rows([1]) == [("S22",), ("S27",)]
    assert not Prepared.may_prepare
    assert statement.rows([1]) == [("S22",), ("S27",)]


@pytest.mark.postgresql_only
@pytest.mark.django_db(transaction=True)
def test_a_connection_that_died_is_made_anew(tree):
    import psycopg2
    from django.db import connection

    statement = Prepared("test_death", "SELECT code FROM districts_area WHERE level = %s ORDER BY code")
    assert statement.rows([1]) == [("S22",), ("S27",)]
    other = psycopg2.connect(**connection.get_connection_params() | {"cursor_factory": None})
    with other, other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [connection.connection.info.backend_pid])
    other.close()
    assert statement.rows([1]) == [("S22",), ("S27",)]
    assert Prepared.may_prepare, "the statement was not at fault"


# -- the command -----------------------------------------------------------------------------------------


def run(*args, **options):
    out, err = io.StringIO(), io.StringIO()
    call_command("issue_token", *args, stdout=out, stderr=err, **options)
    return out.getvalue(), err.getvalue()


def test_the_command_prints_a_key_that_opens_the_door(client, state_officer):
    out, err = run("state_officer", "state portal")
    assert status(client, out.strip()) == 404
    assert out.strip() not in err
    token = ApiToken.objects.get()
    assert (token.user, token.name) == (state_officer, "state portal")
    event = AuditEvent.objects.get(action="token.issue")
    assert event.subject == f"token {token.pk} of state_officer"


@pytest.mark.parametrize(("days", "left"), [("0", None), ("30", 30)])
def test_the_command_knows_how_long(state_officer, days, left):
    run("state_officer", "portal", "--days", days)
    expires = ApiToken.objects.get().expires_at
    assert (expires is None) == (left is None)
    if left:
        assert abs(expires - timezone.now() - datetime.timedelta(left)) < datetime.timedelta(minutes=1)


def test_the_command_narrows_what_the_token_opens(tree, state_officer, block_clerk):
    run("state_officer", "portal", "--read-only", "--area", "D387")
    token = ApiToken.objects.get()
    assert (token.scope, token.area) == ("read", tree.raipur)
    with pytest.raises(CommandError, match="has no area 'D387'"):
        run("block_clerk", "portal", "--area", "D387")


@pytest.mark.parametrize(
    ("args", "word"),
    [
        (("nobody", "portal"), "no user"),
        (("state_officer", "portal", "--days", "-1"), "--days"),
        (("state_officer", "portal", "--days", "999999999"), "--days"),
        (("state_officer", "x" * 81), "80 characters"),
    ],
)
def test_the_command_refuses_what_it_cannot_do(state_officer, args, word):
    with pytest.raises(CommandError, match=word):
        run(*args)
    assert not ApiToken.objects.exists()


def test_the_command_makes_no_token_for_who_has_left(state_officer):
    state_officer.is_active = False
    state_officer.save()
    with pytest.raises(CommandError, match="may not sign in"):
        run("state_officer", "portal")
