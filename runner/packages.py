"""Programs of the system: found, or installed by apt-get where run.py may, or named to the reader."""

import os
import shutil
import subprocess

from runner.console import Refused, say


def install(names, *, needed_for):
    """Install Debian packages, or say in one line what to install."""
    words = " ".join(names)
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        raise Refused(
            f"{needed_for} needs {words}. Install what is missing and start again "
            f"(Debian, Ubuntu: sudo apt-get install {words})."
        )
    say(f"Installing {words} …")
    _apt_get("update", "-q", words=words)
    _apt_get("install", "-y", "-q", "--no-install-recommends", *names, words=words)


def _apt_get(*arguments, words):
    # RUNLEVEL=1: the servers that come with the packages are not started; run.py starts its own.
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}
    answer = subprocess.run(
        ["apt-get", *arguments], env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True
    )
    if answer.returncode:
        errors = [line for line in answer.stderr.splitlines() if line.startswith("E:")]
        reason = errors[0] if errors else f"apt-get {arguments[0]} failed"
        raise Refused(f"{words} could not be installed ({reason}). Install it by hand and start again.")
