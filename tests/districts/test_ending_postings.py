"""Postings end at once, wherever their holder is signed in, and every act on people leaves a trace."""

import datetime

from django.test import Client
from django.utils import timezone

from campaigns.services.setup import set_reporting_units
from districts import access
from districts.models import AuditEvent, Posting, Role, User
from districts.services.appointing import end_posting, post
from districts.services.tokens import issue
from tests.campaigns.conftest import make_campaign
from tests.districts.inviting import invitation, text
from tests.plugins.cast import make_person


def end(client, posting, **data):
    return client.post(f"/people/postings/{posting.pk}/end/", data)


def test_access_ends_with_the_posting_at_once_in_sessions_tokens_and_remembered_pages(
    client, tree, district_officer, block_clerk
):
    national = make_person("chief", role=Role.NATIONAL_OFFICER, area=tree.india)
    campaign = make_campaign(national, tree.chhattisgarh)
    set_reporting_units(campaign=campaign, areas=[tree.bastar, tree.abhanpur, tree.arang], by=national)
    clerk, officer = Client(), Client()
    clerk.force_login(block_clerk, backend="django.contrib.auth.backends.ModelBackend")
    officer.force_login(district_officer, backend="django.contrib.auth.backends.ModelBackend")
    _token, key = issue(user=block_clerk, name="script")
    today = timezone.localdate().isoformat()
    pages = ["/teeka/B3693/", "/campaigns/teeka/entry/", f"/campaigns/teeka/entry/B3693/{today}/"]
    api = "/api/v1/coverage/?campaign=teeka&area=B3693"
    with_token = {"headers": {"Authorization": f"Token {key}"}}
    detail = "/api/v1/campaigns/teeka/"
    tags = {address: clerk.get(address).headers["ETag"] for address in (api, detail)}
    assert [clerk.get(page).status_code for page in pages] == [200] * 3
    assert client.get(api, **with_token).status_code == 200

    assert end(officer, block_clerk.postings.get()).status_code == 302

    assert [clerk.get(page).status_code for page in pages] == [404] * 3
    for address, tag in tags.items():
        assert clerk.get(address, headers={"If-None-Match": tag}).status_code in (403, 404)
    assert client.get(api, **with_token).status_code in (403, 404)
    sheet = clerk.post(pages[2], {"nil": "1", "version": "0"})
    assert sheet.status_code == 404
    assert access.postings_of(User.objects.get(pk=block_clerk.pk)) == []


def test_a_day_gone_by_still_knows_who_was_posted(tree, district_officer, block_clerk):
    today = timezone.localdate()
    end_posting(by=district_officer, posting=block_clerk.postings.get())
    in_force = Posting.objects.filter(user=block_clerk).in_force
    assert in_force(today - datetime.timedelta(1)).exists()
    assert not in_force().exists()
    assert not in_force(today).exists()
    assert not in_force(today + datetime.timedelta(1)).exists()


def test_a_posting_that_was_to_begin_later_never_does(tree, district_officer):
    person = make_person("later")
    tomorrow = timezone.localdate() + datetime.timedelta(1)
    posting = post(
        by=district_officer, user=person, role=Role.BLOCK_CLERK, area=tree.arang, starts_on=tomorrow
    )
    assert end_posting(by=district_officer, posting=posting)
    assert not end_posting(by=district_officer, posting=posting), "it is over already"
    assert not Posting.objects.filter(user=person).in_force(tomorrow).exists()
    assert AuditEvent.objects.filter(action="posting.end").count() == 1


def test_every_act_on_people_is_audited_with_who_and_from_where(ask, district_officer):
    client = ask(district_officer)
    client.post("/people/invite/", invitation(), REMOTE_ADDR="203.0.113.7")
    person = User.objects.get(email="kavita.nag@example.org")
    end(client, person.postings.get())
    events = AuditEvent.objects.order_by("pk")
    assert [(event.action, event.by, event.area.code) for event in events] == [
        (action, district_officer, "B3693") for action in ("person.invite", "posting.give", "posting.end")
    ]
    assert events[0].address == "203.0.113.7"
    assert events[1].detail["role"] == "block_clerk"


def test_ending_asks_first_and_ending_ones_own_posting_asks_twice(ask, district_officer, state_officer):
    client = ask(district_officer)
    own = district_officer.postings.get()
    page = text(client.get(f"/people/postings/{own.pk}/end/"))
    assert "This is your own posting" in page
    assert "Nobody else is posted as District officer in Raipur" in page
    refused = end(client, own)
    assert refused.status_code == 422
    assert "Tick this to go on" in text(refused)
    assert Posting.objects.in_force().filter(pk=own.pk).exists()
    assert end(client, own, own="on").url == "/account/"
    assert client.get("/people/").status_code == 403


def test_a_district_officer_cannot_end_the_posting_of_a_role_above_in_the_same_district(
    ask, tree, district_officer, national_officer
):
    # Posted by an administrator to a place below their role's own level.
    posting = Posting.objects.create(
        user=make_person("guest"),
        role=Role.STATE_OFFICER,
        area=tree.raipur,
        starts_on=datetime.date(2020, 1, 1),
    )
    assert end(ask(district_officer), posting).status_code == 403
    assert end(ask(national_officer), posting).status_code == 302


def test_the_pages_speak_hindi_too(ask, district_officer, block_clerk):
    client = ask(district_officer)
    client.cookies["abhiyan_language"] = "hi"
    for address in ("/people/", "/people/invite/", f"/people/{block_clerk.pk}/", "/account/", "/audit/"):
        page = text(client.get(address))
        assert '<html lang="hi">' in page
