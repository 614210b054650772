"""The command line of run.py."""

import argparse
import os
import signal
import sys
from pathlib import Path

from runner import PROJECT, virtualenv
from runner.console import Refused, warn
from runner.data import DataFolder


def parser():
    reader = argparse.ArgumentParser(
        prog="run.py",
        description="Starts Abhiyan with a demonstration campaign.",
        epilog="'run.py manage …' runs a manage.py command on the same data; 'run.py test' runs every test.",
    )
    reader.add_argument("--port", type=int, default=8000, help="the port to serve on (default 8000)")
    reader.add_argument("--data", type=Path, default=PROJECT / "var", help="the data folder (default ./var)")
    reader.add_argument("--no-demo", action="store_true", help="do not load the demonstration campaign")
    return reader


def split(argv):
    """Take the words before the command, the command (or None), and what follows, which is not ours to read."""
    for place, word in enumerate(argv):
        if word in ("manage", "test") and (place == 0 or argv[place - 1] not in ("--data", "--port")):
            return argv[:place], word, argv[place + 1 :]
    return argv, None, []


def _exit(number, frame):
    # SystemExit unwinds through every "finally", so that nothing started stays behind.
    sys.exit(128 + number)


def _listen_to_signals():
    signal.signal(signal.SIGTERM, _exit)
    signal.signal(signal.SIGHUP, _exit)  # the terminal was closed
    # A shell script starts background commands with SIGINT ignored; they would never hear it.
    signal.signal(signal.SIGINT, signal.default_int_handler)


def main(argv):
    _listen_to_signals()
    own, command, arguments = split(argv)
    options = parser().parse_args(own)
    try:
        sys.exit(run(options, command, arguments))
    except Refused as refused:
        warn(f"run.py: {refused}")
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)


def run(options, command, arguments):
    if command == "test":
        from runner import suite

        return suite.run(arguments)
    if command == "manage":
        data = DataFolder(options.data)
        python = virtualenv.prepare()
        os.chdir(PROJECT)
        os.execve(python, [str(python), "manage.py", *arguments], data.environment(options.port))
    from runner import site

    return site.run(options)
