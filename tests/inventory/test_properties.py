"""Random lives of a few stores: the doses of a batch always sum to zero, and every figure equals a replay."""

import datetime
import random

import pytest
from django.db.models import Sum

from inventory import ledger
from inventory.errors import InsufficientStock, StockRefused
from inventory.giving import Named, give
from inventory.models import Batch, Channel, Dispatch, Earmark, StockJournal, StockPosition, WasteCause
from inventory.selectors.identity import identities
from inventory.services.naming import name_batches
from tests.oracles import stock as oracle

FIRST = datetime.date(2026, 10, 1)
OPERATIONS = (
    *("receive", "dispatch", "accept", "waste", "count", "earmark", "reverse", "give", "take_back"),
    "name",
)


class Life:
    """One random sequence of operations; what the ledger refuses is part of life."""

    def __init__(self, seed, stores, batches, units):
        self.random = random.Random(seed)
        self.stores, self.batches, self.units = stores, batches, units
        self.done, self.refused = 0, 0

    def step(self, number):
        try:
            getattr(self, self.random.choice(OPERATIONS))(number)
            self.done += 1
        except (InsufficientStock, StockRefused):
            self.refused += 1

    @property
    def day(self):
        return FIRST + datetime.timedelta(self.random.randrange(30))

    def receive(self, number):
        ledger.receive(
            store=self.random.choice(self.stores),
            batch=self.random.choice(self.batches),
            doses=self.random.randint(1, 500),
            channel=self.random.choice(Channel.values),
            happened_on=self.day,
            by=None,
        )

    def dispatch(self, number):
        ledger.dispatch(
            from_store=self.random.choice(self.stores),
            to_store=self.random.choice(self.stores),
            lines=[(self.random.choice(self.batches), Earmark.CAMPAIGN, self.random.randint(1, 200))],
            sent_on=self.day,
            number=f"DV-{number}",
            by=None,
        )

    def accept(self, number):
        consignments = list(Dispatch.objects.order_by("id"))
        if not consignments:
            return
        consignment = self.random.choice(consignments)
        batches = {batch.pk: batch for batch in self.batches}
        lines = []
        for (batch, earmark), doses in ledger.on_the_way(consignment).items():
            good = self.random.randint(0, doses)
            lines.append((batches[batch], earmark, good, self.random.randint(0, doses - good)))
        ledger.accept(
            consignment=consignment, lines=lines, accepted_on=self.day, by=None, reason="as counted"
        )

    def waste(self, number):
        ledger.waste(
            store=self.random.choice(self.stores),
            batch=self.random.choice(self.batches),
            doses=self.random.randint(1, 30),
            cause=self.random.choice(WasteCause.values),
            happened_on=self.day,
            by=None,
        )

    def count(self, number):
        ledger.count(
            store=self.random.choice(self.stores),
            batch=self.random.choice(self.batches),
            doses=self.random.randint(0, 300),
            counted_on=self.day,
            by=None,
            reason="counted",
        )

    def earmark(self, number):
        ledger.move_earmark(
            store=self.random.choice(self.stores),
            batch=self.random.choice(self.batches),
            doses=self.random.randint(1, 50),
            source_earmark=Earmark.CAMPAIGN,
            destination_earmark=Earmark.ROUTINE,
            happened_on=self.day,
            by=None,
            reason="outbreak",
        )

    def reverse(self, number):
        journals = list(StockJournal.objects.order_by("id"))
        if journals:
            ledger.reverse(journal=self.random.choice(journals), by=None, reason="mistake")

    def give(self, number):
        give(
            area=self.random.choice(self.units),
            vaccine=self.batches[0].vaccine,
            doses=self.random.randint(1, 300),
            happened_on=self.day,
            by=None,
        )

    def name(self, number):
        name_batches(
            area=self.random.choice(self.units),
            vaccine=self.batches[0].vaccine,
            day=self.day,
            named=named_at_random(self.random, self.batches),
            by=None,
        )

    def take_back(self, number):
        give(
            area=self.random.choice(self.units),
            vaccine=self.batches[0].vaccine,
            doses=-self.random.randint(1, 50),
            happened_on=self.day,
            by=None,
        )


