"""The environment of the tests, set before the settings read it.

Without anything in the environment the tests run on SQLite and Celery's SQLAlchemy transport, in a folder of
their own. ``DATABASE_URL`` takes them to another database (they make ``test_<name>`` in it) and
``TEST_REDIS_URL`` to Redis, whose databases they empty. ``REDIS_URL`` and ``BROKER_URL`` are not read: a test
run must never empty the broker of a site in service.
"""

import os
import shutil
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

import django
import pytest
from django.conf import settings
from hypothesis import settings as hypothesis

# Settings of a site on the same machine must not change what the tests see.
OPTIONAL = (
    *("API_RATE_ANONYMOUS", "API_RATE_SIGNED_IN", "BEHIND_PROXY", "BROKER_URL", "CACHE_URL"),
    *("CSRF_TRUSTED_ORIGINS", "DEBUG", "DEFAULT_FROM_EMAIL", "EMAIL_URL", "IMPORT_MAX_BYTES"),
    *("IMPORT_MAX_UNZIPPED_BYTES", "LOG_LEVEL", "REDIS_URL", "SIGN_IN_RATE"),
)
IN_WORKER = "PYTEST_XDIST_WORKER" in os.environ


def _redis_urls(base):
    """The broker's and the cache's database of this pytest process: they must not share one."""
    first = int(urlsplit(base).path.strip("/") or 0)
    first += 2 * int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    server = base.removesuffix(urlsplit(base).path)
    return f"{server}/{first}", f"{server}/{first + 1}"


def _set_environment():
    folder = os.environ.get("ABHIYAN_TEST_DIR") if IN_WORKER else None
    folder = folder or tempfile.mkdtemp(prefix="abhiyan-tests-")
    os.environ.update(
        ABHIYAN_TEST_DIR=folder,
        ALLOWED_HOSTS="testserver,localhost,127.0.0.1",
        DATA_DIR=folder,
        DJANGO_SETTINGS_MODULE="config.settings",
        # Playwright keeps an event loop in this thread; Django would refuse the ORM beside it.
        DJANGO_ALLOW_ASYNC_UNSAFE="true",
        HTTPS="off",
        SECOND_FACTOR="off",
        SECRET_KEY="only-for-tests-" * 4,
        SITE_URL="http://testserver",
        TEST_SQLITE_FILE=f"{folder}/test.sqlite3",
    )
    os.environ.setdefault("DATABASE_URL", f"sqlite:///{folder}/unused.sqlite3")
    for name in OPTIONAL:
        os.environ.pop(name, None)
    if base := os.environ.get("TEST_REDIS_URL"):
        os.environ["REDIS_URL"], os.environ["CACHE_URL"] = _redis_urls(base)
    else:
        process = os.environ.get("PYTEST_XDIST_WORKER", "main")
        os.environ["BROKER_URL"] = f"sqla+sqlite:///{folder}/broker-{process}.sqlite3"
    return Path(folder)


if settings.configured:
    # pytest-django read them because of this variable, before the lines above could say where.
    raise pytest.UsageError("Unset DJANGO_SETTINGS_MODULE: conftest.py sets it, after the environment.")
FOLDER = _set_environment()
django.setup()
# A busy machine is no fault of the code; and a failure must be there again in the next run.
hypothesis.register_profile("abhiyan", deadline=None, print_blob=True)
hypothesis.load_profile("abhiyan")

pytest_plugins = [
    "tests.plugins.cast",
    "tests.plugins.database",
    "tests.plugins.chromium",
    "tests.plugins.languages",
    "tests.plugins.workers",
    "tests.plugins.order",
    "tests.plugins.skips",
]


def pytest_configure(config):
    if config.getoption("numprocesses", None):
        # The processes of xdist inherit the environment, and must not read the settings of this one.
        del os.environ["DJANGO_SETTINGS_MODULE"]
    if not IN_WORKER:
        from django.core.management import call_command

        call_command("compile_translations", verbosity=0)


def pytest_unconfigure():
    if not IN_WORKER:
        shutil.rmtree(FOLDER, ignore_errors=True)
