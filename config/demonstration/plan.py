"""How many doses each state gives to each group in each stretch of the campaign: whole numbers that add up.

To the end of August a state's doses are those of the ministry's press series. From then on the nation's are
those of its releases, and the states share them by what they still had to do.
"""

import datetime
from dataclasses import dataclass
from functools import cached_property

from config.demonstration import facts
from config.demonstration.apportionment import apportion, two_way

LAST_OF_SERIES = datetime.date(2021, 8, 31)


@dataclass(frozen=True)
class Portion:
    """Doses of one kind that a state gives to each group on certain days."""

    state: str
    dose: str
    days: tuple
    groups: dict


class Plan:
    """``adults``: {state: adults}. All states are planned, whichever are loaded: the shares depend on all."""

    def __init__(self, adults):
        self.states = sorted(adults)
        self._adults = adults
        self.stretches = list(_stretches())

    def portions(self, number):
        """The portions of one stretch."""
        days = self.stretches[number]
        for dose in facts.DOSES:
            for state, counts in zip(self.states, self._tables[dose][number], strict=True):
                groups = dict(zip([group.code for group in facts.GROUPS], counts, strict=True))
                if state == facts.CHHATTISGARH and facts.BULLETIN_DAY in days:
                    yield from _apart_from_bulletin(state, dose, days, groups)
                else:
                    yield Portion(state, dose, days, groups)

    def totals(self, states=None):
        """{(group, dose): doses of all stretches} of some states, or of all."""
        totals = {}
        for number in range(len(self.stretches)):
            for portion in self.portions(number):
                if states is None or portion.state in states:
                    for group, count in portion.groups.items():
                        totals[group, portion.dose] = totals.get((group, portion.dose), 0) + count
        return totals

    def doses(self, state, dose):
        """The doses of one kind that a state gives in all."""
        return sum(sum(table[self.states.index(state)]) for table in self._tables[dose])

    @cached_property
    def _tables(self):
        return {dose: self._table(dose) for dose in facts.DOSES}

    def _table(self, dose):
        """One table of states × groups for each stretch."""
        given = [0] * len(facts.GROUPS)
        tables = []
        for number, days in enumerate(self.stretches):
            if days[-1] <= LAST_OF_SERIES:
                rows = self._of_series(dose, number)
                columns = apportion(sum(rows), self._growth(dose, number))
            else:
                columns = self._of_releases(dose, number, given)
                rows = apportion(sum(columns), self._still_to_do[dose])
            tables.append(two_way(rows, columns))
            given = [done + column for done, column in zip(given, columns, strict=True)]
        return tables

    def _of_series(self, dose, number):
        """What the press series grew by in the stretch, state by state."""
        end = self.stretches[number][-1]
        begin = self.stretches[number - 1][-1] if number else None
        series = facts.state_month_ends()
        return [
            series[state, end][dose] - (series[state, begin][dose] if begin else 0) for state in self.states
        ]

    def _growth(self, dose, number):
        """The nation's growth by group, of which only the proportions are used."""
        milestones = facts.national_milestones()
        end = milestones[self.stretches[number][-1]]
        begin = milestones[self.stretches[number - 1][-1]] if number else {}
        return [end[group.code, dose] - begin.get((group.code, dose), 0) for group in facts.GROUPS]

    def _of_releases(self, dose, number, given):
        """By group, so that the nation stands where the release of the stretch's last day puts it."""
        groups = [group.code for group in facts.GROUPS]
        end = self.stretches[number][-1]
        if end in facts.national_milestones():
            reached = [facts.national_milestones()[end][group, dose] for group in groups]
        else:
            reached = [facts.RELEASE[group, dose] for group in groups]
            if end < facts.AS_OF:
                day = _doses_of_the_last_day()
                reached = [count - day[group, dose] for count, group in zip(reached, groups, strict=True)]
        return [now - before for now, before in zip(reached, given, strict=True)]

    @cached_property
    def _still_to_do(self):
        """By dose, what each state had left at the end of August: the weights of its share afterwards."""
        done = [facts.state_month_ends()[state, LAST_OF_SERIES] for state in self.states]
        first = [
            max(
                self._adults[state] * facts.states()[state][1] // 100 - counts[facts.FIRST],
                self._adults[state] // 1000,
            )
            for state, counts in zip(self.states, done, strict=True)
        ]
        second = [counts[facts.FIRST] - counts[facts.SECOND] for counts in done]
        return {facts.FIRST: first, facts.SECOND: second}


def _stretches():
    """The days of each stretch: January and February together, then months, and the last day by itself."""
    ends = [*sorted(facts.national_milestones()), facts.AS_OF - datetime.timedelta(1), facts.AS_OF]
    day = facts.FIRST_DAY
    for end in ends:
        yield tuple(day + datetime.timedelta(n) for n in range((end - day).days + 1))
        day = end + datetime.timedelta(1)


def _doses_of_the_last_day():
    """The doses of the last 24 hours before the release, shared by how the groups grew since October."""
    before = facts.national_milestones()[max(facts.national_milestones())]
    keys = list(facts.RELEASE)
    growth = [facts.RELEASE[key] - before[key] for key in keys]
    return dict(zip(keys, apportion(facts.RELEASE_LAST_24_HOURS, growth), strict=True))


def _apart_from_bulletin(state, dose, days, groups):
    """Chhattisgarh's June: the day of its bulletin has the bulletin's doses, the other days share the rest."""
    older = ("45-59", "60-plus")
    split = apportion(facts.BULLETIN["45+", dose], [groups[code] for code in older])
    of_the_day = dict.fromkeys(groups, 0) | dict(zip(older, split, strict=True))
    of_the_day["18-44"] = facts.BULLETIN["18-44", dose]
    rest = {code: count - of_the_day[code] for code, count in groups.items()}
    yield Portion(state, dose, (facts.BULLETIN_DAY,), of_the_day)
    yield Portion(state, dose, tuple(day for day in days if day != facts.BULLETIN_DAY), rest)
