"""Officers post people in their own area and below, never above themselves; nobody sees people elsewhere."""

import re

import pytest
from django.core import mail
from django.test import Client

from districts import access, people
from districts.models import AuditEvent, Posting, Role, User
from tests.districts.inviting import invitation, text
from tests.plugins.cast import PASSWORD, make_person

# -- inviting --------------------------------------------------------------------------------------------


def test_an_invited_clerk_chooses_a_password_and_may_enter_counts(ask, district_officer, tree):
    response = ask(district_officer).post("/people/invite/", invitation(), follow=True)
    assert "A mail is on its way to kavita.nag@example.org" in text(response)
    clerk = User.objects.get(email="kavita.nag@example.org")
    assert not clerk.has_usable_password()
    assert (clerk.get_full_name(), clerk.language, clerk.username) == (
        "Kavita Nag",
        "hi",
        "kavita.nag@example.org",
    )
    [message] = mail.outbox
    assert message.to == ["kavita.nag@example.org"]
    assert "अ" in message.body or "Namaste" in message.body
    link = re.search(r"http://testserver(/password/reset/\S+)", message.body)[1]
    visitor = Client()
    form = visitor.get(link, follow=True)
    new = {"new_password1": "a-brand-new-password-7", "new_password2": "a-brand-new-password-7"}
    assert visitor.post(form.redirect_chain[-1][0], new).status_code == 302
    signed_in = visitor.post("/sign-in/", {"username": clerk.username, "password": new["new_password1"]})
    assert signed_in.status_code == 302
    assert access.has_right(User.objects.get(pk=clerk.pk), "submit", tree.abhanpur)
    assert not access.has_right(User.objects.get(pk=clerk.pk), "submit", tree.arang)


def test_an_invitation_is_sent_again_and_its_name_put_right_until_it_is_used(ask, district_officer):
    client = ask(district_officer)
    client.post("/people/invite/", invitation(email="wrong@example.org"))
    person = User.objects.get(email="wrong@example.org")
    right = {name: invitation()[name] for name in ("first_name", "last_name", "email", "phone", "language")}
    assert client.post(f"/people/{person.pk}/correct/", right).status_code == 302
    assert client.post(f"/people/{person.pk}/invitation/").status_code == 302
    assert [message.to for message in mail.outbox] == [["wrong@example.org"], ["kavita.nag@example.org"]]
    assert AuditEvent.objects.get(action="person.remind").by == district_officer
    person.refresh_from_db()
    person.set_password(PASSWORD)
    person.save()
    # From now on a link sent elsewhere would open somebody else's account.
    assert client.post(f"/people/{person.pk}/correct/", right).status_code == 403
    assert AuditEvent.objects.get(action="person.correct").detail["email"] == [
        "wrong@example.org",
        "kavita.nag@example.org",
    ]


def test_a_mail_that_cannot_be_sent_is_said_and_the_posting_stands(ask, district_officer, settings, caplog):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9  # nobody listens there
    response = ask(district_officer).post("/people/invite/", invitation(), follow=True)
    assert "could not be sent" in text(response)
    assert "A mail was not sent" in caplog.text and "kavita" not in caplog.text.lower()
    assert Posting.objects.filter(user__email="kavita.nag@example.org").exists()


def test_who_has_an_account_is_posted_with_it_and_keeps_their_name(
    ask, district_officer, other_state_officer
):
    other_state_officer.email = "kavita.nag@example.org"
    other_state_officer.first_name = "Asha"
    other_state_officer.save()
    response = ask(district_officer).post("/people/invite/", invitation(), follow=True)
    assert "Asha has an account already" in text(response)
    other_state_officer.refresh_from_db()
    assert other_state_officer.first_name == "Asha"
    assert other_state_officer.postings.count() == 2
    [message] = mail.outbox
    assert "/password/reset/" not in message.body


