"""An official's way through the dashboards, in a real browser."""

import datetime
import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from reports.models import WorkerHeartbeat
from tests.reports.drive import LAST, at, fold, line, post

pytestmark = pytest.mark.slow
PAGES = ["/drive/", "/drive/S22/", "/drive/D387/", "/drive/B3694/"]


@pytest.fixture
def beating(drive):
    WorkerHeartbeat.objects.update_or_create(id=1, defaults={"beat_at": timezone.now()})


def test_from_the_nation_to_a_block_and_back(browser, drive, beating):
    page = browser.open("/")
    page.get_by_role("link", name="Har Ghar Dastak").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("India")
    page.locator(".map--tiles").get_by_role("link", name="Chhattisgarh").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Chhattisgarh")
    page.locator(".children__table").get_by_role("link", name="Raipur").click()
    page.locator(".map--names").get_by_role("link", name="Arang").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Arang")
    expect(page.get_by_text("130.0%").first).to_be_visible()
    page.locator(".crumbs").get_by_role("link", name="India").click()
    assert page.url.endswith("/drive/")


def test_the_slider_and_the_chooser_change_the_page_and_its_address_in_place(browser, drive, beating):
    page = browser.open("/drive/")
    page.evaluate("window.stayed = true")
    page.locator("#day-slider").focus()
    page.keyboard.press("ArrowLeft")
    expect(page.locator(".day-title")).to_contain_text("10 November 2021")
    assert "date=2021-11-10" in page.url
    page.locator("#measure").select_option("drop-out")
    expect(page.locator("#measure")).to_have_value("drop-out")
    page.wait_for_url(re.compile("measure=drop-out"))
    assert "date=2021-11-10" in page.url
    assert page.evaluate("window.stayed")
    page.go_back()
    expect(page.locator("#measure")).to_have_value("coverage-first_dose")


def test_the_search_narrows_the_table_while_typing_and_keeps_the_focus(browser, drive, beating):
    page = browser.open("/drive/S27/")
    page.locator("#search").press_sequentially("nag")
    expect(page.locator(".children__table tbody tr")).to_have_count(1)
    expect(page.locator("#search")).to_be_focused()
    expect(page.locator("#search")).to_have_value("nag")


def test_a_new_count_appears_without_a_reload(browser, drive, beating):
    page = browser.open("/drive/")
    page.evaluate("window.stayed = true")
    page.locator("#options summary").click()
    expect(page.get_by_text("6,760").first).to_be_visible()
    post(drive, drive.tree.nagpur, LAST, line("first_dose", 1000), recorded=at(datetime.date(2021, 11, 14)))
    fold(drive)
    expect(page.get_by_text("7,760").first).to_be_visible(timeout=5_000)
    assert page.evaluate("window.stayed")
    # What the reader had opened stays open.
    assert page.locator("#options").evaluate("one => one.open")


def test_a_word_being_typed_is_not_taken_away_by_new_figures(browser, drive, beating):
    page = browser.open("/drive/")
    page.locator("#as_of").evaluate("one => one.closest('details').open = true")
    page.locator("#search").focus()
    post(drive, drive.tree.nagpur, LAST, line("first_dose", 1000), recorded=at(datetime.date(2021, 11, 14)))
    fold(drive)
    with page.expect_response(lambda answer: "figures-changed" in answer.headers.get("hx-trigger", "")):
        pass
    expect(page.get_by_text("6,760").first).to_be_visible()
    expect(page.locator("#search")).to_be_focused()
    page.locator("#search").evaluate("one => one.blur()")
    expect(page.get_by_text("7,760").first).to_be_visible(timeout=5_000)


def test_when_the_worker_stops_the_page_warns_by_itself(browser, drive, beating):
    page = browser.open("/drive/")
    expect(page.locator("#pulse")).to_contain_text("Figures as of 13 Nov 2021")
    WorkerHeartbeat.objects.update(beat_at=timezone.now() - datetime.timedelta(minutes=5))
    expect(page.locator("#pulse")).to_contain_text("Nobody is adding up at the moment.", timeout=5_000)


def test_the_language_is_switched_on_the_page_one_is_on(browser, drive, beating):
    page = browser.open("/drive/S22/?date=2021-11-08")
    page.get_by_role("button", name="हिन्दी").click()
    expect(page.locator("html")).to_have_attribute("lang", "hi")
    assert page.url.endswith("/drive/S22/?date=2021-11-08")
    expect(page.get_by_role("heading", level=1)).to_contain_text("छत्तीसगढ़")
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en-IN")


def test_everything_works_without_scripts(browser, drive, beating):
    _context, page = browser.new_page(java_script_enabled=False)
    browser.open("/drive/", page)
    page.locator("#day-slider").fill("38")
    page.locator(".days__slider button").click()
    expect(page.locator(".day-title")).to_contain_text("8 November 2021")
    page.locator("#measure").select_option("reported")
    page.locator(".panel--map button").click()
    assert "measure=reported" in page.url
    assert "date=2021-11-08" in page.url
    page.locator("#search").fill("mah")
    page.get_by_role("button", name="Search").click()
    expect(page.locator(".children__table tbody tr")).to_have_count(1)
    page.get_by_role("link", name="Load the newest figures").click()
    page.locator(".children__table thead").get_by_role("link", name="Drop-out").click()
    assert "sort=-drop-out" in page.url


