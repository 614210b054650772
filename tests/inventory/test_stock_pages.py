"""What the pages of stock say, and what they cost."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from districts.models import Level
from districts.tree import add_area
from inventory import ledger
from inventory.giving import give
from inventory.models import Batch, DeclaredFigure, Vaccine
from inventory.presenters.words import vials
from inventory.services.consignments import send
from inventory.services.requisitions import ask
from tests.inventory.conftest import make_store
from tests.inventory.depot import ago, ahead, depot

__all__ = ["depot"]

# Changed on purpose only.
QUERIES = {
    "stock-area": 29,
    "stock-identity": 17,
    "stock-movements": 9,
    "stock-risk": 15,
    "stock-plan": 11,
    "stock-requisitions": 7,
}


@pytest.fixture
def officer(client, depot):
    client.force_login(depot.officer, backend="django.contrib.auth.backends.ModelBackend")
    return depot.officer


def area_page(client, code, **query):
    return client.get(reverse("stock-area", args=[code]), query)


def cells(row):
    return [text for text, _css in row.cells]


def test_the_identity_table_adds_up(client, officer, depot):
    (table,) = area_page(client, "S22").context["page"].tables
    names = [column.label for column in (*table.columns_in, *table.columns_out)]
    assert names == [
        "Free of cost from the Centre",
        "From outside the area",
        "Came in, in all",
        "Administered",
        "Wasted, opened vials",
        "Wasted, closed vials",
        "Balance",
        "In transit",
        "Unreported residual",
    ]
    assert [row.name for row in table.rows] == ["Chhattisgarh: own stores", "Raipur", "Bastar"]
    assert cells(table.rows[0]) == ["13,000", "−4,000", "9,000", "0", "0", "0", "9,000", "0", "0"]
    assert cells(table.rows[1]) == ["0", "3,000", "3,000", "700", "50", "60", "2,150", "0", "40"]
    assert cells(table.rows[2]) == ["0", "1,000", "1,000", "0", "0", "0", "0", "1,000", "0"]
    assert cells(table.total) == ["13,000", "0", "13,000", "700", "50", "60", "11,150", "1,000", "40"]
    assert (table.in_vials[3], table.in_vials[5]) == ("70", "6")


def test_the_residual_is_explained_and_is_no_wastage(client, officer, depot):
    (table,) = area_page(client, "D387").context["page"].tables
    assert (table.residual, [(why.label, why.text) for why in table.residual_parts]) == (
        "40",
        [("short on arrival", "+40")],
    )
    assert [rate.text for rate in table.rates][:2] == ["6.7%", "7.4%"]
    page = area_page(client, "S22").content.decode()
    assert "Consignments under way: 1,000 doses" in page
    assert "Physical counts outstanding" in page


def test_negative_wastage_is_shown_without_alarm(client, officer, depot, tree):
    lost = depot.raipur.movements_out.filter(destination__kind="wasted", doses=50).get().journal
    ledger.reverse(journal=lost, by=None, reason="x")
    open_loss = ledger.virtual(tree.raipur, "wasted", "open_leftover")
    ledger.administer(
        moves=[ledger.Move(depot.soon, open_loss, ledger.virtual(tree.raipur, "administered"), 7)],
        happened_on=ago(1),
        by=None,
    )
    (table,) = area_page(client, "D387").context["page"].tables
    rate = table.rates[0]
    assert rate.text == "−1.0%"
    assert rate.css == ""
    assert "below 0" in rate.about


def test_more_given_than_supplied_is_a_negative_residual_that_says_so(client, officer, depot, tree):
    give(area=tree.bastar, vaccine=depot.vaccine, doses=9100, happened_on=ago(1), by=None)
    table = area_page(client, "D374").context["page"].tables[0]
    # The state store gave what it had.
    assert table.residual == "−100"
    assert "More was given" in table.residual_words


def test_an_earlier_day_shows_what_stood_then(client, officer, depot):
    (table,) = area_page(client, "S22", date=ago(9).isoformat()).context["page"].tables
    assert cells(table.total)[3:] == ["0", "0", "0", "10,000", "3,000", "0"]


def test_an_earlier_instant_shows_what_was_known_then(client, officer, depot, tree):
    instant = timezone.now()
    give(area=tree.bastar, vaccine=depot.vaccine, doses=80, happened_on=ago(2), by=None)
    page = area_page(client, "S22", as_of=instant.isoformat())
    (table,) = page.context["page"].tables
    assert cells(table.total)[3] == "700"
    assert "Reports of silent units that came since then" in page.content.decode()
    assert cells(area_page(client, "S22").context["page"].tables[0].total)[3] == "780"


def test_an_address_that_cannot_be_read_says_so_and_shows_the_rest(client, officer, depot):
    page = area_page(client, "S22", date="soon", as_of="then", vaccine="nothing").content.decode()
    for text in ("“soon” is not a day", "“then” is not a point in time", "no vaccine “nothing”"):
        assert text in page


def test_a_ledger_that_has_been_quiet_for_long_shows_its_last_day(client, national_officer, depot, tree):
    client.force_login(national_officer, backend="django.contrib.auth.backends.ModelBackend")
    ledger.receive(
        store=make_store(tree.maharashtra),
        batch=depot.soon,
        doses=100,
        channel="donation",
        happened_on=ago(90),
        by=None,
    )
    quiet = area_page(client, "S27")
    assert quiet.context["query"].day == ago(90)
    assert "Nothing has moved here since" in quiet.content.decode()
    today = client.get(quiet.context["today_url"])
    assert today.context["query"].day == ago(0)
    assert "Nothing has moved here since" not in today.content.decode()


def test_published_figures_stand_beside_the_ledgers_own(client, officer, depot, tree):
    for measure, value in (("balance", 12000), ("wastage_per_myriad", -57)):
        DeclaredFigure.objects.create(
            area=tree.chhattisgarh, as_of=ago(1), measure=measure, value=value, source="Ministry"
        )
    rows = area_page(client, "S22").context["page"].declared
    assert ("Balance", "", "12,000", "11,150", "−850", "Ministry") in rows
    assert any(row[2] == "−0.57%" for row in rows)


def test_what_will_expire_is_drawn_and_written(client, officer, depot):
    page = area_page(client, "D387").context["page"]
    assert sum(int(cells[1].replace(",", "")) for _name, cells in page.timeline.table.rows) == 1625
    assert page.at_risk[0].unused == "1,625"
    assert page.at_risk[0].expiry.words == "within 30 days"
    assert {bar.css for bar in page.timeline.bars} == {"bar-used", "bar-unused"}


def test_the_nation_leads_to_the_state_and_on_to_the_district(client, national_officer, depot):
    client.force_login(national_officer, backend="django.contrib.auth.backends.ModelBackend")
    page = area_page(client, "IN").content.decode()
    assert 'href="/stock/S22/"' in page
    assert 'href="/stock/D387/"' in area_page(client, "S22").content.decode()


def test_an_area_without_stock_says_so(client, officer, depot):
    assert "No dose has come into this area yet" in area_page(client, "B3694").content.decode()


def test_a_batch_is_traced_to_every_place(client, officer, depot):
    page = client.get(reverse("stock-batch", args=[depot.soon.pk])).context["trace"]
    assert page.supplied == "8,000"
    assert [doses for _label, doses in page.sums] == ["6,150", "1,000", "700", "110", "40"]
    assert page.elsewhere == ""


def test_the_ledger_of_a_store_is_paged_with_the_balance_brought_forward(client, officer, depot):
    for _number in range(60):
        ledger.waste(
            store=depot.raipur,
            batch=depot.soon,
            doses=1,
            cause="closed_broken",
            happened_on=ago(1),
            by=depot.officer,
        )
    address = reverse("stock-ledger", args=[depot.raipur.code])
    newest = client.get(address)
    assert newest.context["page"].number == 2
    assert newest.context["rows"][-1].balance == "2,090"
    first = client.get(address, {"page": 1})
    assert first.context["opening"] == "0"
    assert first.context["rows"][-1].balance == newest.context["opening"]
    assert client.get(address, {"date": ago(6).isoformat()}).context["rows"][-1].balance == "2,900"


def test_a_voucher_names_what_travels(client, officer, depot):
    page = client.get(reverse("stock-voucher", args=[depot.under_way.pk])).content.decode()
    for text in ("SOON-1", "1,000", "100 vials", depot.under_way.number, "Handed over"):
        assert text in page
    assert "Fills requisition" not in page


def test_a_voucher_names_the_requisitions_it_fills(client, officer, depot):
    asked = ask(
        to_store=depot.bastar,
        from_store=depot.state,
        vaccine=depot.vaccine,
        doses=500,
        wanted_by=ahead(3),
        by=depot.officer,
    )
    sent = send(
        from_store=depot.state,
        to_store=depot.bastar,
        lines=[(depot.soon, "campaign", 200)],
        sent_on=ago(0),
        by=depot.officer,
        requisition=asked,
    )
    for paper in ("stock-voucher", "stock-receipt"):
        response = client.get(reverse(paper, args=[sent.pk]))
        assert list(response.context["requisitions"]) == [asked.pk]
        assert "Fills requisition" in response.content.decode()


def test_every_page_about_stock_says_that_it_is_one(client, officer, depot):
    current = '<a href="/stock/" aria-current="true">'
    for address in ("/stock/S22/", "/stock/S22/plan/", f"/stock/stores/{depot.raipur.code}/"):
        assert current in client.get(address).content.decode()
    assert current not in client.get("/").content.decode()


def test_vials_say_what_is_left_over():
    assert [vials(n, 10) for n in (0, 10, 25, -30)] == ["0 vials", "1 vial", "2 vials + 5 doses", "−3 vials"]


def count_queries(client, name, code):
    with CaptureQueriesContext(connection) as captured:
        assert client.get(reverse(name, args=[code])).status_code == 200
    return len(captured)


@pytest.fixture
def grown(depot):
    """20 more districts with a store each, and 4 more vaccines in every one of them."""
    areas = [
        add_area(parent=depot.tree.chhattisgarh, code=f"D9{n:02}", level=Level.DISTRICT, name_en=f"New {n}")
        for n in range(20)
    ]
    stores = [make_store(area) for area in areas]
    for number in range(4):
        vaccine = Vaccine.objects.create(code=f"v{number}", name_en=f"Vaccine {number}", antigen="X")
        batch = Batch.objects.create(
            vaccine=vaccine, number=f"X-{number}", manufacturer="M", expires_on=ahead(9)
        )
        for store in stores:
            ledger.receive(
                store=store, batch=batch, doses=100, channel="donation", happened_on=ago(3), by=None
            )


@pytest.mark.parametrize("name", QUERIES)
def test_a_page_costs_a_fixed_number_of_queries(name, client, officer, depot):
    client.get(reverse(name, args=["S22"]))
    assert count_queries(client, name, "S22") == QUERIES[name]


@pytest.mark.parametrize("name", QUERIES)
def test_more_districts_and_vaccines_cost_no_more_queries(name, client, officer, depot, grown):
    client.get(reverse(name, args=["S22"]))
    assert count_queries(client, name, "S22") == QUERIES[name]


@pytest.mark.parametrize("name", ["stock-store", "stock-ledger", "stock-consignments"])
def test_a_store_with_more_in_it_costs_no_more_queries(name, client, officer, depot):
    client.get(reverse(name, args=[depot.raipur.code]))
    before = count_queries(client, name, depot.raipur.code)
    for number in range(15):
        batch = Batch.objects.create(
            vaccine=depot.vaccine, number=f"M-{number}", manufacturer="SII", expires_on=ahead(60)
        )
        ledger.receive(
            store=depot.raipur, batch=batch, doses=10, channel="donation", happened_on=ago(1), by=None
        )
    assert count_queries(client, name, depot.raipur.code) == before