def test_a_posting_here_does_not_lay_an_officer_from_above_open(ask, district_officer, other_state_officer):
    """Posting somebody to one's block must not be the way into the rest of their account."""
    other_state_officer.email = "kavita.nag@example.org"
    other_state_officer.save()
    client = ask(district_officer)
    client.post("/people/invite/", invitation())
    address = f"/people/{other_state_officer.pk}/"
    page = text(client.get(address))
    assert "Abhanpur" in page
    assert "Maharashtra" not in page
    assert "Signs in as" not in page and "Last signed in" not in page
    assert not people.may_look_after(district_officer, other_state_officer)
    assert client.post(f"{address}second-factor/remove/").status_code == 403
    assert client.post(f"{address}correct/", invitation()).status_code == 403


@pytest.mark.parametrize(
    ("officer", "role", "area", "is_given"),
    [
        ("national_officer", Role.NATIONAL_OFFICER, "IN", True),
        ("national_officer", Role.STATE_OFFICER, "S27", True),
        ("state_officer", Role.STATE_OFFICER, "S22", True),
        ("state_officer", Role.DISTRICT_OFFICER, "D374", True),
        ("state_officer", Role.NATIONAL_OFFICER, "S22", False),  # no such role in a state
        ("state_officer", Role.NATIONAL_OFFICER, "IN", False),
        ("state_officer", Role.BLOCK_CLERK, "B4445", False),  # in another state
        ("district_officer", Role.DISTRICT_OFFICER, "D387", True),
        ("district_officer", Role.AUDITOR, "B3693", True),
        ("district_officer", Role.STOCK_KEEPER, "D387", True),
        ("district_officer", Role.STATE_OFFICER, "D387", False),
        ("district_officer", Role.STATE_OFFICER, "S22", False),
        ("district_officer", Role.BLOCK_CLERK, "B3593", False),  # in the next district
        ("district_officer", Role.AUDITOR, "S22", False),
    ],
)
def test_a_role_is_given_in_ones_own_area_and_never_above_ones_own(
    request, ask, tree, officer, role, area, is_given
):
    client = ask(request.getfixturevalue(officer))
    response = client.post("/people/invite/", invitation(role=role.value, area=area))
    assert Posting.objects.filter(user__email="kavita.nag@example.org", area__code=area).exists() is is_given
    assert response.status_code == (302 if is_given else 422)
    assert User.objects.filter(email="kavita.nag@example.org").exists() is is_given
    assert AuditEvent.objects.filter(action="posting.give").exists() is is_given


