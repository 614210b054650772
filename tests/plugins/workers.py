"""Real Celery processes against the test database and the test broker."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import quote

import pytest
from django.conf import settings
from django.db import connection

from config.celery import app

START_SECONDS = 60


def test_database_url():
    """The URL by which another process reaches the database that this test runs on."""
    now = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{quote(str(now['NAME']))}"
    password = f":{quote(now['PASSWORD'])}" if now["PASSWORD"] else ""
    host = f"{now['HOST']}:{now['PORT']}" if now["PORT"] else now["HOST"]
    return f"postgresql://{quote(now['USER'])}{password}@{host}/{quote(now['NAME'])}"


test_database_url.__test__ = False


def wait_until(condition, *, seconds=30.0, what="the condition"):
    """Ask until it answers something true; returns the answer."""
    end = time.monotonic() + seconds
    while True:
        answer = condition()
        if answer:
            return answer
        if time.monotonic() > end:
            raise AssertionError(f"{what} did not come true within {seconds} s")
        time.sleep(0.05)


class CeleryProcess:
    """One ``celery -A config …`` process and everything it prints."""

    def __init__(self, *args, log, ready):
        self.log_path = Path(log)
        with self.log_path.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "celery", "-A", "config", *args],
                cwd=settings.BASE_DIR,
                env={**os.environ, "DATABASE_URL": test_database_url(), "LOG_LEVEL": "INFO"},
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        wait_until(lambda: self._is_ready(ready), seconds=START_SECONDS, what=f"celery {args[0]} ready")

    def _is_ready(self, word):
        if self.process.poll() is not None:
            raise AssertionError(f"celery ended with {self.process.returncode}:\n{self.log}")
        return word in self.log

    @property
    def log(self):
        return self.log_path.read_text(errors="replace")

    def kill(self):
        """kill -9 to the process and its pool: no handler runs, nothing is acknowledged."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def stop(self):
        """The kind way: running tasks end first."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                self.kill()


@pytest.fixture
def empty_broker(transactional_db):
    """No message of an earlier test is delivered in this one."""
    with app.connection_for_write() as broker, broker.SimpleQueue(app.conf.task_default_queue) as queue:
        queue.clear()


@pytest.fixture
def start_worker(empty_broker, tmp_path):
    """Start a Celery worker, as many as a test needs: ``start_worker(concurrency=1)``."""
    started = []

    def start(*, concurrency=1, pool="prefork"):
        number = len(started)
        started.append(
            CeleryProcess(
                "worker",
                f"--concurrency={concurrency}",
                f"--pool={pool}",
                f"--hostname=w{number}-{os.getpid()}@localhost",
                "--loglevel=INFO",
                "--without-gossip",
                "--without-mingle",
                log=tmp_path / f"worker-{number}.log",
                ready="ready.",
            )
        )
        return started[-1]

    yield start
    for worker in started:
        worker.stop()
        print(worker.log)  # pytest shows it when the test failed


@pytest.fixture
def worker(start_worker):
    """A running Celery worker."""
    return start_worker()


@pytest.fixture
def start_beat(empty_broker, tmp_path):
    """Start Celery's timetable."""
    started = []

    def start():
        number = len(started)
        started.append(
            CeleryProcess(
                "beat",
                f"--schedule={tmp_path / f'beat-{number}'}",
                "--pidfile=",
                "--loglevel=INFO",
                log=tmp_path / f"beat-{number}.log",
                ready="beat: Starting...",
            )
        )
        return started[-1]

    yield start
    for beat in started:
        beat.stop()
        print(beat.log)
