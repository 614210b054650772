"""How much vaccine came, was given from stock and lay where: whole numbers that meet the published ones.

The campaign says what was given. Of that as much came out of the stores as the published supply less balance
allows, place by place in proportion; the rest is what supply on record does not explain. It was given by private
centres, whose supply is not in the release, or is in no report of stock.
"""

import datetime
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property

from config.demonstration import facts
from config.demonstration.apportionment import apportion
from config.demonstration.chance import stream, whole

# Ministry of Health and Family Welfare. 29 June: supplied, and consumption including wastage, of all channels of
# the states; 11 November: provided free of cost and by direct state procurement, and balance and unutilised.
JUNE, NOVEMBER = datetime.date(2021, 6, 29), facts.AS_OF
SUPPLIED = {JUNE: 31_83_36_450, NOVEMBER: 1_20_08_58_170}
BALANCE = {JUNE: 78_44_885, NOVEMBER: 16_74_03_871}
# Doses available in Chhattisgarh on the day of its bulletin.
CHHATTISGARH_BALANCE = 18_40_130

# The doses given are booked in the stock at the end of each of these periods …
PERIODS = tuple(
    datetime.date.fromisoformat(f"2021-{day}")
    for day in ("03-31", "05-31", "06-22", "06-29", "07-31", "09-30", "10-14", "10-28", "11-11")
)
# … and what they need is sent to the districts before: {day of sending: its periods}.
ROUNDS = {
    datetime.date(2021, 1, 13): (0,),
    datetime.date(2021, 4, 1): (1,),
    datetime.date(2021, 6, 1): (2, 3),
    datetime.date(2021, 7, 1): (4,),
    datetime.date(2021, 8, 1): (5,),
    datetime.date(2021, 10, 1): (6,),
    datetime.date(2021, 10, 16): (7, 8),
}
BULLETIN_PERIOD, JUNE_PERIOD = 2, 3

# What the campaign gives by 29 June in all states: the scale of a load of some of them.
GIVEN_BY_JUNE = 32_96_14_135

OUT_OF_STOCK = "D637"  # Narayanpur
UNDER_WAY = ("D387", "D374", "D375", "D484", "D490", "D101", "D182", "D640")
COUNTED_SHORT = {"D387": 120, "D490": 260, "D182": 90}
RESERVE_PERCENT = 60  # of a state's use in four weeks, kept in its own store


@dataclass
class Supply:
    """By store (code of its district or state), vaccine and period.

    ``given``: {(unit, vaccine, period): doses}, as the campaign has them. ``from_stock``: the part of each that
    came out of a store. ``lost``, ``need`` (from stock and lost): {(district, vaccine, period): doses}.
    ``at_end``: {(district or state, vaccine): balance on the last day}. ``under_way``: {(district, vaccine): doses}.
    ``short``: {(district, vaccine): doses that a count did not find}.
    """

    given: dict
    districts: dict  # state → its districts, in the order of the tree
    vaccines: tuple
    is_whole: bool
    from_stock: dict = field(default_factory=dict)
    lost: dict = field(default_factory=dict)
    need: dict = field(default_factory=lambda: defaultdict(int))
    at_end: dict = field(default_factory=dict)
    under_way: dict = field(default_factory=dict)
    short: dict = field(default_factory=dict)
    june_balance: int = 0

    def scaled(self, figure, given, given_in_all):
        """A published figure; in a load of some states, their share of it."""
        return figure if self.is_whole else figure * given // given_in_all

    def given_in(self, state, period):
        """[(unit, vaccine)] of a state that gave something in a period."""
        return self._given_in.get((state, period), [])

    @cached_property
    def _given_in(self):
        found = defaultdict(list)
        for unit, vaccine, period in self.given:
            found[unit.state, period].append((unit, vaccine))
        return found


def plan(given, units, vaccines, *, is_whole):
    """The Supply for what the campaign has given. ``vaccines``: the most used one first."""
    districts = defaultdict(dict)
    for unit in units:
        districts[unit.state][unit.district] = None
    supply = Supply(given, {state: list(codes) for state, codes in districts.items()}, vaccines, is_whole)
    _lose(supply)
    _send_ahead(supply, vaccines)
    _take_from_stock(supply)
    _lay_up(supply, vaccines)
    return supply


def _lose(supply):
    """Three to eleven of a thousand doses are lost, by the district's habits."""
    by_district = defaultdict(int)
    for (unit, vaccine, period), doses in supply.given.items():
        by_district[unit.district, vaccine, period] += max(doses, 0)
    for (district, vaccine, period), doses in by_district.items():
        per_mille = whole(stream("wastage", district), 3, 11)
        if lost := doses * per_mille // 1000:
            supply.lost[district, vaccine, period] = lost


def _send_ahead(supply, vaccines):
    known = {code for codes in supply.districts.values() for code in codes}
    for code in UNDER_WAY:
        if code in known:
            supply.under_way[code, vaccines[0]] = whole(stream("under way", code), 9, 60) * 1000
    for code, doses in COUNTED_SHORT.items():
        if code in known:
            supply.short[code, vaccines[0]] = doses


def _take_from_stock(supply):
    given_by_june = sum(
        max(doses, 0) for (_unit, _v, period), doses in supply.given.items() if period <= JUNE_PERIOD
    )
    given = sum(max(doses, 0) for doses in supply.given.values())
    supply.june_balance = supply.scaled(BALANCE[JUNE], given_by_june, GIVEN_BY_JUNE)
    early = supply.scaled(SUPPLIED[JUNE], given_by_june, GIVEN_BY_JUNE) - supply.june_balance
    lasting = supply.scaled(SUPPLIED[NOVEMBER] - BALANCE[NOVEMBER], given, facts.RELEASE_TOTAL)
    lasting -= sum(supply.under_way.values()) + sum(supply.short.values()) + early
    for total, is_early in ((early, True), (lasting, False)):
        keys = [key for key in supply.given if (key[2] <= JUNE_PERIOD) is is_early]
        total -= sum(lost for key, lost in supply.lost.items() if (key[2] <= JUNE_PERIOD) is is_early)
        shares = apportion(total, [max(supply.given[key], 0) for key in keys])
        supply.from_stock |= dict(zip(keys, shares, strict=True))
    for (unit, vaccine, period), doses in supply.from_stock.items():
        if doses > max(supply.given[unit, vaccine, period], 0):
            raise ValueError("More would come out of stock than was given.")
        supply.need[unit.district, vaccine, period] += doses
    for key, doses in supply.lost.items():
        supply.need[key] += doses


def _lay_up(supply, vaccines):
    """Share the last day's balance: some districts have little, some far more than they will use in time."""
    last = ROUNDS[max(ROUNDS)]
    weights = {}
    for state, codes in supply.districts.items():
        for vaccine in vaccines:
            use = {code: sum(supply.need[code, vaccine, period] for period in last) for code in codes}
            weights[state, vaccine] = sum(use.values()) * RESERVE_PERCENT
            for code in codes:
                luck = whole(stream("balance", code, vaccine), 15, 190)
                weights[code, vaccine] = 0 if code == OUT_OF_STOCK else use[code] * luck
    given = sum(max(doses, 0) for doses in supply.given.values())
    total = supply.scaled(BALANCE[NOVEMBER], given, facts.RELEASE_TOTAL)
    supply.at_end = dict(zip(weights, apportion(total, list(weights.values())), strict=True))
