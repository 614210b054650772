"""Every page of the app against every role: allowed, refused (403), not there (404), sign in first (302)."""

import pytest
from django.urls import reverse
from django.utils import timezone

from campaigns import import_urls, urls
from campaigns.models import Campaign, Submission
from campaigns.services import changes
from districts.models import AuditEvent

CAST = [
    "national_officer",
    "state_officer",
    "other_state_officer",
    "district_officer",
    "block_clerk",
    "auditor",
    "api_client_user",
    "stranger",
    "former_officer",
    None,
]

# Setting up takes the right in the whole campaign. A district officer does not even see the state's setup.
SETUP = {
    "national_officer": 200,
    "state_officer": 200,
    "other_state_officer": 404,
    "district_officer": 404,
    "block_clerk": 404,
    "auditor": 403,
    "api_client_user": 403,
    "stranger": 404,
    "former_officer": 404,
    None: 302,
}
ENTRY_LIST = SETUP | {"district_officer": 200, "block_clerk": 200, "api_client_user": 200}

SETUP_PAGES = {
    "campaign-setup": [],
    "setup-basics": [],
    "setup-archive-confirm": [],
    "setup-cohorts": [],
    "setup-new-cohort": [],
    "setup-cohort": ["18-44"],
    "setup-cohorts-remove-confirm": ["18-44"],
    "setup-items": [],
    "setup-new-item": [],
    "setup-item": ["first_dose"],
    "setup-items-remove-confirm": ["first_dose"],
    "setup-vaccines": [],
    "setup-calendar": [],
    "setup-units": [],
    "setup-targets": [],
    "target-table": [],
    "setup-rules": [],
    "target-set-remove": ["estimate"],
}
SETUP_ACTS = {
    "setup-publish": [],
    "setup-withdraw": [],
    "setup-archive": [],
    "setup-restore": [],
    "setup-cohorts-act": ["18-44", "down"],
    "setup-items-act": ["first_dose", "close"],
    "target-set-default": ["estimate"],
}
DEVICE = {"device", "device-who", "device-shell", "entry-kit"}
GRID = {"entry-grid", "entry-grid-context", "entry-grid-history"}
ELSEWHERE = {"campaign-list", "campaign-new", "entry-list", "entry-form"} | DEVICE | GRID


@pytest.fixture
def ask(client, request):
    """ask(person, method, address) → status"""

    def ask(person, method, address, data=None):
        if person:
            client.force_login(
                request.getfixturevalue(person), backend="django.contrib.auth.backends.ModelBackend"
            )
        return getattr(client, method)(address, data or {})

    return ask


def test_every_address_of_the_app_is_asked_for_here():
    """A page that nobody thought of is the one that stands open."""
    mine = {pattern.name for pattern in urls.urlpatterns}
    assert mine == SETUP_PAGES.keys() | SETUP_ACTS.keys() | ELSEWHERE
    assert mine.isdisjoint(pattern.name for pattern in import_urls.urlpatterns)


@pytest.mark.parametrize("person", CAST)
def test_setup_pages(campaign, targets, ask, person):
    got = {
        name: ask(person, "get", reverse(name, args=["teeka", *args])).status_code
        for name, args in SETUP_PAGES.items()
    }
    assert got == dict.fromkeys(SETUP_PAGES, SETUP[person])


@pytest.mark.parametrize("person", CAST)
def test_setup_acts(campaign, targets, ask, person):
    before = Campaign.objects.get(pk=campaign.pk).setup_version, AuditEvent.objects.count()
    got = {
        name: ask(person, "post", reverse(name, args=["teeka", *args])).status_code
        for name, args in SETUP_ACTS.items()
    }
    expected = 302 if SETUP[person] == 200 else SETUP[person]
    assert got == dict.fromkeys(SETUP_ACTS, expected)
    after = Campaign.objects.get(pk=campaign.pk).setup_version, AuditEvent.objects.count()
    assert (after != before) is (SETUP[person] == 200)


@pytest.mark.parametrize("name", SETUP_ACTS)
def test_acts_are_not_done_by_following_a_link(campaign, targets, ask, name):
    assert ask("state_officer", "get", reverse(name, args=["teeka", *SETUP_ACTS[name]])).status_code == 405


@pytest.mark.parametrize("person", CAST)
def test_setup_forms_of_those_who_may_not_write_nothing(campaign, ask, person):
    if SETUP[person] == 200:
        person = "auditor"
    address = reverse("setup-new-cohort", args=["teeka"])
    assert ask(person, "post", address, {"name_en": "X", "code": "x"}).status_code == SETUP[person]
    assert not campaign.cohorts.filter(code="x").exists()


