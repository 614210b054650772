"""Entering a day and setting a campaign up, in a real browser: with and without JavaScript, on a phone, by keyboard."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from campaigns.selectors.tallies import standing
from campaigns.services.tallies import Line, submit_tally

pytestmark = pytest.mark.slow

PHONE = {"width": 360, "height": 740}


def form(campaign, day, code="B3693"):
    return reverse("entry-form", args=[campaign.slug, code, day.isoformat()])


def input_of(page, campaign, key):
    return page.locator(f"#cell-{campaign.cells.get(key=key).pk}")


def stands(campaign, unit, day):
    keys = dict(campaign.cells.values_list("pk", "key"))
    return {keys[pk]: count for pk, count in standing(campaign, unit, day).items()}


def fits(page):
    return page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_a_clerk_enters_a_day_by_keyboard_and_sees_the_totals_run(browser, campaign, tree, days, block_clerk):
    browser.sign_in(block_clerk)
    page = browser.open("/campaigns/")
    page.get_by_role("link", name="Enter counts").click()
    page.get_by_role("link", name="Abhanpur").click()
    input_of(page, campaign, "first_dose|18-44|covaxin|").focus()
    for text in ("1,200", "३४", "5"):
        page.keyboard.type(text)
        page.keyboard.press("Enter")
    total = page.locator('[data-total="first_dose"]')
    expect(total).to_have_text("Σ 1,239")
    expect(input_of(page, campaign, "first_dose|45-59|covaxin|")).to_be_focused()
    page.keyboard.type("x")
    expect(total).to_have_text("Σ 1,239")
    page.keyboard.press("Backspace")
    input_of(page, campaign, "sessions|||").fill("2")
    page.get_by_role("button", name="Send the report").click()
    expect(page.get_by_text("The report is received.")).to_be_visible()
    assert stands(campaign, tree.abhanpur, days.today) == {
        "first_dose|18-44|covaxin|": 1200,
        "first_dose|18-44|covishield|": 34,
        "first_dose|18-44|sputnik-v|": 5,
        "sessions|||": 2,
    }
    page.get_by_role("link", name="Dashboard of Abhanpur").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Abhanpur")


def test_the_search_narrows_the_units_while_typing(browser, campaign, state_officer):
    browser.sign_in(state_officer)
    page = browser.open(f"/campaigns/{campaign.slug}/entry/")
    expect(page.locator(".unit-list li")).to_have_count(3)
    page.get_by_label("Name or code").press_sequentially("aran")
    expect(page.locator(".unit-list li")).to_have_count(1)
    expect(page.get_by_label("Name or code")).to_be_focused()
    assert "q=aran" in page.url


def test_the_form_works_without_javascript(browser, campaign, tree, days, block_clerk):
    context, page = browser.new_page(java_script_enabled=False)
    browser.sign_in(block_clerk, context)
    browser.open(form(campaign, days.today), page)
    assert page.locator("[data-total]").first.is_hidden(), "a total that would not run is not shown"
    input_of(page, campaign, "households|||").fill("40")
    page.get_by_role("button", name="Send the report").click()
    assert stands(campaign, tree.abhanpur, days.today) == {"households|||": 40}
    input_of(page, campaign, "households|||").fill("41")
    page.get_by_label("Why is it corrected?").fill("Found one more")
    page.get_by_role("button", name="Save the correction").click()
    assert "40 → 41" in page.locator(".history").inner_text()


def test_a_conflict_is_settled_count_by_count(browser, campaign, tree, days, block_clerk, state_officer):
    values = {
        "campaign": campaign,
        "unit": tree.abhanpur,
        "day": days.today,
        "by": state_officer,
        "source": "form",
    }
    submit_tally(lines=[Line("households", 40), Line("sessions", 2)], **values)
    browser.sign_in(block_clerk)
    page = browser.open(form(campaign, days.today))
    submit_tally(lines=[Line("households", 45), Line("sessions", 2)], reason="five more", **values)
    input_of(page, campaign, "sessions|||").fill("3")
    page.get_by_label("Why is it corrected?").fill("another session")
    with page.expect_response(lambda response: response.status == 409):
        page.get_by_role("button", name="Save the correction").click()
    expect(page.get_by_text("somebody else has changed this day")).to_be_visible()
    expect(page.get_by_text("five more")).to_be_visible()
    assert browser.accessibility_faults() == []
    page.get_by_role("button", name="Save my choice").click()
    expect(page.get_by_text("The correction is saved.")).to_be_visible()
    assert stands(campaign, tree.abhanpur, days.today) == {"households|||": 45, "sessions|||": 3}
    # Chromium itself calls an answer of 409 an error.
    browser.errors[:] = [error for error in browser.errors if "409" not in error]


@pytest.mark.parametrize("language", ["en-in", "hi"])
def test_entry_pages_fit_a_phone_and_have_no_accessibility_faults(
    browser, campaign, tree, days, state_officer, language
):
    values = {"campaign": campaign, "unit": tree.abhanpur, "by": state_officer, "source": "form"}
    submit_tally(day=days.yesterday, lines=[Line("households", 123456)], **values)
    submit_tally(day=days.today, lines=[Line("households", 40)], **values)
    submit_tally(day=days.today, lines=[Line("households", 41)], reason="Found one more", **values)
    context, phone = browser.new_page(**PHONE)
    for one in (browser.context, context):
        browser.sign_in(state_officer, one)
        browser.speak(language, one)
    faults = []
    for path in ("/campaigns/", f"/campaigns/{campaign.slug}/entry/", form(campaign, days.today)):
        for page in (browser.page, phone):
            browser.open(path, page)
            assert fits(page), path
            faults += [(path, fault) for fault in browser.accessibility_faults(page)]
    assert faults == []


SETUP = [
    "campaign-setup",
    "setup-basics",
    "setup-cohorts",
    "setup-new-cohort",
    "setup-items",
    "setup-new-item",
    "setup-vaccines",
    "setup-calendar",
    "setup-units",
    "setup-targets",
    "setup-archive-confirm",
]


@pytest.mark.parametrize("language", ["en-in", "hi"])
def test_setup_pages_fit_a_phone_and_have_no_accessibility_faults(
    browser, campaign, targets, state_officer, language
):
    context, phone = browser.new_page(**PHONE)
    for one in (browser.context, context):
        browser.sign_in(state_officer, one)
        browser.speak(language, one)
    faults = []
    for path in ["/campaigns/new/", *(reverse(name, args=[campaign.slug]) for name in SETUP)]:
        for page in (browser.page, phone):
            browser.open(path, page)
            assert fits(page), path
            faults += [(path, fault) for fault in browser.accessibility_faults(page)]
    assert faults == []


def test_units_are_previewed_before_they_are_saved(browser, campaign, state_officer):
    browser.sign_in(state_officer)
    page = browser.open(reverse("setup-units", args=[campaign.slug]))
    page.get_by_label("Every").select_option("Block")
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_text("2 come in, 1 leave, 2 stay.")).to_be_visible()
    assert campaign.units.count() == 3
    assert browser.accessibility_faults() == []
    page.get_by_role("button", name="Save 4 units").click()
    expect(page.get_by_text("Saved: 4 reporting units.")).to_be_visible()
    assert campaign.units.count() == 4
