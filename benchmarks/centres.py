"""2,653 centres submit their day within ten minutes while officials read the dashboards.

    DATABASE_URL=postgresql://postgres@127.0.0.1/any REDIS_URL=redis://127.0.0.1/1 python -m benchmarks.centres
    EMBEDDED=on python -m benchmarks.centres

The second line measures what ``run.py`` starts: SQLite, and Celery over its own SQLite file. A real gunicorn and a
real worker, all on loopback. ``--centres`` and ``--minutes`` make it shorter.

*Commit to dashboard*: each centre reports a known sum, so the moment when the n-th answer came is compared with the
first moment at which the figures held the sum of n reports. Goal: p95 ≤ 2 s with Redis, ≤ 3 s embedded, no error,
nothing lost.
"""

import argparse
import contextlib
import datetime
import http.client
import json
import math
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from benchmarks.measuring import Results, embedded_database, own_database, percentile
from runner.servers import free_port

DISTRICTS, BLOCKS_EACH = 28, 5
DOSES = 10  # of every report, so that a total tells how many reports are in it
CLERKS, READERS = 16, 4


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    options.add_argument("--centres", type=int, default=2653)
    options.add_argument("--minutes", type=float, default=10.0)
    asked = options.parse_args()
    embedded = os.environ.get("EMBEDDED") == "on"
    os.environ["API_RATE_SIGNED_IN"] = os.environ["API_RATE_ANONYMOUS"] = "100000000/min"
    database = embedded_database() if embedded else own_database("centres")
    with database, tempfile.TemporaryDirectory() as folder:
        codes, key = _world(asked.centres)
        with _site(folder) as port:
            run = Run(port, key, codes, asked.minutes * 60)
            run.go()
    results = Results("Centres" + (", SQLite and its own broker" if embedded else ", PostgreSQL and Redis"))
    _report(results, run, asked, goal=3.0 if embedded else 2.0)
    results.show()


def _report(results, run, asked, *, goal):
    delay = run.delays()
    p95 = percentile(delay, 0.95)
    results.add(
        f"commit to dashboard, p95 of {len(delay):,} reports in {asked.minutes:g} min",
        p95,
        goal=f"≤ {goal:g} s",
        met=p95 <= goal,
    )
    results.add("the same, median", percentile(delay, 0.5))
    results.add("the same, longest", max(delay))
    results.add("answer to a report, p95", percentile(run.answers, 0.95))
    results.add(f"dashboard page, p95 of {len(run.pages):,} openings", percentile(run.pages, 0.95))
    results.add("requests that failed", str(len(run.faults)), goal="0", met=not run.faults)
    lost = asked.centres * DOSES - run.total
    results.add("doses lost or doubled", str(lost), goal="0", met=lost == 0)
    for fault in run.faults[:5]:
        print(f"  fault: {fault}", file=sys.stderr)


# -- the world -------------------------------------------------------------------------------------------


def _world(centres):
    """One state, its districts, blocks and centres, and a campaign in which each centre reports."""
    from campaigns.models import Campaign, Cohort, Item
    from campaigns.services import setup
    from districts import tree
    from districts.models import Area, Level, Posting, Role, User
    from districts.services.tokens import issue

    nation = tree.add_area(parent=None, code="IN", level=Level.NATION, name_en="India")
    state = tree.add_area(parent=nation, code="S0", level=Level.STATE, name_en="State")
    rows = [{"code": f"D{n}", "level": Level.DISTRICT, "name_en": f"District {n}"} for n in range(DISTRICTS)]
    districts = tree.add_areas(parent=state, rows=rows)
    blocks = tree.add_many(
        rows=[
            {
                "parent": districts[n % DISTRICTS],
                "code": f"B{n}",
                "level": Level.BLOCK,
                "name_en": f"Block {n}",
            }
            for n in range(DISTRICTS * BLOCKS_EACH)
        ]
    )
    units = tree.add_many(
        rows=[
            {
                "parent": blocks[n % len(blocks)],
                "code": f"T{n}",
                "level": Level.SITE,
                "name_en": f"Centre {n}",
            }
            for n in range(centres)
        ]
    )
    today = datetime.date.today()
    campaign = Campaign.objects.create(
        slug="centres",
        name_en="Centres",
        area=state,
        is_public=True,
        starts_on=today - datetime.timedelta(7),
        ends_on=today + datetime.timedelta(7),
    )
    for position, code in enumerate(("18-44", "45-plus")):
        Cohort.objects.create(campaign=campaign, code=code, name_en=code, position=position)
    for number in (1, 2):
        Item.objects.create(
            campaign=campaign, code=f"dose-{number}", name_en=f"Dose {number}", position=number
        )
    setup.build_sheet(campaign=campaign, by=None)
    setup.set_reporting_units(campaign=campaign, areas=units, by=None)
    user = User.objects.create_user("portal")
    Posting.objects.create(user=user, area=Area.objects.get(code="IN"), role=Role.API_CLIENT, starts_on=today)
    return [unit.code for unit in units], issue(user=user, name="portal")[1]


