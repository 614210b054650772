"""What a person does about a day after it was sent: taking it back, returning many, reading a locked one."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from campaigns.models import DayReview
from campaigns.selectors.tallies import history, standing
from campaigns.services.reviews import Day, verify
from campaigns.services.tallies import Line, submit_tally

pytestmark = pytest.mark.slow


@pytest.fixture
def on_phone(browser):
    """``on_phone(user, language)``: a page of 360 pixels."""

    def opened(user, language):
        context, page = browser.new_page(width=360, height=740)
        browser.sign_in(user, context)
        browser.speak(language, context)
        return page

    return opened


def is_fit(browser, page, name):
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
    assert browser.accessibility_faults(page) == []
    browser.screenshot(name, page)


@pytest.mark.parametrize("language", ["en", "hi"])
def test_a_report_is_sent_from_the_form_and_taken_back(
    browser, on_phone, small, tree, days, block_clerk, language
):
    page = on_phone(block_clerk, language)
    browser.open(reverse("entry-form", args=["small", "B3693", days.today.isoformat()]), page)
    page.fill(f"#cell-{small.cells.get(key='first|||').pk}", "40")
    page.locator(".entry-send .button").first.click()
    page.wait_for_selector("button[name=undo]")
    is_fit(browser, page, f"taking-back-{language}")
    page.click("button[name=undo]")
    expect(page.locator("button[name=undo]")).to_have_count(0)
    assert standing(small, tree.abhanpur, days.today) == {}
    assert len(history(small, tree.abhanpur, days.today)) == 2


@pytest.mark.parametrize(("language", "width"), [("en", 1280), ("hi", 360)])
def test_ticked_days_are_returned_at_once_and_the_act_undone(
    browser, small, tree, days, block_clerk, district_officer, language, width
):
    for day in (days.today, days.yesterday):
        values = {"campaign": small, "unit": tree.abhanpur, "day": day, "by": block_clerk, "source": "form"}
        submit_tally(**values, lines=[Line("first", 5)])
    context, page = browser.new_page(width=width, height=740)
    browser.sign_in(district_officer, context)
    browser.speak(language, context)
    browser.open("/campaigns/small/review/?show=all", page)
    for box in page.locator("input[name=day]").all():
        box.check()
    is_fit(browser, page, f"return-ticked-{language}")
    page.click("button[value=return]")
    is_fit(browser, page, f"return-asked-{language}")
    page.fill("#comment", "Fifty or five?")
    page.click("button[name=confirmed]")
    page.locator("a[href*='/review/act/']").click()
    assert set(DayReview.objects.values_list("state", flat=True)) == {"returned"}
    is_fit(browser, page, f"returned-act-{language}")
    page.locator("button.button--danger").click()
    expect(page.locator("button.button--danger")).to_have_count(0)
    assert set(DayReview.objects.values_list("state", flat=True)) == {"submitted"}


@pytest.mark.parametrize(("language", "width"), [("en", 1280), ("hi", 360)])
def test_a_verified_day_is_read_on_the_page_and_on_the_phone(
    browser, phone_of, small, tree, days, block_clerk, district_officer, language, width
):
    unit = tree.abhanpur
    values = {"campaign": small, "unit": unit, "day": days.today, "by": block_clerk, "source": "form"}
    submit_tally(**values, lines=[Line("first", 120085)])
    verify(campaign=small, days=[Day(unit, days.today)], by=district_officer)
    context, page = browser.new_page(width=width, height=740)
    browser.sign_in(block_clerk, context)
    browser.speak(language, context)
    browser.open(reverse("entry-form", args=["small", "B3693", days.today.isoformat()]), page)
    expect(page.locator(".read-only")).to_contain_text("1,20,085")
    is_fit(browser, page, f"locked-{language}")
    if width == 360:
        phone = phone_of(block_clerk)
        shell = phone.open(days.today, "B3693", language=language)
        expect(shell.locator(".sent-counts")).to_contain_text("1,20,085")
        is_fit(browser, shell, "locked-shell")
