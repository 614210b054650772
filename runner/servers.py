"""PostgreSQL and Redis servers of a test run: on free loopback ports, in a temporary folder, gone at the end."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

from runner import children
from runner.console import Refused

START_SECONDS = 30


def find_postgresql():
    """The folder of PostgreSQL's programs; Debian keeps them off the PATH."""
    if on_path := shutil.which("postgres"):
        return Path(on_path).resolve().parent
    found = Path("/usr/lib/postgresql").glob("*/bin/postgres")
    newest = max(found, key=lambda program: float(program.parts[4]), default=None)
    return newest.parent if newest else None


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Servers:
    """Use as a context manager; ``environment`` tells the tests where the servers are."""

    def __init__(self):
        self._processes = []

    def __enter__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="abhiyan-servers-"))
        try:
            # The servers may run as another user, who must get through.
            self.folder.chmod(0o755)
            self.environment = {"DATABASE_URL": self._postgresql(), "TEST_REDIS_URL": self._redis()}
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *error):
        # For PostgreSQL SIGINT is the fast shutdown; SIGTERM would wait for every client to leave.
        children.stop(self._processes, first=signal.SIGINT)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _postgresql(self):
        programs = find_postgresql()
        data, log, port = self.folder / "postgresql", self.folder / "postgresql.log", free_port()
        data.mkdir()
        owner = _owner_of_postgresql()
        if owner:
            shutil.chown(data, owner["user"])
        initdb = subprocess.run(
            [
                *(programs / "initdb", "-D", data, "-U", "postgres", "-A", "trust"),
                *("-E", "UTF8", "--locale=C.UTF-8", "--no-sync"),
            ],
            cwd=self.folder,
            capture_output=True,
            text=True,
            **owner,
        )
        if initdb.returncode:
            raise Refused(f"PostgreSQL's initdb failed: {initdb.stderr.strip().splitlines()[-1]}")
        command = [programs / "postgres", "-D", data, "-p", port, "-k", data]
        for setting in (
            "listen_addresses=127.0.0.1",
            # The data lives for one run: a power cut may lose it, a kill -9 of the server does not.
            *("fsync=off", "synchronous_commit=off", "full_page_writes=off"),
            *("shared_buffers=256MB", "max_connections=100"),
        ):
            command += ["-c", setting]
        self._start("PostgreSQL", command, log, port, orphan_signal=signal.SIGINT, **owner)
        return f"postgresql://postgres@127.0.0.1:{port}/postgres"

    def _redis(self):
        port = free_port()
        command = ["redis-server", "--port", port, "--bind", "127.0.0.1", "--dir", self.folder]
        command += ["--save", "", "--appendonly", "no", "--databases", "64"]
        self._start("Redis", command, self.folder / "redis.log", port)
        return f"redis://127.0.0.1:{port}"

    def _start(self, name, command, log, port, **options):
        process = children.start(command, env=dict(os.environ), log=log, cwd=self.folder, **options)
        self._processes.append(process)
        deadline = time.monotonic() + START_SECONDS
        while not _accepts(port):
            if process.poll() is not None or time.monotonic() > deadline:
                last = log.read_text(errors="replace").strip().splitlines()[-1:]
                raise Refused(f"{name} did not start: {''.join(last)}")
            time.sleep(0.1)


def _accepts(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _owner_of_postgresql():
    """As Popen options: PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    raise Refused("PostgreSQL does not run as root and this system has neither the user postgres nor nobody.")
