"""kill -9 of real Celery workers between any two steps of the fold, and a broker that forgets everything.

A worker is stopped at a chosen statement by a lock that the test holds on a table, then killed there.
"""

import datetime
import sqlite3
import time
from contextlib import closing, contextmanager

import psycopg2
import pytest
import redis
from django.conf import settings
from django.db import connection

from campaigns.models import Campaign, FoldMark
from campaigns.services.tallies import Line, submit_tally
from reports import fold, tasks
from reports.models import CampaignFold, WorkerHeartbeat
from tests.concurrency.threads import together
from tests.oracles import ledger as ledger_oracle
from tests.oracles import progress as progress_oracle
from tests.plugins.workers import test_database_url, wait_until
from tests.reports.sequences import make_world

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

FIRST = datetime.date(2021, 2, 1)


@pytest.fixture
def world(transactional_db):
    return make_world("mixed")


def post(world, number):
    """A report like no other, or a correction of one."""
    submit_tally(
        campaign=Campaign.objects.get(pk=world.campaign.pk),
        unit=world.units[number % 7],
        day=FIRST + datetime.timedelta(days=number % 11),
        lines=[Line("dose-1", 1000 + number, "old"), Line("dose-2", number, "young")],
        by=None,
        source="api",
        reason="counted again",
    )


def agrees(world):
    ledger = ledger_oracle.read(world.campaign)
    return progress_oracle.kept(world.campaign) == progress_oracle.tables(ledger)


def swept(world):
    """Ask a worker for the sweep, as beat does, until no mark is left; then everything must be right."""
    tasks.sweep.delay()
    wait_until(lambda: not FoldMark.objects.exists(), seconds=30, what="the sweep")
    assert agrees(world)
    assert fold.rebuild(world.campaign) == 0
    return True


@contextmanager
def lock_on(table, mode):
    """Hold a table on a connection of its own. It is gone when this ends."""
    with closing(psycopg2.connect(test_database_url())) as holder:
        with holder.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {table} IN {mode} MODE")
        yield
        holder.rollback()


def somebody_waits_for(table):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid "
            "WHERE NOT l.granted AND l.relation = %s::regclass AND a.datname = current_database()",
            [table],
        )
        return cursor.fetchone()[0]


READING, WRITING = "ACCESS EXCLUSIVE", "SHARE"
# The steps of a fold in their order: where the worker stands still, and is killed.
STEPS = [
    ("campaigns_foldmark", READING),
    ("reports_campaignfold", "EXCLUSIVE"),
    ("campaigns_submission", READING),
    ("campaigns_tallyentry", READING),
    ("campaigns_sheetcell", READING),
    ("reports_dailyprogress", WRITING),
    ("reports_monthlyprogress", WRITING),
    ("reports_progresstodate", WRITING),
    ("reports_dailyreporting", WRITING),
    ("reports_dailyrevision", WRITING),
    ("campaigns_foldmark", WRITING),
    ("reports_campaignfold", WRITING),
]


@pytest.mark.postgresql_only  # SQLite has no locks on tables to stop a worker with
def test_a_worker_killed_at_any_step_of_the_fold_loses_and_doubles_nothing(world, start_worker):
    post(world, 0)
    assert fold.fold_marks(world.campaign.pk) == 1
    for number, (table, mode) in enumerate(STEPS, start=1):
        post(world, number)
        post(world, number + 40)
        before, marks = progress_oracle.kept(world.campaign), FoldMark.objects.count()
        # Threads of earlier tests may have left connections behind: those are not the worker's.
        others = connections_of_others()
        # The messages of the posts wait for the worker; it meets the lock with the first of them.
        with lock_on(table, mode):
            worker = start_worker()
            wait_until(lambda table=table: somebody_waits_for(table), seconds=30, what=f"a worker at {table}")
            worker.kill()
        wait_until(
            lambda others=others: connections_of_others() <= others,
            what="the end of the killed worker's connections",
        )
        assert FoldMark.objects.count() == marks == 2 * number, table
        assert progress_oracle.kept(world.campaign) == before, table
    start_worker()
    assert swept(world)


