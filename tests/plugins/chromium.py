"""Real pages in a real Chromium, served by Django's live server."""

import shutil
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM_ARGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_collection_modifyitems(items):
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker("browser")


@pytest.fixture(scope="session")
def chromium():
    from playwright.sync_api import sync_playwright

    program = next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)
    if program is None:
        pytest.fail("Chromium is not installed (Debian: apt-get install chromium).")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=program, args=CHROMIUM_ARGS)
        yield running
        running.close()


class Browser:
    """One visitor. ``page`` is a Playwright page; whatever its console calls an error fails the test.

    A blocked inline script or style is such an error, so every browser test also watches the
    Content-Security-Policy. A test that provokes errors takes them out of ``errors`` itself.
    """

    def __init__(self, chromium, live_server):
        self._chromium = chromium
        self.url = live_server.url
        self.errors = []
        self._contexts = []
        self.context, self.page = self.new_page()

    def new_page(self, *, width=1280, height=800, **options):
        """A page with cookies of its own (another visitor). Returns its context and the page."""
        context = self._chromium.new_context(
            base_url=self.url, viewport={"width": width, "height": height}, **options
        )
        context.set_default_timeout(15_000)
        self._contexts.append(context)
        page = context.new_page()
        page.on("console", self._on_console)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        return context, page

    def _on_console(self, message):
        if message.type == "error":
            self.errors.append(f"{message.text} {message.location.get('url', '')}")

    def sign_in(self, user, context=None):
        """Give the visitor the session of ``user``; tests of the sign-in page itself type the password."""
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        self.set_cookie(
            settings.SESSION_COOKIE_NAME, client.cookies[settings.SESSION_COOKIE_NAME].value, context
        )

    def speak(self, language, context=None):
        self.set_cookie(settings.LANGUAGE_COOKIE_NAME, language, context)

    def set_cookie(self, name, value, context=None):
        (context or self.context).add_cookies([{"name": name, "value": value, "url": self.url}])

    def open(self, path, page=None):
        page = page or self.page
        response = page.goto(path)
        assert response.ok, f"{path} answered {response.status}"
        return page

    def accessibility_faults(self, page=None):
        """What axe finds on the page as it stands, a line per rule and element: assert that it is []."""
        from axe_playwright_python.sync_playwright import Axe

        found = Axe().run(page or self.page).response["violations"]
        return [f"{fault['id']}: {node['html'][:200]}" for fault in found for node in fault["nodes"]]

    def screenshot(self, name, page=None):
        """Keep a picture in test-results/ for a person to look at."""
        folder = Path(settings.BASE_DIR) / "test-results"
        folder.mkdir(exist_ok=True)
        (page or self.page).screenshot(path=folder / f"{name}.png", full_page=True)

    def close(self):
        for context in self._contexts:
            context.close()


@pytest.fixture
def browser(chromium, live_server):
    visitor = Browser(chromium, live_server)
    yield visitor
    visitor.close()
    assert visitor.errors == []
