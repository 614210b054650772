"""API tokens in the web interface: shown once, narrowed by scope and area, withdrawn."""

import re

import pytest
from django.test import Client
from django.utils import timezone

from districts import access
from districts.api.tokens import TokenAuthentication
from districts.models import ApiToken, AuditEvent, Posting, Role, TokenScope
from districts.services.appointing import end_posting, post
from districts.services.tokens import issue
from tests.campaigns.conftest import make_campaign
from tests.plugins.cast import make_person

NEW = "/account/tokens/new/"


@pytest.fixture
def ask(client):
    def ask(person):
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return ask


@pytest.fixture
def api_client_user(api_client_user):
    """As it is invited: without a password."""
    api_client_user.set_unusable_password()
    api_client_user.save()
    return api_client_user


def wanted(owner, **changes):
    return {"owner": owner.pk, "name": "portal", "scope": "read", "area": "", "days": "90", **changes}


def key_on(response):
    return re.search(r"(abh_[\w-]{40,})", response.content.decode())[1]


def with_key(key):
    return {"headers": {"Authorization": f"Token {key}"}}


def user_of(key, rf, method="get"):
    user, _token = TokenAuthentication().authenticate(getattr(rf, method)("/", **with_key(key)))
    return user


def test_a_token_is_shown_once_and_opens_the_api(ask, block_clerk):
    client = ask(block_clerk)
    response = client.post(NEW, wanted(block_clerk))
    key = key_on(response)
    assert "no-store" in response["Cache-Control"]
    page = client.get("/account/tokens/").content.decode()
    assert "portal" in page
    assert "never used" in page
    assert key not in page
    assert Client().get("/api/v1/campaigns/", **with_key(key)).status_code == 200
    assert "last used" in client.get("/account/tokens/").content.decode()
    event = AuditEvent.objects.get(action="token.issue")
    assert (event.by, event.detail["scope"]) == (block_clerk, "read")
    assert key not in str(event.detail)


def test_a_token_that_may_read_is_refused_when_it_writes(ask, client, block_clerk):
    key = key_on(ask(block_clerk).post(NEW, wanted(block_clerk)))
    visitor = Client()
    for method in ("post", "put", "patch", "delete"):
        answer = getattr(visitor, method)(
            "/api/v1/tallies/", "{}", content_type="application/json", **with_key(key)
        )
        assert answer.status_code == 403, method
        assert answer.json()["error"]["message"] == "This token may read and not write."
    _token, writing = issue(user=block_clerk, name="w", scope=TokenScope.WRITE)
    answer = visitor.post("/api/v1/tallies/", "{}", content_type="application/json", **with_key(writing))
    assert answer.status_code == 400, "understood, and found wanting"


def test_the_area_of_a_token_narrows_what_its_user_reaches(tree, state_officer, rf):
    Posting.objects.create(
        user=state_officer, area=tree.nagpur, role=Role.AUDITOR, starts_on=timezone.localdate()
    )
    _token, key = issue(user=state_officer, name="raipur", area=tree.raipur)
    user = user_of(key, rf)
    assert [posting.area for posting in access.postings_of(user)] == [tree.raipur]
    assert access.has_right(user, "set_up", tree.raipur)
    assert not access.has_right(user, "see", tree.bastar)
    assert not access.has_right(user, "see", tree.chhattisgarh)
    assert not access.has_right(user, "see", tree.nagpur)
    assert set(access.visible_to(user)) == {tree.raipur, tree.abhanpur, tree.arang}
    # Asked for a day too, it is no wider.
    assert [posting.area for posting in access.postings_of(user, on=timezone.localdate())] == [tree.raipur]


def test_a_token_for_an_area_that_its_user_left_opens_nothing(tree, state_officer, rf):
    _token, key = issue(user=state_officer, name="raipur", area=tree.nagpur)
    assert access.postings_of(user_of(key, rf)) == []


def test_a_token_is_never_wider_than_the_posting(tree, block_clerk, rf):
    _token, key = issue(user=block_clerk, name="state", area=tree.chhattisgarh)
    assert [posting.area for posting in access.postings_of(user_of(key, rf))] == [tree.abhanpur]


def test_a_token_ends_with_the_posting(tree, block_clerk, district_officer, rf):
    _token, key = issue(user=block_clerk, name="script")
    end_posting(by=district_officer, posting=block_clerk.postings.get())
    assert access.postings_of(user_of(key, rf)) == []


