"""Child processes that end with run.py, however it ends."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time

from runner import PROJECT

PR_SET_PDEATHSIG = 1
PATIENCE = 15  # seconds for a child to end by itself


def _die_with(parent, number):
    """A function for the child to call before it becomes its program: the kernel ends it with its parent.

    Without it a kill -9 of run.py would leave servers behind that hold the port and the database.
    """
    if not sys.platform.startswith("linux"):
        return None
    libc = ctypes.CDLL(None, use_errno=True)

    def in_child():
        libc.prctl(PR_SET_PDEATHSIG, number, 0, 0, 0)
        if os.getppid() != parent:  # died between the fork and the line above
            os._exit(1)

    return in_child


def start(command, *, env, log=None, cwd=PROJECT, orphan_signal=signal.SIGTERM, **options):
    """Start a process in a session of its own: Ctrl-C in the terminal reaches run.py alone."""
    output = log.open("ab") if log else None
    try:
        return subprocess.Popen(
            [str(part) for part in command],
            cwd=cwd,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT if output else None,
            start_new_session=True,
            preexec_fn=_die_with(os.getpid(), orphan_signal),
            **options,
        )
    finally:
        if output:
            output.close()


def call(command, *, env=None, **options):
    """Run a program to its end; returns its exit code. It dies with run.py too."""
    return subprocess.run(
        [str(part) for part in command],
        cwd=PROJECT,
        env=env,
        stdin=subprocess.DEVNULL,
        preexec_fn=_die_with(os.getpid(), signal.SIGTERM),
        **options,
    ).returncode


def stop(processes, *, first=signal.SIGTERM):
    """Ask all to end, wait, then end what is left with its whole family."""
    for process in processes:
        if process.poll() is None:
            process.send_signal(first)
    deadline = time.monotonic() + PATIENCE
    for process in processes:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=max(0.1, deadline - time.monotonic()))
        _kill_family(process)


def _kill_family(process):
    """Pool processes whose master died hard live on in its process group."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
