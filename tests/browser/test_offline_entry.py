"""A clerk enters the day without network: what is kept, when it is sent, and what the page says of it."""

import datetime
import shutil

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone
from playwright.sync_api import expect

from campaigns.models import Campaign, RuleHit, Submission
from campaigns.services.tallies import Line, submit_tally
from tests.browser.devices import PHONE, Phone, report_of, says, sign_in, stands
from tests.plugins.chromium import CHROMIUM_ARGS, CHROMIUM_NAMES
from tests.plugins.workers import wait_until

pytestmark = pytest.mark.slow

# The server has answered; the answer does not arrive.
LOSE_ONE_ANSWER = """() => {
  // The page sends, and not the service worker in its place.
  SyncManager.prototype.register = async () => {};
  const real = self.fetch;
  self.lost = [];
  self.fetch = async (...asked) => {
    const answer = await real(...asked);
    if (asked[1]?.method !== "POST" || !asked[0].includes("tallies") || lost.length) return answer;
    lost.push(answer.status);
    throw new TypeError("Failed to fetch");
  };
}"""


def test_every_unit_and_day_opens_without_network_after_one_visit(phone_of, small, state_officer, days):
    phone = phone_of(state_officer)
    phone.unplug()
    page = phone.page
    page.goto("/campaigns/small/entry/")
    expect(page.locator("a[data-unit]")).to_have_count(3)
    for back, unit, name in ((6, "D374", "Bastar"), (0, "B3694", "Arang")):
        day = days.today - datetime.timedelta(back)
        page.goto(f"/campaigns/small/entry/{unit}/{day}/")
        expect(page.get_by_role("heading", level=1)).to_have_text(name)
        expect(page.locator("input[data-key]")).to_have_count(2)
    # Any other page leads to what there is without network.
    page.goto("/small/")
    expect(page.locator("a[data-unit]")).to_have_count(3)


def test_a_day_is_typed_with_the_number_keys_and_sent_when_the_network_is_back(
    phone_of,
    browser,
    small,
    block_clerk,
    tree,
    days,
):
    submit_tally(
        campaign=small,
        unit=tree.abhanpur,
        day=days.yesterday,
        lines=[Line("first", 1234)],
        by=block_clerk,
        source="form",
    )
    phone = phone_of(block_clerk)
    phone.unplug()
    page = phone.open(days.today, "B3693")
    says(page.locator(".cell").first, "day before: 1,234")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    box = page.locator(".key--d5").bounding_box()
    assert box["height"] >= 48
    assert box["width"] >= 48
    assert browser.accessibility_faults(page) == []
    phone.press(1, 2, 3, "erase", 5, "next", 7)
    says(page.locator("#state"), "draft on this device")

    # The tab is closed in the middle of it; nothing is lost.
    phone.close_tab()
    phone.new_tab()
    page = phone.open(days.today, "B3693")
    expect(page.locator("input[data-key]").first).to_have_value("125")
    expect(page.locator("input[data-key]").last).to_have_value("7")
    phone.press("done")
    phone.act("send")
    says(phone.state("B3693"), "on this device")
    says(page.locator("#line"), "Waiting to be sent: 1.")
    assert browser.accessibility_faults(page) == []
    phone.close_tab()
    assert stands(small, tree.abhanpur, days.today) == {}

    phone.plug_in()
    phone.new_tab()
    page = phone.open(days.today)
    says(phone.state("B3693"), "accepted")
    assert stands(small, tree.abhanpur, days.today) == {"first": 125, "second": 7}


def test_a_nil_report_takes_one_tap_and_can_be_taken_back(phone_of, small, block_clerk, tree, days):
    phone = phone_of(block_clerk)
    page = phone.open(days.today, "B3693")
    phone.act("nil")
    says(phone.state("B3693"), "on this device")
    page.get_by_role("button", name="Undo").click()
    says(page.locator("#state"), "draft on this device")
    assert phone.waiting() == []
    phone.unplug()
    phone.act("nil")
    phone.plug_in()
    # For a few seconds it could have been taken back again.
    expect(phone.state("B3693")).to_contain_text("accepted", timeout=20_000)
    assert list(Submission.objects.values_list("version", "is_nil")) == [(1, True)]


def test_a_browser_that_was_ended_still_sends(chromium, browser, small, block_clerk, days, tmp_path):
    program = {"args": CHROMIUM_ARGS, "base_url": browser.url, "viewport": PHONE}
    program["executable_path"] = next(filter(None, map(shutil.which, CHROMIUM_NAMES)))
    start = chromium.browser_type.launch_persistent_context
    first = start(tmp_path, **program)
    browser.sign_in(block_clerk, first)
    phone = Phone(first, first.new_page(), "small")
    phone.visit(block_clerk)
    cookies = first.cookies()
    phone.unplug()
    phone.open(days.today, "B3693")
    phone.press(9, "done")
    phone.act("send")
    says(phone.state("B3693"), "on this device")
    first.close()

    second = start(tmp_path, **program)
    second.add_cookies(cookies)
    again = Phone(second, second.new_page(), "small")
    again.open(days.today)
    says(again.state("B3693"), "accepted")
    second.close()
    assert Submission.objects.count() == 1


