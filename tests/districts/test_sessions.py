"""Where one is signed in: seen on the account's page, ended from elsewhere, ended by a new password."""

import datetime
import re

import pytest
from django.contrib.sessions.models import Session
from django.core import mail
from django.test import Client
from django.utils import timezone

from districts.models import AuditEvent, SignIn
from districts.presenters.account import device_name
from districts.services import sign_ins
from tests.plugins.cast import PASSWORD

PHONE = (
    "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Mobile Safari/537.36"
)


def sign_in(person, agent=PHONE, address="203.0.113.5"):
    client = Client(headers={"User-Agent": agent}, REMOTE_ADDR=address)
    response = client.post("/sign-in/", {"username": person.username, "password": PASSWORD})
    assert response.status_code == 302
    return client


def account(client):
    return client.get("/account/").content.decode()


def is_signed_in(client):
    return client.get("/account/").status_code == 200


def row_of(client):
    return SignIn.objects.get(session_key=client.session.session_key)


def test_the_account_shows_device_and_address_of_each_session(block_clerk):
    phone = sign_in(block_clerk)
    sign_in(block_clerk, agent="Mozilla/5.0 (Windows NT 10.0) Firefox/128.0", address="198.51.100.9")
    page = account(phone)
    assert "Chrome, Android" in page
    assert "203.0.113.5" in page
    assert "Firefox, Windows" in page
    assert page.count("this one") == 1


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        ("Mozilla/5.0 (iPhone) Version/17.0 Safari/604.1", "Safari, iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/126 Safari/537 Edg/126", "Edge, Windows"),
        ("curl/8.1", "Unknown device"),
        ("", "Unknown device"),
    ],
)
def test_a_device_is_named_so_that_its_owner_knows_it(agent, name):
    assert device_name(agent) == name


def test_a_session_is_ended_from_another_one(block_clerk):
    here, there = sign_in(block_clerk), sign_in(block_clerk)
    assert here.post(f"/account/sessions/{row_of(there).pk}/end/").status_code == 302
    assert not is_signed_in(there)
    assert is_signed_in(here)
    assert AuditEvent.objects.get(action="session.end").by == block_clerk


def test_all_others_are_ended_at_once(block_clerk, district_officer):
    here, other = sign_in(block_clerk), sign_in(district_officer)
    there = [sign_in(block_clerk) for _time in range(2)]
    assert here.post("/account/sessions/end-others/").status_code == 302
    assert not any(map(is_signed_in, there))
    assert is_signed_in(here)
    assert is_signed_in(other), "of nobody else"


def test_sessions_of_others_cannot_be_ended_nor_seen(block_clerk, district_officer):
    mine, theirs = sign_in(district_officer), sign_in(block_clerk, address="198.51.100.77")
    assert mine.post(f"/account/sessions/{row_of(theirs).pk}/end/").status_code == 404
    assert is_signed_in(theirs)
    assert "198.51.100.77" not in account(mine)


def test_ones_own_session_is_ended_by_signing_out(block_clerk):
    client = sign_in(block_clerk)
    key = client.session.session_key
    client.post(f"/account/sessions/{row_of(client).pk}/end/")
    assert is_signed_in(client)
    client.post("/sign-out/")
    assert not SignIn.objects.filter(session_key=key).exists()


def test_a_new_password_ends_the_other_sessions_and_keeps_this_one(block_clerk):
    here, there = sign_in(block_clerk), sign_in(block_clerk)
    keys = {there.session.session_key, here.session.session_key}
    new = "a-brand-new-password-7"
    data = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    assert here.post("/password/change/", data).status_code == 302
    assert is_signed_in(here)
    assert not is_signed_in(there)
    assert not Session.objects.filter(session_key__in=keys).exists()
    assert "this one" in account(here)
    assert AuditEvent.objects.filter(action="password.change", by=block_clerk).exists()


def test_a_password_set_through_the_mail_ends_all_sessions(block_clerk):
    block_clerk.email = "clerk@example.org"
    block_clerk.save()
    there = sign_in(block_clerk)
    visitor = Client()
    visitor.post("/password/reset/", {"email": "clerk@example.org"})
    link = re.search(r"http://testserver(/password/reset/\S+)", mail.outbox[0].body)[1]
    form = visitor.get(link, follow=True)
    new = "a-brand-new-password-7"
    visitor.post(form.redirect_chain[-1][0], {"new_password1": new, "new_password2": new})
    assert not is_signed_in(there)
    assert not SignIn.objects.filter(user=block_clerk).exists()


def test_that_a_session_is_in_use_is_written_every_five_minutes_and_not_with_every_page(
    block_clerk, django_assert_num_queries, monkeypatch
):
    client = sign_in(block_clerk)
    row = row_of(client)
    long_ago = timezone.now() - datetime.timedelta(minutes=6)
    SignIn.objects.filter(pk=row.pk).update(seen_at=long_ago)
    is_signed_in(client)
    row.refresh_from_db()
    assert row.seen_at == long_ago, "noted when the session began, less than five minutes ago"
    monkeypatch.setitem(sign_ins._noted, row.session_key, float("-inf"))
    is_signed_in(client)
    row.refresh_from_db()
    assert timezone.now() - row.seen_at < datetime.timedelta(minutes=1)


def test_sessions_that_ran_out_are_forgotten_at_the_next_sign_in(block_clerk):
    old = sign_in(block_clerk)
    SignIn.objects.update(seen_at=timezone.now() - datetime.timedelta(hours=13))
    assert account(old).count("people__one") <= 2, "the list leaves it out"
    sign_in(block_clerk)
    assert SignIn.objects.filter(user=block_clerk).count() == 1


def test_behind_a_proxy_the_address_is_the_one_that_the_proxy_saw(block_clerk, settings):
    settings.BEHIND_PROXY = True
    client = Client(headers={"X-Forwarded-For": "192.0.2.66, 203.0.113.9"}, REMOTE_ADDR="127.0.0.1")
    client.post("/sign-in/", {"username": "block_clerk", "password": PASSWORD})
    assert row_of(client).address == "203.0.113.9"


def test_without_a_proxy_nobody_may_say_where_they_come_from(block_clerk):
    client = Client(headers={"X-Forwarded-For": "192.0.2.66"}, REMOTE_ADDR="203.0.113.5")
    client.post("/sign-in/", {"username": "block_clerk", "password": PASSWORD})
    assert row_of(client).address == "203.0.113.5"


def test_guesses_over_many_accounts_from_one_address_are_stopped(client, db, settings):
    settings.SIGN_IN_RATE = "3/min"
    answers = [
        client.post("/sign-in/", {"username": f"user{number}", "password": "x"}, REMOTE_ADDR="203.0.113.200")
        for number in range(5)
    ]
    codes = [answer.status_code for answer in answers]
    assert codes[:2] == [200, 200]
    assert codes[-1] == 429
    assert int(answers[-1]["Retry-After"]) <= 60
    elsewhere = client.post("/sign-in/", {"username": "x", "password": "x"}, REMOTE_ADDR="203.0.113.201")
    assert elsewhere.status_code == 200
    assert client.get("/sign-in/", REMOTE_ADDR="203.0.113.200").status_code == 200