@contextlib.contextmanager
def _site(folder):
    """The port of a web server; a worker folds behind it."""
    from django.db import connections

    connections.close_all()
    port = free_port()
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings"}
    web = ["gunicorn", "config.wsgi", f"--bind=127.0.0.1:{port}", "--workers=2", "--threads=4"]
    worker = ["celery", "-A", "config", "worker", "--concurrency=2", "--without-gossip", "--without-mingle"]
    with Path(folder, "log").open("wb") as log:
        started = [
            subprocess.Popen([sys.executable, "-m", *command], env=environment, stdout=log, stderr=log)
            for command in (web, worker)
        ]
    try:
        _wait_for(port)
        time.sleep(5)  # the worker says nothing when it is ready
        yield port
    finally:
        for process in started:
            process.send_signal(signal.SIGTERM)
        for process in started:
            process.wait(timeout=30)


def _wait_for(port):
    for _time in range(300):
        with contextlib.suppress(OSError):
            return socket.create_connection(("127.0.0.1", port), timeout=1).close()
        time.sleep(0.1)
    return sys.exit("gunicorn does not answer.")


# -- the evening -----------------------------------------------------------------------------------------


class Run:
    """Everything that was sent and seen. Times are of one clock."""

    def __init__(self, port, key, codes, duration):
        self.port, self.key, self.duration = port, key, duration
        self.waiting = list(enumerate(codes))[::-1]
        self.every = duration / len(codes)
        self.answers, self.pages, self.faults, self.committed, self.seen = [], [], [], [], []
        self.total, self.over = 0, threading.Event()
        self.lock = threading.Lock()

    def go(self):
        self.start = time.perf_counter()
        readers = [threading.Thread(target=self._read, args=(number,)) for number in range(READERS)]
        clerks = [threading.Thread(target=self._report) for _clerk in range(CLERKS)]
        watcher = threading.Thread(target=self._watch)
        for thread in (watcher, *readers, *clerks):
            thread.start()
        for clerk in clerks:
            clerk.join()
        for _time in range(200):
            if self.total >= len(self.committed) * DOSES:
                break
            time.sleep(0.1)
        self.over.set()
        for thread in (watcher, *readers):
            thread.join()

    def delays(self):
        """Of the n-th report: from its answer until the figures held n reports."""
        seen, delays = iter([*self.seen, (math.inf, math.inf)]), []
        at, total = next(seen)
        for number, answered in enumerate(sorted(self.committed), start=1):
            while total < number * DOSES:
                at, total = next(seen)
            delays.append(max(at - answered, 0.0))
        return delays

    def _report(self):
        today = datetime.date.today().isoformat()
        cells = [(f"dose-{dose}", cohort) for dose in (1, 2) for cohort in ("18-44", "45-plus")]
        counts = [4, 3, 2, 1]
        while True:
            with self.lock:
                if not self.waiting:
                    return
                number, code = self.waiting.pop()
            time.sleep(max(0.0, self.start + number * self.every - time.perf_counter()))
            lines = [
                {"item": item, "cohort": cohort, "count": count}
                for (item, cohort), count in zip(cells, counts, strict=True)
            ]
            body = json.dumps({"campaign": "centres", "unit": code, "date": today, "lines": lines})
            headers = {
                "Authorization": f"Token {self.key}",
                "Content-Type": "application/json",
                "Idempotency-Key": f"centre-{code}",
            }
            took, _content = self._ask("POST", "/api/v1/tallies/", 201, body, headers)
            with self.lock:
                self.answers.append(took)
                self.committed.append(time.perf_counter())

    def _read(self, number):
        chance = random.Random(number)
        while not self.over.wait(chance.uniform(0.3, 0.7)):
            place = chance.choice(["", "S0/", f"D{chance.randrange(DISTRICTS)}/"])
            took, _content = self._ask("GET", f"/centres/{place}".replace("/S0/", "/"), 200)
            self.pages.append(took)

    def _watch(self):
        today = datetime.date.today().isoformat()
        address = f"/api/v1/coverage/?campaign=centres&area=S0&date={today}"
        while not self.over.wait(0.05):
            _took, content = self._ask("GET", address, 200)
            if content is None:
                continue
            # None until the first fold, with the reason beside it.
            self.total = json.loads(content)["area"]["doses_to_date"]["value"] or 0
            self.seen.append((time.perf_counter(), self.total))

    def _ask(self, method, path, expect, body=None, headers=None):
        """(seconds, body or None for a fault) of one request on a connection of its own."""
        start = time.perf_counter()
        try:
            client = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
            client.request(method, path, body, headers or {})
            response = client.getresponse()
            content = response.read()
            client.close()
        except OSError as error:
            self.faults.append(f"{method} {path}: {error!r}")
            return time.perf_counter() - start, None
        if response.status != expect:
            self.faults.append(f"{method} {path}: {response.status} {content[:300]!r}")
            content = None
        return time.perf_counter() - start, content


if __name__ == "__main__":
    main()
