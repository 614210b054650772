"""`run.py test`: everything the project checks, on servers of its own."""

import os
import shutil
import subprocess
from pathlib import Path

from runner import children, packages, servers, virtualenv
from runner.console import say, warn

PRODUCTION_LIKE = {
    "ALLOWED_HOSTS": "abhiyan.example.org",
    "EMAIL_URL": "smtp://mail.example.org",
    "HTTPS": "on",
    "SECRET_KEY": "a-key-of-no-value-that-only-this-check-sees-" * 2,
    "SITE_URL": "https://abhiyan.example.org",
    "CSRF_TRUSTED_ORIGINS": "https://abhiyan.example.org",
}
NO_TESTS_COLLECTED = 5
# What only shows figures is the same on either database; ledger, fold, imports, stock and API are run on both.
PAGES_LEFT_OUT = [
    f"--ignore=tests/{folder}" for folder in ("campaigns/views", "reports/pages", "reports/presenters")
]


def run(arguments):
    """Run all checks and tests, or with arguments pytest alone, on both databases. Returns the exit code."""
    _install_programs()
    python = virtualenv.prepare()
    with servers.Servers() as running:
        base = {
            key: value for key, value in os.environ.items() if key not in ("DATABASE_URL", "TEST_REDIS_URL")
        }
        base |= {"TESTS_MUST_RUN": "on", "PYTHONUNBUFFERED": "1"}
        full = base | running.environment
        failed = [] if arguments else _checks(python, full)
        # By file, since fixtures that start whole sites are shared within one; the slow files first (see
        # tests/plugins/order.py), or one process would work on the last of them alone.
        pytest = [python, "-m", "pytest", "--dist", "loadfile", "--no-loadscope-reorder"]
        # SQLite first, so that the last line is that of the whole suite.
        on_sqlite = ["-m", "not browser and not once", *PAGES_LEFT_OUT, *arguments]
        if _step("pytest on SQLite", [*pytest, "-n", "2", *on_sqlite], base) not in (0, NO_TESTS_COLLECTED):
            failed.append("pytest on SQLite")
        # One more than cores: this pass waits for browsers, workers and servers a fifth of its time.
        if _step("pytest on PostgreSQL and Redis", [*pytest, "-n", "3", *arguments], full):
            failed.append("pytest on PostgreSQL and Redis")
    if failed:
        warn(f"Failed: {', '.join(failed)}")
    return 1 if failed else 0


def _step(name, command, env):
    say(f"\n== {name}")
    return children.call(command, env=env)


def _checks(python, env):
    production = env | PRODUCTION_LIKE | {"REDIS_URL": env["TEST_REDIS_URL"]}
    manage = [python, "manage.py"]
    steps = {
        "ruff check": ([python, "-m", "ruff", "check"], env),
        "ruff format": ([python, "-m", "ruff", "format", "--check"], env),
        "no migration is missing": ([*manage, "makemigrations", "--check", "--dry-run"], production),
        "checks for production": ([*manage, "check", "--deploy", "--fail-level", "WARNING"], production),
    }
    return [name for name, (command, its_env) in steps.items() if _step(name, command, its_env)]


# -- programs that pip cannot bring ------------------------------------------------------------------


def _install_programs():
    missing = [package for package, is_there in _PROGRAMS.items() if not is_there()]
    if missing:
        packages.install(missing, needed_for="the test suite")


def _has_devanagari():
    if shutil.which("fc-list"):
        listed = subprocess.run(["fc-list", ":lang=hi", "family"], capture_output=True, text=True).stdout
        return bool(listed.strip())
    folders = (Path("/usr/share/fonts"), Path.home() / ".fonts")
    return any(next(folder.rglob("*Devanagari*"), None) for folder in folders)


def _has(*names):
    return lambda: any(map(shutil.which, names))


_PROGRAMS = {
    "postgresql": servers.find_postgresql,
    "redis-server": _has("redis-server"),
    "chromium": _has("chromium", "chromium-browser", "google-chrome"),
    "fonts-noto-core": _has_devanagari,
    "gettext": _has("msgfmt"),
}