@pytest.mark.parametrize("person", CAST)
def test_the_list_of_units(campaign, ask, person):
    assert ask(person, "get", reverse("entry-list", args=["teeka"])).status_code == ENTRY_LIST[person]


@pytest.mark.parametrize("person", CAST)
@pytest.mark.parametrize("name", ["entry-grid", "entry-grid-context"])
def test_the_grid_is_for_whom_the_list_of_units_is_for(campaign, ask, person, name):
    assert ask(person, "get", reverse(name, args=["teeka"])).status_code == ENTRY_LIST[person]


@pytest.mark.parametrize("person", ["other_state_officer", "stranger", "former_officer"])
def test_a_public_campaign_may_be_seen_and_not_written_to(campaign, ask, person, state_officer):
    changes.publish(campaign=campaign, by=state_officer)
    assert ask(person, "get", reverse("entry-list", args=["teeka"])).status_code == 403


MAY_ENTER = {
    "B3693": {"national_officer", "state_officer", "district_officer", "block_clerk", "api_client_user"},
    "B3694": {"national_officer", "state_officer", "district_officer", "api_client_user"},
    "D374": {"national_officer", "state_officer", "api_client_user"},
}


@pytest.mark.parametrize("code", MAY_ENTER)
@pytest.mark.parametrize("person", CAST)
def test_the_form_of_a_unit(campaign, ask, person, code):
    address = reverse("entry-form", args=["teeka", code, timezone.localdate().isoformat()])
    may = person in MAY_ENTER[code]
    refused = {"auditor": 403, None: 302}.get(person, 404)
    assert ask(person, "get", address).status_code == (200 if may else refused)
    status = ask(person, "post", address, {"nil": "1", "version": "0"}).status_code
    assert status == (302 if may else refused)
    assert Submission.objects.filter(unit__code=code).count() == int(may)


@pytest.mark.parametrize("code", ["D387", "S22", "B3595", "D484", "NONE"])
def test_areas_that_do_not_report_have_no_form(campaign, ask, code):
    address = reverse("entry-form", args=["teeka", code, timezone.localdate().isoformat()])
    assert ask("state_officer", "get", address).status_code == 404


@pytest.mark.parametrize("day", ["yesterday", "2021-13-01", "2021-1-1x"])
def test_what_is_no_day_is_not_there(campaign, ask, day):
    assert ask("state_officer", "get", reverse("entry-form", args=["teeka", "D374", day])).status_code == 404


@pytest.mark.parametrize("person", CAST)
def test_making_a_campaign(tree, ask, person):
    expected = {"national_officer": 200, "state_officer": 200, "other_state_officer": 200, None: 302}
    assert ask(person, "get", reverse("campaign-new")).status_code == expected.get(person, 403)
    assert ask(person, "post", reverse("campaign-new")).status_code == expected.get(person, 403)


@pytest.mark.parametrize(
    ("person", "area", "is_made"),
    [
        ("national_officer", "IN", True),
        ("national_officer", "D490", True),
        ("state_officer", "S22", True),
        ("state_officer", "D387", True),
        ("state_officer", "IN", False),
        ("state_officer", "S27", False),
        ("state_officer", "D490", False),
        ("district_officer", "D387", False),
    ],
)
def test_a_campaign_is_made_in_ones_own_area_only(tree, ask, person, area, is_made):
    data = {
        "preset": "covid",
        "area": area,
        "name_en": "Drive",
        "starts_on": "2021-11-01",
        "ends_on": "2021-12-31",
    }
    response = ask(person, "post", reverse("campaign-new"), data)
    assert Campaign.objects.filter(area__code=area).exists() is is_made
    assert (response.status_code == 302) is is_made


@pytest.mark.parametrize("person", CAST)
def test_my_work_shows_what_i_may_do(campaign, ask, person):
    response = ask(person, "get", reverse("campaign-list"))
    if person is None:
        assert response.status_code == 302
        return
    page = response.content.decode()
    assert (reverse("campaign-setup", args=["teeka"]) in page) is (SETUP[person] == 200)
    assert (reverse("entry-list", args=["teeka"]) in page) is (ENTRY_LIST[person] == 200)
    assert (reverse("campaign-new") in page) is (
        person in {"national_officer", "state_officer", "other_state_officer"}
    )
