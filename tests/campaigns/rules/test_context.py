"""What the rules know of the days before, against a slow reading of the ledger; and how many queries it takes."""

import datetime
import random

import pytest

from campaigns.selectors.rule_context import contexts
from campaigns.selectors.rule_scan import scan
from campaigns.selectors.rules import ruling_of
from campaigns.services.bulk import submit_tallies
from inventory import ledger
from inventory.models import Batch, Location, LocationKind, Vaccine
from inventory.selectors.usable import usable_doses
from tests.oracles import rule_context


def post_at_random(campaign, units, first, days, by, seed):
    """Loads with gaps, zeros and corrections, some beyond the window."""
    dice = random.Random(seed)
    cells = list(campaign.cells.filter(is_open=True).values_list("pk", flat=True))
    for _correction in range(2):
        rows = [
            (unit.pk, first + datetime.timedelta(n), cell, dice.choice([0, 1, 9, 10, 11, 100, 5000]))
            for unit in units
            for n in range(days)
            if dice.random() < 0.8
            for cell in cells
            if dice.random() < 0.9
        ]
        submit_tallies(campaign=campaign, rows=rows, by=by, reason="recount")


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_context_equals_a_slow_reading_of_the_ledger(campaign, targets, tree, days, state_officer, seed):
    units = [tree.bastar, tree.abhanpur, tree.arang]
    post_at_random(campaign, units[:2], campaign.starts_on, 24, state_officer, seed)
    for back in (0, 5, 12, 29, 30):
        day = days.today - datetime.timedelta(back)
        known = contexts(campaign, units, day)
        for unit in units:
            slow = rule_context.context(campaign, unit, day)
            fast = known[unit.pk]
            assert fast["to_date"] == slow["to_date"]
            check_near(fast["usual"], slow["usual"])
            assert fast["targets"] == slow["targets"] and slow["targets"]


def check_near(one, other):
    """The last of four places may be rounded the other way."""
    assert one.keys() == other.keys()
    for key, numbers in one.items():
        for mine, theirs in zip(numbers, other[key], strict=True):
            assert (mine is None) == (theirs is None), key
            assert mine is None or mine == pytest.approx(theirs, abs=2e-4), key


def test_the_context_takes_one_query_for_any_number_of_units(
    campaign, targets, tree, days, state_officer, django_assert_num_queries
):
    post_at_random(campaign, [tree.bastar, tree.arang], campaign.starts_on, 20, state_officer, 4)
    ruling_of(campaign)
    for units in ([tree.bastar], [tree.bastar, tree.abhanpur, tree.arang]):
        with django_assert_num_queries(1):
            contexts(campaign, units, days.today)


def test_a_scan_finds_what_a_sheet_is_told_of_day_by_day(campaign, targets, tree, days, state_officer):
    units = [tree.bastar, tree.arang]
    post_at_random(campaign, units, campaign.starts_on, 20, state_officer, 5)
    span = [campaign.starts_on + datetime.timedelta(n) for n in range(20)]
    found = {(unit, day): hits for unit, day, hits in scan(campaign, {unit.pk: span for unit in units})}
    assert len(found) == 40 and any(found.values())
    for day in span:
        alone = {unit: hits for unit, _day, hits in scan(campaign, {unit.pk: [day] for unit in units})}
        assert alone == {unit.pk: found[unit.pk, day] for unit in units}


def keep(area, vaccine, doses, expires_on, by):
    store, _made = Location.objects.get_or_create(
        area=area, kind=LocationKind.STORE, defaults={"code": f"STORE-{area.code}", "name_en": area.name_en}
    )
    batch = Batch.objects.create(
        vaccine=vaccine, number=f"B{Batch.objects.count()}", manufacturer="SII", expires_on=expires_on
    )
    ledger.receive(
        store=store, batch=batch, doses=doses, channel="free", happened_on=expires_on - A_YEAR, by=by
    )


A_YEAR = datetime.timedelta(365)


def test_a_unit_may_use_what_the_nearest_store_on_the_way_up_holds(campaign, tree, days, state_officer):
    vaccine = Vaccine.objects.get(code="covishield")
    keep(tree.chhattisgarh, vaccine, 500, days.tomorrow, state_officer)
    keep(tree.raipur, vaccine, 40, days.tomorrow, state_officer)
    keep(tree.raipur, vaccine, 7, days.yesterday, state_officer)
    held = usable_doses([tree.arang, tree.bastar, tree.hingna], [vaccine.pk], days.today)
    assert held == {
        tree.arang.pk: {"covishield": 40},
        tree.bastar.pk: {"covishield": 500},
        tree.hingna.pk: {},
    }
    campaign.keeps_stock = True
    standing = {tree.arang.pk: {"first_dose|18-44|covishield|": 3}}
    known = contexts(campaign, [tree.arang], days.today, standing=standing)
    assert known[tree.arang.pk]["stock"] == {"covishield": 43}, "what stands has left it, or is about to"
