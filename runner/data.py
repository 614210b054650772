"""The data folder of a site started by run.py, and the environment that goes with it."""

import fcntl
import os
import secrets
from urllib.parse import quote

from runner.console import Refused

# Variables of a production site (docs/deployment.md) that must not leak into the demonstration.
PRODUCTION_ONLY = ("REDIS_URL", "CACHE_URL", "BEHIND_PROXY", "CSRF_TRUSTED_ORIGINS", "DJANGO_SETTINGS_MODULE")


class DataFolder:
    """Databases, key, uploads and logs of one site."""

    def __init__(self, path):
        self.path = path.expanduser().absolute()
        self.logs = self.path / "logs"
        # Celery's broker address knows no escapes.
        if unfit := set(str(self.path)) & set("?#%;"):
            raise Refused(f"the data folder {self.path} may not have {' '.join(sorted(unfit))} in its name.")
        try:
            self.logs.mkdir(parents=True, exist_ok=True)
            self._key = self._secret_key()
            probe = self.path / f".probe-{os.getpid()}"
            probe.touch()
            probe.unlink()
        except OSError as error:
            raise Refused(
                f"cannot write to the data folder {self.path}: {error.strerror}. "
                "Choose another one: python3 run.py --data DIR"
            ) from error

    def _secret_key(self):
        """Made once: a new key at every start would sign everybody out."""
        file = self.path / "secret-key"
        if not file.exists():
            part = self.path / f"secret-key.{os.getpid()}"
            with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as output:
                output.write(secrets.token_urlsafe(64))
            part.rename(file)
        return file.read_text().strip()

    @property
    def database(self):
        return self.path / "abhiyan.sqlite3"

    def environment(self, port):
        env = {key: value for key, value in os.environ.items() if key not in PRODUCTION_ONLY}
        return env | {
            "ALLOWED_HOSTS": "localhost,127.0.0.1",
            "BROKER_URL": f"sqla+sqlite:///{self.path / 'broker.sqlite3'}",
            "DATABASE_URL": f"sqlite:///{quote(str(self.database))}",
            "DATA_DIR": str(self.path),
            "DEBUG": "off",
            "HTTPS": "off",
            "PYTHONUNBUFFERED": "1",
            "SECOND_FACTOR": "off",
            "SECRET_KEY": self._key,
            "SITE_URL": f"http://localhost:{port}",
        }

    def lock(self):
        """Hold the folder for one site: two would do everything on one database twice."""
        self._lock = (self.path / "lock").open("a+")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise Refused(
                f"Abhiyan already runs on the data folder {self.path}. "
                "Stop it, or choose another folder: python3 run.py --data DIR"
            ) from None
