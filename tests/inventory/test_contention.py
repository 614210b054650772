"""Eight keepers at one batch at once: nothing lost, nothing below zero. First the race is shown to be real."""

import datetime
import threading

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from inventory import ledger
from inventory.errors import InsufficientStock, NotHeldThen
from inventory.models import Channel, StockMovement, StockPosition, WasteCause
from inventory.services import stock_files

TODAY = datetime.date(2026, 11, 1)
KEEPERS, TIMES = 8, 15

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgresql_only]


@pytest.fixture
def stocked(state_store, early_batch):
    ledger.receive(
        store=state_store,
        batch=early_batch,
        doses=100,
        channel=Channel.FREE_OF_COST,
        happened_on=TODAY,
        by=None,
    )
    return StockPosition.objects.get(location=state_store, batch=early_batch)


def at_once(work):
    """Run ``work`` in eight threads that start together; returns what each returned."""
    start, results = threading.Barrier(KEEPERS), []

    def run():
        try:
            start.wait()
            results.append(work())
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(KEEPERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == KEEPERS
    return results


def test_without_the_lock_doses_are_lost(stocked):
    """What the ledger would do if it read the balance, decided, and wrote: this is why it locks."""
    pause = threading.Barrier(KEEPERS)

    def careless():
        with transaction.atomic():
            doses = StockPosition.objects.get(pk=stocked.pk).doses
            pause.wait()
            StockPosition.objects.filter(pk=stocked.pk).update(doses=doses - 10)

    at_once(careless)
    stocked.refresh_from_db()
    assert stocked.doses == 90  # eight times ten doses left, and the book says ten


def test_eight_keepers_at_one_batch_lose_no_dose_and_never_go_below_zero(stocked, state_store, early_batch):
    def keeper():
        taken = 0
        for _ in range(TIMES):
            try:
                ledger.waste(
                    store=state_store,
                    batch=early_batch,
                    doses=1,
                    cause=WasteCause.CLOSED_BROKEN,
                    happened_on=TODAY,
                    by=None,
                )
                taken += 1
            except InsufficientStock as refused:
                assert refused.held == 0
        return taken

    taken = sum(at_once(keeper))
    stocked.refresh_from_db()
    assert (taken, stocked.doses) == (100, 0)
    assert StockMovement.objects.filter(source=state_store).count() == 100


def test_one_statement_is_made_while_others_wait_for_the_rows(stocked, state_store, early_batch):
    loss = {
        "store": state_store,
        "batch": early_batch,
        "doses": 1,
        "cause": WasteCause.CLOSED_BROKEN,
        "by": None,
    }
    ledger.waste(**loss, happened_on=timezone.localdate())  # makes the end that the doses go to
    with CaptureQueriesContext(connection) as captured:
        ledger.waste(**loss, happened_on=timezone.localdate(), key="k")
    made = [one["sql"] for one in captured if one["sql"] not in ("BEGIN", "COMMIT")]
    [locking] = [number for number, sql in enumerate(made) if sql.endswith("FOR UPDATE")]
    assert len(made) - locking - 1 == 1, made[locking:]
    assert "stockjournal" in made[-1] and "stockmovement" in made[-1] and "stockposition" in made[-1]


def test_eight_keepers_who_report_an_old_loss_at_once_take_no_more_than_was_there_then(
    stocked, state_store, early_batch
):
    """100 more came since: each alone would find the doses of that day still there."""
    later = {"channel": Channel.DONATION, "happened_on": TODAY + datetime.timedelta(2), "by": None}
    ledger.receive(store=state_store, batch=early_batch, doses=100, **later)

    def keeper():
        try:
            ledger.waste(
                store=state_store,
                batch=early_batch,
                doses=20,
                cause=WasteCause.CLOSED_BROKEN,
                happened_on=TODAY,
                by=None,
            )
        except NotHeldThen as refused:
            assert (refused.held, refused.day) == (0, TODAY)
            return 0
        return 20

    assert sum(at_once(keeper)) == 100
    stocked.refresh_from_db()
    assert stocked.doses == 100


def test_stores_that_send_to_each_other_at_once_do_not_wait_for_each_other_for_ever(
    stocked, state_store, raipur_store, early_batch
):
    ledger.receive(
        store=raipur_store, batch=early_batch, doses=100, channel=Channel.DONATION, happened_on=TODAY, by=None
    )
    numbers = iter(range(10_000))
    stores = [(state_store, raipur_store), (raipur_store, state_store)]

    def keeper():
        for _ in range(6):
            number = next(numbers)
            source, target = stores[number % 2]
            ledger.dispatch(
                from_store=source,
                to_store=target,
                lines=[(early_batch, "campaign", 1)],
                sent_on=TODAY,
                number=f"DV-{number}",
                by=None,
            )

    at_once(keeper)
    left = StockPosition.objects.filter(location__in=[state_store, raipur_store]).values_list(
        "doses", flat=True
    )
    assert sum(left) == 200 - KEEPERS * 6


def test_the_same_file_confirmed_eight_times_at_once_books_each_row_once(
    state_store, state_officer, settings, tmp_path, covishield
):
    settings.MEDIA_ROOT = tmp_path
    rows = [
        f"supply,{state_store.code},covishield,NEW-{number},2027-12-31,10,,private,,2026-11-01,D{number}"
        for number in range(20)
    ]
    header = "what,store,vaccine,batch,expires,doses,vials,channel,earmark,date,document"
    content = "\n".join([header, *rows]).encode()
    files = [
        stock_files.start(
            upload=SimpleUploadedFile("supply.csv", content), area=state_store.area, by=state_officer
        )
        for _ in range(KEEPERS)
    ]
    waiting = iter(files)

    reports = at_once(lambda: stock_files.confirm(stock_file=next(waiting), by=state_officer).report)
    assert sorted(report["new"] for report in reports) == [0] * (KEEPERS - 1) + [20]
    assert StockMovement.objects.count() == 20
    assert sum(StockPosition.objects.filter(location=state_store).values_list("doses", flat=True)) == 200
