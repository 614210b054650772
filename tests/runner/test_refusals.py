"""What stands in the way of run.py is said in one line, with what to do about it."""

import ast
import os
import socket
import stat
import subprocess
import sys

import pytest
from django.conf import settings

from runner import command_line
from runner.data import DataFolder

pytestmark = pytest.mark.once


def run(*arguments, **changes):
    return subprocess.run(
        [sys.executable, "run.py", *map(str, arguments)],
        cwd=settings.BASE_DIR,
        env={**os.environ, **changes},
        capture_output=True,
        text=True,
        timeout=60,
    )


def refusal(*arguments, **changes):
    ended = run(*arguments, **changes)
    assert ended.returncode == 1
    assert ended.stderr.startswith("run.py: ")
    assert len(ended.stderr.splitlines()) == 1
    return ended.stderr


def test_a_busy_port_names_another_one(tmp_path):
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        port = busy.getsockname()[1]
        message = refusal("--port", port, "--data", tmp_path / "data")
    assert f"port {port} is in use" in message
    assert "python3 run.py --port " in message
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("port", [0, 65536, -1])
def test_a_number_that_is_no_port(port):
    assert "is not a port" in refusal("--port", port)


def test_a_data_folder_that_cannot_be_written(tmp_path):
    (tmp_path / "file").touch()
    assert "python3 run.py --data DIR" in refusal("--data", tmp_path / "file" / "data")


def test_a_data_folder_with_a_sign_that_an_address_cannot_hold(tmp_path):
    assert "may not have ?" in refusal("--data", tmp_path / "what?")


def test_an_unknown_option_is_named():
    ended = run("--prot", "9000")
    assert ended.returncode == 2
    assert "unrecognized arguments: --prot 9000" in ended.stderr


@pytest.mark.parametrize(
    "argv, expected",
    [
        (["--port", "1"], (["--port", "1"], None, [])),
        (["test", "-k", "manage"], ([], "test", ["-k", "manage"])),
        (["--data", "test", "manage", "test"], (["--data", "test"], "manage", ["test"])),
    ],
)
def test_what_follows_the_command_belongs_to_the_command(argv, expected):
    assert command_line.split(argv) == expected


def test_an_old_python_can_read_run_py_to_be_told_that_it_is_old():
    source = (settings.BASE_DIR / "run.py").read_bytes()
    ast.parse(source, feature_version=(3, 4))
    assert source.isascii()  # Python 2 stops at any other letter, with a traceback
    old = "import runpy, sys; sys.version_info = (3, 10, 4); runpy.run_path('run.py', run_name='__main__')"
    ended = subprocess.run([sys.executable, "-c", old], cwd=settings.BASE_DIR, capture_output=True, text=True)
    assert ended.returncode == 1
    assert ended.stderr == (
        "Abhiyan needs Python 3.11 or newer; this is Python 3.10. Install a newer one and start run.py with it.\n"
    )


def test_the_key_of_a_site_is_made_once_and_read_by_its_owner_alone(tmp_path):
    first = DataFolder(tmp_path / "data").environment(8000)["SECRET_KEY"]
    assert len(first) >= 50
    assert DataFolder(tmp_path / "data").environment(8000)["SECRET_KEY"] == first
    assert stat.S_IMODE((tmp_path / "data" / "secret-key").stat().st_mode) == 0o600


def test_settings_of_a_production_site_do_not_reach_the_demonstration(tmp_path, monkeypatch):
    monkeypatch.setenv("REDIS_URL", "redis://production.example/0")
    monkeypatch.setenv("DATABASE_URL", "postgresql://production.example/abhiyan")
    monkeypatch.setenv("DEBUG", "on")
    env = DataFolder(tmp_path).environment(8000)
    assert "REDIS_URL" not in env
    assert env["DATABASE_URL"].startswith("sqlite:///")
    assert env["DEBUG"] == "off"
