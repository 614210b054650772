"""A skipped test fails the run where all must run."""

import os
import subprocess
import sys

import pytest
from django.conf import settings

from tests.plugins import skips

pytestmark = pytest.mark.once

SKIPPED = "import pytest\ndef test_one(): pass\ndef test_other(): pytest.skip('no browser here')\n"
SKIPPED_MODULE = "import pytest\npytest.importorskip('no_such_module')\n"


@pytest.fixture
def run_pytest(tmp_path):
    def run(text, *options, must_run):
        (tmp_path / "test_sample.py").write_text(text)
        (tmp_path / "pytest.ini").write_text("[pytest]\n")
        return subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-p", "no:django", "-p", "tests.plugins.skips", *options],
            cwd=tmp_path,
            env={
                **{key: value for key, value in os.environ.items() if not key.startswith("PYTEST_")},
                "CI": "",
                "PYTHONPATH": str(settings.BASE_DIR),
                "TESTS_MUST_RUN": "on" if must_run else "off",
            },
            capture_output=True,
            text=True,
        )

    return run


@pytest.mark.parametrize("options", [[], ["-n", "2"]])
def test_a_skip_fails_the_run_and_is_named(run_pytest, options):
    ended = run_pytest(SKIPPED, *options, must_run=True)
    assert ended.returncode == 1
    assert "test_sample.py::test_other: Skipped: no browser here" in ended.stdout


def test_a_module_that_skips_itself_fails_the_run(run_pytest):
    assert run_pytest(SKIPPED_MODULE + "def test(): pass\n", must_run=True).returncode == 1


def test_elsewhere_a_skip_is_a_skip(run_pytest):
    assert run_pytest(SKIPPED, must_run=False).returncode == 0


def test_only_the_absence_of_the_real_data_excuses(monkeypatch, tmp_path):
    monkeypatch.setattr(skips, "SHARED_DATA", tmp_path / "absent")
    assert skips._is_excused(f"Skipped: {skips.NO_SHARED_DATA}")
    assert not skips._is_excused("Skipped: too slow")
    monkeypatch.setattr(skips, "SHARED_DATA", tmp_path)
    assert not skips._is_excused(f"Skipped: {skips.NO_SHARED_DATA}")
