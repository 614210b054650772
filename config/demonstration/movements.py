"""The past of the stock as operations: supply comes to the states, goes to the districts, is given and lost."""

import datetime
from collections import defaultdict

from config.demonstration import facts, supply
from config.demonstration.apportionment import apportion
from config.demonstration.chance import stream, whole
from config.demonstration.journals import at
from config.demonstration.shelves import CAUSES
from inventory.ledger import Move
from inventory.models import Channel, Dispatch, Operation
from inventory.services.history import Past

DAY = datetime.timedelta(1)
BOOKED_AT = datetime.time(19, 0)
# States bought directly from May to 20 June 2021: a share of a hundred doses of what came for these rounds.
BOUGHT = {1: 12, 2: 25}
KEPT_BACK = 20  # a district is sent one dose more than it needs for every twenty
SENT_LAST, SENT_LONG_AGO = facts.AS_OF - 2 * DAY, facts.AS_OF - 16 * DAY
COUNTED_ON = facts.AS_OF - 3 * DAY


class Movements:
    """``stores``: by code of their area. ``ends``: virtual ends. ``officers``: by state, None for all others."""

    def __init__(self, *, stores, ends, shelves, officers):
        self._stores, self._ends, self._officers = stores, ends, officers
        self.shelves = shelves
        self._operations, self._dispatches = [], []
        self._numbers = defaultdict(int)

    def in_order(self):
        """All operations in the order of days; the consignments are written."""
        Dispatch.objects.bulk_create(self._dispatches, batch_size=5_000)
        return sorted(self._operations, key=lambda one: one.happened_on)

    def run(self, plan):
        carried = defaultdict(int)
        for number, (day, periods) in enumerate(supply.ROUNDS.items()):
            for state, districts in plan.districts.items():
                self._supply(plan, state, districts, number, day, periods, carried)
            for period in periods:
                for state, districts in plan.districts.items():
                    self._give(plan, state, districts, period)
                if period == supply.BULLETIN_PERIOD and facts.CHHATTISGARH in plan.districts:
                    self._fill_up(plan, [facts.CHHATTISGARH], supply.CHHATTISGARH_BALANCE, period)
                if period == supply.JUNE_PERIOD:
                    others = [state for state in plan.districts if state != facts.CHHATTISGARH]
                    held = sum(self._of_state(plan, state) for state in plan.districts)
                    here = sum(self._of_state(plan, state) for state in others)
                    if others:
                        self._fill_up(plan, others, plan.june_balance - held + here, period)
        self._under_way(plan)
        self._count(plan)

    def _supply(self, plan, state, districts, number, day, periods, carried):
        """What the districts will need comes to the state and goes on to them."""
        rounds = list(supply.ROUNDS.values())
        last = number == len(rounds) - 1
        sends = defaultdict(dict)
        wanted = defaultdict(int)
        for vaccine in plan.vaccines:
            for code in districts:
                need = _need(plan, code, vaccine, periods)
                if last:
                    left = plan.at_end[code, vaccine] + plan.short.get((code, vaccine), 0)
                else:
                    left = min(need // KEPT_BACK, _need(plan, code, vaccine, rounds[number + 1]))
                if doses := need + left - carried[code, vaccine]:
                    sends[code][vaccine] = doses
                    wanted[vaccine] += doses
                carried[code, vaccine] = left
                if last:
                    wanted[vaccine] += plan.under_way.get((code, vaccine), 0)
            if last:
                wanted[vaccine] += plan.at_end[state, vaccine]
            self._receive(
                state, vaccine, number, wanted[vaccine] - self.shelves.balance(state, vaccine), day - DAY
            )
        for code, doses in sends.items():
            self._send(state, code, doses, day, accepted_on=day + 2 * DAY)

    def _receive(self, state, vaccine, number, doses, day):
        if doses <= 0:
            return
        rows = self.shelves.incoming[vaccine, number]
        store, moves = self._stores[state], defaultdict(list)
        for (batch, _share), part in zip(rows, apportion(doses, [share for _b, share in rows]), strict=True):
            self.shelves.put(state, vaccine, batch, part)
            bought = part * BOUGHT.get(number, 0) // 100
            for channel, some in (
                (Channel.FREE_OF_COST, part - bought),
                (Channel.STATE_PROCUREMENT, bought),
            ):
                if some:
                    supplied = self._ends[store.area_id, "supply", channel]
                    moves[channel].append(Move(batch, supplied, store, some))
        for channel, some in moves.items():
            self._book(
                Operation.RECEIVE, state, some, day, document=f"{channel[:4].upper()}/{state}/{day:%y%m%d}"
            )

    def _send(self, state, code, doses, day, accepted_on=None):
        """A consignment to a district; without ``accepted_on`` it is still under way."""
        source, target = self._stores[state], self._stores[code]
        self._numbers[source.code, day.year] += 1
        consignment = Dispatch(
            number=f"{source.code}/{day.year}/{self._numbers[source.code, day.year]:04}",
            from_store=source,
            to_store=target,
            sent_on=day,
            by=self._officer(state),
        )
        self._dispatches.append(consignment)
        way, out, into = self._ends[target.area_id, "in_transit", ""], [], []
        for vaccine, number in doses.items():
            for batch, part in self.shelves.take(state, vaccine, number):
                out.append(Move(batch, source, way, part))
                if accepted_on:
                    into.append(Move(batch, way, target, part))
                    self.shelves.put(code, vaccine, batch, part)
        papers = {"document": consignment.number, "dispatch": consignment}
        self._book(Operation.DISPATCH, state, out, day, **papers)
        if into:
            self._book(Operation.ACCEPT, state, into, accepted_on, **papers)

    def _give(self, plan, state, districts, period):
        """What the campaign gave in a period leaves the stores; what they cannot account for is unaccounted."""
        given, lost, day = [], [], supply.PERIODS[period]
        for unit, vaccine in plan.given_in(state, period):
            doses = plan.given[unit, vaccine, period]
            from_stock = plan.from_stock.get((unit, vaccine, period), 0)
            administered = self._ends[unit.area.pk, "administered", ""]
            unknown = self._ends[unit.area.pk, "unaccounted", ""]
            # Nobody can trace what no store gave.
            unknown_batch = self.shelves.unknown[vaccine]
            for batch, part in self.shelves.take(unit.district, vaccine, from_stock) if from_stock else ():
                given.append(Move(batch, self._stores[unit.district], administered, part))
            if doses > from_stock:
                given.append(Move(unknown_batch, unknown, administered, doses - from_stock))
            elif doses < from_stock:
                given.append(Move(unknown_batch, administered, unknown, from_stock - doses))
        for code in districts:
            for vaccine in plan.vaccines:
                if doses := plan.lost.get((code, vaccine, period), 0):
                    lost += self._lose(code, vaccine, doses, period)
        self._book(Operation.ADMINISTER, state, given, day)
        self._book(Operation.WASTE, state, lost, day)

    def _lose(self, code, vaccine, doses, period):
        """Mostly leftovers of opened vials; now and then a box is broken or has been frozen."""
        luck = whole(stream("loss", code, vaccine, str(period)), 0, 19)
        cause = CAUSES[1] if luck == 0 else CAUSES[2] if luck == 1 else CAUSES[0]
        store = self._stores[code]
        wasted = self._ends[store.area_id, "wasted", cause]
        return [Move(batch, store, wasted, part) for batch, part in self.shelves.take(code, vaccine, doses)]

    def _fill_up(self, plan, states, doses, period):
        """Let some states hold so many doses in all on the last day of a period, from a supply of the eve."""
        missing = doses - sum(self._of_state(plan, state) for state in states)
        vaccine = plan.vaccines[0]
        weights = [
            sum(_need(plan, code, vaccine, (period,)) for code in plan.districts[one]) for one in states
        ]
        if missing < 0 and plan.is_whole:
            raise ValueError(f"The stores hold {-missing} doses more than was published.")
        for state, part in zip(states, apportion(max(missing, 0), weights), strict=True):
            self._receive(state, vaccine, 2, part, supply.PERIODS[period] - DAY)

    def _under_way(self, plan):
        states = {code: state for state, codes in plan.districts.items() for code in codes}
        for number, ((code, vaccine), doses) in enumerate(plan.under_way.items()):
            # The first two were sent long ago, and nobody has said that they arrived.
            day = SENT_LONG_AGO if number < 2 else SENT_LAST
            self._send(states[code], code, {vaccine: doses}, day)

    def _count(self, plan):
        states = {code: state for state, codes in plan.districts.items() for code in codes}
        for (code, vaccine), doses in plan.short.items():
            store = self._stores[code]
            unknown = self._ends[store.area_id, "unaccounted", ""]
            moves = [
                Move(batch, store, unknown, part) for batch, part in self.shelves.take(code, vaccine, doses)
            ]
            self._book(
                Operation.COUNT,
                states[code],
                moves,
                COUNTED_ON,
                reason="Fewer vials on the shelf than in the book",
            )

    def _of_state(self, plan, state):
        return self.shelves.total(state) + sum(self.shelves.total(code) for code in plan.districts[state])

    def _officer(self, state):
        return self._officers.get(state) or self._officers[None]

    def _book(self, operation, state, moves, day, **papers):
        if moves:
            self._operations.append(
                Past(operation, moves, day, at(day, BOOKED_AT), by=self._officer(state), **papers)
            )


def _need(plan, district, vaccine, periods):
    return sum(plan.need.get((district, vaccine, period), 0) for period in periods)
