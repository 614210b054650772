"""The test bed itself: what other tests lean on must hold."""

import os
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.utils.translation import activate, get_language

from campaigns.models import Campaign, Journal, Source
from config.celery import app
from districts.models import Area
from tests.plugins.workers import test_database_url, wait_until


@pytest.fixture
def journal(tree):
    campaign = Campaign.objects.create(
        slug="one", name_en="One", area=tree.india, starts_on="2026-01-01", ends_on="2026-02-01"
    )
    return Journal.objects.create(campaign=campaign, source=Source.FORM, recorded_at="2026-01-01T00:00:00Z")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("time", ["first", "second"])
def test_a_ledger_row_of_one_transactional_test_is_gone_in_the_next_and_the_triggers_are_back(journal, time):
    assert Journal.objects.count() == 1
    with pytest.raises(DatabaseError, match="append-only"):
        Journal.objects.update(file_name="changed")


def test_the_cast_is_a_tree_with_real_codes(tree):
    assert Area.objects.under(tree.chhattisgarh).count() == 7
    assert tree.raipur.code == "D387"
    assert not tree.maharashtra.contains(tree.arang)


def test_a_counter_left_in_the_cache_by_one_test(db):
    cache.set("left-over", 1)
    assert cache.get("left-over") == 1


def test_is_not_there_in_the_next(db):
    assert cache.get("left-over") is None


def test_a_worker_takes_a_message_from_the_test_broker_and_writes_to_the_test_database(worker):
    from reports.models import WorkerHeartbeat
    from reports.tasks import sweep

    sweep.delay()
    wait_until(WorkerHeartbeat.objects.exists, what="a heartbeat")
    assert "sweep" in worker.log
    assert connection.settings_dict["NAME"] in test_database_url()


def test_a_killed_worker_is_gone_at_once(worker):
    worker.kill()
    assert worker.process.returncode == -9


def test_beat_sends_the_sweep_to_a_worker(worker, start_beat):
    from reports.models import WorkerHeartbeat

    start_beat()
    wait_until(WorkerHeartbeat.objects.exists, seconds=30, what="a heartbeat")


def test_the_browser_shows_a_page_and_its_errors_are_noticed(browser, tree):
    browser.open("/")
    assert browser.errors == []
    browser.page.goto("/no-such-page/")
    assert any("404" in error for error in browser.errors)
    browser.errors.clear()


def test_a_signed_in_visitor_is_known(browser, national_officer):
    browser.sign_in(national_officer)
    browser.open("/")
    assert national_officer.username in browser.page.content()


def test_this_process_and_its_workers_share_one_broker():
    """Under xdist each process has its own; one that read its parent's settings would publish into nothing."""
    assert (
        app.conf.broker_url
        == settings.CELERY_BROKER_URL
        == os.environ.get("REDIS_URL", os.environ.get("BROKER_URL"))
    )
    process = os.environ.get("PYTEST_XDIST_WORKER", "main")
    if settings.REDIS_URL:
        number = 2 * int(process.removeprefix("gw")) if process != "main" else 0
        base = urlsplit(os.environ["TEST_REDIS_URL"]).path.strip("/") or 0
        assert settings.REDIS_URL.endswith(f"/{int(base) + number}")
    else:
        assert settings.CELERY_BROKER_URL.endswith(f"broker-{process}.sqlite3")


@pytest.mark.parametrize("time", ["first", "second"])
def test_every_test_begins_in_english(time):
    assert get_language() == "en-in"
    activate("hi")
