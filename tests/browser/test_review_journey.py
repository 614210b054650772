"""A day's way between a clerk, an officer and the dashboard, in a real browser and with a real worker."""

import datetime

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from campaigns.services import sheet_changes
from campaigns.services.creation import create_campaign
from campaigns.services.setup import set_reporting_units
from campaigns.services.tallies import Line, submit_tally
from districts.models import Role
from tests.plugins.cast import make_person

pytestmark = pytest.mark.slow


@pytest.fixture
def drive(tree, state_officer):
    today = timezone.localdate()
    campaign = create_campaign(
        by=state_officer,
        preset="empty",
        slug="drive",
        name_en="Drive",
        area=tree.chhattisgarh,
        starts_on=today - datetime.timedelta(20),
        ends_on=today + datetime.timedelta(20),
    )
    sheet_changes.save_cohort(campaign=campaign, by=state_officer, code="all", name_en="All")
    sheet_changes.save_item(
        campaign=campaign,
        by=state_officer,
        code="first",
        name_en="First dose",
        antigen="X",
        dose_number=1,
        by_cohort=False,
    )
    set_reporting_units(campaign=campaign, areas=[tree.abhanpur, tree.arang, tree.bastar], by=state_officer)
    return campaign


def post(page, count, reason=""):
    page.get_by_role("textbox", name="First dose").fill(str(count))
    if reason:
        page.get_by_label("Why is it corrected?").fill(reason)
    page.get_by_role("button", name="Save the correction" if reason else "Send the report").click()


def dashboard_says(browser, page, *texts):
    """The figures come on by themselves: the page asks for its pulse and fetches what has changed."""
    browser.open("/drive/B3694/", page)
    for text in texts:
        expect(page.locator("#dashboard")).to_contain_text(text, timeout=60_000)


def test_a_day_is_entered_returned_corrected_and_verified(browser, drive, tree, worker):
    today = timezone.localdate().isoformat()
    clerk = make_person("clerk", role=Role.BLOCK_CLERK, area=tree.arang)
    officer = make_person("officer", role=Role.DISTRICT_OFFICER, area=tree.raipur)
    clerks, sheet = browser.new_page(width=360, height=740)
    officers, desk = browser.new_page()
    browser.sign_in(clerk, clerks)
    browser.sign_in(officer, officers)
    _context, board = browser.new_page()
    browser.sign_in(officer, _context)

    browser.open(f"/campaigns/drive/entry/B3694/{today}/", sheet)
    post(sheet, 50)
    expect(sheet.get_by_text("The report is received.")).to_be_visible()
    dashboard_says(browser, board, "50", "Verified: 0.0%")

    browser.open("/campaigns/drive/review/", desk)
    assert browser.accessibility_faults(desk) == []
    desk.get_by_role("link", name="Arang").first.click()
    desk.get_by_role("button", name="Return with the comment").click()
    expect(desk.get_by_text("Say why in a few words")).to_be_visible()
    desk.get_by_label("Comment for the clerk").fill("Fifty or five?")
    desk.get_by_role("button", name="Return with the comment").click()
    expect(desk.get_by_text("The day is returned; the clerk is told.")).to_be_visible()
    assert browser.accessibility_faults(desk) == []
    dashboard_says(browser, board, "50", "Verified: 0.0%")

    browser.open("/campaigns/drive/entry/", sheet)
    expect(sheet.locator(".notice-count")).to_contain_text("1")
    returned = sheet.get_by_role("region", name="Returned to you")
    expect(returned).to_contain_text("Fifty or five?")
    assert browser.accessibility_faults(sheet) == []
    assert sheet.evaluate("document.documentElement.scrollWidth") <= 360
    browser.screenshot("returned-list-360", sheet)
    returned.get_by_role("link").click()
    expect(sheet.get_by_text("This day is returned: please look again.")).to_be_visible()
    browser.screenshot("returned-sheet-360", sheet)
    post(sheet, 5, "One nought too many")
    expect(sheet.get_by_text("The correction is saved.")).to_be_visible()
    expect(sheet.locator(".pill", has_text="Submitted").first).to_be_visible()
    dashboard_says(browser, board, "5", "Verified: 0.0%")

    browser.open(f"/campaigns/drive/review/B3694/{today}/", desk)
    expect(desk.get_by_text("submitted again")).to_be_visible()
    desk.get_by_role("button", name="Verify").click()
    expect(desk.get_by_text("The day is verified.")).to_be_visible()
    browser.screenshot("verified-day", desk)
    dashboard_says(browser, board, "5", "Verified: 100.0% to date")

    sheet.reload()
    expect(sheet.get_by_text("This day is verified and locked.")).to_be_visible()
    expect(sheet.get_by_role("textbox", name="First dose")).to_have_count(0)
    assert browser.accessibility_faults(sheet) == []


def test_all_days_without_warnings_are_verified_and_undone(browser, drive, tree, state_officer, worker):
    clerk = make_person("clerk", role=Role.BLOCK_CLERK, area=tree.raipur)
    for unit in (tree.arang, tree.abhanpur):
        submit_tally(
            campaign=drive,
            unit=unit,
            day=timezone.localdate(),
            lines=[Line("first", 3)],
            by=clerk,
            source="form",
        )
    context, page = browser.new_page(width=360, height=740)
    browser.sign_in(state_officer, context)
    browser.open("/campaigns/drive/review/", page)
    page.get_by_role("link", name="Verify all without warnings").click()
    assert browser.accessibility_faults(page) == []
    page.get_by_role("button", name="Verify 2 days").click()
    page.get_by_role("link", name="See them or undo").click()
    assert browser.accessibility_faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.get_by_role("button", name="Undo: open 2 days again").click()
    expect(page.get_by_text("2 days are open again.")).to_be_visible()


def test_the_pages_of_quality_and_notices_are_accessible_in_hindi_on_a_telephone(
    browser, drive, tree, state_officer
):
    context, page = browser.new_page(width=360, height=740)
    browser.sign_in(state_officer, context)
    browser.speak("hi", context)
    for address in ("/campaigns/drive/quality/", "/notices/", "/notices/choices/"):
        browser.open(address, page)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        assert browser.accessibility_faults(page) == []
