"""The project's own .venv: made when it is missing or half-made, filled when requirements.txt changed."""

import contextlib
import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys

from runner import PROJECT, children, packages
from runner.console import Refused, say

FOLDER = PROJECT / ".venv"
REQUIREMENTS = PROJECT / "requirements.txt"
VERSION = f"{sys.version_info.major}.{sys.version_info.minor}"
PYTHON = FOLDER / "bin" / "python"
# Written last: a .venv without it was interrupted while it was made.
STAMP = FOLDER / "abhiyan-complete"
LOG = FOLDER / "pip.log"

NETWORK_WORDS = (
    "NewConnectionError",
    "Failed to establish",
    "NameResolutionError",
    "name resolution",
    "Name or service not known",
    "ConnectTimeout",
    "Network is unreachable",
    "ProxyError",
    "ReadTimeout",
    "Connection refused",
    "Max retries exceeded",
)


def prepare():
    """Make .venv complete; returns its Python."""
    wanted = _digest()
    found = STAMP.read_text().strip() if STAMP.is_file() else ""
    if found == wanted and _is_whole():
        return PYTHON
    if not found or not _python_works():
        _make()
    STAMP.unlink(missing_ok=True)
    _install()
    STAMP.write_text(wanted + "\n")
    return PYTHON


def _digest():
    return hashlib.sha256(VERSION.encode() + REQUIREMENTS.read_bytes()).hexdigest()


def _pins():
    """(name, version) of each line of requirements.txt."""
    for line in REQUIREMENTS.read_text().splitlines():
        if match := re.match(r"([\w.-]+)==([\w.]+)", line):
            yield match.groups()


def _is_whole():
    """Whether every pinned package is there; a .venv that lost some starts and then fails far away."""
    present = {
        re.sub(r"[-_.]+", "-", entry.name.removesuffix(".dist-info").lower())
        for entry in FOLDER.glob("lib/python3*/site-packages/*.dist-info")
    }
    pinned = {re.sub(r"[-_.]+", "-", f"{name}-{version}".lower()) for name, version in _pins()}
    return pinned <= present and _python_works()


def _python_works():
    """A .venv whose Python was upgraded away or that was moved from elsewhere cannot run."""
    if not PYTHON.exists():
        return False
    probe = "import sys; print('%d.%d' % sys.version_info[:2], sys.prefix)"
    answer = subprocess.run([PYTHON, "-Ic", probe], capture_output=True, text=True)
    return answer.stdout.split(None, 1) == [VERSION, f"{FOLDER}\n"]


def _make():
    if importlib.util.find_spec("ensurepip") is None:
        packages.install([f"python{VERSION}-venv"], needed_for="Python's venv")
    if FOLDER.exists() or FOLDER.is_symlink():
        say("The .venv folder is incomplete; making it anew.")
        with _clear_words(FOLDER):
            shutil.rmtree(FOLDER) if FOLDER.is_dir() and not FOLDER.is_symlink() else FOLDER.unlink()
    else:
        say("Making .venv …")
    answer = subprocess.run(
        [sys.executable, "-m", "venv", str(FOLDER)], capture_output=True, text=True, stdin=subprocess.DEVNULL
    )
    if answer.returncode:
        reason = (answer.stdout + answer.stderr).strip().splitlines() or ["no reason given"]
        raise Refused(f"the virtual environment {FOLDER} could not be made: {reason[-1]}")


@contextlib.contextmanager
def _clear_words(path):
    try:
        yield
    except OSError as error:
        raise Refused(f"cannot replace {path}: {error.strerror}. Remove it and start again.") from error


def _install():
    say(f"Installing {len(list(_pins()))} packages and what they need; this takes a minute …")
    command = [PYTHON, "-m", "pip", "install", "--no-input", "--disable-pip-version-check", "--retries", "2"]
    with LOG.open("wb") as output:
        code = children.call(
            [*command, "-r", REQUIREMENTS], env=_pip_environment(), stdout=output, stderr=output
        )
    if code == 0:
        return
    text = LOG.read_text(errors="replace")
    if any(word in text for word in NETWORK_WORDS):
        raise Refused(
            "the packages could not be downloaded: the package index was not reached. "
            f"Connect this machine to the network, or set PIP_INDEX_URL to a mirror, and start again ({LOG})."
        )
    errors = [line for line in text.splitlines() if line.startswith("ERROR:")] or text.splitlines()[-1:]
    raise Refused(f"the packages could not be installed: {''.join(errors[-1:])} See {LOG} and start again.")


def _pip_environment():
    # A PYTHONPATH or a --user default of the caller would let pip believe that packages are here already.
    return {
        key: value for key, value in os.environ.items() if key not in ("PYTHONPATH", "PIP_USER", "PYTHONHOME")
    }
