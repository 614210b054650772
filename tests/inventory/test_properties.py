"""Random lives of a few stores: the doses of a batch always sum to zero, and every figure equals a replay."""

import datetime
import random

import pytest
from django.db.models import Sum

from inventory import ledger
from inventory.errors import InsufficientStock, StockRefused
from inventory.giving import give
from inventory.models import Channel, Dispatch, Earmark, StockJournal, StockPosition, WasteCause
from inventory.selectors.identity import identities
from tests.oracles import stock as oracle

FIRST = datetime.date(2026, 10, 1)
OPERATIONS = ("receive", "dispatch", "accept", "waste", "count", "earmark", "reverse", "give", "take_back")


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

    def take_back(self, number):
        give(
            area=self.random.choice(self.units),
            vaccine=self.batches[0].vaccine,
            doses=-self.random.randint(1, 50),
            happened_on=self.day,
            by=None,
        )


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
