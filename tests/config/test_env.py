"""The readers of the environment refuse what they do not understand, in one line that names the variable."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import env

pytestmark = pytest.mark.once


@pytest.fixture
def given(monkeypatch):
    def set_variable(value):
        monkeypatch.setenv("SOME_VARIABLE", value)

    return set_variable


def refusal(read, *args, **kwargs):
    with pytest.raises(ImproperlyConfigured) as refused:
        read("SOME_VARIABLE", *args, **kwargs)
    message = str(refused.value)
    assert "SOME_VARIABLE" in message
    assert "\n" not in message
    return message


def test_a_missing_variable_without_a_default_is_refused_and_says_where_to_read(monkeypatch):
    monkeypatch.delenv("SOME_VARIABLE", raising=False)
    assert "docs/deployment.md" in refusal(env.text)
    assert env.text("SOME_VARIABLE", "default") == "default"


def test_an_empty_variable_counts_as_missing(given):
    given("")
    refusal(env.text)
    refusal(env.words)
    assert env.flag("SOME_VARIABLE", True) is True
    assert env.integer("SOME_VARIABLE", 7) == 7
    assert env.choice("SOME_VARIABLE", "a", ["a", "b"]) == "a"


@pytest.mark.parametrize(
    "value, meaning",
    [("on", True), ("1", True), ("true", True), ("off", False), ("0", False), ("false", False)],
)
def test_a_flag_is_on_or_off(given, value, meaning):
    given(value)
    assert env.flag("SOME_VARIABLE", not meaning) is meaning


@pytest.mark.parametrize("value", ["yes", "On", "of", "2", " off"])
def test_a_misspelt_flag_is_never_read_as_off(given, value):
    given(value)
    assert "on or off" in refusal(env.flag, True)


@pytest.mark.parametrize("value", ["1.5", "ten", "1 000", "0x10"])
def test_a_number_must_be_whole(given, value):
    given(value)
    refusal(env.integer, 1)


def test_a_choice_names_the_choices(given):
    given("loud")
    assert "INFO, ERROR" in refusal(env.choice, "INFO", ["INFO", "ERROR"])


def test_words_are_separated_by_commas(given):
    given(" a.example , b.example,")
    assert env.words("SOME_VARIABLE") == ["a.example", "b.example"]
    given(" , ")
    refusal(env.words)


@pytest.mark.parametrize("value", ["120/minute", "120", "fast", "-1/min", "1.5/s"])
def test_a_rate_must_be_a_count_in_a_time(given, value):
    given(value)
    refusal(env.rate, "1/min")


@pytest.mark.parametrize("value", ["localhost:6379", "http://secret@host", "redis://", "redis"])
def test_an_address_of_another_scheme_is_refused_without_repeating_its_password(given, value):
    given(value)
    assert "secret" not in refusal(env.url, None, schemes=["redis", "rediss"])


def test_two_addresses_for_one_thing_are_refused(monkeypatch):
    monkeypatch.setenv("ONE", "x")
    monkeypatch.delenv("OTHER", raising=False)
    env.only_one_of("ONE", "OTHER")
    monkeypatch.setenv("OTHER", "y")
    with pytest.raises(ImproperlyConfigured, match="ONE and OTHER"):
        env.only_one_of("ONE", "OTHER")


def test_a_postgresql_address_is_read_with_its_escapes_and_options(given):
    given("postgresql://a%40b:p%2Fw@db.example:6543/abhiyan?sslmode=require")
    database = env.database("SOME_VARIABLE")
    assert database["ENGINE"] == "django.db.backends.postgresql"
    assert (database["USER"], database["PASSWORD"]) == ("a@b", "p/w")
    assert (database["HOST"], database["PORT"], database["NAME"]) == ("db.example", "6543", "abhiyan")
    assert database["OPTIONS"] == {"sslmode": "require"}


def test_sqlite_locks_before_it_reads_and_keeps_a_log_ahead_of_its_writes(given):
    given("sqlite:////some%20folder/file.sqlite3")
    database = env.database("SOME_VARIABLE")
    assert database["NAME"] == "/some folder/file.sqlite3"
    assert database["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert "journal_mode=WAL" in database["OPTIONS"]["init_command"]


@pytest.mark.parametrize(
    "value",
    [
        "mysql://host/name",
        "abhiyan.sqlite3",
        "postgresql://host",
        "postgresql://host:port/name",
        "postgresql://host:99999/name",
        "postgresql://[host/name",
        "sqlite:///",
        "sqlite://host/file",
    ],
)
def test_a_database_that_cannot_be_meant_is_refused(given, value):
    given(value)
    refusal(env.database)


def test_mail_goes_to_the_log_unless_a_server_is_named(given, monkeypatch):
    monkeypatch.delenv("SOME_VARIABLE", raising=False)
    assert env.mail("SOME_VARIABLE")["EMAIL_BACKEND"].endswith("console.EmailBackend")
    given("smtp+tls://a%40b:p%2Fw@mail.example")
    mail = env.mail("SOME_VARIABLE")
    assert (mail["EMAIL_HOST"], mail["EMAIL_PORT"]) == ("mail.example", 587)
    assert (mail["EMAIL_HOST_USER"], mail["EMAIL_HOST_PASSWORD"]) == ("a@b", "p/w")
    assert (mail["EMAIL_USE_TLS"], mail["EMAIL_USE_SSL"]) == (True, False)
    given("smtps://mail.example:4650")
    mail = env.mail("SOME_VARIABLE")
    assert (mail["EMAIL_PORT"], mail["EMAIL_USE_TLS"], mail["EMAIL_USE_SSL"]) == (4650, False, True)


@pytest.mark.parametrize("value", ["mail.example", "http://mail.example", "smtp://", "smtp://host:mail"])
def test_a_mail_server_that_cannot_be_meant_is_refused(given, value):
    given(value)
    refusal(env.mail)
