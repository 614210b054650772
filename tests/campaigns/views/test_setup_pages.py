"""Setting a campaign up in the web interface, from nothing to ready."""

import datetime
import re

import pytest
from django.urls import reverse

from campaigns.models import Campaign
from campaigns.selectors.readiness import missing
from campaigns.services import sheet_changes
from campaigns.services.calendar_changes import set_days_off
from campaigns.services.tallies import submit_tally
from districts.models import Population
from inventory.models import Vaccine
from tests.campaigns.conftest import make_campaign
from tests.campaigns.views.pages import address, page, said, seen, send

# -- from nothing to ready -------------------------------------------------------------------------------


def test_a_campaign_is_set_up_without_the_admin(officer, tree):
    Population.objects.create(area=tree.raipur, source="Census", year=2011, persons=4063872)
    response = officer.post(
        reverse("campaign-new"),
        {
            "preset": "covid",
            "area": "S22",
            "name_en": "Har Ghar Dastak",
            "starts_on": "2021-11-03",
            "ends_on": "2021-12-31",
        },
        follow=True,
    )
    campaign = Campaign.objects.get(slug="har-ghar-dastak")
    assert response.redirect_chain[-1][0] == address("campaign-setup", campaign)
    assert "Still missing" in response.content.decode()
    assert 'disabled aria-describedby="not-ready"' in response.content.decode()

    units = {"way": "level", "level": "2", "except-TOTAL_FORMS": "0", "except-INITIAL_FORMS": "0"}
    assert "Save 2 units" in send(officer, "setup-units", campaign, units).content.decode()
    assert not campaign.units.exists(), "a preview saves nothing"
    send(officer, "setup-units", campaign, units | {"save": "1"} | seen(campaign))
    assert campaign.units.count() == 2

    cohort = campaign.cohorts.get(code="18-44")
    send(
        officer,
        "setup-targets",
        campaign,
        {
            "derive": "1",
            "derive-name_en": "Adults 2011",
            "derive-is_default": "on",
            "derive-population": "Census|2011|total",
            f"derive-share-{cohort.pk}": "44.5",
        },
    )
    assert campaign.target_sets.get().totals.get(area=tree.chhattisgarh).persons == 1808423
    assert missing(campaign) == []
    send(officer, "setup-publish", campaign, {})
    assert Campaign.objects.get(pk=campaign.pk).is_public
    assert "Ready to count" in page(officer, "campaign-setup", campaign)


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ({"slug": "api"}, "address of this site"),
        ({"slug": "teeka"}, "exists"),
        ({"slug": "a b"}, "Use only the letters a to z, digits and hyphens"),
        ({"name_en": "अभियान"}, "no letters"),
        ({"name_en": "Campaigns"}, "address of this site"),
        ({"ends_on": "2021-11-02"}, "before the first"),
        ({"preset": "other"}, "not one of the available choices"),
        ({"starts_on": "soon"}, "valid date"),
    ],
)
def test_a_new_campaign_that_cannot_be_is_explained(officer, campaign, fault, words):
    data = {
        "preset": "empty",
        "area": "S22",
        "name_en": "Drive",
        "starts_on": "2021-11-03",
        "ends_on": "2021-12-31",
    } | fault
    response = officer.post(reverse("campaign-new"), data)
    assert words in response.content.decode()
    assert Campaign.objects.count() == 1


# -- basics ----------------------------------------------------------------------------------------------


def basics(campaign, **values):
    return {
        "name_en": campaign.name_en,
        "name_hi": campaign.name_hi,
        "starts_on": campaign.starts_on.isoformat(),
        "ends_on": campaign.ends_on.isoformat(),
        "deadline_days": "1",
        "deadline_time": "17:00",
        "late_window_days": "",
        "note_en": "",
        "note_hi": "",
    } | values


def test_basics_are_saved(officer, campaign):
    response = send(
        officer, "setup-basics", campaign, basics(campaign, deadline_time="20:30", late_window_days="14")
    )
    assert said(response) == ["Saved."]
    campaign.refresh_from_db()
    assert (campaign.deadline_time, campaign.late_window_days) == (datetime.time(20, 30), 14)


def test_a_refused_change_of_dates_is_explained_and_the_page_keeps_what_was_typed(
    officer, campaign, tree, days, state_officer
):
    submit_tally(
        campaign=campaign, unit=tree.bastar, day=days.last_week, lines=[], by=state_officer, source="form"
    )
    response = send(
        officer, "setup-basics", campaign, basics(campaign, starts_on=days.today.isoformat(), name_en="Typed")
    )
    text = response.content.decode()
    assert "Units have reported" in text and 'value="Typed"' in text
    campaign.refresh_from_db()
    assert campaign.name_en == "Teeka"


