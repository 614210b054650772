"""How the doses of a state fall on its reporting units: some are known to lag, some to be over-full."""

from collections import defaultdict
from dataclasses import dataclass

from config.demonstration import facts
from config.demonstration.apportionment import apportion
from config.demonstration.chance import stream, whole

# People of the blocks around come here for their second dose: more second doses than first, to date.
MORE_SECOND_THAN_FIRST = "B3707"  # Tilda in Raipur
# Coverage of the reviewed districts, per mille.
LEAST, MOST = 370, 480


@dataclass(frozen=True)
class Weight:
    """First and second doses that a unit would have if it reported on every day: only proportions count."""

    first: int
    second: int

    def of(self, dose):
        return self.first if dose == facts.FIRST else self.second


def weights(units, plan):
    """{unit: Weight} of all units of the nation."""
    by_state = defaultdict(list)
    for unit in units:
        by_state[unit.state].append(unit)
    found = {}
    for state, members in by_state.items():
        total = plan.doses(state, facts.FIRST)
        known = {unit: _known_doses(unit) for unit in members}
        fixed = sum(count for count in known.values() if count is not None)
        others = [unit for unit in members if known[unit] is None]
        # A state that is nearly done has little room for differences; one in the middle has much.
        spread = _spread(total - fixed, sum(unit.adults for unit in others))
        tendencies = [
            unit.adults * whole(stream("first", unit.code), 1000 - spread, 1000 + spread) for unit in others
        ]
        shares = dict(zip(others, apportion(total - fixed, tendencies), strict=True)) if others else {}
        for unit in members:
            first = shares[unit] if known[unit] is None else known[unit]
            found[unit] = Weight(first, _second(unit, first))
        _raise_second(found, members, plan.doses(state, facts.SECOND))
    return found


def _known_doses(unit):
    if unit.district in facts.reviewed_districts():
        # Every block of a reviewed district lags like the district.
        return unit.adults * whole(stream("reviewed", unit.district), LEAST, MOST) // 1000
    if unit.district in facts.over_full_districts():
        return unit.adults * facts.over_full_districts()[unit.district] // 100
    return None


def _spread(doses, adults):
    coverage = 1000 * doses // adults if adults else 1000
    return max(10, min(110, (1000 - coverage) // 2))


def _second(unit, first):
    return first * whole(stream("second", unit.code), 880, 1120) // 1000


def _raise_second(found, members, second_doses):
    """Give the unit its surplus: its second doses are to exceed its first by a twenty-fifth."""
    for unit in members:
        if unit.code == MORE_SECOND_THAN_FIRST:
            first = found[unit].first
            wanted = first + first // 25
            others = sum(found[other].second for other in members if other is not unit)
            # Its share of the state's doses, as a weight beside those of the others.
            found[unit] = Weight(first, others * wanted // (second_doses - wanted))
