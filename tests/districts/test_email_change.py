"""One's own e-mail address: the password, a link to the new address, a notice to the old one, a trace."""

import re

import pytest
from django.core import mail

from districts.models import AuditEvent
from tests.plugins.cast import PASSWORD

NEW = "new@example.org"


@pytest.fixture
def clerk(client, block_clerk):
    block_clerk.email = "old@example.org"
    block_clerk.save()
    client.force_login(block_clerk, backend="django.contrib.auth.backends.ModelBackend")
    return client


def ask(client, email=NEW, password=PASSWORD):
    response = client.post("/account/email/", {"email": email, "password": password}, follow=True)
    return response.content.decode()


def link(to=NEW):
    [text] = [
        message.body for message in mail.outbox if message.to == [to] and "/account/email/" in message.body
    ]
    return re.search(r"https?://[^/]+(/account/email/\S+)", text)[1]


def address_of(person):
    person.refresh_from_db()
    return person.email


def test_the_address_counts_once_its_link_is_opened_and_confirmed(clerk, block_clerk):
    page = ask(clerk, " New@Example.org ")
    assert "A link is on its way to new@example.org." in page
    assert address_of(block_clerk) == "old@example.org"
    assert "Your address becomes new@example.org." in clerk.get(link()).content.decode()
    assert address_of(block_clerk) == "old@example.org", "a program that opens links changes nothing"
    assert "Your e-mail address is changed." in clerk.post(link(), follow=True).content.decode()
    assert address_of(block_clerk) == NEW


def test_the_old_address_is_told_when_it_is_asked_and_when_it_is_done(
    clerk, django_capture_on_commit_callbacks
):
    ask(clerk)
    with django_capture_on_commit_callbacks(execute=True):
        clerk.post(link())
    told = [message.body for message in mail.outbox if message.to == ["old@example.org"]]
    assert "asked to change its e-mail address to new@example.org" in told[0]
    assert "is now new@example.org" in told[1] and len(told) == 2


def test_both_steps_leave_a_trace(clerk, block_clerk):
    ask(clerk)
    clerk.post(link())
    rows = AuditEvent.objects.filter(action__startswith="email.").order_by("pk")
    detail = {"from": "old@example.org", "to": NEW}
    assert [(row.action, row.by, row.detail) for row in rows] == [
        ("email.ask", block_clerk, detail),
        ("email.change", block_clerk, detail),
    ]


@pytest.mark.parametrize(
    ("email", "password", "said"),
    [
        (NEW, "not it", "This is not your password."),
        ("OLD@example.org", PASSWORD, "This is your address already."),
        ("nowhere", PASSWORD, "Enter a valid email address."),
    ],
)
def test_without_the_password_or_a_new_address_nothing_is_sent(clerk, email, password, said):
    assert said in ask(clerk, email, password)
    assert mail.outbox == [] and not AuditEvent.objects.filter(action__startswith="email.").exists()


def test_a_link_works_once(clerk, block_clerk):
    ask(clerk)
    clerk.post(link())
    block_clerk.refresh_from_db()
    ask(clerk, "third@example.org")
    clerk.post(link("third@example.org"))
    assert "This link does not work" in clerk.post(link(), follow=True).content.decode()
    assert address_of(block_clerk) == "third@example.org"


def test_a_link_dies_with_the_password_and_with_time(clerk, block_clerk, settings):
    ask(clerk)
    settings.PASSWORD_RESET_TIMEOUT = -1
    assert "This link does not work" in clerk.post(link(), follow=True).content.decode()
    settings.PASSWORD_RESET_TIMEOUT = 3600
    block_clerk.set_password("another-Long-one-77")
    block_clerk.save()
    clerk.force_login(block_clerk, backend="django.contrib.auth.backends.ModelBackend")
    assert "This link does not work" in clerk.post(link(), follow=True).content.decode()
    assert address_of(block_clerk) == "old@example.org"


def test_a_link_serves_nobody_else_and_nobody_who_is_not_signed_in(clerk, client, block_clerk, auditor):
    ask(clerk)
    client.force_login(auditor, backend="django.contrib.auth.backends.ModelBackend")
    for response in (client.get(link(), follow=True), client.post(link(), follow=True)):
        assert "This link does not work" in response.content.decode()
    client.logout()
    assert client.post(link()).headers["Location"].startswith("/sign-in/")
    assert address_of(block_clerk) == "old@example.org" and address_of(auditor) != NEW
    forged = link()[:-3] + "x/"
    client.force_login(block_clerk, backend="django.contrib.auth.backends.ModelBackend")
    assert "This link does not work" in client.post(forged, follow=True).content.decode()


def test_an_address_that_has_an_account_is_not_taken_and_asking_does_not_tell(clerk, block_clerk, auditor):
    auditor.email = NEW.upper()
    auditor.save()
    assert "A link is on its way" in ask(clerk)
    assert "This link does not work" in clerk.post(link(), follow=True).content.decode()
    assert address_of(block_clerk) == "old@example.org"


def test_too_many_tries_have_to_wait(clerk, settings):
    settings.SIGN_IN_RATE = "2/min"
    assert [
        clerk.post("/account/email/", {"email": NEW, "password": "guess"}).status_code for _try in range(3)
    ] == [200, 200, 429]
    assert mail.outbox == []


def test_the_link_is_made_of_the_site_and_not_of_the_request(clerk, settings):
    settings.SITE_URL = "https://abhiyan.example"
    ask(clerk)
    assert "https://abhiyan.example/account/email/" in mail.outbox[0].body
