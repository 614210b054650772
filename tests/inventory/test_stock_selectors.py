"""What the stock pages read, against a replay of every movement."""

import datetime

import pytest
from django.utils import timezone

from inventory import ledger
from inventory.errors import StockRefused
from inventory.models import LocationKind, PhysicalCount, StockMovement, WasteCause
from inventory.presenters.identity import rest_of
from inventory.selectors.balances import held_under, last_day_moved, residual_by_operation
from inventory.selectors.consignments import lines_of, under_way
from inventory.selectors.identity import identities
from inventory.selectors.standing import StockQuery, standing, supply_of
from inventory.selectors.stockouts import stock_out_days
from inventory.selectors.store_ledger import balance_before, store_movements
from inventory.services.consignments import undo
from inventory.services.observations import count_store
from tests.inventory.depot import ago, depot
from tests.oracles.stock import replay

__all__ = ["depot"]


def test_what_stores_held_on_any_day_and_at_any_instant_is_the_replay(depot):
    instants = [None, *StockMovement.objects.values_list("recorded_at", flat=True).distinct()]
    for day in (ago(0), ago(5), ago(8), ago(9), ago(20)):
        for as_of in instants:
            slow = {
                (place.pk, batch, earmark): doses
                for (place, batch, earmark), doses in replay(last=day, as_of=as_of).items()
                if place.kind == LocationKind.STORE and doses
            }
            fast = held_under(depot.tree.india, last=day, as_of=as_of)
            assert {(one.location_id, one.batch_id, one.earmark): one.doses for one in fast} == slow


def test_the_parts_of_the_residual_add_up_to_it(depot):
    count_store(
        store=depot.raipur,
        counts=[(depot.soon, "campaign", 2100)],
        counted_on=ago(1),
        by=depot.officer,
        reason="Left in an ice box",
        key="c" * 32,
    )
    parts = residual_by_operation(depot.tree.chhattisgarh, last=ago(0))[depot.vaccine.pk]
    whole = identities(areas=[depot.tree.chhattisgarh])[depot.tree.chhattisgarh.pk, depot.vaccine.pk]
    assert parts == {"accept": 40, "count": 50}
    assert sum(parts.values()) == whole.residual


def test_own_stores_and_children_add_up_to_the_area(depot):
    facts = standing(depot.tree.chhattisgarh, StockQuery(ago(0)))
    key = depot.vaccine.pk
    whole = facts.identities[depot.tree.chhattisgarh.pk, key]
    children = [facts.identities[child.pk, key] for child in facts.children]
    own = rest_of(whole, children)
    assert own.holds
    assert (own.balance, own.transferred_in) == (8000 + 5000 - 3000 - 1000, -4000)
    assert own.balance + sum(child.balance for child in children) == whole.balance


def test_a_physical_count_that_agrees_is_kept_and_moves_nothing(depot):
    before = StockMovement.objects.count()
    counts = [(depot.soon, "campaign", 2150)]
    for _twice in range(2):
        journals = count_store(
            store=depot.raipur, counts=counts, counted_on=ago(0), by=depot.officer, reason="", key="d" * 32
        )
        assert journals == []
    assert StockMovement.objects.count() == before
    assert [(one.book, one.doses) for one in PhysicalCount.objects.all()] == [(2150, 2150)]


def test_the_running_balance_of_a_store_ends_at_what_it_holds(depot):
    rows = store_movements(depot.raipur, last=ago(0))
    changes = [row.change for row in rows]
    assert changes == [2900, -700, -50]
    assert [balance_before(rows, number) for number in range(4)] == [0, 2900, 2200, 2150]
    assert [row.change for row in store_movements(depot.raipur, last=ago(6))] == [2900]


