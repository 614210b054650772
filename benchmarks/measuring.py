"""What every benchmark shares: a database of its own, medians, ratios to a floor, one table of results.

Run a benchmark from the project's folder, with ``DATABASE_URL`` naming a database on a PostgreSQL server whose
user may create databases; each makes one of its own there and drops it at the end::

    DATABASE_URL=postgresql://postgres@127.0.0.1/any python -m benchmarks.rebuild

Seconds depend on the machine; what is promised are ratios to a floor measured in the same run.
"""

import contextlib
import gc
import os
import statistics
import sys
import tempfile
import time
from urllib.parse import urlsplit, urlunsplit


def _environment(folder):
    """Settings for a benchmark where the environment says nothing else."""
    defaults = {
        "ALLOWED_HOSTS": "testserver,localhost,127.0.0.1",
        "DATA_DIR": folder,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "HTTPS": "off",
        "LOG_LEVEL": "WARNING",
        "SECOND_FACTOR": "off",
        "SECRET_KEY": "only-for-benchmarks-" * 3,
        "SITE_URL": "http://testserver",
    }
    for name, value in defaults.items():
        os.environ.setdefault(name, value)
    if "REDIS_URL" not in os.environ:
        os.environ.setdefault("BROKER_URL", f"sqla+sqlite:///{folder}/broker.sqlite3")


@contextlib.contextmanager
def own_database(name):
    """A fresh, migrated PostgreSQL database ``abhiyan_benchmark_<name>``; Django is set up on it.

    ``KEEP=on`` in the environment leaves it behind, to be looked at.
    """
    address = urlsplit(os.environ.get("DATABASE_URL", ""))
    if address.scheme not in ("postgresql", "postgres"):
        sys.exit("Set DATABASE_URL=postgresql://user@host/name: the benchmarks measure PostgreSQL.")
    server = _Server(os.environ["DATABASE_URL"])
    with tempfile.TemporaryDirectory(prefix="abhiyan-benchmark-") as folder:
        server.create(_full(name))
        os.environ["DATABASE_URL"] = urlunsplit(address._replace(path=f"/{_full(name)}"))
        _environment(folder)
        try:
            import django

            django.setup()
            from django.core.management import call_command

            call_command("migrate", verbosity=0)
            yield server
        finally:
            with contextlib.suppress(Exception):
                from django.db import connections

                connections.close_all()
            server.end()


@contextlib.contextmanager
def embedded_database():
    """A fresh, migrated SQLite file, and Celery's broker in another: what ``run.py`` starts with."""
    with tempfile.TemporaryDirectory(prefix="abhiyan-benchmark-") as folder:
        os.environ.pop("REDIS_URL", None)
        os.environ["DATABASE_URL"] = f"sqlite:///{folder}/abhiyan.sqlite3"
        os.environ["BROKER_URL"] = f"sqla+sqlite:///{folder}/broker.sqlite3"
        _environment(folder)
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        call_command("createcachetable", verbosity=0)
        yield
        from django.db import connections

        connections.close_all()


def _full(name):
    return f"abhiyan_benchmark_{name}"


class _Server:
    """Makes databases and drops them at the end."""

    def __init__(self, url):
        import psycopg2

        self._connection, self._made, self._wrappers = psycopg2.connect(url), [], {}
        self._connection.autocommit = True

    def _execute(self, sql):
        with self._connection.cursor() as cursor:
            cursor.execute(sql)

    def create(self, database, template="template1"):
        self._execute(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')
        self._execute(f'CREATE DATABASE "{database}" TEMPLATE "{template}"')
        self._made.append(database)

    def copy(self, name, to):
        """Another database with everything that the one named has, and Django moved to it."""
        from django.db import connections

        connections.close_all()
        for wrapper in self._wrappers.values():
            wrapper.close()
        self.create(_full(to), template=_full(name))
        self.use(to)

    def use(self, name):
        """Move Django to a database; each keeps its connection, as a server's do."""
        from django.db import connections

        if name not in self._wrappers:
            settings = {**connections.settings["default"], "NAME": _full(name)}
            connections["default"].close()
            engine = connections["default"].__class__
            self._wrappers[name] = engine(settings, alias="default")
        connections["default"] = self._wrappers[name]

    def end(self):
        for wrapper in self._wrappers.values():
            wrapper.close()
        if os.environ.get("KEEP") != "on":
            for database in self._made:
                self._execute(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')
        self._connection.close()


def seconds(function):
    """How long one call takes."""
    gc.collect()
    gc.disable()
    try:
        start = time.perf_counter()
        function()
        return time.perf_counter() - start
    finally:
        gc.enable()


def median(function, *, times=5, warm_up=1, before=None):
    """Median seconds of a call; ``before`` makes ready each time and is not measured."""
    measured = []
    for number in range(warm_up + times):
        if before is not None:
            before()
        took = seconds(function)
        if number >= warm_up:
            measured.append(took)
    return statistics.median(measured)


def percentile(values, share):
    """The value below which ``share`` (0 to 1) of the values lie, by nearest rank."""
    ranked = sorted(values)
    return ranked[min(len(ranked) - 1, max(0, -(-int(share * 1000) * len(ranked) // 1000) - 1))]


def shown(took):
    """Seconds in words that keep three digits."""
    return f"{took:.2f} s" if took >= 1 else f"{took * 1000:.3g} ms"


class Results:
    """Rows of what was measured, printed as a Markdown table for ``benchmarks/README.md``."""

    HEAD = ("what", "median", "floor", "ratio", "goal", "met")

    def __init__(self, title):
        self.title, self.rows = title, []

    def add(self, what, took, *, floor=None, goal="", met=None, ratio=None):
        """``took`` and ``floor`` in seconds, or text; the ratio is took / floor unless given."""
        if ratio is None and isinstance(took, float) and isinstance(floor, float):
            ratio = took / floor
        words = [took if isinstance(took, str) else shown(took)]
        words.append("" if floor is None else floor if isinstance(floor, str) else shown(floor))
        words.append("" if ratio is None else f"{ratio:.2f}")
        self.rows.append((what, *words, goal, "" if met is None else "yes" if met else "NO"))
        print(f"  {what}: {' | '.join(word for word in self.rows[-1][1:] if word)}", flush=True)
        return ratio

    def show(self):
        print(f"\n### {self.title}\n")
        print(f"| {' | '.join(self.HEAD)} |")
        print(f"|{'---|' * len(self.HEAD)}")
        for row in self.rows:
            print(f"| {' | '.join(row)} |")
