"""Phones with the entry pages on them, for the tests of entering without network."""

import os
import subprocess
import sys
import time
from contextlib import suppress
from urllib.request import urlopen

from django.conf import settings
from playwright.sync_api import expect

from campaigns.selectors.tallies import standing
from tests.plugins.cast import PASSWORD
from tests.plugins.workers import test_database_url, wait_until

# Chromium itself calls these errors: a fetch without network, and answers that refuse.
EXPECTED = ("net::ERR_", "412", "422", "403", "503")
READY = """async (key) => {
  if (!navigator.serviceWorker || !self.abhiyan) return false;
  await navigator.serviceWorker.ready;
  return Boolean(navigator.serviceWorker.controller && await abhiyan.store.get("kits", key));
}"""


PHONE = {"width": 360, "height": 740}


class Phone:
    """One device. Its pages share cookies, cache and IndexedDB; ``page`` is the one that is open."""

    def __init__(self, context, page, slug):
        self.context, self.page, self.slug = context, page, slug

    def visit(self, user):
        """The one visit with network after which everything is here."""
        self.page.goto(f"/campaigns/{self.slug}/entry/")
        self.wait_for_kit(user)

    def wait_for_kit(self, user):
        wait_until(lambda: self.page.evaluate(READY, [user.pk, self.slug]), what="the kit on the device")

    def unplug(self):
        self.context.set_offline(True)

    def plug_in(self):
        self.context.set_offline(False)

    def open(self, day=None, unit=None, *, language="en-in"):
        parts = [self.slug, day and day.isoformat(), unit]
        # A full load, as a tap on the icon of the app does.
        self.page.goto("about:blank")
        self.page.goto(f"/campaigns/device/{language}/#/{'/'.join(filter(None, parts))}")
        return self.page

    def close_tab(self):
        self.page.close()

    def new_tab(self):
        self.page = self.context.new_page()
        return self.page

    def press(self, *keys):
        for key in keys:
            for one in str(key) if str(key).isdigit() else [key]:
                self.page.locator(f".key--{'d' + one if one.isdigit() else one}").click()

    def act(self, name):
        self.page.locator(f"[data-act={name}]").click()

    def state(self, unit):
        """The pill in the list of units."""
        return self.page.locator(f"a[data-unit={unit}] .device-state")

    def waiting(self):
        return self.page.evaluate("abhiyan.store.all('queue')")

    def queue(self, reports):
        """Many reports through the app's own module, as its pages queue them."""
        return self.page.evaluate(
            "async (reports) => { for (const one of reports) await abhiyan.queue.add(one); }", reports
        )

    def send(self):
        return self.page.evaluate("abhiyan.queue.send()")


def report_of(user, slug, unit, day, counts, **values):
    texts = {key: str(count) for key, count in counts.items()}
    return {
        **{"user": user.pk, "slug": slug, "unit": unit, "day": day.isoformat()},
        **{
            "counts": counts,
            "texts": texts,
            "base": 0,
            "before": {},
            "reason": "",
            "extra": {},
            "nil": False,
        },
        **values,
    }


def says(locator, text):
    expect(locator).to_contain_text(text)


class Site:
    """A real web server on the test's database, that can be stopped and started again at its address."""

    def __init__(self, port):
        self.port, self.url, self.process = port, f"http://127.0.0.1:{port}", None

    def start(self):
        self.process = subprocess.Popen(
            [
                *(
                    sys.executable,
                    "-m",
                    "gunicorn",
                    "config.wsgi:application",
                    "--bind",
                    f"127.0.0.1:{self.port}",
                ),
                *("--threads", "4", "--no-control-socket"),
            ],
            cwd=settings.BASE_DIR,
            env={**os.environ, "DATABASE_URL": test_database_url(), "LOG_LEVEL": "WARNING"},
        )
        wait_until(self._answers, what="the server")
        return self

    def _answers(self):
        assert self.process.poll() is None, "the server has ended"
        with suppress(OSError):
            return urlopen(f"{self.url}/campaigns/device/who/", timeout=5).status == 200
        time.sleep(0.1)
        return False

    def stop(self):
        if self.process is not None:
            self.process.terminate()
            self.process.wait(timeout=20)
            self.process = None


def stands(campaign, unit, day):
    keys = dict(campaign.cells.values_list("pk", "key"))
    return {keys[pk].split("|")[0]: count for pk, count in standing(campaign, unit, day).items()}


def sign_in(page, user):
    page.locator("#line").get_by_role("link", name="Sign in").click()
    page.locator("[name=username]").fill(user.username)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("main form button").first.click()