def test_an_area_is_found_by_its_name_at_the_level_of_the_role(ask, state_officer, tree):
    client = ask(state_officer)
    client.post("/people/invite/", invitation(area="bastar"))
    client.post("/people/invite/", invitation(area="Bastar", role=Role.DISTRICT_OFFICER.value))
    given = Posting.objects.filter(user__email="kavita.nag@example.org").order_by("pk")
    # The block of that name and the district of that name: a clerk may be posted to either.
    assert [posting.area.code for posting in given] == ["D374"]
    response = client.post("/people/invite/", invitation(area="bastar"))
    assert "Which one?" in text(response)
    assert "B3593" in text(response)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"area": "Nowhere"}, "no such area"),
        ({"area": "D387", "role": "state_officer"}, "Select a valid choice"),
        ({"area": "B3693", "role": "district_officer"}, "of another level"),
        ({"phone": "<script>"}, "Write digits"),
        ({"starts_on": "2026-02-10", "ends_on": "2026-02-01"}, "before the first"),
        ({"starts_on": "2020-02-10", "ends_on": "2020-02-11"}, "gone by"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_written(ask, district_officer, changes, words):
    response = ask(district_officer).post("/people/invite/", invitation(**changes))
    assert response.status_code == 422
    assert words in text(response)
    assert not User.objects.filter(email="kavita.nag@example.org").exists()


def test_the_same_posting_is_not_given_twice(ask, district_officer):
    client = ask(district_officer)
    client.post("/people/invite/", invitation())
    person = User.objects.get(email="kavita.nag@example.org")
    response = client.post(f"/people/{person.pk}/postings/new/", invitation())
    assert "holds this role in Abhanpur already" in text(response)
    assert client.post(f"/people/{person.pk}/postings/new/", invitation(area="B3694")).status_code == 302
    assert person.postings.count() == 2


@pytest.mark.parametrize(
    "person", ["block_clerk", "auditor", "stranger", "former_officer", "api_client_user"]
)
def test_others_manage_nobody(request, ask, district_officer, person):
    client = ask(request.getfixturevalue(person))
    for address in ("/people/", "/people/invite/", f"/people/{district_officer.pk}/"):
        assert client.get(address).status_code == 403
    assert client.post("/people/invite/", invitation()).status_code == 403
    assert not User.objects.filter(email="kavita.nag@example.org").exists()


def test_a_new_site_has_a_superuser_who_invites_the_first_national_officer(ask, stranger, tree):
    stranger.is_superuser = True
    stranger.save()
    response = ask(stranger).post("/people/invite/", invitation(role="national_officer", area="IN"))
    assert response.status_code == 302
    assert people.may_manage(User.objects.get(email="kavita.nag@example.org"))


def test_a_superuser_looks_after_an_account_that_was_never_posted(ask, stranger, block_clerk):
    stranger.is_superuser = True
    stranger.save()
    idle = User.objects.create_user("idle", email="idle@example.org")
    client = ask(stranger)
    right = {name: invitation()[name] for name in ("first_name", "last_name", "email", "phone", "language")}
    assert client.post(f"/people/{idle.pk}/correct/", right).status_code == 302
    assert client.post(f"/people/{idle.pk}/second-factor/remove/").status_code == 302
    assert client.get(f"/people/{idle.pk}/").status_code == 200


# -- the list --------------------------------------------------------------------------------------------


def names(response):
    return re.findall(r'class="people__name"[^>]*>(.+?)<', text(response))


@pytest.fixture
def colleagues(tree, district_officer, block_clerk, state_officer, other_state_officer, former_officer):
    make_person("keeper", role=Role.STOCK_KEEPER, area=tree.bastar)
    return None


def test_the_list_holds_those_in_ones_own_area_and_below(ask, colleagues, district_officer, state_officer):
    assert names(ask(district_officer).get("/people/")) == ["block_clerk", "district_officer"]
    assert names(ask(state_officer).get("/people/")) == [
        "block_clerk",
        "district_officer",
        "keeper",
        "state_officer",
    ]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("q=CLERK", ["block_clerk"]),
        ("role=stock_keeper", ["keeper"]),
        ("area=D387", ["block_clerk", "district_officer"]),
        ("area=raipur&role=block_clerk", ["block_clerk"]),
        ("state=ended", ["former_officer"]),
        ("q=nobody", []),
        ("page=99&q=keeper", ["keeper"]),
    ],
)
def test_the_list_is_searched_by_name_area_and_role(ask, colleagues, state_officer, query, expected):
    assert names(ask(state_officer).get(f"/people/?{query}")) == expected


def test_the_list_comes_in_pages_and_asks_the_same_however_many_there_are(
    ask, tree, state_officer, django_assert_max_num_queries
):
    for number in range(35):
        make_person(f"clerk{number:02d}", role=Role.BLOCK_CLERK, area=tree.arang)
    client = ask(state_officer)
    with django_assert_max_num_queries(10):
        assert len(names(client.get("/people/"))) == 30
    assert len(names(client.get("/people/?page=2"))) == 6


def test_people_elsewhere_do_not_exist(ask, district_officer, other_state_officer, state_officer):
    client = ask(district_officer)
    posting = other_state_officer.postings.get()
    for person in (other_state_officer.pk, state_officer.pk, 10**9):
        assert client.get(f"/people/{person}/").status_code == 404
        assert client.post(f"/people/{person}/postings/new/", invitation()).status_code == 404
    assert client.post(f"/people/postings/{posting.pk}/end/").status_code == 404
    assert client.post(f"/people/postings/{state_officer.postings.get().pk}/end/").status_code == 404