def test_moving_between_earmarks_changes_only_the_balance_of_each(depot):
    ledger.move_earmark(
        store=depot.raipur,
        batch=depot.soon,
        doses=100,
        source_earmark="campaign",
        destination_earmark="routine",
        happened_on=ago(1),
        by=None,
        reason="Sessions",
    )

    def last_change(earmark):
        return list(store_movements(depot.raipur, last=ago(0), earmark=earmark))[-1].change

    assert (last_change(None), last_change("campaign"), last_change("routine")) == (0, -100, 100)


def test_a_consignment_knows_what_arrived_and_what_did_not(depot):
    (line,) = lines_of(depot.arrived)
    assert (line.sent, line.good, line.damaged, line.short, line.on_the_way) == (3000, 2900, 60, 40, 0)
    (one,) = under_way(depot.tree.chhattisgarh, last=ago(0))
    assert (one.dispatch, one.doses, one.days) == (depot.under_way, 1000, 8)
    assert under_way(depot.tree.raipur, last=ago(0)) == []


def test_what_was_accepted_cannot_be_called_back(depot):
    sent = depot.arrived.journals.get(operation="dispatch")
    with pytest.raises(StockRefused, match="undo its acceptance first"):
        undo(journal=sent, by=depot.officer, reason="Wrong store")
    sent = depot.under_way.journals.get(operation="dispatch")
    undo(journal=sent, by=depot.officer, reason="Wrong store")
    assert under_way(depot.tree.chhattisgarh, last=ago(0)) == []
    (line,) = lines_of(depot.under_way)
    assert line.sent == 0


def test_undoing_an_acceptance_puts_the_consignment_back_on_the_road(depot):
    accepted = depot.arrived.journals.get(operation="accept")
    ledger.receive(
        store=depot.raipur, batch=depot.soon, doses=750, channel="donation", happened_on=ago(1), by=None
    )
    undo(journal=accepted, by=depot.officer, reason="Counted wrongly")
    (line,) = lines_of(depot.arrived)
    assert (line.good, line.damaged, line.short, line.on_the_way) == (0, 0, 0, 3000)


def test_expired_stock_counts_as_a_stock_out(depot):
    assert stock_out_days(depot.raipur, ago(0)) == []
    day = depot.soon.expires_on + datetime.timedelta(3)
    (out,) = stock_out_days(depot.raipur, day)
    assert (out.vaccine, out.days) == (depot.vaccine, 3)


def test_doses_at_risk_are_run_forward_from_the_day_asked_for(depot):
    risks = supply_of(depot.tree.raipur, StockQuery(ago(0))).at_risk()
    # 700 in 28 days are 25 a day: 21 days to the expiry day use 525 of 2,150.
    assert [(one.store, one.held, one.unused) for one in risks] == [(depot.raipur, 2150, 1625)]
    day = depot.soon.expires_on + datetime.timedelta(1)
    assert supply_of(depot.tree.raipur, StockQuery(day)).at_risk()[0].unused == 2150


def test_the_newest_day_is_that_of_the_area(depot):
    assert last_day_moved(depot.tree.chhattisgarh) == ago(5)
    assert last_day_moved(depot.tree.bastar) == ago(8)
    assert last_day_moved(depot.tree.maharashtra) is None


def test_reports_recorded_since_an_instant_are_named_as_late(depot, tree):
    from inventory.giving import give

    instant = timezone.now()
    give(area=tree.bastar, vaccine=depot.vaccine, doses=30, happened_on=ago(6), by=None)
    facts = standing(tree.chhattisgarh, StockQuery(ago(0), as_of=instant))
    assert facts.late == {depot.vaccine.pk: 30}
    assert facts.identities[tree.chhattisgarh.pk, depot.vaccine.pk].administered == 700


def test_loss_is_never_in_the_residual(depot):
    one = identities(areas=[depot.tree.raipur])[depot.tree.raipur.pk, depot.vaccine.pk]
    assert one.wasted == {WasteCause.CLOSED_BROKEN: 60, WasteCause.OPEN_LEFTOVER: 50}
    assert one.residual == 40
