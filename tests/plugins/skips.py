"""A skipped test looks like a passed one. Where TESTS_MUST_RUN=on or CI=true, it fails the run."""

import os
from pathlib import Path

import pytest

SHARED_DATA = Path(__file__).resolve().parents[2].parent / "shared" / "data"
NO_SHARED_DATA = "needs ../shared/data"

_skipped = []


@pytest.fixture(scope="session")
def shared_data():
    """The folder of real data files. Only its absence is a reason to skip; unreadable files are a failure."""
    if not SHARED_DATA.exists():
        pytest.skip(NO_SHARED_DATA)
    return SHARED_DATA


def _is_excused(reason):
    return NO_SHARED_DATA in reason and not SHARED_DATA.exists()


def _note(report):
    if report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        if not _is_excused(reason):
            _skipped.append(f"{report.nodeid}: {reason}")


def pytest_runtest_logreport(report):
    _note(report)


def pytest_collectreport(report):
    _note(report)


def _must_run():
    return os.environ.get("TESTS_MUST_RUN") == "on" or os.environ.get("CI") == "true"


def pytest_sessionfinish(session, exitstatus):
    if _skipped and _must_run() and exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter):
    if _skipped and _must_run():
        terminalreporter.section("skipped tests fail this run", red=True)
        for line in sorted(set(_skipped)):
            terminalreporter.write_line(line)
