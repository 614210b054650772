"""A week of thirty units, entered on two phones while the server is down: every value is accounted for."""

import datetime
import socket

import pytest
from playwright.sync_api import expect

from campaigns.models import Campaign, Submission, TallyEntry
from campaigns.services.setup import set_reporting_units
from districts.models import Level, Role
from districts.tree import add_area
from tests.browser.devices import EXPECTED, Phone, Site, report_of, says
from tests.plugins.cast import make_person

pytestmark = pytest.mark.slow

FIRST, SECOND = "first|||", "second|||"
UNITS = 30
DAYS = 7
# Units 0 to 19 are entered on the one phone, 10 to 29 on the other: ten of them, each day, on both.
ONE, OTHER = range(20), range(10, 30)


@pytest.fixture
def thirty(small, tree, state_officer):
    areas = [
        add_area(parent=tree.raipur, code=f"U{number:02}", level=Level.BLOCK, name_en=f"Unit {number:02}")
        for number in range(UNITS)
    ]
    set_reporting_units(campaign=small, areas=areas, by=state_officer)
    return Campaign.objects.get(pk=small.pk)


@pytest.fixture
def site(thirty):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = Site(port).start()
    yield server
    server.stop()


def count_on(device, number, back):
    """What a phone enters as first doses. On the last day both count the same, so nothing is to be settled."""
    if back == 0 and number in ONE and number in OTHER:
        return 500 + number
    return (1000 if device == "one" else 2000) + 10 * number + back


def chosen_for(number, back):
    """By turns what stands, what is the other's, and a third count that neither phone has."""
    kinds = [count_on("one", number, back), count_on("other", number, back), 3000 + 10 * number + back]
    return kinds[(number + back) % 3]


def enter_week(phone, user, device, units, today):
    """Three sheets through the page, the others through the queue that the page uses. All without network."""
    by_hand = [(units[0], 1), (units[-1], 2), (15, 3)]
    for number, back in by_hand:
        phone.open(today - datetime.timedelta(back), f"U{number:02}")
        phone.press(count_on(device, number, back), "next", 1, "done")
        phone.act("send")
        expect(phone.page.locator(".toast")).to_contain_text(f"Unit {number:02}")
    rest = [(number, back) for number in units for back in range(DAYS) if (number, back) not in by_hand]
    phone.queue(
        [
            report_of(
                user,
                "small",
                f"U{number:02}",
                today - datetime.timedelta(back),
                {FIRST: count_on(device, number, back), SECOND: 1},
            )
            for number, back in rest
        ]
    )
    phone.page.reload()
    says(phone.page.locator("#line"), f"Waiting to be sent: {len(units) * DAYS}.")


def settle_by_hand(phone, today, number, back):
    """On the page: pick what stands, what is mine, or type a third."""
    page = phone.open(today - datetime.timedelta(back), f"U{number:02}")
    says(page.locator("[data-version]"), "Version 1 by clerk")
    choice = chosen_for(number, back)
    card = page.locator(".versus-card")
    expect(card).to_have_count(1)
    if choice >= 3000:
        card.get_by_label("Dose 1: another count").fill(str(choice))
    else:
        card.get_by_text("yours" if choice >= 2000 else "stands now").click()
    phone.act("settle")
    expect(page.locator(".toast")).to_contain_text(f"Unit {number:02}")


def test_every_value_of_two_phones_is_accounted_for(browser, chromium, thirty, tree, days, site):
    clerk = make_person("clerk", role=Role.BLOCK_CLERK, area=tree.raipur)
    officer = make_person("officer", role=Role.DISTRICT_OFFICER, area=tree.raipur)
    phones = {}
    browser.url = site.url
    for device, user in (("one", clerk), ("other", officer)):
        context, page = browser.new_page(width=360, height=740)
        browser.sign_in(user, context)
        phones[device] = Phone(context, page, "small")
        phones[device].visit(user)

    site.stop()
    enter_week(phones["one"], clerk, "one", ONE, days.today)
    enter_week(phones["other"], officer, "other", OTHER, days.today)
    phones["one"].close_tab()
    phones["other"].unplug()
    assert Submission.objects.count() == 0

    site.start()
    one = phones["one"]
    one.new_tab()
    one.open(days.today)
    expect(one.page.locator("#line")).to_contain_text("Everything is sent.", timeout=60_000)
    assert Submission.objects.count() == len(ONE) * DAYS
    other = phones["other"]
    other.plug_in()
    other.open(days.today)
    both = [number for number in ONE if number in OTHER]
    conflicts = len(both) * (DAYS - 1)
    expect(other.page.locator("#line")).to_have_text(f"Need you: {conflicts}.", timeout=60_000)
    assert Submission.objects.count() == len(ONE) * DAYS + (len(OTHER) - len(both)) * DAYS

    by_hand = [(15, 3), (16, 3), (17, 3)]
    assert {(number + back) % 3 for number, back in by_hand} == {0, 1, 2}
    for number, back in by_hand:
        settle_by_hand(other, days.today, number, back)
    settle_rest(other, days.today)
    expect(other.page.locator("#line")).to_contain_text("Everything is sent.", timeout=60_000)
    assert ledger() == expected(days.today)
    for phone in phones.values():
        phone.context.close()
    browser.errors[:] = [error for error in browser.errors if not any(word in error for word in EXPECTED)]


def settle_rest(phone, today):
    choices = []
    for item in phone.waiting():
        if item["state"] != "needs":
            continue
        number, back = int(item["unit"][1:]), (today - datetime.date.fromisoformat(item["day"])).days
        choices.append(
            {name: item[name] for name in ("user", "slug", "unit", "day", "extra", "texts")}
            | {"counts": {FIRST: chosen_for(number, back), SECOND: 1}, "nil": False, "reason": "Compared"}
            | {"base": item["conflict"]["version"], "before": item["conflict"]["standing"]}
            | {"overtaken": item["counts"]}
        )
    phone.queue(choices)
    phone.send()


def ledger():
    """{(unit, day): [(who, first doses as they stood with that version)]} of everything that was ever posted."""
    found = {}
    changes = {
        (submission, key): change
        for submission, key, change in TallyEntry.objects.values_list("submission_id", "cell__key", "change")
    }
    for one in Submission.objects.select_related("journal__by", "unit").order_by("version"):
        versions = found.setdefault((one.unit.code, one.happened_on), [])
        before = versions[-1][1] if versions else 0
        versions.append((one.journal.by.username, before + changes.get((one.pk, FIRST), 0)))
    return found


def expected(today):
    """The same, from what was typed on the two phones and chosen between them."""
    found = {}
    for number in range(UNITS):
        for back in range(DAYS):
            one, other = count_on("one", number, back), count_on("other", number, back)
            if number not in OTHER:
                versions = [("clerk", one)]
            elif number not in ONE:
                versions = [("officer", other)]
            elif one == other:
                versions = [("clerk", one)]
            elif chosen_for(number, back) == other:
                versions = [("clerk", one), ("officer", other)]
            else:
                versions = [("clerk", one), ("officer", other), ("officer", chosen_for(number, back))]
            found[f"U{number:02}", today - datetime.timedelta(back)] = versions
    return found
