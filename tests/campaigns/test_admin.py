"""The admin shows campaigns and changes nothing that a service guards."""

import pytest
from django.apps import apps
from django.urls import reverse

from campaigns.models import Campaign, Journal, Submission, TallyEntry
from campaigns.services.tallies import Line, submit_tally
from districts.models import AuditEvent, User

MINE = [
    "campaign",
    "reportingunit",
    "sheetcell",
    "targetset",
    "journal",
    "submission",
    "tallyentry",
    "foldmark",
]
LEDGER = [Journal, Submission, TallyEntry]


@pytest.fixture
def superuser(client, db):
    person = User.objects.create_superuser("root", password="correct-horse-battery")
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def posted(campaign, targets, tree, days, state_officer):
    submit_tally(
        campaign=campaign,
        unit=tree.bastar,
        day=days.today,
        lines=[Line("households", 40)],
        by=state_officer,
        source="form",
    )


@pytest.mark.parametrize("name", MINE)
def test_lists_and_pages_open(superuser, posted, name):
    assert superuser.get(reverse(f"admin:campaigns_{name}_changelist")).status_code == 200
    row = _model(name).objects.first()
    assert superuser.get(reverse(f"admin:campaigns_{name}_change", args=[row.pk])).status_code == 200


def _model(name):
    return apps.get_model("campaigns", name)


@pytest.mark.parametrize("name", MINE)
def test_nothing_is_added_or_deleted(superuser, posted, name):
    row = _model(name).objects.first()
    assert superuser.get(reverse(f"admin:campaigns_{name}_add")).status_code == 403
    delete = reverse(f"admin:campaigns_{name}_delete", args=[row.pk])
    assert superuser.post(delete, {"post": "yes"}).status_code == 403
    page = superuser.get(reverse(f"admin:campaigns_{name}_changelist")).content.decode()
    assert "delete_selected" not in page


@pytest.mark.parametrize("model", LEDGER)
def test_rows_of_the_ledger_have_no_form(superuser, posted, model):
    name = model._meta.model_name
    address = reverse(f"admin:campaigns_{name}_change", args=[model.objects.first().pk])
    page = superuser.get(address).content.decode()
    assert 'name="_save"' not in page
    before = list(model.objects.values())
    assert superuser.post(address, {"reason": "other", "change": "7", "source": "api"}).status_code == 403
    assert list(model.objects.values()) == before


def test_only_names_and_notes_of_a_campaign_can_be_written_and_are_audited(superuser, posted, campaign):
    address = reverse("admin:campaigns_campaign_change", args=[campaign.pk])
    version = Campaign.objects.get(pk=campaign.pk).setup_version
    data = {"name_en": "Teeka corrected", "name_hi": "टीका", "note_en": "", "note_hi": "", "slug": "other"}
    inlines = ("cohorts", "items", "rounds", "days_off")
    data |= {f"{prefix}-{name}_FORMS": "0" for prefix in inlines for name in ("TOTAL", "INITIAL")}
    assert superuser.post(address, data | {"starts_on": "2021-01-01"}).status_code == 302
    after = Campaign.objects.get(pk=campaign.pk)
    assert (after.name_en, after.slug, after.starts_on) == ("Teeka corrected", "teeka", campaign.starts_on)
    assert after.setup_version == version + 1
    event = AuditEvent.objects.get(action="campaign.basics")
    assert (event.by.username, event.detail) == ("root", {"name_en": ["Teeka", "Teeka corrected"]})


def test_a_person_without_a_staff_account_is_sent_to_sign_in(client, campaign, state_officer):
    client.force_login(state_officer, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(reverse("admin:campaigns_campaign_changelist")).status_code == 302
