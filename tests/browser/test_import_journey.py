"""An officer's way with a file of counts, in a real browser and with a real worker."""

import datetime

import pytest
from playwright.sync_api import expect

from campaigns.services.creation import create_campaign
from campaigns.services.setup import set_reporting_units
from tests.campaigns.imports.standing import item_total

pytestmark = pytest.mark.slow

HEADER = "Area code [area],Name [name],Date [date],First dose [first_dose|18-44|covishield|]"


@pytest.fixture
def drive(tree, state_officer):
    campaign = create_campaign(
        by=state_officer,
        preset="covid",
        slug="drive",
        name_en="Drive",
        area=tree.chhattisgarh,
        starts_on=datetime.date(2021, 3, 1),
        ends_on=datetime.date(2021, 6, 30),
    )
    set_reporting_units(campaign=campaign, areas=[tree.abhanpur, tree.arang, tree.bastar], by=state_officer)
    return campaign


@pytest.fixture
def counts(tmp_path):
    path = tmp_path / "counts.csv"
    path.write_text(
        f"{HEADER}\nB3693,Abhanpur,2021-04-10,25\nB3694,Arang,2021-04-10,1o\nB4515,Haveli,2021-04-10,3\n"
    )
    return path


def test_a_file_is_read_shown_confirmed_and_loaded(browser, drive, counts, state_officer, worker):
    browser.sign_in(state_officer)
    page = browser.open("/campaigns/drive/imports/")
    assert browser.accessibility_faults() == []
    page.locator("#id_file").set_input_files(counts)
    page.get_by_role("button", name="Upload and read").click()

    # The bar renews itself; the page changes when the worker is done.
    expect(page.get_by_role("heading", name="What this file would change")).to_be_visible(timeout=60_000)
    expect(page.get_by_role("heading", name="2 rows not loaded")).to_be_visible()
    assert browser.accessibility_faults() == []
    browser.screenshot("import-preview")
    with page.expect_download() as download:
        page.get_by_role("link", name="These rows with their reasons").click()
    assert "not a whole number" in download.value.path().read_text(encoding="utf-8-sig")
    assert item_total(drive, "first_dose") == 0

    page.get_by_role("button", name="Load these counts").click()
    expect(page.get_by_text("Counts changed: 1.")).to_be_visible(timeout=60_000)
    expect(page.get_by_text("The counts are added up; the dashboards show them.")).to_be_visible(
        timeout=60_000
    )
    assert item_total(drive, "first_dose") == 25
    assert browser.accessibility_faults() == []


def test_the_pages_fit_a_telephone_and_speak_hindi(browser, drive, counts, state_officer, worker):
    context, page = browser.new_page(width=360, height=740)
    browser.sign_in(state_officer, context)
    browser.speak("hi", context)
    browser.open("/campaigns/drive/imports/", page)
    page.locator("input[type=file]").set_input_files(counts)
    page.locator("form[enctype='multipart/form-data'] button").click()
    expect(page.locator("#preview-title")).to_be_visible(timeout=60_000)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert browser.accessibility_faults(page) == []
    browser.screenshot("import-preview-360", page)


def test_without_scripts_the_page_renews_itself(browser, drive, counts, state_officer, worker):
    context, page = browser.new_page(java_script_enabled=False)
    browser.sign_in(state_officer, context)
    browser.open("/campaigns/drive/imports/", page)
    page.locator("#id_file").set_input_files(counts)
    page.get_by_role("button", name="Upload and read").click()
    expect(page.locator("#preview-title")).to_be_visible(timeout=60_000)
    page.get_by_role("button", name="Load these counts").click()
    expect(page.get_by_text("Counts changed: 1.")).to_be_visible(timeout=60_000)
