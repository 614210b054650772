"""Making a campaign from a preset."""

import datetime

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from campaigns.errors import SetupRefused
from campaigns.models import Campaign, ItemKind
from campaigns.presets import PRESETS
from campaigns.selectors.sheets import sheet_of
from campaigns.services.creation import create_campaign
from campaigns.slugs import RESERVED
from districts.models import AuditEvent
from inventory.models import Vaccine
from tests.campaigns.conftest import make_campaign


@pytest.mark.parametrize("code", PRESETS)
def test_every_preset_makes_its_items_cohorts_vaccines_and_cells(tree, state_officer, code):
    preset = PRESETS[code]
    campaign = make_campaign(state_officer, tree.chhattisgarh, preset=code)
    assert list(campaign.items.values_list("code", flat=True)) == [row.code for row in preset.items]
    assert list(campaign.cohorts.values_list("code", flat=True)) == [row.code for row in preset.cohorts]
    assert set(campaign.vaccines.values_list("code", flat=True)) == {row.code for row in preset.vaccines}
    assert campaign.rest_weekdays == preset.rest_weekdays
    expected = sum(
        (len(row.cohorts or preset.cohorts) if row.by_cohort else 1)
        * (len(preset.vaccines) if row.by_vaccine else 1)
        * (3 if row.by_sex else 1)
        for row in preset.items
    )
    assert len(sheet_of(campaign).rows) == expected


def test_the_sheet_of_the_covid_preset_asks_each_dose_by_group_and_vaccine(tree, state_officer):
    keys = sheet_of(make_campaign(state_officer, tree.chhattisgarh)).cell_ids
    assert {key for key in keys if key.startswith("first_dose|60-plus")} == {
        "first_dose|60-plus|covaxin|",
        "first_dose|60-plus|covishield|",
        "first_dose|60-plus|sputnik-v|",
    }
    assert {"households|||", "sessions|||", "sites|||"} <= keys.keys()


def test_the_cowin_preset_has_the_cells_of_cowins_file(tree, state_officer):
    campaign = make_campaign(state_officer, tree.chhattisgarh, preset="cowin")
    assert {
        "first_dose|||",
        "second_dose|||",
        "registered|||",
        "persons|||F",
        "persons|||M",
        "persons|||O",
        "first_dose_by_vaccine||covaxin|",
        "doses_by_vaccine||covishield|",
        "sessions|||",
        "sites|||",
    } <= sheet_of(campaign).cell_ids.keys()
    assert not campaign.items.filter(code__in=["sessions", "sites"], accumulates=True).exists()
    assert campaign.items.filter(code="persons", accumulates=True).exists()


@pytest.mark.parametrize("code", PRESETS)
def test_no_dose_is_counted_by_two_items(code):
    """Breakdowns of doses (by vaccine, …) must not be dose items: a sum of doses would hold them twice."""
    doses = [row for row in PRESETS[code].items if row.kind == ItemKind.DOSE]
    series = [(row.antigen, row.dose_number) for row in doses]
    assert len(series) == len(set(series))


@pytest.mark.parametrize("code", PRESETS)
def test_presets_speak_hindi(code):
    preset = PRESETS[code]
    for row in (*preset.items, *preset.cohorts, *preset.vaccines):
        assert row.name_hi, row.code


def test_a_vaccine_that_exists_is_used_as_it_stands(tree, state_officer):
    Vaccine.objects.create(code="covaxin", name_en="Covaxin (corrected)", antigen="COVID-19")
    campaign = make_campaign(state_officer, tree.chhattisgarh)
    assert campaign.vaccines.get(code="covaxin").name_en == "Covaxin (corrected)"
    make_campaign(state_officer, tree.chhattisgarh, slug="second")
    assert Vaccine.objects.filter(code="covaxin").count() == 1


def test_creation_is_audited(tree, state_officer):
    campaign = make_campaign(state_officer, tree.chhattisgarh)
    event = AuditEvent.objects.get(action="campaign.create")
    assert (event.by, event.area, event.subject) == (state_officer, tree.chhattisgarh, "campaign teeka")
    assert event.detail["preset"] == "covid"
    assert campaign.created_by == state_officer


def create(tree, by, **values):
    values = {
        "preset": "empty",
        "slug": "new-one",
        "name_en": "New",
        "area": tree.chhattisgarh,
        "starts_on": datetime.date(2021, 1, 16),
        "ends_on": datetime.date(2021, 12, 31),
    } | values
    return create_campaign(by=by, **values)


@pytest.mark.parametrize(
    "fault",
    [
        {"preset": "measles"},
        {"ends_on": datetime.date(2021, 1, 15)},
        {"slug": ""},
        {"slug": "no spaces"},
        {"slug": "campaigns"},
        {"slug": "API"},
        {"name_en": ""},
        {"name_en": "x" * 161},
        {"slug": "teeka"},
    ],
)
def test_what_cannot_be_made_is_refused_and_leaves_nothing(tree, state_officer, fault):
    make_campaign(state_officer, tree.chhattisgarh, slug="teeka")
    before = Campaign.objects.count(), AuditEvent.objects.count(), Vaccine.objects.count()
    with pytest.raises(SetupRefused) as refused:
        create(tree, state_officer, **fault)
    assert str(refused.value)
    assert (Campaign.objects.count(), AuditEvent.objects.count(), Vaccine.objects.count()) == before


def test_one_day_is_a_campaign(tree, state_officer):
    assert create(tree, state_officer, ends_on=datetime.date(2021, 1, 16)).pk


def first_words(patterns, prefix=""):
    """The first word of every address of the site, where it is a fixed word."""
    for pattern in patterns:
        text = prefix + str(pattern.pattern).lstrip("^")
        if isinstance(pattern, URLResolver) and "/" not in text:
            yield from first_words(pattern.url_patterns, text)
        elif isinstance(pattern, URLPattern | URLResolver):
            word = text.split("/")[0]
            if word and not any(sign in word for sign in "<(["):
                yield word


def test_no_address_of_the_site_can_be_the_name_of_a_campaign():
    words = set(first_words(get_resolver().url_patterns))
    assert {"campaigns", "api", "sign-in"} <= words, "the walk finds addresses"
    assert words - RESERVED == set()


def test_no_address_below_campaigns_can_be_the_name_of_a_campaign():
    below = next(
        pattern
        for pattern in get_resolver().url_patterns
        if str(pattern.pattern) == "campaigns/"
        and any(getattr(one, "name", "") == "campaign-new" for one in pattern.url_patterns)
    )
    words = set(first_words(below.url_patterns))
    assert "new" in words
    assert words - RESERVED == set()


@pytest.mark.parametrize(
    "word", ["campaigns", "api", "accounts", "about", "admin", "static", "import", "new"]
)
def test_these_words_stay_reserved(word):
    assert word in RESERVED