def test_two_officers_at_the_basics_do_not_overwrite_one_another(officer, campaign, national_officer):
    old = seen(campaign)
    send(officer, "setup-basics", campaign, basics(campaign, name_en="First") | old)
    response = send(officer, "setup-basics", campaign, basics(campaign, name_en="Second") | old)
    assert "Somebody else has changed" in response.content.decode()
    campaign.refresh_from_db()
    assert campaign.name_en == "First"


# -- groups, items, vaccines -----------------------------------------------------------------------------


def test_a_group_is_added_changed_moved_and_removed(officer, campaign):
    send(officer, "setup-new-cohort", campaign, {"name_en": "12–14", "name_hi": "", "code": "12-14"})
    send(officer, "setup-cohort", campaign, {"name_en": "12–14 years", "name_hi": "12–14 वर्ष"}, "12-14")
    assert campaign.cohorts.get(code="12-14").name_hi == "12–14 वर्ष"
    send(officer, "setup-cohorts-act", campaign, {}, "12-14", "up")
    assert [cohort.code for cohort in campaign.cohorts.all()] == ["18-44", "45-59", "12-14", "60-plus"]
    assert "Remove “12–14 years”?" in page(officer, "setup-cohorts-remove-confirm", campaign, "12-14")
    send(officer, "setup-cohorts-act", campaign, {}, "12-14", "remove")
    assert campaign.cohorts.count() == 3


def test_an_item_is_added_and_its_mistakes_are_explained(officer, campaign):
    item = {
        "name_en": "Precaution dose",
        "code": "precaution",
        "kind": "dose",
        "accumulates": "on",
        "by_cohort": "on",
    }
    response = send(officer, "setup-new-item", campaign, item | {"dose_number": "3"})
    assert "needs its antigen" in response.content.decode()
    assert not campaign.items.filter(code="precaution").exists()
    cohort = campaign.cohorts.get(code="60-plus")
    send(
        officer,
        "setup-new-item",
        campaign,
        item | {"antigen": "COVID-19", "dose_number": "3", "cohorts": cohort.pk},
    )
    assert list(
        campaign.cells.filter(item__code="precaution", is_open=True).values_list("key", flat=True)
    ) == ["precaution|60-plus||"]
    response = send(officer, "setup-new-item", campaign, item)
    assert "This code is taken." in response.content.decode()
    response = send(officer, "setup-new-item", campaign, item | {"code": "third dose"})
    assert "Use only the letters a to z, digits and hyphens, without spaces." in response.content.decode()


def test_an_item_is_closed_once_units_have_reported(officer, campaign, tree, days, state_officer):
    assert "Remove …" in page(officer, "setup-items", campaign)
    submit_tally(
        campaign=campaign, unit=tree.bastar, day=days.today, lines=[], by=state_officer, source="form"
    )
    text = page(officer, "setup-items", campaign)
    assert "Remove …" not in text and ">Close<" in text
    response = send(officer, "setup-items-act", campaign, {}, "households", "remove")
    assert "closed but not removed" in said(response)[0]
    send(officer, "setup-items-act", campaign, {}, "households", "close")
    assert not campaign.items.get(code="households").is_open
    send(officer, "setup-items-act", campaign, {}, "households", "open")
    assert campaign.items.get(code="households").is_open


def test_acts_that_do_not_exist_are_not_there(officer, campaign):
    assert officer.post(address("setup-items-act", campaign, "households", "explode")).status_code == 404
    assert officer.post(address("setup-items-act", campaign, "nothing", "up")).status_code == 404


def test_vaccines_are_chosen_and_entered(officer, campaign):
    send(officer, "setup-vaccines", campaign, {"choose": "1", "vaccines": ["covaxin"]})
    assert [vaccine.code for vaccine in campaign.vaccines.all()] == ["covaxin"]
    new = {
        "add": "1",
        "new-name_en": "ZyCoV-D",
        "new-name_hi": "",
        "new-code": "ZyCoV-D",
        "new-antigen": "COVID-19",
        "new-manufacturer": "",
        "new-doses_per_vial": "10",
    }
    send(officer, "setup-vaccines", campaign, new)
    assert {vaccine.code for vaccine in campaign.vaccines.all()} == {"covaxin", "zycov-d"}
    response = send(officer, "setup-vaccines", campaign, new)
    assert "exists" in response.content.decode()
    assert Vaccine.objects.filter(code="zycov-d").count() == 1


# -- working days ----------------------------------------------------------------------------------------


@pytest.fixture
def year(tree, state_officer):
    campaign = make_campaign(state_officer, tree.chhattisgarh, slug="year")
    Campaign.objects.filter(pk=campaign.pk).update(starts_on="2021-01-01", ends_on="2021-12-31")
    return Campaign.objects.get(pk=campaign.pk)