@pytest.mark.postgresql_only
def test_a_worker_killed_after_its_commit_has_folded_once_though_its_message_comes_again(world, start_worker):
    post(world, 1)
    forget_all_messages()
    tasks.sweep.delay()
    with lock_on("reports_workerheartbeat", WRITING):
        worker = start_worker()
        wait_until(
            lambda: somebody_waits_for("reports_workerheartbeat"), seconds=30, what="the end of a sweep"
        )
        worker.kill()
    assert not FoldMark.objects.exists()
    assert agrees(world)
    start_worker()
    # What Redis gives out again after an hour comes now.
    tasks.fold_marks.delay(world.campaign.pk)
    tasks.sweep.delay()
    wait_until(WorkerHeartbeat.objects.exists, seconds=30, what="the next sweep")
    assert agrees(world)


@pytest.mark.postgresql_only
def test_a_broker_that_forgets_what_is_under_way_delays_a_figure_and_loses_none(
    world, start_worker, start_beat
):
    for number in range(5):
        post(world, number)
    with lock_on("reports_dailyprogress", WRITING):
        worker = start_worker()
        wait_until(lambda: somebody_waits_for("reports_dailyprogress"), seconds=30, what="a worker at work")
        for number in range(5, 10):
            post(world, number)
        forget_all_messages()
    wait_until(lambda: FoldMark.objects.count() <= 5, what="the end of the fold under way")
    assert agrees(world)
    start_beat()
    wait_until(lambda: not FoldMark.objects.exists(), seconds=40, what="beat's sweep")
    assert agrees(world)
    assert worker.process.poll() is None


def test_a_worker_killed_at_any_moment_is_replaced_by_another(world, start_worker):
    """On either broker and database: no lock to stop it, so the moments are spread over its work."""
    for number in range(4):
        for report in range(12):
            post(world, 12 * number + report)
        worker = start_worker()
        wait_until(lambda worker=worker: "received" in worker.log, seconds=30, what="a message taken")
        time.sleep(0.05 * number)
        worker.kill()
        assert agrees(world)
    start_worker()
    assert swept(world)


def test_messages_lost_while_no_worker_runs_are_swept_up_by_beat(world, start_worker, start_beat):
    for number in range(6):
        post(world, number)
    forget_all_messages()
    start_worker()
    assert FoldMark.objects.count() == 6
    start_beat()
    wait_until(lambda: not FoldMark.objects.exists(), seconds=40, what="beat's sweep")
    assert agrees(world)


def test_several_workers_at_once_fold_each_report_once(world, start_worker):
    workers = [start_worker(concurrency=2) for _number in range(2)]
    # In waves, so that there is more than one fold however late the workers are.
    for wave in range(3):
        clerks = [
            lambda clerk=clerk, wave=wave: (
                [post(world, 4 * number + clerk) for number in range(5 * wave, 5 * wave + 5)] and "done"
            )
            for clerk in range(4)
        ]
        assert together(*clerks) == ["done"] * 4
        wait_until(lambda: not FoldMark.objects.exists(), seconds=60, what="the workers")
        assert agrees(world)
    assert fold.rebuild(world.campaign) == 0
    assert CampaignFold.objects.get().version > 3
    assert all(worker.process.poll() is None for worker in workers)


def forget_all_messages():
    """What a broker that is started anew without its data knows: nothing."""
    if settings.REDIS_URL:
        redis.Redis.from_url(settings.REDIS_URL).flushdb()
        return
    with closing(sqlite3.connect(settings.CELERY_BROKER_URL.removeprefix("sqla+sqlite:///"))) as broker:
        broker.execute("DELETE FROM kombu_message")
        broker.commit()


def connections_of_others():
    """The processes of the server that serve this database for others than this test."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pid FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )
        return {pid for (pid,) in cursor.fetchall()}
