"""The body of a dashboard, drawn once per change of the figures and kept in the process for a short while.

Cost follows change: a thousand visitors of one page between two folds cost one drawing. The key holds what a
fold, the setup and every area (its name, its outline) were last changed at, so a remembered body is never older
than these; the stock and the day of today have no version in it, so nothing is kept longer than ``SECONDS``.
"""

import threading
import time
from collections import OrderedDict

from django.template.loader import render_to_string
from django.utils.translation import get_language

from reports.presenters.pages import SILENT_SHOWN, present
from reports.presenters.panels import chart_span
from reports.selectors.dashboard import read_facts

SECONDS = 60
MOST = 128  # a body is some 100 kB


class Remembered:
    """A small store of the last values by key, safe between threads."""

    def __init__(self, *, most=MOST, seconds=SECONDS):
        self._most, self._seconds = most, seconds
        self._values = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key, make):
        now = time.monotonic()
        with self._lock:
            made_at, value = self._values.get(key, (None, None))
            if made_at is not None and now - made_at < self._seconds:
                self._values.move_to_end(key)
                return value
        # Made outside the lock: two threads may both draw a new page, and neither waits for the other.
        value = make()
        with self._lock:
            self._values[key] = (now, value)
            self._values.move_to_end(key)
            while len(self._values) > self._most:
                self._values.popitem(last=False)
        return value

    def clear(self):
        with self._lock:
            self._values.clear()


bodies = Remembered()


def dashboard_body(*, scope, query, fresh, addresses):
    """HTML of the figures; the same for everyone who may see the area."""
    key = (
        scope.campaign.pk,
        scope.area.pk,
        addresses.here,
        fresh.tag,
        query.key,
        get_language(),
    )
    return bodies.get(key, lambda: draw(scope=scope, query=query, fresh=fresh, addresses=addresses))


def draw(*, scope, query, fresh, addresses):
    facts = read_facts(
        campaign=scope.campaign,
        area=scope.area,
        query=query,
        fresh=fresh,
        span=chart_span(scope.campaign, query.day),
        silent_shown=SILENT_SHOWN,
    )
    page = present(facts=facts, query=query, addresses=addresses)
    return render_to_string(
        "reports/_figures.html", {"page": page, "area": scope.area, "campaign": scope.campaign}
    )