def test_two_tokens_of_one_user_are_not_handed_each_others_answers(tree, state_officer, client):
    """An answer that stands for the wide token is not "unchanged" for the narrow one."""
    make_campaign(state_officer, tree.chhattisgarh)
    _wide, wide = issue(user=state_officer, name="wide")
    _narrow, narrow = issue(user=state_officer, name="narrow", area=tree.raipur)
    address = "/api/v1/campaigns/"
    tag = client.get(address, **with_key(wide))["ETag"]
    headers = {"Authorization": f"Token {wide}", "If-None-Match": tag}
    assert client.get(address, headers=headers).status_code == 304
    headers["Authorization"] = f"Token {narrow}"
    assert client.get(address, headers=headers).status_code == 200


def test_an_area_outside_the_accounts_own_is_refused(ask, block_clerk):
    client = ask(block_clerk)
    for code in ("D387", "B3694", "S27", "nowhere"):
        response = client.post(NEW, wanted(block_clerk, area=code))
        assert response.status_code == 422
        assert "The account has no such area" in response.content.decode()
    assert client.post(NEW, wanted(block_clerk, area="b3693")).status_code == 200
    assert ApiToken.objects.get().area.code == "B3693"


def test_an_officer_makes_and_withdraws_tokens_of_api_clients_below(ask, api_client_user, state_officer):
    client = ask(state_officer)
    key = key_on(client.post(NEW, wanted(api_client_user, scope="write")))
    assert "api_client" in client.get("/account/tokens/").content.decode()
    token = ApiToken.objects.get(user=api_client_user)
    assert client.post(f"/account/tokens/{token.pk}/revoke/").status_code == 302
    assert Client().get("/api/v1/tallies/?campaign=x", **with_key(key)).status_code == 401
    assert AuditEvent.objects.get(action="token.revoke").by == state_officer


def test_nobody_makes_a_token_in_the_name_of_a_colleague(ask, state_officer, district_officer, block_clerk):
    """It would open the colleague's account under the colleague's name."""
    client = ask(state_officer)
    for person in (district_officer, block_clerk):
        assert client.post(NEW, wanted(person)).status_code == 422
    assert not ApiToken.objects.exists()


@pytest.mark.parametrize("person", ["district_officer", "other_state_officer", "auditor", "block_clerk"])
def test_tokens_of_api_clients_elsewhere_or_above_do_not_exist(request, ask, api_client_user, person):
    token, _key = issue(user=api_client_user, name="portal")
    client = ask(request.getfixturevalue(person))
    assert client.post(NEW, wanted(api_client_user)).status_code == 422
    assert client.post(f"/account/tokens/{token.pk}/revoke/").status_code == 404
    assert "portal" not in client.get("/account/tokens/").content.decode()
    token.refresh_from_db()
    assert token.revoked_at is None


def test_who_was_an_officer_and_is_posted_as_api_client_is_nobodys_program(ask, tree, state_officer):
    """Otherwise an officer could post a former colleague so, and act under their name."""
    former = make_person("former")
    post(
        by=state_officer,
        user=former,
        role=Role.API_CLIENT,
        area=tree.raipur,
        starts_on=timezone.localdate(),
    )
    assert ask(state_officer).post(NEW, wanted(former)).status_code == 422
    assert not ApiToken.objects.exists()


def test_an_api_client_that_is_also_a_person_is_nobodys_program(ask, tree, state_officer):
    both = make_person("both", role=Role.API_CLIENT, area=tree.raipur)
    Posting.objects.create(
        user=both, area=tree.raipur, role=Role.DISTRICT_OFFICER, starts_on=timezone.localdate()
    )
    assert ask(state_officer).post(NEW, wanted(both)).status_code == 422


def test_an_api_client_is_invited_without_a_mail_and_given_a_token(ask, state_officer, mailoutbox):
    data = {
        "first_name": "State portal",
        "email": "portal@example.org",
        "language": "en-in",
        "role": "api_client",
        "area": "S22",
        "starts_on": timezone.localdate().isoformat(),
    }
    client = ask(state_officer)
    page = client.post("/people/invite/", data, follow=True).content.decode()
    assert mailoutbox == []
    address = re.search(r'href="(/account/tokens/new/\?for=\d+)"', page)[1]
    form = client.get(address).content.decode()
    assert re.search(r'<option value="\d+" selected>State portal', form)


def test_ones_own_token_is_withdrawn_after_a_question(ask, block_clerk):
    token, key = issue(user=block_clerk, name="old script")
    client = ask(block_clerk)
    assert "old script" in client.get(f"/account/tokens/{token.pk}/revoke/").content.decode()
    assert Client().get("/api/v1/campaigns/", **with_key(key)).status_code == 200
    client.post(f"/account/tokens/{token.pk}/revoke/")
    assert Client().get("/api/v1/campaigns/", **with_key(key)).status_code == 401