def test_an_expired_session_asks_to_sign_in_and_then_sends(phone_of, small, block_clerk, days):
    phone = phone_of(block_clerk)
    phone.unplug()
    page = phone.open(days.today, "B3693")
    phone.press(4, "done")
    phone.act("send")
    says(phone.state("B3693"), "on this device")
    Session.objects.all().delete()
    phone.plug_in()
    says(page.locator("#line"), "You are signed out.")
    says(phone.state("B3693"), "on this device")
    assert Submission.objects.count() == 0
    sign_in(page, block_clerk)
    says(phone.state("B3693"), "accepted")
    assert Submission.objects.get().journal.by == block_clerk


def test_an_answer_that_is_lost_on_its_way_counts_nothing_twice(phone_of, small, block_clerk, tree, days):
    phone = phone_of(block_clerk)
    page = phone.open(days.today, "B3693")
    page.evaluate(LOSE_ONE_ANSWER)
    phone.press(8, "done")
    phone.act("send")
    says(phone.state("B3693"), "sent")
    wait_until(lambda: page.evaluate("lost") == [201], what="the answer that is lost")
    assert phone.waiting()[0]["state"] == "sent"
    phone.send()
    says(phone.state("B3693"), "accepted")
    assert list(Submission.objects.values_list("version")) == [(1,)]
    assert stands(small, tree.abhanpur, days.today) == {"first": 8}


def test_what_the_server_refuses_needs_the_clerk_and_stays_editable(
    phone_of,
    small,
    block_clerk,
    state_officer,
    tree,
    days,
):
    phone = phone_of(block_clerk)
    phone.unplug()
    page = phone.open(days.today, "B3693")
    phone.press(4, "done")
    phone.act("send")
    Campaign.objects.filter(pk=small.pk).update(archived_at=timezone.now(), setup_version=90)
    phone.plug_in()
    says(phone.state("B3693"), "needs you")
    says(page.locator("#line"), "Need you: 1.")
    phone.state("B3693").click()
    says(page.locator(".notice--error").first, "archived")
    Campaign.objects.filter(pk=small.pk).update(archived_at=None, setup_version=91)
    first = page.locator("input[data-key]").first
    expect(first).to_have_value("4")
    first.fill("5")
    phone.act("send")
    says(phone.state("B3693"), "accepted")
    assert stands(small, tree.abhanpur, days.today) == {"first": 5}


def test_the_rules_ask_without_network_and_the_reason_arrives(phone_of, small, block_clerk, tree, days):
    """More second doses than first ones: the phone asks before the report is put on its way."""
    phone = phone_of(block_clerk)
    phone.unplug()
    page = phone.open(days.today, "B3693")
    phone.press(3, "next", 5, "done")
    phone.act("send")
    why = page.get_by_label("Why is it right?")
    expect(why).to_be_focused()
    assert phone.waiting() == []
    why.fill("First doses were given elsewhere")
    phone.act("send")
    says(phone.state("B3693"), "on this device")
    phone.plug_in()
    says(phone.state("B3693"), "accepted")
    hit = RuleHit.objects.get(rule="second_above_first")
    assert hit.reason == "First doses were given elsewhere"


@pytest.mark.parametrize("language", ["en-in", "hi"])
def test_the_device_pages_fit_and_have_no_accessibility_faults(
    phone_of,
    browser,
    campaign,
    state_officer,
    days,
    language,
):
    phone = phone_of(state_officer, "teeka")
    phone.unplug()
    phone.page.evaluate(
        "async (reports) => { for (const one of reports) await abhiyan.queue.add(one); }",
        [report_of(state_officer, "teeka", "D374", days.today, {"households|||": 3})],
    )
    for width, unit in ((360, None), (360, "B3693"), (1280, "D374")):
        phone.page.set_viewport_size({"width": width, "height": 740})
        page = phone.open(days.today, unit, language=language)
        page.locator("#app h1").wait_for()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (width, unit)
        assert browser.accessibility_faults(page) == [], (width, unit)


def test_a_change_of_what_is_on_its_way_follows_it_as_a_correction(phone_of, small, block_clerk, tree, days):
    """The first answer is lost. Whether it had arrived or not, the second must neither replace nor double it."""
    phone = phone_of(block_clerk)
    page = phone.open(days.today, "B3693")
    page.evaluate(LOSE_ONE_ANSWER)
    phone.press(8, "done")
    phone.act("send")
    says(phone.state("B3693"), "sent")
    wait_until(lambda: page.evaluate("lost") == [201], what="the answer that is lost")
    phone.unplug()
    phone.state("B3693").click()
    phone.act("change")
    page.locator("input[data-key]").first.fill("9")
    page.get_by_label("Why is it corrected?").fill("One more came")
    phone.act("send")
    phone.plug_in()
    says(phone.state("B3693"), "accepted")
    assert list(Submission.objects.order_by("version").values_list("version", "reason")) == [
        (1, ""),
        (2, "One more came"),
    ]
    assert stands(small, tree.abhanpur, days.today) == {"first": 9}
