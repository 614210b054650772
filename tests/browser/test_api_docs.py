"""The page that shows the API to people, drawn by Swagger UI under the strict Content-Security-Policy."""

import pytest
from django.core.cache import caches

# Faults of Swagger UI's own markup, which we do not write: it draws a <main> of its own and begins with an <h3>.
SWAGGERS_OWN = (
    "heading-order",
    "landmark-main-is-top-level",
    "landmark-no-duplicate-main",
    "landmark-unique",
)


@pytest.fixture
def page(browser, db):
    caches["throttles"].clear()
    page = browser.open("/api/v1/docs/")
    page.wait_for_selector(".opblock")
    return page


def test_every_address_is_listed_and_nothing_is_blocked(page, browser):
    """The browser fixture fails on anything that the console calls an error, a blocked style included."""
    paths = [" ".join(text.split()) for text in page.locator(".opblock-summary-path").all_inner_texts()]
    for path in ("areas/", "campaigns/", "coverage/", "progress/", "tallies/", "tallies/batch/"):
        assert any(shown.replace("\u200b", "").endswith(f"/api/v1/{path}") for shown in paths), (path, paths)


def test_nothing_is_fetched_from_another_host(page, browser):
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.reload()
    page.wait_for_selector(".opblock")
    assert asked
    assert [url for url in asked if not url.startswith((browser.url, "data:"))] == []


def test_an_address_opens_and_answers_there(page, tree):
    operation = page.locator("#operations-areas-areas_list")
    operation.locator(".opblock-summary-control").click()
    operation.get_by_role("button", name="Try it out").click()
    operation.get_by_role("button", name="Execute").click()
    operation.locator(".live-responses-table .response-col_status", has_text="200").wait_for()


def test_the_page_can_be_read_by_everyone(page, browser):
    faults = browser.accessibility_faults()
    assert [fault for fault in faults if not fault.startswith(SWAGGERS_OWN)] == []


def test_the_page_fits_a_phone(page, browser):
    page.set_viewport_size({"width": 360, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") == 360
