"""The stock of a campaign on its dashboard."""

import datetime

import pytest
from django.utils import timezone

from campaigns.models import Campaign, Submission
from inventory import ledger
from inventory.giving import give
from inventory.models import Batch, Location, Vaccine
from inventory.selectors.explaining import silent_units
from reports.bodies import bodies
from reports.models import CampaignFold
from tests.reports.drive import LAST, line, post


@pytest.fixture
def supplied(drive, tree):
    """10,000 Covishield of the Centre in Chhattisgarh, 2,800 given there, 300 lost; 28 days to expiry on LAST."""
    Campaign.objects.filter(pk=drive.campaign.pk).update(keeps_stock=True)
    vaccine = Vaccine.objects.get(code="covishield")
    batch = Batch.objects.create(
        vaccine=vaccine, number="4121Z9", manufacturer="SII", expires_on=LAST + datetime.timedelta(27)
    )
    store = Location.objects.create(area=tree.chhattisgarh, kind="store", code="CG", name_en="CG store")
    ledger.receive(
        store=store, batch=batch, doses=10_000, channel="free_of_cost", happened_on=LAST, by=drive.by
    )
    give(area=tree.bastar, vaccine=vaccine, doses=2800, happened_on=LAST, by=drive.by)
    ledger.waste(store=store, batch=batch, doses=300, cause="closed_broken", happened_on=LAST, by=drive.by)
    bodies.clear()
    return drive


def tiles(client, path):
    page = client.get(path).content.decode()
    return page[page.index("stock-title") :].split("</section>")[0]


def test_a_campaign_that_keeps_stock_shows_supply_use_balance_and_risk(client, supplied):
    panel = tiles(client, "/drive/S22/")
    for text in ("10,000", "2,800", "6,900", "Free of cost from the Centre: 10,000", "wasted: 300"):
        assert text in panel
    # 100 a day for 28 days use 2,800 of the 6,900 that are left.
    assert "4,100" in panel


def test_an_area_without_stock_of_its_own_still_shows_what_it_gave(client, supplied):
    panel = tiles(client, "/drive/D374/")
    assert "from outside the area: 2,800" in panel


def test_more_given_than_supplied_is_said_on_the_dashboard(client, supplied, tree):
    assert "more given than supplied on record" not in tiles(client, "/drive/S22/")
    vaccine = Vaccine.objects.get(code="covishield")
    give(area=tree.bastar, vaccine=vaccine, doses=9000, happened_on=LAST, by=None)
    bodies.clear()
    panel = tiles(client, "/drive/S22/")
    # 6,900 were left.
    assert "−2,100" in panel and "more given than supplied on record" in panel


def test_what_was_reported_and_is_not_booked_is_said_beside_what_is(client, supplied):
    # Bastar reported 1,180 doses and Chhattisgarh 5,530; 2,800 were booked, all of them in Bastar.
    assert "2,730 doses reported are not booked in the stock yet" in tiles(client, "/drive/S22/")
    assert "1,620 doses more are booked than reported" in tiles(client, "/drive/D374/")
    early = tiles(client, "/drive/S22/?date=2021-11-08")
    assert "5,250 doses reported are not booked" in early
    grouped = tiles(client, "/drive/S22/?cohort=45-59")
    assert "of all groups, not of" in grouped
    assert "booked" not in grouped


def test_what_is_not_added_up_yet_is_not_compared_with_the_stock(client, supplied):
    CampaignFold.objects.all().delete()
    day = datetime.date(2021, 11, 12)
    post(supplied, supplied.tree.bastar, day, line("first_dose", 5))
    page = client.get("/drive/S22/").content.decode()
    assert "these figures are not complete" in page
    assert "booked" not in page


def test_where_both_agree_nothing_is_said_of_it(client, supplied, tree):
    covishield = Vaccine.objects.get(code="covishield")
    give(area=tree.bastar, vaccine=covishield, doses=2730, happened_on=LAST, by=supplied.by)
    bodies.clear()
    panel = tiles(client, "/drive/S22/")
    assert "5,530" in panel
    assert "booked" not in panel


def test_an_instant_before_the_supply_knows_of_none(client, supplied):
    before = timezone.now() - datetime.timedelta(1)
    panel = tiles(client, f"/drive/S22/?as_of={before.strftime('%Y-%m-%dT%H:%M')}")
    assert "10,000" not in panel


def test_a_campaign_without_stock_shows_no_panel(client, drive):
    assert "stock-title" not in client.get("/drive/S22/").content.decode()


def test_the_way_to_the_stock_pages_is_shown_to_who_may_go_there(
    client, supplied, state_officer, block_clerk
):
    link = 'href="/stock/S22/"'
    assert link not in client.get("/drive/S22/").content.decode()
    for person, expected in ((block_clerk, False), (state_officer, True)):
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        assert (link in client.get("/drive/S22/").content.decode()) is expected


def test_who_has_not_reported_is_named_where_the_residual_is_explained(client, supplied, drive, tree):
    """Oracle: the units under the area without a report of the day."""
    day = datetime.date(2021, 11, 8)
    reported = set(Submission.objects.filter(happened_on=day).values_list("unit_id", flat=True))
    owing = [unit for unit in drive.units if unit.pk not in reported]
    [one] = silent_units(tree.india, day)
    assert (one.campaign, one.units, one.path) == (drive.campaign.name, len(owing), "/drive/")
    [state] = silent_units(tree.chhattisgarh, day)
    assert state.units == len([unit for unit in owing if tree.chhattisgarh.contains(unit)])
    assert client.get(state.path).status_code == 200
    assert silent_units(tree.india, datetime.date(2020, 1, 1)) == []


def test_the_clerk_is_told_of_doses_without_stock_where_they_were_reported(client, supplied, tree):
    client.force_login(supplied.by, backend="django.contrib.auth.backends.ModelBackend")
    address = f"/campaigns/drive/entry/D374/{LAST.isoformat()}/"
    page = client.get(address).content.decode()
    assert "given without stock on record" not in page
    assert f'href="/stock/given/D374/{LAST.isoformat()}/?back=' in page
    give(area=tree.bastar, vaccine=Vaccine.objects.get(code="covaxin"), doses=50, happened_on=LAST, by=None)
    assert (
        "50 doses booked for this day were given without stock on record"
        in client.get(address).content.decode()
    )
    give(area=tree.bastar, vaccine=Vaccine.objects.get(code="covaxin"), doses=-50, happened_on=LAST, by=None)
    assert "given without stock on record" not in client.get(address).content.decode()
