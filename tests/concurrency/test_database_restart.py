"""The database server is killed and comes back while clerks post and a worker folds."""

import datetime
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import InterfaceError, OperationalError, connection

from campaigns.models import Campaign, FoldMark, Journal
from campaigns.services.tallies import Line, submit_tally
from reports import fold, tasks
from runner.servers import find_postgresql, free_port
from tests.concurrency.threads import Run
from tests.oracles import ledger as ledger_oracle
from tests.oracles import progress as progress_oracle
from tests.plugins.workers import wait_until
from tests.reports.sequences import FIRST, make_world

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.slow,
    pytest.mark.postgresql_only,  # SQLite has no server
]

REPORTS = 60


class OwnServer:
    """A PostgreSQL server of this test alone, that it may kill."""

    def __init__(self, folder):
        self.data, self.port, self.log = folder / "data", free_port(), folder / "data" / "server.log"
        self.data.mkdir()
        self.owner = {}
        if os.geteuid() == 0:
            entry = pwd.getpwnam("postgres")
            self.owner = {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
            shutil.chown(self.data, entry.pw_uid, entry.pw_gid)
            # The server's own user must get through to its folder.
            folder.chmod(0o755)
        self._run(
            "initdb", "-D", self.data, "-U", "postgres", "-A", "trust", "--locale=C.UTF-8", "-E", "UTF8"
        )
        self.start()

    def _run(self, program, *arguments):
        command = [find_postgresql() / program, *map(str, arguments)]
        subprocess.run(
            command, check=True, cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, **self.owner
        )

    def start(self):
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -k {self.data}"
        self._run("pg_ctl", "-D", self.data, "-l", self.log, "-o", options, "-w", "start")

    def crash(self):
        """No client is told, no buffer is written: recovery begins from the log of writes."""
        self._run("pg_ctl", "-D", self.data, "-m", "immediate", "-w", "stop")


@pytest.fixture
def server():
    # Not in pytest's folder, which every new run on the machine closes to other users.
    with tempfile.TemporaryDirectory(prefix="abhiyan-server-") as folder:
        server = OwnServer(Path(folder))
        yield server
        server.crash()


@contextmanager
def moved_to(server):
    """This test's connections, and those of the workers that it starts, go to the server."""
    connection.close()
    place = {
        "HOST": "127.0.0.1",
        "PORT": str(server.port),
        "USER": "postgres",
        "PASSWORD": "",
        "NAME": "postgres",
    }
    before = {name: connection.settings_dict[name] for name in place}
    connection.settings_dict.update(place)
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict.update(before)


def posts_stubbornly(world):
    """A client that sends each report again, under the same key, until it is answered."""

    def run():
        interrupted = 0
        for number in range(REPORTS):
            while True:
                try:
                    submit_tally(
                        campaign=Campaign.objects.get(pk=world.campaign.pk),
                        unit=world.units[number % 6],
                        day=FIRST + datetime.timedelta(days=number % 5),
                        lines=[Line("dose-1", number + 1, "old")],
                        by=None,
                        source="api",
                        reason="counted again",
                        idempotency_key=f"report-{number}",
                    )
                    break
                except (OperationalError, InterfaceError):
                    interrupted += 1
                    connection.close()
                    time.sleep(0.1)
            time.sleep(0.05)
        return interrupted

    return run


def test_a_database_that_crashes_under_work_loses_and_doubles_nothing(server, start_worker):
    with moved_to(server):
        call_command("migrate", verbosity=0)
        world = make_world("mixed")
        worker = start_worker(concurrency=2)
        clerk = Run(posts_stubbornly(world))
        for number in range(3):
            wait_until(
                lambda number=number: Journal.objects.count() > (number + 1) * REPORTS // 5,
                seconds=60,
                what="some reports",
            )
            connection.close()
            server.crash()
            server.start()
        interrupted = clerk.answer()
        assert interrupted > 0
        assert worker.process.poll() is None
        tasks.sweep.delay()
        wait_until(lambda: not FoldMark.objects.exists(), seconds=40, what="the sweep")
        keys = Journal.objects.exclude(idempotency_key="").values_list("idempotency_key", flat=True)
        assert sorted(keys) == sorted(f"report-{number}" for number in range(REPORTS))
        ledger = ledger_oracle.read(world.campaign)
        assert progress_oracle.kept(world.campaign) == progress_oracle.tables(ledger)
        assert fold.rebuild(world.campaign) == 0
        worker.stop()
