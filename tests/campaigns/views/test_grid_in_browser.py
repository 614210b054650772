"""The grid in Chromium: keys, a pasted block, running totals, a warning with its reason, undo, drafts."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from campaigns.models import Draft, RuleHit, Submission
from campaigns.selectors.tallies import history
from campaigns.services.tallies import Line, submit_tally


@pytest.fixture
def grid(browser, small, state_officer, days):
    browser.sign_in(state_officer)
    address = f"{reverse('entry-grid', args=[small.slug])}?date={days.today.isoformat()}"

    def opened():
        page = browser.open(address)
        page.wait_for_selector("form[data-grid][data-checked]")
        return page

    return opened


def cell(small, unit, key):
    return f"#c{unit.pk}-{small.cells.get(key=key).pk}"


PASTE = """([selector, text]) => {
    const data = new DataTransfer();
    data.setData("text/plain", text);
    document.querySelector(selector).dispatchEvent(
        new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
}"""


def in_order(page, tree):
    """The units of the page from the top down."""
    units = {unit.pk: unit for unit in (tree.abhanpur, tree.arang, tree.bastar)}
    return [units[int(row.get_attribute("data-unit"))] for row in page.query_selector_all("tr[data-unit]")]


def test_keys_go_through_the_grid_and_send_nothing(grid, small, tree, days):
    page = grid()
    top, middle, last = in_order(page, tree)

    def is_at(unit, key):
        return page.evaluate("document.activeElement.id") == cell(small, unit, key)[1:]

    page.focus(cell(small, top, "first|||"))
    page.keyboard.press("Enter")
    assert is_at(middle, "first|||")
    page.keyboard.press("ArrowRight")
    assert is_at(middle, "second|||")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowLeft")
    assert is_at(last, "first|||")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    assert is_at(top, "first|||")
    page.keyboard.press("Tab")
    assert is_at(top, "second|||")
    assert not Submission.objects.exists() and not Draft.objects.exists()


def test_what_is_pasted_beyond_the_grid_is_told(grid, small, tree):
    page = grid()
    *_others, last = in_order(page, tree)
    lost = page.locator("[data-lost]")
    page.evaluate(PASTE, [cell(small, last, "second|||"), "5\t6\t7\n8\t\n"])
    assert page.input_value(cell(small, last, "second|||")) == "5"
    # 6 has gone into the declared total; 7 stands right of it, 8 below the last unit.
    expect(lost).to_contain_text("no place here: 2.")
    page.evaluate(PASTE, [cell(small, last, "first|||"), "1\t2"])
    expect(lost).to_be_hidden()


def test_a_block_is_pasted_added_up_asked_about_sent_with_a_reason_and_taken_back(
    browser, grid, small, tree, days, state_officer
):
    first = submit_tally(
        campaign=small,
        unit=tree.arang,
        day=days.yesterday,
        lines=[Line("first", 4), Line("second", 1)],
        by=state_officer,
        source="form",
    )
    assert first.version == 1
    page = grid()
    top, middle, last = (unit.pk for unit in in_order(page, tree))
    units = {unit.pk: unit for unit in (tree.abhanpur, tree.arang, tree.bastar)}
    start = cell(small, units[top], "first|||")

    # A block from a spreadsheet, grouped the Indian way.
    page.evaluate(PASTE, [start, "1,20,085\t5\n12\t\n7\t9\n"])
    assert page.input_value(cell(small, units[top], "first|||")) == "1,20,085"
    outputs = page.locator("tfoot output")
    assert [outputs.nth(n).inner_text() for n in range(3)] == ["1,20,104", "14", "1,20,118"]
    assert page.locator(f'tr[data-unit="{top}"] output').inner_text() == "1,20,090"
    assert page.locator("tr[data-changed]").count() == 3

    # The browser knows the rule before anything is sent.
    flag = page.locator(f'tr[data-unit="{last}"] .grid__flag')
    assert "to date, above the" in flag.inner_text()
    assert "is-unusual" in page.get_attribute(cell(small, units[last], "second|||"), "class")
    assert page.locator(f'tr[data-unit="{top}"] .grid__flag').is_hidden()
    browser.screenshot("grid-warning")
    assert browser.accessibility_faults() == []

    page.click("button[name=submit]")
    page.wait_for_selector("#held")
    assert {one.unit_id for one in Submission.objects.filter(happened_on=days.today)} == {top, middle}
    page.fill(f'input[name="why{last}-second_above_first:second"]', "a camp for second doses")
    browser.screenshot("grid-reason")
    assert browser.accessibility_faults() == []
    page.click("button[name=submit]")
    page.wait_for_selector("button[name=undo]")
    expect(page.locator("#held")).to_have_count(0)
    hit = RuleHit.objects.get(happened_on=days.today)
    assert (hit.unit_id, hit.rule, hit.reason) == (last, "second_above_first", "a camp for second doses")

    page.click("button[name=undo]")
    expect(page.locator("button[name=undo]")).to_have_count(0)
    told = history(small, units[last], days.today)
    assert [row["reason"] for row in told] == ["", "Taken back by the person who had sent it."]
    assert [row["changes"] for row in told] == [
        {"first|||": 7, "second|||": 9},
        {"first|||": -7, "second|||": -9},
    ]
    assert len(history(small, units[top], days.today)) == 1, "only what was sent last"


def test_two_counts_of_one_day_are_settled_beside_the_grid_and_all_stay(
    browser, grid, small, tree, days, block_clerk
):
    page = grid()
    unit = tree.abhanpur
    clerks = [Line("first", 3), Line("second", 1)]
    submit_tally(campaign=small, unit=unit, day=days.today, lines=clerks, by=block_clerk, source="form")
    page.fill(cell(small, unit, "first|||"), "4")
    page.fill(cell(small, unit, "second|||"), "2")
    page.click("button[name=submit]")
    held = page.locator("#held").locator("..")
    expect(held).to_contain_text("Version 1 by block_clerk")
    expect(page.locator(cell(small, unit, "first|||"))).not_to_be_editable()
    assert browser.accessibility_faults() == []
    browser.screenshot("grid-versus")

    first = held.get_by_role("group", name="Dose 1 Abhanpur")
    first.get_by_label("stands now: 3").check()
    held.get_by_role("group", name="Dose 2 Abhanpur").get_by_role("textbox").fill("0")
    held.get_by_label("Why is it corrected?").fill("asked them")
    page.click("button[name=submit]")
    expect(page.get_by_text("1 unit is received.")).to_be_visible()
    told = [(row["by"], row["changes"]) for row in history(small, unit, days.today)]
    assert told == [
        ("block_clerk", {"first|||": 3, "second|||": 1}),
        ("state_officer", {"first|||": 1, "second|||": 1}),
        ("state_officer", {"first|||": -1, "second|||": -2}),
    ]


def test_a_choice_between_two_counts_fits_a_phone(browser, small, tree, days, state_officer, block_clerk):
    address = f"{reverse('entry-grid', args=[small.slug])}?date={days.today.isoformat()}"
    unit = tree.abhanpur
    for language, count in (("en", 3), ("hi", 5)):
        context, page = browser.new_page(width=360, height=740)
        browser.sign_in(state_officer, context)
        browser.speak(language, context)
        browser.open(address, page)
        lines = [Line("first", count), Line("second", 1)]
        values = {"campaign": small, "unit": unit, "day": days.today, "by": block_clerk, "source": "form"}
        submit_tally(**values, lines=lines, reason="counted")
        page.fill(cell(small, unit, "first|||"), "4")
        page.fill(cell(small, unit, "second|||"), "2")
        page.click("button[name=submit]")
        expect(page.locator("fieldset.versus")).to_have_count(3)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        assert browser.accessibility_faults(page) == []
        browser.screenshot(f"grid-versus-phone-{language}", page)


def test_what_is_typed_is_saved_as_a_draft_when_one_leaves_and_comes_back(browser, grid, small, tree, days):
    page = grid()
    spot = cell(small, tree.arang, "first|||")
    page.fill(spot, "31")
    with page.expect_response(lambda response: response.request.method == "POST") as saved:
        page.evaluate(
            """() => {
                Object.defineProperty(document, "visibilityState", {value: "hidden", configurable: true});
                document.dispatchEvent(new Event("visibilitychange"));
            }"""
        )
    assert saved.value.json() == {"kept": 1}
    assert Draft.objects.get().unit == tree.arang
    page = grid()
    assert page.input_value(spot) == "31"
    assert page.locator("button[name=discard]").is_visible()
    assert page.locator("tr[data-unit] .pill--warn").count() == 1


def test_the_grid_fits_a_phone_in_both_languages(browser, grid, small, tree, days, state_officer):
    address = f"{reverse('entry-grid', args=[small.slug])}?date={days.today.isoformat()}"
    for language in ("en", "hi"):
        context, page = browser.new_page(width=360, height=740)
        browser.sign_in(state_officer, context)
        browser.speak(language, context)
        browser.open(address, page)
        page.wait_for_selector("form[data-grid][data-checked]")
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        page.focus(cell(small, tree.arang, "first|||"))
        assert page.locator("[data-panel]").is_visible()
        assert browser.accessibility_faults(page) == []
        browser.screenshot(f"grid-phone-{language}", page)


def test_the_form_of_one_unit_tells_what_looks_unusual_while_it_is_typed(
    browser, small, tree, days, state_officer
):
    browser.sign_in(state_officer)
    page = browser.open(reverse("entry-form", args=[small.slug, "B3694", days.today.isoformat()]))
    first, second = (f"#cell-{small.cells.get(key=key).pk}" for key in ("first|||", "second|||"))
    page.fill(first, "4")
    page.fill(second, "6")
    beside = page.locator("td", has=page.locator(second)).locator(".entry-warning")
    beside.wait_for()
    assert beside.inner_text() == "6 to date, above the 4 of the dose before."
    page.fill("#declared", "12")
    page.get_by_text("the difference is 2.").wait_for()
    page.fill(second, "3")
    page.fill("#declared", "7")
    expect(page.locator(".entry-warning[data-live]")).to_have_count(0)
    expect(page.locator(".entry-warning--whole")).to_have_text("")
