"""run.py for real: it starts, answers, and leaves nothing behind however it ends."""

import http.client
import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from runner.servers import free_port
from tests.plugins.workers import wait_until

pytestmark = [pytest.mark.once, pytest.mark.slow]

SECONDS = 120

# run.py with the Python that runs the tests instead of a .venv of its own: what is installed is tested elsewhere.
PROGRAM = """
import sys
from pathlib import Path
from runner import command_line, virtualenv
virtualenv.prepare = lambda: Path(sys.executable)
command_line.main(sys.argv[1:])
"""


class Site:
    def __init__(self, data, *arguments):
        self.port, self.data = free_port(), data
        self.output = data.with_name(f"{data.name}-output.txt")
        clean = {key: os.environ[key] for key in ("PATH", "HOME") if key in os.environ}
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-c", PROGRAM, "--port", str(self.port), "--data", str(data), *arguments],
                cwd=settings.BASE_DIR,
                env=clean,
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    @property
    def said(self):
        return self.output.read_text()

    def wait_until_up(self):
        wait_until(
            lambda: "Ctrl-C stops everything" in self.said or self.process.poll() is not None,
            seconds=SECONDS,
            what="run.py up",
        )
        assert self.process.poll() is None, self.said
        return self

    def family(self):
        """Every process that knows this site's data folder, from its command line or its environment."""
        mark = f"DATA_DIR={self.data}\0".encode()
        found = []
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                if mark in (entry / "environ").read_bytes():
                    found.append((entry / "cmdline").read_bytes().replace(b"\0", b" ").decode())
            except OSError:
                continue
        return found

    def get(self, path):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.request("GET", path)
        return connection.getresponse()

    def end(self, number):
        self.process.send_signal(number)
        self.process.wait(timeout=60)


@pytest.fixture(scope="module")
def prepared(tmp_path_factory):
    """A data folder whose database is migrated: copied, since each test wants one to itself."""
    folder = tmp_path_factory.mktemp("site") / "data folder अभियान"
    site = Site(folder, "--no-demo").wait_until_up()
    assert "Preparing the database" in site.said
    site.end(signal.SIGTERM)
    return folder


@pytest.fixture(scope="module")
def running(prepared):
    """One site for all tests that only look."""
    site = Site(shutil.copytree(prepared, prepared.with_name("running")), "--no-demo").wait_until_up()
    yield site
    site.end(signal.SIGTERM)


@pytest.fixture
def site(prepared, tmp_path):
    """A site to be ended by the test."""
    started = Site(shutil.copytree(prepared, tmp_path / "ended अभियान"), "--no-demo").wait_until_up()
    yield started
    if started.process.poll() is None:
        started.end(signal.SIGTERM)


def test_it_prints_its_address_and_answers(running):
    assert f"http://localhost:{running.port}/" in running.said
    assert running.get("/").status == 200


def test_a_second_start_prepares_nothing(running):
    assert "Preparing" not in running.said
    assert float(re.search(r"set-up ([\d.]+) s", running.said).group(1)) < 5


def test_it_runs_a_web_server_a_worker_and_a_timetable(running):
    programs = " ".join(running.family())
    assert all(word in programs for word in ("gunicorn", "celery -A config worker", "celery -A config beat"))


def test_the_timetable_reaches_the_worker_through_the_file_broker(running):
    log = running.data / "logs" / "worker.log"
    wait_until(
        lambda: re.search(r"Task reports\.tasks\.sweep\[.*succeeded", log.read_text()),
        seconds=60,
        what="a sweep by the worker",
    )


def test_two_sites_cannot_share_a_data_folder(running):
    second = Site(running.data, "--no-demo")
    assert second.process.wait(timeout=60) == 1
    assert "already runs on the data folder" in second.said


def test_manage_runs_a_command_on_the_same_data(running):
    shell = "from django.conf import settings; print('database', settings.DATABASES['default']['NAME'])"
    ended = subprocess.run(
        [sys.executable, "-c", PROGRAM, "--data", str(running.data), "manage", "shell", "-v0", "-c", shell],
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
    )
    assert ended.stdout == f"database {running.data / 'abhiyan.sqlite3'}\n", ended.stderr


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_it_leaves_no_process_when_it_is_stopped_by(site, number):
    site.end(number)
    assert site.process.returncode == 0
    assert site.said.endswith("Stopped.\n")
    assert "Traceback" not in site.said
    assert site.family() == []


def test_nothing_survives_a_kill_9_of_run_py(site):
    assert len(site.family()) >= 5
    site.end(signal.SIGKILL)
    wait_until(lambda: site.family() == [], seconds=60, what="no process left")


def test_a_process_that_dies_takes_the_site_down_with_a_word(site):
    children = Path(f"/proc/{site.process.pid}/task/{site.process.pid}/children").read_text().split()
    beat = next(pid for pid in children if b"beat-schedule" in Path(f"/proc/{pid}/cmdline").read_bytes())
    os.kill(int(beat), signal.SIGKILL)
    assert site.process.wait(timeout=60) == 1
    assert site.said.splitlines()[-1].startswith("run.py: the beat process ended by itself (code -9); see ")
    assert site.family() == []
