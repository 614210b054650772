"""The total of the paper report, sent from a phone for a day that is reported already."""

import pytest
from playwright.sync_api import expect

from campaigns.selectors.tallies import history
from campaigns.services.checking import Answers
from campaigns.services.tallies import Line, submit_tally
from tests.plugins.workers import wait_until

pytestmark = pytest.mark.slow


@pytest.fixture
def post(small, tree, days, state_officer):
    def post(declared=None, reason=""):
        answers = Answers(declared=declared, reasons={"": reason})
        values = {"by": state_officer, "source": "form", "reason": reason, "answers": answers}
        lines = [Line("first", 7)]
        return submit_tally(campaign=small, unit=tree.abhanpur, day=days.today, lines=lines, **values)

    return post


def totals(campaign, unit, day):
    rows = history(campaign, unit, day)
    return [row["declared_total"] and row["declared_total"]["declared"] for row in rows]


def send_total(phone, days, total):
    page = phone.open(days.today, "B3693")
    page.locator("details > summary", has_text="Declared total").click()
    page.locator("#declared").fill(str(total))
    page.locator("#reason").fill("the paper came")
    page.locator("[data-hit] input").fill("two forms came later")
    phone.act("send")


def test_a_total_alone_is_sent_and_shown_again(phone_of, post, small, tree, days, block_clerk):
    post()
    phone = phone_of(block_clerk)
    send_total(phone, days, 9)
    wait_until(lambda: totals(small, tree.abhanpur, days.today) == [None, 9], what="the total")
    page = phone.open(days.today, "B3693")
    expect(page.locator("#declared")).to_have_value("9")
    phone.act("send")
    expect(page.locator(".sheet__problem")).to_contain_text("stand")
    assert totals(small, tree.abhanpur, days.today) == [None, 9]


def test_two_totals_are_settled_on_the_phone_and_all_stay(
    phone_of, browser, post, small, tree, days, block_clerk
):
    post()
    phone = phone_of(block_clerk)
    phone.unplug()
    send_total(phone, days, 9)
    post(8, "a paper of the morning")
    phone.plug_in()
    phone.send()
    page = phone.open(days.today, "B3693")
    card = page.locator("fieldset[data-key=declared]")
    expect(card).to_contain_text("8")
    assert browser.accessibility_faults(page) == []
    browser.screenshot("phone-declared-versus", page)
    card.locator("input[value=theirs]").check()
    phone.act("settle")
    wait_until(lambda: totals(small, tree.abhanpur, days.today) == [None, 8, 9, 8], what="both totals")
