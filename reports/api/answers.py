"""Answers as they go out, kept in the process while what they stand on stands."""

import threading
from collections import OrderedDict

MOST_BYTES = 16 * 1024 * 1024


class Answers:
    """Rendered bodies by key, the least used let go first. Safe between threads.

    A key holds the versions of everything in the body (see ``reports.selectors.stamps``), so nothing here is
    ever out of date, only no longer asked for.
    """

    def __init__(self, most_bytes=MOST_BYTES):
        self._most, self._size = most_bytes, 0
        self._bodies = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key):
        with self._lock:
            body = self._bodies.get(key)
            if body is not None:
                self._bodies.move_to_end(key)
            return body

    def keep(self, key, body):
        if len(body) > self._most // 4:
            return  # one answer must not push out all others
        with self._lock:
            self._size += len(body) - len(self._bodies.pop(key, b""))
            self._bodies[key] = body
            while self._size > self._most:
                _key, gone = self._bodies.popitem(last=False)
                self._size -= len(gone)

    def clear(self):
        with self._lock:
            self._bodies.clear()
            self._size = 0


answers = Answers()
