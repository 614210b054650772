"""What a state reported without a district, so that the state and the nation still add up.

Each state may have one more reporting unit, "Not assigned to a district". The file speaks for it as a whole:
its counts are what the file leaves unassigned, and days on which nothing is left are set to 0. A row for a
whole state counts for what its districts have not reported themselves.
"""

import datetime
from collections import Counter, defaultdict

from django.utils.translation import gettext as _

from campaigns.imports.findings import Kind
from campaigns.imports.places import other_code
from campaigns.imports.survey import NO_UNIT, TOTAL, UNIT, WHOLE_STATE


class Unassigned:
    """Collects the running totals of such rows; ``counts()`` yields them as counts of days, at the end."""

    def __init__(self, ground, growth, answers, cells):
        self._ground, self._growth, self._cells = ground, growth, cells
        self._series = defaultdict(dict)  # (unit, cell) -> {(key, day): running total}
        self._daily = defaultdict(Counter)  # (unit, cell) -> {day: figure}
        self._whole = {answer.unit: answer.state for answer in answers.values() if answer.role == WHOLE_STATE}
        self._owned = self._spoken_for(answers)

    def _spoken_for(self, answers):
        """Units that the file speaks for: it names unassigned rows, or every other unit of the state."""
        units = self._ground.units
        owned = {answer.unit for answer in answers.values() if answer.role not in (UNIT, TOTAL, NO_UNIT)}
        named = {answer.unit for answer in answers.values() if answer.role == UNIT}
        states = {answer.state for answer in answers.values() if answer.role == UNIT}
        for state in states:
            other = units.ids.get(other_code(state.code))
            if other and units.under(state.path) - {other} <= named:
                owned.add(other)
        return owned

    def add(self, key, unit, cell, day, total):
        self._series[unit, cell][key, day] = total

    def add_daily(self, unit, cell, day, figure):
        """A figure that stands for its own day, such as sites open."""
        self._daily[unit, cell][day] += figure

    def counts(self, first_day, last_day):
        """Yield (unit, day, cell, count) of every unit that the file speaks for."""
        standing = {unit: self._growth.by_day([unit], last_day, self._cells) for unit in self._owned}
        for unit in sorted(self._owned):
            cleared = 0
            for cell in self._cells:
                days = self._days(unit, cell, first_day, last_day)
                for day, count in days.items():
                    yield unit, day, cell, count
                for of, day in standing[unit]:
                    if of == cell and day not in days and not self._ground.days.problem(day):
                        cleared += 1
                        yield unit, day, cell, 0
            if cleared:
                self._ground.findings.note(
                    Kind.NOT_ASSIGNED_CLEARED,
                    unit=self._ground.units.codes[unit],
                    cells=cleared,
                    explanation=_(
                        "The file leaves nothing unassigned on these days: the counts that stood there "
                        "are set to 0."
                    ),
                )

    def _days(self, unit, cell, first_day, last_day):
        """{day: count} from the sum of all unassigned rows, each carried forward."""
        if (unit, cell) in self._daily:
            return self._daily[unit, cell]
        rows = defaultdict(dict)
        for (key, day), total in self._series.get((unit, cell), {}).items():
            rows[day][key] = total
        inside = self._inside(unit, cell, first_day, last_day) if unit in self._whole else {}
        latest, before, days = {}, self._growth.opening(unit, cell), {}
        for day in sorted(rows):
            latest.update(rows[day])
            total = sum(latest.values()) - inside.get(day, 0)
            days[day] = total - before
            before = total
        return days

    def _inside(self, unit, cell, first_day, last_day):
        """{day: what the districts of a whole-state row have reported up to that day}."""
        districts = self._ground.units.under(self._whole[unit].path) - {unit}
        standing = self._growth.by_day(districts, last_day)
        total = sum(self._growth.opening(district, cell) for district in districts)
        sums, day = {}, first_day
        while day <= last_day:
            total += standing.get((cell, day), 0)
            sums[day] = total
            day += datetime.timedelta(1)
        return sums
