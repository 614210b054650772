"""A phone that two people use, a day that two devices report, and the same draft on the phone and at the desk."""

import datetime
import re

import pytest
from playwright.sync_api import expect

from campaigns.models import Draft, Submission
from campaigns.services.tallies import Line, submit_tally
from tests.browser.devices import says, sign_in, stands
from tests.plugins.cast import make_person
from tests.plugins.workers import wait_until

pytestmark = pytest.mark.slow


def test_the_next_person_on_the_phone_sees_nothing_and_sends_nothing_of_the_first(
    phone_of,
    small,
    block_clerk,
    tree,
    days,
):
    other = make_person("arang_clerk", role="block_clerk", area=tree.arang)
    phone = phone_of(block_clerk)
    phone.unplug()
    page = phone.open(days.today, "B3693")
    phone.press(4, 2, "done")
    phone.act("send")
    says(phone.state("B3693"), "on this device")
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("button", name="Yes, sign out").click()
    says(page.locator("#line"), "Reports of other people wait on this device: 1.")
    expect(page.locator("a[data-unit]")).to_have_count(0)
    assert page.evaluate("abhiyan.store.all('kits')") == []

    # With the network back the session of the first ends before anything else is done.
    phone.plug_in()
    expect(page.locator("#line").get_by_role("link", name="Sign in")).to_be_visible()
    wait_until(
        lambda: not page.evaluate("abhiyan.store.get('meta', 'leaving')"), what="the end of the session"
    )
    sign_in(page, other)
    page.goto("/campaigns/small/entry/")
    phone.wait_for_kit(other)
    phone.open(days.today)
    says(page.locator("#line"), "Reports of other people wait on this device: 1.")
    expect(page.locator("a[data-unit]")).to_have_count(1)
    assert "Abhanpur" not in page.locator("#app").inner_text()
    phone.send()
    assert Submission.objects.count() == 0

    page.get_by_role("button", name="Sign out").click()
    expect(page.locator("#line").get_by_role("link", name="Sign in")).to_be_visible()
    sign_in(page, block_clerk)
    wait_until(Submission.objects.exists, what="the report of the first")
    assert Submission.objects.get().journal.by == block_clerk
    assert stands(small, tree.abhanpur, days.today) == {"first": 42}


def test_the_second_device_is_told_and_a_person_types_a_third_count(
    phone_of,
    browser,
    small,
    block_clerk,
    state_officer,
    tree,
    days,
):
    phone = phone_of(block_clerk)
    phone.unplug()
    page = phone.open(days.today, "B3693")
    phone.press(1, 2, "next", 5, "done")
    phone.act("send")
    submit_tally(
        campaign=small,
        unit=tree.abhanpur,
        day=days.today,
        lines=[Line("first", 10), Line("second", 5)],
        by=state_officer,
        source="form",
    )
    phone.plug_in()
    says(phone.state("B3693"), "needs you")
    phone.state("B3693").click()
    says(page.locator("[data-version]"), "Version 1 by state_officer")
    expect(page.get_by_text(re.compile("Yours, on this device, "))).to_be_visible()
    expect(page.locator(".versus-card")).to_have_count(1)  # the second doses agree
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert browser.accessibility_faults(page) == []
    browser.screenshot("device-conflict", page)
    page.get_by_label("Dose 1: another count").fill("11")
    phone.act("settle")
    says(phone.state("B3693"), "accepted")
    kept = Submission.objects.order_by("version")
    entries = [[one.change for one in submission.entries.all()] for submission in kept]
    assert [(one.version, one.journal.by.username) for one in kept] == [
        (1, "state_officer"),
        (2, "block_clerk"),
        (3, "block_clerk"),
    ]
    assert entries[1:] == [[2], [-1]]
    assert stands(small, tree.abhanpur, days.today) == {"first": 11, "second": 5}


def test_the_plain_form_keeps_a_draft_when_its_sending_fails(phone_of, small, block_clerk, tree, days):
    phone = phone_of(block_clerk, width=1280)
    page = phone.page
    page.goto(f"/campaigns/small/entry/B3693/{days.today}/")
    page.locator("form[data-entry] input[data-key]").first.fill("77")
    phone.unplug()
    page.get_by_role("button", name="Send the report").click()
    # The worker answers in place of the server: the same address, with what was typed.
    expect(page.locator("#app input[data-key]").first).to_have_value("77")
    phone.act("send")
    phone.plug_in()
    says(phone.state("B3693"), "accepted")
    assert stands(small, tree.abhanpur, days.today) == {"first": 77}


def test_the_grid_keeps_its_rows_on_the_device_when_its_sending_fails(
    phone_of, small, state_officer, tree, days
):
    phone = phone_of(state_officer, width=1280)
    page = phone.page
    page.goto(f"/campaigns/small/entry/sheet/?date={days.today}")
    cell = small.cells.get(key="first|||").pk
    page.locator(f"[name=c{tree.arang.pk}-{cell}]").fill("31")
    page.locator(f"[name=c{tree.bastar.pk}-{cell}]").fill("32")
    phone.unplug()
    page.get_by_role("button", name="Submit what is changed").click()
    says(phone.state("B3694"), "draft on this device")
    says(phone.state("D374"), "draft on this device")
    phone.state("D374").click()
    phone.act("send")
    phone.plug_in()
    page.goto(f"/campaigns/small/entry/sheet/?date={days.today}")
    # The draft may have reached the server before the grid was asked for: then it is in its row.
    offered = page.get_by_text("Counts typed here earlier were not sent.")
    row = page.locator(f"[name=c{tree.arang.pk}-{cell}]")
    wait_until(lambda: offered.is_visible() or row.input_value() == "31", what="what was typed")
    wait_until(Submission.objects.exists, what="the report that was sent")
    assert stands(small, tree.bastar, days.today) == {"first": 32}


def test_a_draft_of_the_phone_is_in_the_grid_at_the_desk_until_it_is_sent(
    phone_of, browser, small, state_officer, days
):
    phone = phone_of(state_officer)
    phone.unplug()
    page = phone.open(days.today, "D374")
    phone.press(6, 1)
    says(page.locator("#state"), "draft on this device")
    phone.plug_in()
    wait_until(Draft.objects.exists, what="the draft on the server")
    browser.sign_in(state_officer)
    grid = f"/campaigns/small/entry/sheet/?date={days.today}"
    says(browser.open(grid).locator("tr[data-code=D374]"), "draft")
    assert browser.page.locator("tr[data-code=D374] td input").first.input_value() == "61"
    assert Submission.objects.count() == 0

    phone.press("done")
    phone.act("send")
    wait_until(Submission.objects.exists, what="the report")
    phone.open(days.today)
    wait_until(lambda: not Draft.objects.exists(), what="the end of the draft")


def test_a_day_that_is_not_on_the_device_is_never_replaced_by_another(phone_of, small, block_clerk, days):
    phone = phone_of(block_clerk)
    phone.unplug()
    page = phone.open(days.today - datetime.timedelta(300), "B3693")
    says(page.locator("#app"), "This day is not on this device.")
    expect(page.locator("#app input")).to_have_count(0)
    page.locator("#app li a").first.click()
    expect(page.locator("#app h1")).to_contain_text("Abhanpur")