def named_at_random(chance, batches):
    """Some batches with a number each, perhaps another one for the rest."""
    in_order = sorted(batches, key=lambda one: (one.expires_on, one.pk))
    doses = {one: chance.randint(1, 60) for one in in_order if chance.random() < 0.4}
    others = [one for one in batches if one not in doses]
    return Named(doses, chance.choice([*others, None]))


@pytest.mark.parametrize("seed", range(12))
def test_whatever_happens_the_ledger_sums_to_zero_and_the_identity_holds(
    seed, tree, state_store, raipur_store, bastar_store, early_batch, late_batch
):
    units = [tree.abhanpur, tree.arang, tree.bastar, tree.nagpur]
    life = Life(seed, [state_store, raipur_store, bastar_store], [early_batch, late_batch], units)
    marks = []
    for number in range(60):
        life.step(number)
        if number in (20, 40):
            marks.append(StockJournal.objects.order_by("-id").first().recorded_at)
    assert life.done > 20

    for row in StockPosition.objects.values("batch").annotate(total=Sum("doses")):
        assert row["total"] == 0
    replayed = oracle.replay()
    for position in StockPosition.objects.select_related("location"):
        assert position.doses == replayed.get((position.location, position.batch_id, position.earmark), 0)
        assert position.doses >= 0 or not position.is_store

    areas = [tree.india, tree.chhattisgarh, tree.maharashtra, tree.raipur, tree.bastar, tree.abhanpur]
    day = FIRST + datetime.timedelta(15)
    for last, as_of in ((None, None), (day, None), (None, marks[0]), (day, marks[1])):
        check_identities(areas, early_batch.vaccine, last, as_of)


def check_identities(areas, vaccine, last, as_of):
    found = identities(areas=areas, last=last, as_of=as_of)
    batches = set(vaccine.batches.values_list("pk", flat=True))
    for area in areas:
        expected = oracle.identity_columns(area, batches, last=last, as_of=as_of)
        row = found.get((area.pk, vaccine.pk))
        if row is None:
            assert not any(expected)
            continue
        assert row.holds
        assert (
            row.total_supplied,
            row.transferred_in,
            row.administered,
            row.total_wasted,
            row.balance,
            row.in_transit,
            row.residual,
        ) == expected


@pytest.mark.parametrize("seed", range(12))
def test_reports_corrections_and_names_of_a_day_come_to_the_same_in_any_order(
    seed, tree, raipur_store, covishield
):
    """What has left the store for each batch is what one dose after another gives for all the day has."""
    chance, day = random.Random(seed), FIRST
    ends = [day + datetime.timedelta(days) for days in (-5, 40, 40, 200)]
    batches = [
        Batch.objects.create(vaccine=covishield, number=f"B{n}", manufacturer="SII", expires_on=end)
        for n, end in enumerate(ends)
    ]
    held = {batch: chance.randint(1, 60) for batch in batches}
    for batch, doses in held.items():
        ledger.receive(
            store=raipur_store, batch=batch, doses=doses, channel=Channel.DONATION, happened_on=day, by=None
        )
    total, named, steps = 0, Named(), 0
    for _step in range(14):
        act = chance.choice(("post", "post", "correct", "name"))
        if act == "name":
            wish = named_at_random(chance, batches)
            try:
                name_batches(area=tree.abhanpur, vaccine=covishield, day=day, named=wish, by=None)
            except StockRefused:
                assert sum(wish.doses.values()) > total > 0
                continue
            named = wish
        else:
            change = chance.randint(1, 80) if act == "post" else -chance.randint(0, total)
            give(area=tree.abhanpur, vaccine=covishield, doses=change, happened_on=day, by=None)
            total += change
        steps += 1
        out, without = oracle.given_out(held, named.doses, named.rest, total, day)
        for batch in batches:
            left = StockPosition.objects.get(location=raipur_store, batch=batch).doses
            assert held[batch] - left == out.get(batch, 0), (batch, named, total)
        places = StockPosition.objects.filter(location__area=tree.abhanpur)
        sums = dict(places.values_list("location__kind").annotate(Sum("doses")).order_by())
        assert (sums.get("administered", 0), sums.get("unaccounted", 0)) == (total, -without)
    assert steps > 5
