"""The stock of the demonstration, for Chhattisgarh and Goa."""

import datetime

import pytest
from django.db.models import Sum

from campaigns.models import TallyEntry
from campaigns.services.giving import give_marked
from campaigns.services.tallies import Line, submit_tally
from config.demonstration import facts, people, stock, supply
from config.demonstration.irregularities import CLERKS_BLOCK
from districts.models import Area, User
from inventory.models import (
    Location,
    LocationKind,
    Requisition,
    RequisitionState,
    StockMovement,
    StockPosition,
)
from inventory.selectors.consignments import lines_of, under_way
from inventory.selectors.declared import statements
from inventory.selectors.identity import identities, total
from inventory.selectors.observations import unfit_positions
from inventory.selectors.plan import redistribution
from inventory.selectors.standing import StockQuery, supply_of
from inventory.selectors.stockouts import stock_out_days
from tests.oracles.stock import identity_columns

# The demonstration lives on SQLite; on PostgreSQL test_load_demo loads a small part of it.
pytestmark = [pytest.mark.slow, pytest.mark.django_db, pytest.mark.sqlite_only]

STATES = {"S22", "S30"}


@pytest.fixture(scope="module", autouse=True)
def campaign(load_for_the_module):
    with load_for_the_module(STATES) as campaign:
        yield campaign


def area(code):
    return Area.objects.get(code=code)


def identity(code, day=facts.AS_OF):
    return total(area(code).pk, list(identities(areas=[area(code)], last=day).values()))


def test_chhattisgarh_has_the_doses_of_its_bulletin_in_its_stores():
    assert identity("S22", facts.BULLETIN_DAY).balance == 18_40_130


@pytest.mark.parametrize("code", ["IN", "S22", "S30", "D387", "B3693"])
@pytest.mark.parametrize("day", supply.PERIODS)
def test_what_was_given_is_what_the_campaign_counted(code, day):
    entries = TallyEntry.objects.filter(
        unit__path__startswith=area(code).path, happened_on__lte=day, cell__item__code__in=facts.DOSES
    )
    assert identity(code, day).administered == entries.aggregate(sum=Sum("change"))["sum"]


def test_the_identity_holds_and_is_that_of_a_slow_replay():
    batches = set(StockMovement.objects.values_list("batch", flat=True))
    for code in ("IN", "S30", "D387"):
        row = identity(code)
        columns = (
            *(row.total_supplied, row.transferred_in, row.administered, row.total_wasted),
            *(row.balance, row.in_transit, row.residual),
        )
        assert row.holds and columns == identity_columns(area(code), batches)


def test_what_supply_does_not_explain_is_residual_and_not_wastage():
    row = identity("IN")
    assert -row.residual * 100 > 5 * row.administered
    assert row.open_vial_wastage.exact < 2


def test_the_kept_balances_are_the_sums_of_the_movements():
    sums = dict(StockPosition.objects.values_list("location__kind").annotate(sum=Sum("doses")).order_by())
    assert sum(sums.values()) == 0 and sums[LocationKind.STORE] == identity("IN").balance
    assert not StockPosition.objects.filter(is_store=True, doses__lt=0).exists()


def test_some_doses_are_at_risk_and_the_plan_saves_some():
    risks = supply_of(area("IN"), StockQuery(day=facts.AS_OF)).at_risk()
    assert risks and all(row.batch.expires_on > facts.AS_OF for row in risks)
    transfers, at_risk, _stores, _batches = redistribution(area("IN"), facts.AS_OF)
    assert 0 < sum(one.doses for one in transfers) <= at_risk


def test_one_district_is_out_of_stock_and_asks_the_others_nothing_of_it():
    store = Location.objects.get(code=f"{supply.OUT_OF_STOCK}-STORE")
    assert {one.vaccine.code for one in stock_out_days(store, facts.AS_OF)} == {"covishield", "covaxin"}
    assert identity("S22").balance > 0


def test_a_batch_at_raipur_has_reached_its_discard_point():
    store = Location.objects.get(code="D387-STORE")
    ((_store, batch),) = unfit_positions([store])
    assert StockPosition.objects.get(location=store, batch=batch).doses > 0


def test_consignments_are_under_way_and_two_of_them_for_long():
    open_ones = under_way(area("S22"), last=facts.AS_OF)
    assert [one.days > 14 for one in open_ones] == [True, True, False]
    assert sum(one.doses for one in open_ones) == identity("S22").in_transit


def test_the_declared_figures_stand_beside():
    (bulletin,) = statements([area("S22")])
    assert bulletin.beside == [("balance", 18_40_130, 18_40_130, 0)]
    nation = statements([area("IN")])
    assert [one.as_of for one in nation] == [supply.JUNE, supply.NOVEMBER]
    assert nation[0].declared("consumption") == 31_04_91_565
    assert [one.problems for one in nation] == [[], []]


def test_doses_counted_from_now_on_leave_the_stock(campaign):
    before, held = identity("IN"), identity("D387").balance
    assert campaign.keeps_stock
    submit_tally(
        campaign=campaign,
        unit=area(CLERKS_BLOCK),
        day=facts.AS_OF,
        lines=[Line("first_dose", 100, "18-44", "covishield")],
        by=User.objects.get(username=people.CLERK),
        source="form",
    )
    give_marked(campaign.pk)
    after = identity("IN")
    assert (after.administered - before.administered, after.residual) == (100, before.residual)
    assert identity("D387").balance == held - 100


def test_a_second_load_books_nothing(campaign):
    before = StockMovement.objects.count()
    stock.load(campaign, {}, [], is_whole=False)
    assert StockMovement.objects.count() == before


def test_stock_that_is_off_by_one_dose_is_not_accepted(campaign, monkeypatch):
    monkeypatch.setattr(supply, "CHHATTISGARH_BALANCE", 18_40_131)
    with pytest.raises(stock.DoesNotAddUp, match="balance of Chhattisgarh"):
        stock.check(campaign, is_whole=False, has_chhattisgarh=True)


def test_everything_was_recorded_on_its_evening():
    assert not StockMovement.objects.filter(happened_on__gt=facts.AS_OF).exists()
    assert StockMovement.objects.earliest("happened_on").happened_on == datetime.date(2021, 1, 12)
    newest = StockMovement.objects.latest("recorded_at")
    assert newest.recorded_at.date() == facts.AS_OF


def test_requisitions_stand_in_every_state_and_fillings_are_what_was_sent():
    rows = Requisition.objects.order_by("pk")
    assert {one.state for one in rows} == set(RequisitionState.values)
    for one in rows:
        sent = sum(
            line.sent
            for filling in one.fillings.select_related("dispatch")
            for line in lines_of(filling.dispatch)
            if line.batch.vaccine_id == one.vaccine_id
        )
        assert sum(filling.doses for filling in one.fillings.all()) == sent
        assert (sent >= one.doses) == (one.state == RequisitionState.FILLED)
        assert one.recorded_at.date() <= facts.AS_OF < one.wanted_by + datetime.timedelta(30)
