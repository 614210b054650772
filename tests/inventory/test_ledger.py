"""Each operation of the stock ledger, and everything it refuses."""

import datetime

import pytest
from django.db import DatabaseError, connection, transaction

from inventory import ledger
from inventory.errors import InsufficientStock, StockKeyReused, StockRefused
from inventory.models import Channel, Earmark, StockJournal, StockMovement, StockPosition, WasteCause

TODAY = datetime.date(2026, 11, 1)


@pytest.fixture
def stocked(state_store, early_batch, state_officer):
    """100 doses of the early batch, free of cost from the Centre, in the state store."""
    return ledger.receive(
        store=state_store,
        batch=early_batch,
        doses=100,
        channel=Channel.FREE_OF_COST,
        happened_on=TODAY,
        by=state_officer,
    )


def held(location, batch, earmark=Earmark.CAMPAIGN):
    row = StockPosition.objects.filter(location=location, batch=batch, earmark=earmark).first()
    return row.doses if row else 0


def send(state_store, raipur_store, batch, doses, number="DV-1"):
    return ledger.dispatch(
        from_store=state_store,
        to_store=raipur_store,
        lines=[(batch, Earmark.CAMPAIGN, doses)],
        sent_on=TODAY,
        number=number,
        by=None,
    )


def test_supply_raises_the_balance_of_the_store(stocked, state_store, early_batch):
    assert held(state_store, early_batch) == 100


def test_a_dispatch_is_in_transit_until_it_is_accepted(stocked, state_store, raipur_store, early_batch, tree):
    consignment = send(state_store, raipur_store, early_batch, 60)
    way = ledger.virtual(tree.raipur, "in_transit")
    assert (held(state_store, early_batch), held(way, early_batch), held(raipur_store, early_batch)) == (
        40,
        60,
        0,
    )

    ledger.accept(
        consignment=consignment, lines=[(early_batch, Earmark.CAMPAIGN, 60, 0)], accepted_on=TODAY, by=None
    )
    assert (held(state_store, early_batch), held(way, early_batch), held(raipur_store, early_batch)) == (
        40,
        0,
        60,
    )


def test_what_arrives_short_or_damaged_must_be_explained_and_keeps_its_own_place(
    stocked, state_store, raipur_store, early_batch, tree
):
    consignment = send(state_store, raipur_store, early_batch, 60)
    lines = [(early_batch, Earmark.CAMPAIGN, 50, 7)]
    with pytest.raises(StockRefused, match="say what happened"):
        ledger.accept(consignment=consignment, lines=lines, accepted_on=TODAY, by=None)
    ledger.accept(consignment=consignment, lines=lines, accepted_on=TODAY, by=None, reason="Carton fell")
    assert held(raipur_store, early_batch) == 50
    assert held(ledger.virtual(tree.raipur, "wasted", WasteCause.CLOSED_BROKEN), early_batch) == 7
    assert held(ledger.virtual(tree.raipur, "unaccounted"), early_batch) == 3


def test_a_consignment_cannot_be_accepted_twice(stocked, state_store, raipur_store, early_batch):
    consignment = send(state_store, raipur_store, early_batch, 60)
    lines = [(early_batch, Earmark.CAMPAIGN, 60, 0)]
    ledger.accept(consignment=consignment, lines=lines, accepted_on=TODAY, by=None)
    with pytest.raises(StockRefused):
        ledger.accept(consignment=consignment, lines=lines, accepted_on=TODAY, by=None)
    assert held(raipur_store, early_batch) == 60


def test_a_store_never_gives_more_than_it_holds(stocked, state_store, early_batch):
    with pytest.raises(InsufficientStock) as refused:
        ledger.waste(
            store=state_store,
            batch=early_batch,
            doses=101,
            cause=WasteCause.CLOSED_BROKEN,
            happened_on=TODAY,
            by=None,
        )
    assert (refused.value.held, refused.value.wanted) == (100, 101)
    assert held(state_store, early_batch) == 100
    assert StockMovement.objects.count() == 1


