"""Signing in and out, forgotten passwords, too many attempts, and the language that goes with the account."""

import re

import pytest
from django.core import mail
from django.template.loader import get_template
from django.test import RequestFactory
from django.views import defaults

from tests.plugins.cast import PASSWORD


def sign_in(client, username, password=PASSWORD, **data):
    return client.post("/sign-in/", {"username": username, "password": password, **data})


def test_an_officer_signs_in_and_out(client, state_officer):
    response = sign_in(client, "state_officer")
    assert response.status_code == 302
    assert response.url == "/"
    assert "state_officer" in client.get("/").content.decode()
    assert client.post("/sign-out/").status_code == 302
    assert "Sign in" in client.get("/").content.decode()


def test_signing_in_leads_back_to_where_one_came_from_and_nowhere_else(client, state_officer):
    assert sign_in(client, "state_officer", next="/password/change/").url == "/password/change/"
    client.logout()
    assert sign_in(client, "state_officer", next="https://elsewhere.example/").url == "/"


def test_signing_out_needs_a_post_so_that_no_link_can_do_it(client, state_officer):
    sign_in(client, "state_officer")
    assert client.get("/sign-out/").status_code == 405
    assert "state_officer" in client.get("/").content.decode()


def test_a_wrong_password_says_so_without_saying_what_was_wrong(client, state_officer):
    wrong = sign_in(client, "state_officer", "wrong").content.decode()
    unknown = sign_in(client, "nobody", "wrong").content.decode()
    error = re.compile(r'notice--error" role="alert">(.+?)<')
    assert error.search(wrong)[1] == error.search(unknown)[1]


def test_five_wrong_passwords_lock_the_account_from_there_and_the_page_says_how_long(client, state_officer):
    for _attempt in range(4):
        assert sign_in(client, "state_officer", "wrong").status_code == 200
    response = sign_in(client, "state_officer", "wrong")
    assert response.status_code == 429
    html = response.content.decode()
    assert "The password was wrong 5 times" in html
    assert "Try again in 15 minutes" in html
    # The right one does not help while it is locked.
    assert sign_in(client, "state_officer").status_code == 429


def test_a_password_is_set_anew_through_the_mail(client, state_officer):
    state_officer.email = "officer@example.org"
    state_officer.save()
    client.post("/password/reset/", {"email": "officer@example.org"})
    [message] = mail.outbox
    assert message.subject == "Abhiyan: set a new password"
    link = re.search(r"http://testserver(/password/reset/\S+)", message.body)[1]
    form = client.get(link, follow=True)
    new = "a-brand-new-password-7"
    done = client.post(form.redirect_chain[-1][0], {"new_password1": new, "new_password2": new})
    assert done.url == "/password/reset/done/"
    assert sign_in(client, "state_officer", new).status_code == 302
    used = client.get(link, follow=True).content.decode()
    assert "This link has been used already" in used


def test_an_address_without_an_account_is_answered_the_same_and_gets_no_mail(client, state_officer):
    response = client.post("/password/reset/", {"email": "nobody@example.org"}, follow=True)
    assert "If an account has this address" in response.content.decode()
    assert mail.outbox == []


def test_a_short_password_is_refused_with_its_reason(client, state_officer):
    sign_in(client, "state_officer")
    html = client.post(
        "/password/change/", {"old_password": PASSWORD, "new_password1": "kurz", "new_password2": "kurz"}
    ).content.decode()
    assert "at least 10 characters" in html
    assert 'aria-invalid="true"' in html


def test_the_language_chosen_goes_with_the_account_to_the_next_machine(client, state_officer):
    sign_in(client, "state_officer")
    response = client.post(
        "/language/", {"language": "hi"}, headers={"referer": "http://testserver/sign-in/"}
    )
    assert response.url == "http://testserver/sign-in/"
    state_officer.refresh_from_db()
    assert state_officer.language == "hi"
    client.cookies.clear()
    assert '<html lang="en-IN">' in client.get("/").content.decode()
    sign_in(client, "state_officer")
    assert '<html lang="hi">' in client.get("/").content.decode()


def test_an_unknown_language_changes_nothing(client, state_officer):
    sign_in(client, "state_officer")
    client.post("/language/", {"language": "tlh"})
    state_officer.refresh_from_db()
    assert state_officer.language == ""
    assert client.get("/language/").status_code == 405


def test_a_page_that_does_not_exist_says_so_in_the_frame_of_the_site(client, db):
    response = client.get("/nowhere/at/all/")
    assert response.status_code == 404
    assert "This page does not exist" in response.content.decode()
    assert 'class="masthead"' in response.content.decode()


def test_a_failing_server_answers_without_database_or_session():
    request = RequestFactory().get("/")
    html = defaults.server_error(request).content.decode()
    assert "Something went wrong on the server" in html
    assert "सर्वर" in html


def test_an_expired_form_says_that_nothing_was_saved(state_officer):
    from django.test import Client

    response = Client(enforce_csrf_checks=True).post("/sign-in/", {"username": "x"})
    assert response.status_code == 403
    assert "Nothing was saved." in response.content.decode()


@pytest.mark.parametrize("name", ["404.html", "403.html", "403_csrf.html", "500.html"])
def test_error_pages_hold_nothing_that_the_content_policy_blocks(name):
    source = get_template(name).template.source
    assert "style=" not in source
    assert "<script" not in source
