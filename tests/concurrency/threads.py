"""Several connections at once, and one of them held at a chosen statement."""

import threading
from contextlib import contextmanager

from django.db import connection, connections

from tests.plugins.workers import wait_until

PATIENCE = 20  # seconds; a deadlock ends as a failed test, not as a hanging run


def together(*functions):
    """Call all at once, each with a connection of its own. Returns their answers, exceptions among them."""
    start = threading.Barrier(len(functions))
    runs = [Run(function, start) for function in functions]
    return [run.answer() for run in runs]


class Run:
    """A function in a thread of its own."""

    def __init__(self, function, start=None):
        self._function, self._start, self._answer = function, start, None
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self):
        try:
            if self._start:
                self._start.wait(PATIENCE)
            self._answer = self._function()
        except Exception as error:
            self._answer = error
        finally:
            connections.close_all()

    def answer(self):
        self._thread.join(PATIENCE)
        assert not self._thread.is_alive(), "still waiting: a deadlock?"
        return self._answer


@contextmanager
def at_statement(is_it, act):
    """Call ``act`` once, right before the first statement of this connection for which ``is_it(sql)``."""
    done = []

    def wrapper(execute, sql, params, many, context):
        if not done and is_it(sql):
            done.append(sql)
            act()
        return execute(sql, params, many, context)

    with connection.execute_wrapper(wrapper):
        yield done


class Held:
    """A function that stops right before a statement until it is let go."""

    def __init__(self, function, is_it):
        self._reached, self._go = threading.Event(), threading.Event()

        def run():
            with at_statement(is_it, self._stop):
                return function()

        self._run = Run(run)
        assert self._reached.wait(PATIENCE), "the statement never came"

    def _stop(self):
        self._reached.set()
        self._go.wait(PATIENCE)

    def let_go(self):
        self._go.set()
        return self._run.answer()


def wait_for_a_blocked_connection():
    """PostgreSQL: until somebody waits for a lock."""

    def blocked():
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity "
                "WHERE datname = current_database() AND wait_event_type = 'Lock'"
            )
            return cursor.fetchone()[0]

    wait_until(blocked, what="a blocked connection")
