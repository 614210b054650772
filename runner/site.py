"""Start the site: database, demonstration, web server, worker and timetable; stop them all at the end."""

import hashlib
import http.client
import json
import signal
import socket
import subprocess
import time

from runner import PROJECT, children, virtualenv
from runner.console import Refused, say
from runner.data import DataFolder

START_SECONDS = 60


def run(options):
    began = time.monotonic()
    _refuse_busy_port(options.port)
    data = DataFolder(options.data)
    data.lock()
    python = virtualenv.prepare()
    env = data.environment(options.port) | {"DEMONSTRATION": "off" if options.no_demo else "on"}
    _prepare(python, env, data, demo=not options.no_demo)
    set_up = time.monotonic() - began

    processes = {}
    try:
        for name, command, orphan_signal in _servers(python, options.port, data):
            processes[name] = children.start(
                command, env=env, log=data.logs / f"{name}.log", orphan_signal=orphan_signal
            )
        sign_ins = "" if options.no_demo else _sign_ins(python, env)
        _wait_for_page(options.port, processes, data)
        say(f"\nAbhiyan runs at http://localhost:{options.port}/  (set-up {set_up:.1f} s)")
        if sign_ins:
            say(f"\n{sign_ins}")
        say(f"\nData in {data.path}, logs in {data.logs}. Ctrl-C stops everything.")
        _watch(processes, data)
    except (KeyboardInterrupt, SystemExit):
        say("\nStopping …")
    finally:
        # A second Ctrl-C would leave half of them running.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        children.stop(list(processes.values()))
    say("Stopped.")
    return 0


def _refuse_busy_port(port):
    if not 0 < port < 65536:
        raise Refused(f"{port} is not a port; choose one from 1024 to 65535.")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except PermissionError:
            raise Refused(f"port {port} is for the system's own services; choose one from 1024.") from None
        except OSError:
            other = port + 1 if port < 65535 else 8000
            raise Refused(
                f"port {port} is in use. Stop what uses it, or choose another: python3 run.py --port {other}"
            ) from None


# -- what must be done once --------------------------------------------------------------------------


def _prepare(python, env, data, *, demo):
    """Bring database and translations up to date; nothing when nothing changed since the last start."""
    notes = data.path / "prepared.json"
    known = _read(notes)
    if not data.database.exists():
        known = {}
    wanted = _digest_of_the_schema()
    if known.get("schema") != wanted or not _translations_are_compiled():
        say("Preparing the database …")
        for command in (["migrate", "--no-input"], ["createcachetable"], ["compile_translations"]):
            _manage(python, env, data, *command)
        known = {"schema": wanted}
        notes.write_text(json.dumps(known))
    if demo and not known.get("demo"):
        _load_demonstration(python, env)
        notes.write_text(json.dumps(known | {"demo": True}))


def _read(notes):
    try:
        known = json.loads(notes.read_text())
    except (OSError, ValueError):
        return {}
    return known if isinstance(known, dict) else {}


def _digest_of_the_schema():
    digest = hashlib.sha256(virtualenv.REQUIREMENTS.read_bytes())
    for pattern in ("*/migrations/*.py", "locale/*/LC_MESSAGES/*.po"):
        for file in sorted(PROJECT.glob(pattern)):
            digest.update(f"{file.relative_to(PROJECT)}\n".encode() + file.read_bytes())
    return digest.hexdigest()


def _translations_are_compiled():
    return all(po.with_suffix(".mo").exists() for po in PROJECT.glob("locale/*/LC_MESSAGES/*.po"))


def _manage(python, env, data, *arguments):
    log = data.logs / "prepare.log"
    with log.open("ab") as output:
        code = children.call([python, "manage.py", *arguments], env=env, stdout=output, stderr=output)
    if code:
        last = log.read_text(errors="replace").strip().splitlines()[-1:]
        raise Refused(f"manage.py {arguments[0]} failed: {''.join(last)} (see {log})")


def _load_demonstration(python, env):
    say("Loading the demonstration …")
    if children.call([python, "manage.py", "load_demo"], env=env):
        raise Refused("the demonstration was not loaded; start again, or start without it: run.py --no-demo")


def _sign_ins(python, env):
    answer = subprocess.run(
        [python, "manage.py", "load_demo", "--sign-ins"], cwd=PROJECT, env=env, capture_output=True, text=True
    )
    return answer.stdout.strip()


# -- what runs ---------------------------------------------------------------------------------------


def _servers(python, port, data):
    """(name, command, signal that ends it when run.py is gone) of every process of the site."""
    yield (
        "web",
        [
            *(python, "-m", "gunicorn", "config.wsgi:application"),
            *("--bind", f"127.0.0.1:{port}", "--workers", "2", "--threads", "4"),
            *("--graceful-timeout", "5", "--timeout", "120", "--no-control-socket", "--access-logfile", "-"),
        ],
        signal.SIGTERM,
    )
    yield (
        "worker",
        [
            *(python, "-m", "celery", "-A", "config", "worker", "--concurrency", "2", "--loglevel", "INFO"),
            *("--without-gossip", "--without-mingle", "--without-heartbeat"),
        ],
        # At once: nobody waits for a long import when run.py is gone, and fold marks outlive any worker.
        signal.SIGQUIT,
    )
    yield (
        "beat",
        [
            *(python, "-m", "celery", "-A", "config", "beat", "--loglevel", "INFO"),
            *("--schedule", data.path / "beat-schedule", "--pidfile="),
        ],
        signal.SIGTERM,
    )


def _wait_for_page(port, processes, data):
    deadline = time.monotonic() + START_SECONDS
    while True:
        _refuse_if_one_ended(processes, data)
        status = _page_status(port)
        if status is not None:
            break
        if time.monotonic() > deadline:
            raise Refused(f"the page did not answer within {START_SECONDS} s; see {data.logs / 'web.log'}")
        time.sleep(0.1)
    if status >= 500:
        raise Refused(f"the page answers with an error ({status}); see {data.logs / 'web.log'}")


def _page_status(port):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", "/", headers={"Host": f"localhost:{port}"})
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()


def _watch(processes, data):
    while True:
        _refuse_if_one_ended(processes, data)
        time.sleep(0.5)


def _refuse_if_one_ended(processes, data):
    for name, process in processes.items():
        if process.poll() is not None:
            raise Refused(
                f"the {name} process ended by itself (code {process.returncode}); "
                f"see {data.logs / f'{name}.log'}"
            )
