"""kill -9 of a real import at any moment leaves all of a file or nothing, and it can be run again."""

import csv
import datetime
import os
import signal
import subprocess
import sys
import time
from contextlib import closing

import psycopg2
import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.db.models import Sum

from campaigns.models import FoldMark, ImportRun, ImportState, Journal, Submission, TallyEntry
from campaigns.services import import_runs
from campaigns.services.creation import create_campaign
from campaigns.services.setup import set_reporting_units
from districts.models import Level
from districts.tree import add_areas
from tests.plugins.workers import test_database_url, wait_until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

UNITS, DAYS, CELLS = 150, 60, ["first_dose|18-44|covishield|", "first_dose|45-59|covishield|", "sites|||"]
FIRST_DAY = datetime.date(2021, 3, 1)


@pytest.fixture
def big_campaign(tree, state_officer):
    blocks = add_areas(
        parent=tree.raipur,
        rows=[
            {"code": f"B{90_000 + number}", "level": Level.BLOCK, "name_en": f"Block {number}"}
            for number in range(UNITS)
        ],
    )
    campaign = create_campaign(
        by=state_officer,
        preset="covid",
        slug="big",
        name_en="Big",
        area=tree.chhattisgarh,
        starts_on=FIRST_DAY,
        ends_on=FIRST_DAY + datetime.timedelta(DAYS - 1),
    )
    set_reporting_units(campaign=campaign, areas=blocks, by=state_officer)
    return campaign


@pytest.fixture
def big_file(tmp_path):
    """27,000 counts, and their sum."""
    path, total = tmp_path / "big.csv", 0
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["area", "date", *CELLS])
        for day in range(DAYS):
            for unit in range(UNITS):
                counts = [(unit * 7 + day * 3 + cell) % 90 + 1 for cell in range(len(CELLS))]
                total += sum(counts)
                writer.writerow(
                    [f"B{90_000 + unit}", (FIRST_DAY + datetime.timedelta(day)).isoformat(), *counts]
                )
    return path, total


def standing():
    return TallyEntry.objects.aggregate(sum=Sum("change"))["sum"] or 0


def start_import(path):
    return subprocess.Popen(
        [sys.executable, "manage.py", "import_counts", str(path), "--campaign", "big"],
        cwd=settings.BASE_DIR,
        env={**os.environ, "DATABASE_URL": test_database_url(), "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def kill_when(process, stream, words, delay):
    """kill -9 a moment after the process has said the words."""
    for line in stream:
        if words in line:
            break
    time.sleep(delay)
    kill(process)


def kill(process):
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def all_or_nothing(total):
    """Nothing stands of the file, or all of it does."""
    entries, journals, marks = TallyEntry.objects.count(), Journal.objects.count(), FoldMark.objects.count()
    if journals == 0:
        assert (entries, Submission.objects.count(), marks, standing()) == (0, 0, 0, 0)
        return False
    assert (journals, entries, standing()) == (1, UNITS * DAYS * len(CELLS), total)
    assert Submission.objects.count() == UNITS * DAYS
    return True


@pytest.mark.slow
def test_an_import_killed_at_any_moment_leaves_all_or_nothing_and_can_be_run_again(big_campaign, big_file):
    path, total = big_file
    process = start_import(path)
    kill_when(process, process.stdout, "big.csv", 0)
    assert not all_or_nothing(total)
    for delay in (0, 0.05, 0.1, 0.2, 0.4, 0.8):
        process = start_import(path)
        kill_when(process, process.stderr, "writing", delay)
        all_or_nothing(total)
    finished = start_import(path)
    finished.communicate()
    assert finished.returncode == 0
    assert all_or_nothing(total)


@pytest.mark.slow
@pytest.mark.postgresql_only
def test_an_import_killed_between_two_of_its_writes_leaves_nothing(big_campaign, big_file):
    path, total = big_file
    with closing(psycopg2.connect(test_database_url())) as held:
        # Its journal is written, its submissions must wait for this lock: there it is killed.
        held.cursor().execute("LOCK TABLE campaigns_submission IN SHARE MODE")
        process = start_import(path)
        try:
            wait_until(blocked_inserts, seconds=60, what="the import at its second write")
        finally:
            kill(process)
    assert not all_or_nothing(total)
    finished = start_import(path)
    finished.communicate()
    assert all_or_nothing(total)


def blocked_inserts():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT COUNT(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' "
            "AND query LIKE '%INSERT INTO campaigns_submission%' AND datname = current_database()"
        )
        return cursor.fetchone()[0]


@pytest.mark.slow
def test_an_upload_whose_worker_is_killed_is_loaded_whole_by_the_next_one(
    big_campaign, big_file, state_officer, start_worker, settings
):
    path, total = big_file
    worker = start_worker()
    upload = SimpleUploadedFile("big.csv", path.read_bytes())
    run = import_runs.start_run(campaign=big_campaign, upload=upload, by=state_officer)
    wait_until(lambda: state_of(run) == ImportState.READY, seconds=60, what="the check")
    import_runs.confirm_run(run=run, by=state_officer)
    wait_until(lambda: ImportRun.objects.get(pk=run.pk).attempts, seconds=60, what="the load begun")
    worker.kill()
    all_or_nothing(total)

    start_worker()
    if state_of(run) != ImportState.LOADED:
        import_runs.retry_run(run=run, by=state_officer)
    wait_until(lambda: state_of(run) == ImportState.LOADED, seconds=60, what="the load")
    assert all_or_nothing(total)


def state_of(run):
    return ImportRun.objects.get(pk=run.pk).state


@pytest.mark.slow
def test_two_workers_on_one_import_write_it_once(big_campaign, big_file, state_officer, start_worker):
    path, total = big_file
    start_worker()
    start_worker()
    upload = SimpleUploadedFile("big.csv", path.read_bytes())
    run = import_runs.start_run(campaign=big_campaign, upload=upload, by=state_officer)
    wait_until(lambda: state_of(run) == ImportState.READY, seconds=60, what="the check")
    import_runs.confirm_run(run=run, by=state_officer)
    # Two more messages for the same work, as after a broker that delivered twice.
    for _message in range(2):
        import_runs.signals.import_due.send(sender=ImportRun, run=run)
    wait_until(lambda: state_of(run) == ImportState.LOADED, seconds=60, what="the load")
    time.sleep(2)
    assert all_or_nothing(total)
