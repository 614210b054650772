"""The command: what it prints, whom it lets in, and how it goes on after an interruption."""

import stat
from io import StringIO

import pytest
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command
from rest_framework.test import APIRequestFactory

from campaigns.models import Journal, Submission
from config.demonstration import campaign as campaign_of
from config.demonstration import load, people
from config.demonstration.load import Loading
from config.demonstration.progress_bar import ProgressBar
from districts import access, shipped
from districts.api.tokens import TokenAuthentication
from districts.models import ApiToken, Area, Posting, Role, User
from tests.config.demonstration.conftest import digest_of_ledger

SMALLEST = {"S31"}  # Lakshadweep: one district


class Interrupted(Exception):
    pass


def interrupt_at(label):
    def progress(said, amount):
        if label in said:
            raise Interrupted

    return progress


# Changes only when the demonstration is changed on purpose, and is the same on every database and machine.
DIGEST = "f2e091ba81e721465fd4eb949999c2a623cbe2f0df49f5cfbb5d2f28a9ed6b33"


def test_a_load_that_is_interrupted_in_may_keeps_april_whole_and_ends_as_if_it_had_not_been(db):
    with pytest.raises(Interrupted):
        Loading(states=SMALLEST, progress=interrupt_at("Reports of 2021-05-17")).run()
    assert not load.is_loaded()
    # May was begun and not ended: nothing of it stands.
    assert not Journal.objects.filter(idempotency_key__contains="/2021-05-").exists()
    assert Journal.objects.filter(idempotency_key__contains="/2021-04-").exists()
    Loading(states=SMALLEST).run()
    assert load.is_loaded()
    assert digest_of_ledger() == DIGEST


def test_a_load_that_is_interrupted_before_its_figures_are_checked_is_not_public(db):
    with pytest.raises(Interrupted):
        Loading(states=SMALLEST, progress=interrupt_at("Checking")).run()
    assert not campaign_of.standing().is_public
    posted = Submission.objects.count()
    Loading(states=SMALLEST).run()
    assert campaign_of.standing().is_public
    assert Submission.objects.count() == posted


def test_the_command_says_what_the_nation_came_to(db):
    out = StringIO()
    call_command("load_demo", states="S31", stdout=out)
    assert "100 %" in out.getvalue()
    assert "54,281 first and 40,800 second doses, together 95,081" in out.getvalue()


def test_an_unknown_state_is_named(db):
    with pytest.raises(CommandError, match="Not states: S99"):
        call_command("load_demo", states="S31,S99")


def test_public_passwords_are_kept_off_a_site_that_serves_https(db, settings):
    settings.HTTPS = True
    with pytest.raises(CommandError, match="passwords of the demonstration are public"):
        call_command("load_demo", states="S31")
    assert not User.objects.exists()


@pytest.fixture
def accounts(db, own_data_folder):
    shipped.load()
    people.make()
    return people.sign_ins()


@pytest.mark.parametrize("person", [person for person in people.PEOPLE if person.role != Role.API_CLIENT])
def test_every_person_that_is_printed_can_sign_in_and_holds_the_role(accounts, rf, person):
    assert f"{person.username}  {people.PASSWORD}" in accounts
    user = authenticate(rf.get("/"), username=person.username, password=people.PASSWORD)
    assert [(posting.role, posting.area.code) for posting in access.postings_of(user)] == [
        (person.role, person.area)
    ]


def test_the_printed_key_lets_the_api_client_in(accounts):
    key = accounts.rpartition("Token ")[2]
    request = APIRequestFactory().get("/", headers={"Authorization": f"Token {key}"})
    user, _token = TokenAuthentication().authenticate(request)
    assert user.username == people.API_CLIENT
    assert not user.has_usable_password()


def test_the_key_is_kept_for_its_owner_only_and_stays_the_same(accounts):
    assert stat.S_IMODE(people.token_file().stat().st_mode) == 0o600
    assert people.sign_ins() == accounts
    assert ApiToken.objects.count() == 1


def test_a_key_of_an_earlier_database_is_replaced(accounts):
    people.token_file().write_text("abh_of-an-earlier-database")
    assert people.api_key() != "abh_of-an-earlier-database"
    assert people.api_key() == people.token_file().read_text()


def test_accounts_that_exist_keep_their_passwords(accounts):
    clerk = User.objects.get(username=people.CLERK)
    clerk.set_password("a-word-of-my-own")
    clerk.save()
    people.make()
    clerk.refresh_from_db()
    assert clerk.check_password("a-word-of-my-own")
    assert clerk.postings.count() == 1


def test_the_stock_keeper_keeps_the_stores_of_a_state_and_is_shown_with_the_password(accounts):
    keeper = User.objects.get(username=people.KEEPER)
    chhattisgarh, raipur = (Area.objects.get(code=code) for code in ("S22", people.HOME_DISTRICT))
    assert access.has_right(keeper, "keep_stock", chhattisgarh) and access.has_right(
        keeper, "keep_stock", raipur
    )
    assert not access.has_right(keeper, "keep_stock", Area.objects.get(code="S30"))
    assert not access.has_right(keeper, "submit", raipur)


@pytest.mark.parametrize(("https", "is_made"), [(False, True), (True, False)])
def test_printing_the_sign_ins_makes_accounts_that_came_later(
    accounts, monkeypatch, settings, https, is_made
):
    settings.HTTPS = https
    Posting.objects.filter(user__username=people.KEEPER).delete()
    User.objects.filter(username=people.KEEPER).delete()
    monkeypatch.setattr(load, "is_loaded", lambda: True)
    out = StringIO()
    call_command("load_demo", sign_ins=True, stdout=out)
    assert User.objects.filter(username=people.KEEPER).exists() == is_made
    # Nobody is named who cannot sign in.
    assert (people.KEEPER in out.getvalue()) == is_made and people.CLERK in out.getvalue()


class Terminal(StringIO):
    def isatty(self):
        return True


def test_a_terminal_sees_one_line_that_fills():
    out = Terminal()
    bar = ProgressBar(4, out)
    for _ in range(4):
        bar.step("Reports")
    bar.end()
    assert out.getvalue().count("\r") == 4 and out.getvalue().count("\n") == 1
    assert out.getvalue().split("\r")[-1].startswith("  " + "█" * 40 + " 100 %")


def test_a_file_sees_a_line_for_every_tenth():
    out = StringIO()
    bar = ProgressBar(300, out)
    for _ in range(300):
        bar.step("Reports")
    bar.end()
    assert len(out.getvalue().splitlines()) == 11