EXTRA = {"extra-TOTAL_FORMS": "1", "extra-INITIAL_FORMS": "0"}


def test_public_holidays_are_proposed_and_taken_with_both_names(officer, year):
    text = page(officer, "setup-calendar", year)
    assert (
        'value="2021-08-15"' in text and "checked" not in re.search(r'value="2021-08-15"[^>]*>', text).group()
    )
    send(
        officer,
        "setup-calendar",
        year,
        {"save-days": "1", "day": ["2021-08-15", "2021-01-26"]} | EXTRA | seen(year),
    )
    assert list(year.days_off.values_list("name_en", "name_hi")) == [
        ("Republic Day", "गणतंत्र दिवस"),
        ("Independence Day", "स्वतंत्रता दिवस"),
    ]
    assert "checked" in re.search(r'value="2021-08-15"[^>]*>', page(officer, "setup-calendar", year)).group()


def test_days_of_ones_own_are_added_and_stay(officer, year):
    own = {"extra-0-day": "2021-03-03", "extra-0-name_en": "RI day", "extra-0-name_hi": ""}
    send(officer, "setup-calendar", year, {"save-days": "1"} | EXTRA | own | seen(year))
    assert year.days_off.get().name_en == "RI day"
    send(officer, "setup-calendar", year, {"save-days": "1", "day": ["2021-03-03"]} | EXTRA | seen(year))
    assert year.days_off.get().name_en == "RI day"
    response = send(
        officer,
        "setup-calendar",
        year,
        {"save-days": "1"} | EXTRA | {"extra-0-day": "2021-03-04"} | seen(year),
    )
    assert "Say what day it is." in response.content.decode()
    assert year.days_off.count() == 1


def test_a_day_that_nobody_offered_is_not_taken(officer, year):
    send(officer, "setup-calendar", year, {"save-days": "1", "day": ["2021-02-01", "x"]} | EXTRA | seen(year))
    assert not year.days_off.exists()


def test_weekly_rest_days_are_saved(officer, year):
    send(officer, "setup-calendar", year, {"save-rest": "1", "weekdays": ["7", "2"]})
    year.refresh_from_db()
    assert year.rest_weekdays == "2,7"


def test_rounds_are_proposed_around_days_off_and_saved(officer, year, state_officer):
    set_days_off(campaign=year, by=state_officer, days={datetime.date(2021, 2, 2): ("RI day", "")})
    query = "?first=2021-02-01&rounds=2&working_days=3&propose=1"
    text = officer.get(address("setup-calendar", year) + query).content.decode()
    assert 'value="2021-02-04"' in text, "three working days from 1 to 4 February, without the 2nd"
    assert not year.rounds.exists(), "a proposal saves nothing"
    rounds = {
        "rounds-TOTAL_FORMS": "3",
        "rounds-INITIAL_FORMS": "0",
        "rounds-0-starts_on": "2021-02-01",
        "rounds-0-ends_on": "2021-02-04",
        "rounds-2-starts_on": "2021-03-01",
        "rounds-2-ends_on": "2021-03-03",
    }
    send(officer, "setup-calendar", year, {"save-rounds": "1"} | rounds | seen(year))
    assert year.rounds.count() == 2
    del rounds["rounds-2-ends_on"]
    response = send(officer, "setup-calendar", year, {"save-rounds": "1"} | rounds | seen(year))
    assert "A round needs both days." in response.content.decode()
    assert year.rounds.count() == 2


def test_a_campaign_is_archived_after_a_question(officer, campaign):
    assert "Archive “Teeka”?" in page(officer, "setup-archive-confirm", campaign)
    response = send(officer, "setup-archive", campaign, {})
    assert "Archived on" in response.content.decode()
    send(officer, "setup-restore", campaign, {})
    assert Campaign.objects.get(pk=campaign.pk).archived_at is None


def test_an_unready_campaign_is_not_published_by_hand(officer, tree, state_officer):
    campaign = make_campaign(state_officer, tree.chhattisgarh)
    response = send(officer, "setup-publish", campaign, {})
    assert "Not ready" in said(response)[0]
    assert not Campaign.objects.get(pk=campaign.pk).is_public


@pytest.mark.parametrize("language", ["en-in", "hi"])
def test_every_setup_page_opens_in_both_languages(officer, campaign, targets, settings, language):
    officer.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    sheet_changes.set_open(
        campaign=campaign, by=campaign.created_by, row=campaign.items.get(code="sites"), is_open=False
    )
    for name in (
        "campaign-setup",
        "setup-basics",
        "setup-cohorts",
        "setup-items",
        "setup-vaccines",
        "setup-calendar",
        "setup-units",
        "setup-targets",
    ):
        page(officer, name, campaign)
