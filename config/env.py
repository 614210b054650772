"""Readers of environment variables that refuse what they do not understand.

A typo in a setting must stop the start with one line that names the variable, never be read as "off".
"""

import os
import re
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

_REQUIRED = object()


def text(name, default=_REQUIRED):
    value = os.environ.get(name, "")
    if value:
        return value
    if default is _REQUIRED:
        raise ImproperlyConfigured(
            f"{name} is not set. Set it in the environment (see docs/deployment.md), "
            f"or start the demonstration with: python3 run.py"
        )
    return default


def flag(name, default):
    value = os.environ.get(name, "")
    if not value:
        return default
    if value in ("on", "1", "true"):
        return True
    if value in ("off", "0", "false"):
        return False
    raise ImproperlyConfigured(f"{name}={value!r}: write on or off.")


def integer(name, default):
    value = os.environ.get(name, "")
    if not value:
        return default
    try:
        return int(value)
    except ValueError:
        raise ImproperlyConfigured(f"{name}={value!r}: write a whole number.") from None


def choice(name, default, options):
    value = os.environ.get(name, "") or default
    if value not in options:
        raise ImproperlyConfigured(f"{name}={value!r}: write one of {', '.join(options)}.")
    return value


def words(name, default=_REQUIRED):
    value = text(name, default)
    if not isinstance(value, str):
        return value
    found = [word.strip() for word in value.split(",") if word.strip()]
    if not found:
        raise ImproperlyConfigured(f"{name}={value!r}: write at least one, separated by commas.")
    return found


def url(name, default=_REQUIRED, *, schemes):
    """An address that begins with one of the schemes. Its value is not repeated: it may hold a password."""
    value = text(name, default)
    if value is None or value is default:
        return value
    scheme, _, rest = value.partition("://")
    if scheme not in schemes or not rest:
        raise ImproperlyConfigured(f"{name}: write {' or '.join(f'{scheme}://…' for scheme in schemes)}.")
    return value


def only_one_of(*names):
    given = [name for name in names if os.environ.get(name)]
    if len(given) > 1:
        raise ImproperlyConfigured(f"{' and '.join(given)} are both set: keep one.")


def rate(name, default):
    value = text(name, default)
    if not re.fullmatch(r"\d+/(s|sec|m|min|h|hour|d|day)", value):
        raise ImproperlyConfigured(f"{name}={value!r}: write a rate such as 120/min.")
    return value


# scheme: (usual port, TLS from the first byte, TLS after a greeting)
_MAIL_SCHEMES = {"smtp": (25, False, False), "smtp+tls": (587, False, True), "smtps": (465, True, False)}


def mail(name):
    """Django's EMAIL_… settings from smtp+tls://user:password@host:587; without a value mail goes to the log."""
    value = text(name, None)
    if value is None:
        return {"EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"}
    try:
        address = urlsplit(value)
        host, port = address.hostname, address.port
    except ValueError as error:
        raise ImproperlyConfigured(f"{name}: {error}.") from None
    if address.scheme not in _MAIL_SCHEMES or not host:
        schemes = " or ".join(f"{scheme}://user:password@host" for scheme in _MAIL_SCHEMES)
        raise ImproperlyConfigured(f"{name}: write {schemes}.")
    usual_port, ssl, tls = _MAIL_SCHEMES[address.scheme]
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": host,
        "EMAIL_PORT": port or usual_port,
        "EMAIL_HOST_USER": unquote(address.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(address.password or ""),
        "EMAIL_USE_SSL": ssl,
        "EMAIL_USE_TLS": tls,
        # A mail server that does not answer must not hold a page for ever.
        "EMAIL_TIMEOUT": 10,
    }


def database(name):
    """Read a database URL: postgresql://user:password@host:port/name or sqlite:////absolute/file."""
    try:
        address = urlsplit(text(name))
    except ValueError as error:
        raise ImproperlyConfigured(f"{name}: {error}.") from None
    readers = {"postgresql": _postgresql, "postgres": _postgresql, "sqlite": _sqlite}
    if address.scheme not in readers:
        raise ImproperlyConfigured(f"{name}: write postgresql://user:password@host/name or sqlite:////file.")
    return readers[address.scheme](name, address)


def _postgresql(name, address):
    try:
        port = address.port
    except ValueError:
        raise ImproperlyConfigured(f"{name}: the port is not a number from 1 to 65535.") from None
    if not address.path.strip("/"):
        raise ImproperlyConfigured(f"{name}: the name of the database is missing after the last slash.")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(address.path.lstrip("/")),
        "USER": unquote(address.username or ""),
        "PASSWORD": unquote(address.password or ""),
        "HOST": unquote(address.hostname or ""),
        "PORT": str(port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": dict(parse_qsl(address.query)),
    }


def _sqlite(name, address):
    path = unquote(address.path)
    path = path[1:] if path.startswith("//") else path
    if address.netloc or not path.strip("/"):
        raise ImproperlyConfigured(f"{name}: write an absolute file with four slashes, sqlite:////file.")
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        "OPTIONS": {
            # Without IMMEDIATE two writers that both began by reading end in "database is locked",
            # which no timeout can wait out.
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": (
                # Else REPLACE deletes rows of the ledgers past the triggers that refuse it.
                "PRAGMA recursive_triggers=ON; "
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA temp_store=MEMORY; "
                "PRAGMA cache_size=-65536; PRAGMA mmap_size=268435456;"
            ),
        },
        "TEST": {"NAME": text("TEST_SQLITE_FILE", None)},
    }
