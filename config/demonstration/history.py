"""Which unit gives how many doses on which day: the plan, laid out over units and days."""

import datetime
from collections import defaultdict

from config.demonstration import facts, irregularities
from config.demonstration.apportionment import apportion, two_way
from config.demonstration.chance import stream, whole

# In smaller units second doses have days of their own.
LARGE = 15_00_000
# Once the public is served, workers come on one weekday.
ONE_DAY_FOR_WORKERS_FROM = datetime.date(2021, 3, 1)

DAYS = tuple(facts.days())
NUMBER = {day: number for number, day in enumerate(DAYS)}


class Rhythm:
    """How the work of a unit falls on the days of the campaign."""

    def __init__(self, unit, silent):
        chances = stream("rhythm", unit.code)
        self._has_own_days = unit.adults < LARGE
        self._parity = whole(chances, 0, 1)
        self._weekday = whole(chances, 0, 5)  # 0 is Saturday, the campaign's first day: never Sunday
        self._weekday += self._weekday > 0
        # The nation's doses of the day, for the days on which the unit reports; and the same with its own luck.
        self.base, self.work = [], []
        for day, doses in facts.days().items():
            luck = whole(chances, 65, 135)
            reports = day not in silent
            self.base.append(doses if reports else 0)
            self.work.append(doses * luck if reports else 0)

    def weights(self, dose, group, numbers):
        """One weight for each day number: where none is left of the finer rules, the coarser count."""
        opened = NUMBER[group.opened if dose == facts.FIRST else group.second_from]
        open_days = [self.work[number] if number >= opened else 0 for number in numbers]
        if group.code in facts.WORKERS and DAYS[numbers[0]] >= ONE_DAY_FOR_WORKERS_FROM:
            own = [
                work if number % 7 == self._weekday else 0
                for work, number in zip(open_days, numbers, strict=True)
            ]
        elif dose == facts.SECOND and self._has_own_days:
            own = [
                work if (number + self._parity) % 2 else 0
                for work, number in zip(open_days, numbers, strict=True)
            ]
        else:
            own = open_days
        for weights in (own, open_days):
            if any(weights):
                return weights
        return [self.work[number] for number in numbers]


class History:
    """The true counts, stretch by stretch: {day: {unit: {(group, dose): doses}}}."""

    def __init__(self, plan, weights, calendars):
        self._plan = plan
        self._weights = weights
        self._members = defaultdict(list)
        self._rhythms = {}
        for unit, calendar in calendars.items():
            self._members[unit.state].append(unit)
            self._rhythms[unit] = Rhythm(unit, calendar.silent)

    def stretch(self, number, states=None):
        counts = {day: defaultdict(dict) for day in self._plan.stretches[number]}
        for portion in self._plan.portions(number):
            if states is None or portion.state in states:
                self._lay_out(portion, counts)
        irregularities.take_back(counts)
        return counts

    def _lay_out(self, portion, counts):
        units = self._members[portion.state]
        numbers = [NUMBER[day] for day in portion.days]
        groups = [group for group in facts.GROUPS if portion.groups[group.code]]
        if not groups:
            return
        # A unit that was silent or not yet formed on some of the days has so much less.
        shares = [
            self._weights[unit].of(portion.dose)
            * sum([self._rhythms[unit].base[number] for number in numbers])
            for unit in units
        ]
        columns = [portion.groups[group.code] for group in groups]
        rows = apportion(sum(columns), shares)
        for unit, row in zip(units, two_way(rows, columns), strict=True):
            rhythm = self._rhythms[unit]
            for group, doses in zip(groups, row, strict=True):
                if not doses:
                    continue
                key = (group.code, portion.dose)
                for day, count in zip(
                    portion.days, apportion(doses, rhythm.weights(portion.dose, group, numbers)), strict=True
                ):
                    if count:
                        counts[day][unit][key] = count
