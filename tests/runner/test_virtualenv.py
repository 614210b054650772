"""run.py's .venv, made for real in a copy of the runner with one small package that needs no network."""

import base64
import hashlib
import os
import shutil
import subprocess
import sys
import time
import zipfile

import pytest
from django.conf import settings

pytestmark = [pytest.mark.once, pytest.mark.slow]

PREPARE = "import sys; from runner.command_line import virtualenv, Refused\n" + (
    "try: print(virtualenv.prepare())\nexcept Refused as refused: sys.exit(str(refused))"
)


def build_wheel(folder, version):
    """The smallest wheel there is."""
    files = {
        "tiny.py": f"version = {version!r}\n",
        f"tiny-{version}.dist-info/METADATA": f"Metadata-Version: 2.1\nName: tiny\nVersion: {version}\n",
        f"tiny-{version}.dist-info/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = f"tiny-{version}.dist-info/RECORD"
    lines = []
    for name, text in files.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
        lines.append(f"{name},sha256={digest},{len(text)}")
    with zipfile.ZipFile(folder / f"tiny-{version}-py3-none-any.whl", "w") as wheel:
        for name, text in files.items():
            wheel.writestr(name, text)
        wheel.writestr(record, "\n".join([*lines, f"{record},,"]) + "\n")


class Copy:
    def __init__(self, folder):
        self.folder = folder
        self.wheels = folder / "wheels"
        self.wheels.mkdir()
        shutil.copytree(settings.BASE_DIR / "runner", folder / "runner")
        self.require("1.0")

    def require(self, version):
        build_wheel(self.wheels, version)
        (self.folder / "requirements.txt").write_text(f"tiny=={version}  # small\n")

    def prepare(self, **changes):
        env = {
            **{key: value for key, value in os.environ.items() if not key.startswith("PIP_")},
            "PIP_CONFIG_FILE": os.devnull,
            "PIP_NO_INDEX": "1",
            "PIP_FIND_LINKS": str(self.wheels),
            **changes,
        }
        return subprocess.run(
            [sys.executable, "-c", PREPARE], cwd=self.folder, env=env, capture_output=True, text=True
        )

    def installed(self):
        python = self.folder / ".venv" / "bin" / "python"
        probe = [python, "-c", "import tiny; print(tiny.version)"]
        return subprocess.run(probe, capture_output=True, text=True).stdout.strip()

    def assert_made(self, *words):
        ended = self.prepare()
        assert ended.returncode == 0, ended.stderr
        for word in words:
            assert word in ended.stdout
        assert self.installed() == (self.folder / "requirements.txt").read_text()[6:9]
        return ended


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A copy whose .venv is complete; a test that harms it mends it, too."""
    copy = Copy(tmp_path_factory.mktemp("copy"))
    copy.assert_made("Making .venv", "Installing 1 packages")
    return copy


def test_a_complete_one_is_taken_as_it_is(made):
    began = time.monotonic()
    assert "Installing" not in made.assert_made().stdout
    assert time.monotonic() - began < 5


def test_a_change_of_the_requirements_is_installed(made):
    made.require("2.0")
    assert "anew" not in made.assert_made("Installing").stdout


def test_without_a_network_it_says_so(made):
    made.require("3.0")
    ended = made.prepare(PIP_NO_INDEX="", PIP_FIND_LINKS="", PIP_INDEX_URL="http://127.0.0.1:9/simple")
    assert ended.returncode == 1
    assert "the package index was not reached. Connect this machine to the network" in ended.stderr
    assert len(ended.stderr.splitlines()) == 1
    # What was cut short is not taken for a whole one.
    made.assert_made("making it anew")


def test_another_failure_of_pip_is_told_with_its_reason(made):
    requirements = made.folder / "requirements.txt"
    kept = requirements.read_text()
    requirements.write_text("tiny==9.9  # not there\n")
    ended = made.prepare()
    assert ended.returncode == 1
    assert "No matching distribution found for tiny==9.9" in ended.stderr
    assert len(ended.stderr.splitlines()) == 1
    requirements.write_text(kept)
    made.assert_made("Installing")


def lose_everything(venv):
    shutil.rmtree(venv)
    venv.mkdir()


def lose_the_package(venv):
    for path in venv.glob("lib/python3*/site-packages/tiny*"):
        shutil.rmtree(path) if path.is_dir() else path.unlink()


def lose_python(venv):
    (venv / "bin" / "python").unlink()


@pytest.mark.parametrize("harm", [lose_everything, lose_the_package, lose_python])
def test_a_harmed_one_is_mended(made, harm):
    harm(made.folder / ".venv")
    made.assert_made("Installing")
