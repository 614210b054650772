"""A store keeper's end of day, and an officer's look at it, in a real browser."""

import pytest
from playwright.sync_api import expect

from districts.models import Role
from inventory.models import Dispatch, StockPosition
from tests.inventory.conftest import bastar_store, covishield, raipur_store, state_store
from tests.inventory.depot import depot
from tests.plugins.cast import make_person

__all__ = ["bastar_store", "covishield", "depot", "raipur_store", "state_store"]
pytestmark = pytest.mark.slow


@pytest.fixture
def keeper(transactional_db, tree):
    return make_person("keeper", role=Role.STOCK_KEEPER, area=tree.chhattisgarh)


def test_a_keeper_dispatches_what_is_suggested_and_the_other_end_accepts(browser, depot, keeper):
    browser.sign_in(keeper)
    page = browser.open("/")
    page.get_by_role("link", name="Stock", exact=True).click()
    page.get_by_role("link", name="Chhattisgarh store").first.click()
    page.get_by_role("link", name="Dispatch", exact=True).click()
    page.get_by_label("Doses", exact=True).fill("4,500")
    page.get_by_role("button", name="Suggest batches").click()
    page.get_by_label("To", exact=True).select_option(label="Bastar store · Bastar")
    page.get_by_role("button", name="Dispatch", exact=True).click()
    expect(page.get_by_text("on the way", exact=True).first).to_be_visible()
    page.get_by_role("link", name="Accept").click()
    page.get_by_label("SOON-1: in good order").fill("3,990")
    page.get_by_role("button", name="Take it in").click()
    expect(page.get_by_text("say what happened")).to_be_visible()
    # The answer 422 to a form that is refused stands in the console.
    assert ["422" in error for error in browser.errors] == [True]
    browser.errors.clear()
    page.get_by_label("What happened to the rest?").fill("One vial is missing")
    page.get_by_role("button", name="Take it in").click()
    expect(page.get_by_text("4,490 doses in good order")).to_be_visible()
    assert Dispatch.objects.count() == 3
    assert StockPosition.objects.get(location=depot.bastar, batch=depot.soon).doses == 3990


def test_a_keeper_books_the_good_rows_of_a_file_and_is_shown_the_others(
    browser, depot, keeper, tmp_path, settings
):
    settings.MEDIA_ROOT = tmp_path / "media"
    file = tmp_path / "opening.csv"
    file.write_text(
        "what,store,vaccine,batch,expires,vials,channel,date\n"
        "opening,STORE-D374,covishield,OPEN-1,31-12-2099,12,free_of_cost,01-11-2021\n"
        "opening,STORE-D374,covishield,OPEN-2,31-12-2099,twelve,free_of_cost,01-11-2021\n",
        encoding="utf-8",
    )
    browser.sign_in(keeper)
    page = browser.open("/stock/S22/")
    page.get_by_role("link", name="From a file").click()
    page.get_by_label("File", exact=True).set_input_files(file)
    page.get_by_role("button", name="Upload and read").click()
    expect(page.get_by_text("“twelve” is not a whole number above 0.")).to_be_visible()
    page.get_by_role("button", name="Book 120 doses").click()
    expect(page.get_by_text("What this file booked")).to_be_visible()
    assert StockPosition.objects.get(location=depot.bastar, batch__number="OPEN-1").doses == 120
    with page.expect_download() as download:
        page.get_by_role("link", name="These rows with their reasons (CSV)").click()
    assert "twelve" in download.value.path().read_text(encoding="utf-8-sig")


def test_an_undoing_is_confirmed_first(browser, depot, keeper):
    browser.sign_in(keeper)
    page = browser.open(f"/stock/stores/{depot.raipur.code}/ledger/")
    page.get_by_role("link", name="Wasted").click()
    page.get_by_role("link", name="Undo").click()
    expect(page.get_by_text("Nothing depends on it")).to_be_visible()
    page.get_by_label("Why is it undone?").fill("Found again")
    page.get_by_role("button", name="Undo it").click()
    expect(page.get_by_text("Both stay in the ledger")).to_be_visible()


def addresses(depot):
    store, area = f"/stock/stores/{depot.state.code}/", "/stock/S22/"
    forms = ("receive", "dispatch", "waste", "earmark", "count", "monitors", "levels", "request")
    return [
        *(f"{area}{page}" for page in ("", "identity/", "at-risk/", "plan/", "requisitions/")),
        *(f"{area}{page}" for page in ("movements/", "stores/", "files/")),
        *(f"/stock/{page}" for page in ("vaccines/", "batches/", "batches/new/")),
        *(f"{store}{page}" for page in ("", "ledger/", "consignments/")),
        *(f"{store}{page}/" for page in forms),
        *(f"/stock/consignments/{depot.under_way.pk}/{page}" for page in ("", "accept/", "voucher/")),
        f"/stock/consignments/{depot.arrived.pk}/receipt/",
        f"/stock/batches/{depot.soon.pk}/",
        f"/stock/operations/{depot.arrived.journals.latest('pk').pk}/undo/",
    ]


def test_every_page_is_accessible_and_fits_a_phone(browser, depot, keeper):
    browser.sign_in(keeper)
    context, phone = browser.new_page(width=360, height=740)
    browser.sign_in(keeper, context)
    for address in addresses(depot):
        browser.open(address)
        assert browser.accessibility_faults() == [], address
        browser.open(address, phone)
        assert phone.evaluate("document.documentElement.scrollWidth") <= 360, address
        assert browser.accessibility_faults(phone) == [], address


def test_a_voucher_prints_without_the_frame_of_the_site(browser, depot, keeper):
    browser.sign_in(keeper)
    page = browser.open(f"/stock/consignments/{depot.under_way.pk}/voucher/")
    page.emulate_media(media="print")
    expect(page.get_by_role("navigation", name="Main")).to_be_hidden()
    expect(page.get_by_text("Print this page")).to_be_hidden()
    expect(page.get_by_text("Handed over (name, signature, time)")).to_be_visible()
    browser.screenshot("stock-voucher")


BEYOND_THE_EDGE = """() => [...document.querySelectorAll('.table--cards td')]
    .filter(cell => cell.getBoundingClientRect().right > document.documentElement.clientWidth)
    .map(cell => cell.textContent)"""


@pytest.mark.parametrize("language", ["en-in", "hi"])
def test_on_a_phone_no_figure_of_a_row_lies_beyond_the_edge(browser, depot, keeper, language):
    context, phone = browser.new_page(width=360, height=780)
    browser.sign_in(keeper, context)
    browser.speak(language, context)
    for address in (
        "/stock/S22/movements/",
        f"/stock/stores/{depot.state.code}/ledger/",
        f"/stock/stores/{depot.state.code}/consignments/",
        f"/stock/consignments/{depot.arrived.pk}/",
        "/stock/S22/stores/",
    ):
        page = browser.open(address, phone)
        assert page.locator(".table--cards td").count(), address
        assert page.evaluate(BEYOND_THE_EDGE) == [], address
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, address
