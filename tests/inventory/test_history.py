"""Booking a past in bulk is the same as booking it operation by operation, and refuses the same."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from inventory import ledger
from inventory.errors import InsufficientStock, StockRefused
from inventory.ledger import Move
from inventory.models import Location, Operation, StockJournal, StockMovement, StockPosition
from inventory.services.history import Past, book, virtual_ends
from tests.inventory.conftest import TODAY
from tests.oracles.stock import replay

THEN = timezone.make_aware(datetime.datetime(2026, 11, 2, 19, 0))


def past(operation, *moves, **options):
    return Past(operation, list(moves), TODAY, THEN, **options)


@pytest.fixture
def ends(tree):
    kinds = (("supply", "free_of_cost"), ("in_transit", ""), ("administered", ""), ("unaccounted", ""))
    wanted = {(area, kind, cause) for area in (tree.chhattisgarh, tree.raipur) for kind, cause in kinds}
    return virtual_ends(wanted)


def year(tree, ends, state, district, batch):
    supply = ends[tree.chhattisgarh.pk, "supply", "free_of_cost"]
    way, given = ends[tree.raipur.pk, "in_transit", ""], ends[tree.raipur.pk, "administered", ""]
    unknown = ends[tree.raipur.pk, "unaccounted", ""]
    return [
        past(Operation.RECEIVE, Move(batch, supply, state, 500)),
        past(Operation.DISPATCH, Move(batch, state, way, 300)),
        past(Operation.ACCEPT, Move(batch, way, district, 300)),
        past(Operation.EARMARK, Move(batch, district, district, 50, "campaign", "routine")),
        past(Operation.ADMINISTER, Move(batch, district, given, 250), Move(batch, unknown, given, 40)),
    ]


def balances():
    return {
        (one.location, one.batch_id, one.earmark): one.doses
        for one in StockPosition.objects.select_related("location")
        if one.doses
    }


def test_the_balances_are_those_of_a_replay(tree, ends, state_store, raipur_store, early_batch):
    book(year(tree, ends, state_store, raipur_store, early_batch))
    assert balances() == {key: doses for key, doses in replay().items() if doses}
    assert balances()[raipur_store, early_batch.pk, "routine"] == 50
    assert (raipur_store, early_batch.pk, "campaign") not in balances()
    assert StockJournal.objects.count() == 5 and StockMovement.objects.count() == 6
    movement = StockMovement.objects.select_related("journal").first()
    assert movement.recorded_at == movement.journal.recorded_at == THEN and movement.happened_on == TODAY


def test_what_the_ledger_booked_before_is_taken_up(tree, ends, state_store, raipur_store, early_batch):
    operations = year(tree, ends, state_store, raipur_store, early_batch)
    book(operations[:1])
    ledger.waste(
        store=state_store,
        batch=early_batch,
        doses=200,
        cause="closed_broken",
        happened_on=TODAY,
        by=None,
    )
    book(operations[1:])
    assert (state_store, early_batch.pk, "campaign") not in balances()
    ledger.waste(
        store=raipur_store,
        batch=early_batch,
        doses=50,
        cause="closed_broken",
        happened_on=TODAY,
        by=None,
        earmark="routine",
    )
    assert balances() == {key: doses for key, doses in replay().items() if doses}


def test_no_store_goes_below_zero_at_any_step_and_then_nothing_is_booked(
    tree, ends, state_store, raipur_store, early_batch
):
    operations = year(tree, ends, state_store, raipur_store, early_batch)
    with pytest.raises(InsufficientStock) as refused:
        book([operations[1], operations[0], *operations[2:]])  # sent before it came
    assert (refused.value.held, refused.value.wanted) == (0, 300)
    assert not StockJournal.objects.exists() and not StockMovement.objects.exists() and balances() == {}


def test_a_number_of_doses_is_above_zero(tree, ends, state_store, early_batch):
    supply = ends[tree.chhattisgarh.pk, "supply", "free_of_cost"]
    with pytest.raises(StockRefused):
        book([past(Operation.RECEIVE, Move(early_batch, supply, state_store, 0))])


def test_five_hundred_operations_cost_little_more_than_five(
    tree, ends, state_store, raipur_store, early_batch
):
    def queries(times):
        operations = year(tree, ends, state_store, raipur_store, early_batch) * times
        with CaptureQueriesContext(connection) as captured:
            book(operations)
        return len(captured)

    # Journals go in by some hundred, as many as the database takes in a statement.
    assert queries(1) <= 9 and queries(100) <= 13


def test_virtual_ends_are_those_that_the_ledger_makes(tree, ends):
    kept = ledger.virtual(tree.raipur, "in_transit")
    assert ends[tree.raipur.pk, "in_transit", ""] == kept
    assert virtual_ends({(tree.raipur, "in_transit", "")})[tree.raipur.pk, "in_transit", ""] == kept
    assert Location.objects.filter(area=tree.raipur, kind="in_transit").count() == 1
    assert kept.code == "D387:in_transit"
