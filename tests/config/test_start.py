"""A site with a missing or unknown setting does not start, and says why in one line, by every door."""

import os
import re
import subprocess
import sys

import pytest
from django.conf import settings

pytestmark = pytest.mark.once

DOORS = {
    "manage.py": [sys.executable, "manage.py", "check"],
    "the web server": [
        *(sys.executable, "-m", "gunicorn", "config.wsgi:application"),
        *("--bind", "127.0.0.1:0", "--no-control-socket"),
    ],
    "the worker": [sys.executable, "-m", "celery", "-A", "config", "worker"],
    "the timetable": [sys.executable, "-m", "celery", "-A", "config", "beat"],
}
FAULTS = {
    "SECRET_KEY": "",
    "ALLOWED_HOSTS": "",
    "DATABASE_URL": "mysql://host/name",
    "HTTPS": "perhaps",
    "BROKER_URL": "memory://",
}


def start(command, **changes):
    return subprocess.run(
        command,
        cwd=settings.BASE_DIR,
        env={**os.environ, "REDIS_URL": "", "CACHE_URL": "", "BROKER_URL": "sqla+sqlite:////none", **changes},
        capture_output=True,
        text=True,
        timeout=60,
    )


@pytest.mark.parametrize("door", DOORS)
def test_a_missing_key_stops(door):
    ended = start(DOORS[door], SECRET_KEY="")
    assert ended.returncode != 0
    assert "Abhiyan does not start. SECRET_KEY is not set." in ended.stderr
    assert "Traceback" not in ended.stderr + ended.stdout


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_named(name):
    ended = start(DOORS["manage.py"], **{name: FAULTS[name]})
    assert ended.returncode == 1
    assert re.fullmatch(rf"Abhiyan does not start\. {name}\b.+\n", ended.stderr)


def test_both_brokers_at_once_are_refused():
    ended = start(DOORS["manage.py"], REDIS_URL="redis://127.0.0.1:1/0", BROKER_URL="sqla+sqlite:////none")
    assert "REDIS_URL and BROKER_URL are both set" in ended.stderr


def test_a_production_like_environment_passes_every_check_for_production():
    production = {
        "ALLOWED_HOSTS": "abhiyan.example.org",
        "BROKER_URL": "",
        "DJANGO_ALLOW_ASYNC_UNSAFE": "",
        "DATABASE_URL": "postgresql://abhiyan@127.0.0.1/abhiyan",
        "EMAIL_URL": "smtp+tls://abhiyan:password@mail.example.org",
        "HTTPS": "on",
        "REDIS_URL": "redis://127.0.0.1:6379/0",
        "SECOND_FACTOR": "",
        "SECRET_KEY": "".join(chr(48 + number % 75) for number in range(0, 75 * 7, 7)),
        "SITE_URL": "https://abhiyan.example.org",
    }
    command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    ended = start(command, **production)
    assert (ended.returncode, ended.stderr) == (0, ""), "not one warning"
    # And they do speak: without TLS no cookie is secure and no browser is told to stay with HTTPS.
    plain = start(command, **production | {"HTTPS": "off"})
    assert plain.returncode != 0
    for check in ("security.W004", "security.W008", "security.W012", "security.W016"):
        assert check in plain.stderr