def test_a_keyboard_alone_reaches_the_content_the_map_and_the_table(browser, drive, beating):
    page = browser.open("/drive/")
    page.keyboard.press("Tab")
    expect(page.locator(".skip-link")).to_be_focused()
    page.keyboard.press("Enter")
    reached = set()
    for _press in range(120):
        page.keyboard.press("Tab")
        reached.add(
            page.evaluate(
                "() => { const a = document.activeElement; return a.id || a.closest('.map, table')?.className.baseVal"
                " || a.closest('.map, table')?.className || a.tagName; }"
            )
        )
    assert {"date", "day-slider", "measure", "search"} <= reached
    assert any("map--tiles" in str(place) for place in reached)
    assert any("children__table" in str(place) for place in reached)


@pytest.mark.parametrize("language", ["en-in", "hi"])
@pytest.mark.parametrize(
    "path", [*PAGES, "/", "/sign-in/", "/drive/S22/?as_of=2021-11-11T10:00&q=zzz&date=x"]
)
def test_axe_finds_nothing(browser, drive, path, language):
    browser.speak(language)
    browser.open(path)
    assert browser.accessibility_faults() == []


@pytest.mark.parametrize("language", ["en-in", "hi"])
@pytest.mark.parametrize("path", [*PAGES, "/", "/sign-in/"])
def test_nothing_is_wider_than_a_small_phone(browser, drive, path, language):
    context, page = browser.new_page(width=360, height=740)
    browser.speak(language, context)
    browser.open(path, page)
    too_wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert too_wide <= 0
    browser.screenshot(f"{path.strip('/').replace('/', '-') or 'home'}-360-{language}", page)


@pytest.mark.parametrize("language", ["en-in", "hi"])
def test_on_a_small_phone_the_date_can_be_read_and_so_can_the_charts(browser, drive, language):
    context, page = browser.new_page(width=360, height=740)
    browser.speak(language, context)
    browser.open("/drive/?date=2021-11-05", page)
    # dd-mm-yyyy and the sign of the calendar
    assert page.locator("#date").bounding_box()["width"] >= 118
    heights = page.evaluate(
        "() => Array.from(document.querySelectorAll('.plot text')).filter(one => one.getBoundingClientRect().width)"
        ".map(one => parseFloat(getComputedStyle(one).fontSize) * one.getScreenCTM().a)"
    )
    assert heights
    assert min(heights) >= 11
    # Nothing that stands to the right, out of sight, makes a gap above what is in sight.
    for table in (".children__table", ".items .table"):
        assert page.locator(f"{table} thead").bounding_box()["height"] <= 84


def test_every_control_is_large_enough_for_a_thumb(browser, drive):
    _context, page = browser.new_page(width=360, height=740)
    browser.open("/drive/S22/", page)
    small = page.evaluate(
        "() => Array.from(document.querySelectorAll('button, select, input:not([type=hidden]), .button, summary'))"
        ".filter(one => one.offsetParent).map(one => [one.outerHTML.slice(0, 80), one.getBoundingClientRect()])"
        ".filter(([_, box]) => box.height < 43.5).map(([html]) => html)"
    )
    assert small == []


def test_paper_gets_the_figures_and_not_the_controls(browser, drive):
    page = browser.open("/drive/")
    page.emulate_media(media="print")
    for hidden in (".days", "#search", ".skip-link", ".masthead nav", "#options"):
        expect(page.locator(hidden)).to_be_hidden()
    for shown in (".tiles", ".map--tiles", ".children__table", ".day-title", ".banner"):
        expect(page.locator(shown)).to_be_visible()
    pages = page.pdf(format="A4", prefer_css_page_size=True).count(b"/Type /Page\n")
    assert 1 <= pages <= 5


def test_on_paper_no_bar_covers_a_figure_and_no_figure_needs_a_printed_background(browser, drive):
    """Where backgrounds are left out, white letters on a dark place of the map would be white on white."""
    _context, page = browser.new_page(width=703, height=1017)  # A4 within its margins
    browser.open("/drive/S22/", page)
    page.emulate_media(media="print")
    covered = page.evaluate(
        """() => Array.from(document.querySelectorAll('td.with-bar')).filter(cell => {
            const figure = cell.querySelector('span').getBoundingClientRect();
            const bar = cell.querySelector('svg').getBoundingClientRect();
            return bar.top < figure.bottom || bar.right > cell.getBoundingClientRect().right + 0.5;
        }).length"""
    )
    assert covered == 0
    colours = page.evaluate(
        "() => Array.from(document.querySelectorAll('.map--names a')).map(one => getComputedStyle(one))"
        ".map(style => [style.color, style.backgroundColor, style.printColorAdjust])"
    )
    assert colours
    assert {tuple(one) for one in colours} == {("rgb(21, 35, 43)", "rgba(0, 0, 0, 0)", "exact")}