def test_the_database_itself_refuses_a_store_below_zero(stocked, state_store, early_batch):
    with pytest.raises(DatabaseError), transaction.atomic():
        StockPosition.objects.filter(location=state_store, batch=early_batch).update(doses=-1)


def test_a_count_below_the_book_leaves_the_difference_unaccounted_and_not_wasted(
    stocked, state_store, early_batch, tree
):
    ledger.count(
        store=state_store, batch=early_batch, doses=94, counted_on=TODAY, by=None, reason="Monthly count"
    )
    assert held(state_store, early_batch) == 94
    assert held(ledger.virtual(tree.chhattisgarh, "unaccounted"), early_batch) == 6


def test_a_count_that_agrees_writes_nothing(stocked, state_store, early_batch):
    assert (
        ledger.count(store=state_store, batch=early_batch, doses=100, counted_on=TODAY, by=None, reason="")
        is None
    )
    assert StockMovement.objects.count() == 1


def test_a_count_that_differs_needs_a_reason(stocked, state_store, early_batch):
    with pytest.raises(StockRefused, match="say why"):
        ledger.count(store=state_store, batch=early_batch, doses=94, counted_on=TODAY, by=None, reason=" ")


def test_campaign_stock_becomes_routine_stock_on_record(stocked, state_store, early_batch):
    ledger.move_earmark(
        store=state_store,
        batch=early_batch,
        doses=30,
        source_earmark=Earmark.CAMPAIGN,
        destination_earmark=Earmark.ROUTINE,
        happened_on=TODAY,
        by=None,
        reason="Measles outbreak",
    )
    assert held(state_store, early_batch) == 70
    assert held(state_store, early_batch, Earmark.ROUTINE) == 30


def test_an_operation_is_undone_by_moving_back(stocked, state_store, early_batch):
    ledger.reverse(journal=stocked, by=None, reason="Wrong store")
    assert held(state_store, early_batch) == 0
    with pytest.raises(StockRefused, match="undone before"):
        ledger.reverse(journal=stocked, by=None, reason="again")


def test_an_undoing_that_others_stand_on_names_them(stocked, state_store, raipur_store, early_batch):
    send(state_store, raipur_store, early_batch, 60)
    with pytest.raises(InsufficientStock, match="60 of batch 4121Z001"):
        ledger.reverse(journal=stocked, by=None, reason="Wrong store")
    assert held(state_store, early_batch) == 40


def test_the_same_key_does_nothing_twice(state_store, early_batch):
    for _again in range(2):
        ledger.receive(
            store=state_store,
            batch=early_batch,
            doses=100,
            channel=Channel.PRIVATE,
            happened_on=TODAY,
            by=None,
            key="delivery-7",
        )
    assert held(state_store, early_batch) == 100
    with pytest.raises(StockKeyReused):
        ledger.receive(
            store=state_store,
            batch=early_batch,
            doses=99,
            channel=Channel.PRIVATE,
            happened_on=TODAY,
            by=None,
            key="delivery-7",
        )


@pytest.mark.parametrize("doses", [0, -5, 2.5, True, "7"])
def test_doses_are_whole_numbers_above_zero(state_store, early_batch, doses):
    with pytest.raises(StockRefused):
        ledger.receive(
            store=state_store,
            batch=early_batch,
            doses=doses,
            channel=Channel.PRIVATE,
            happened_on=TODAY,
            by=None,
        )


def test_nothing_moves_on_a_day_that_has_not_come(state_store, early_batch):
    with pytest.raises(StockRefused, match="has not come"):
        ledger.receive(
            store=state_store,
            batch=early_batch,
            doses=5,
            channel=Channel.PRIVATE,
            happened_on=datetime.date(2999, 1, 1),
            by=None,
        )


@pytest.mark.parametrize("table", ["inventory_stockmovement", "inventory_stockjournal"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET id = id", "DELETE FROM {}"])
def test_the_database_refuses_to_change_the_ledger(stocked, table, statement):
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement.format(table))
    assert StockJournal.objects.count() == 1
