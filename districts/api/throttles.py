"""Bounds on how often a client may ask.

DRF's own throttles keep every instant of the last minute in the cache and write the whole list back each time.
Here it is one counter per client and window, so a client may spend two windows' worth around their border.
"""

import time
from functools import cache

from django.core.cache import caches
from rest_framework.settings import api_settings
from rest_framework.throttling import BaseThrottle

SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}


class RateThrottle(BaseThrottle):
    """So many requests in each minute (or what the rate says): by address, or by account for who has one."""

    def allow_request(self, request, view):
        if request.user.is_authenticated:
            scope, who = "user", request.user.pk
        else:
            scope, who = "anon", self.get_ident(request)
        most, seconds = _rate(api_settings.DEFAULT_THROTTLE_RATES[scope])
        window, passed = divmod(int(time.time()), seconds)
        self._left = seconds - passed
        return _count(f"throttle:{scope}:{who}:{window}", seconds) <= most

    def wait(self):
        """Seconds until the next window."""
        return self._left


def is_too_often(rate, who):
    """Count one act of ``who`` (a text). Returns 0, or the seconds to wait when it was one too many."""
    most, seconds = _rate(rate)
    window, passed = divmod(int(time.time()), seconds)
    return seconds - passed if _count(f"throttle:{who}:{window}", seconds) > most else 0


@cache
def _rate(text):
    """(requests, seconds) of a rate such as 120/min."""
    number, _slash, period = text.partition("/")
    return int(number), SECONDS[period[0]]


def _count(key, seconds):
    counters = caches["throttles"]
    try:
        return counters.incr(key)
    except ValueError:  # the first of its window
        counters.add(key, 0, timeout=seconds + 1)
        return counters.incr(key)
