"""Where an area stands, reckoned the long way round: the second implementation of ``area_figures``."""

import datetime
from fractions import Fraction

from districts.models import Level
from tests.oracles.ledger import days

RECENT_DAYS = 14


class Oracle:
    """Answers about one area, day, instant and cohort, from the rows of a Ledger."""

    def __init__(self, ledger, *, area, day, as_of=None, cohort=None, target_set=None, today=None):
        self.ledger, self.area, self.day, self.as_of = ledger, area.pk, day, as_of
        self.cohort, self.target_set = cohort, target_set
        self.today = today or datetime.date.today()
        self.seen = [one for one in ledger.submissions if ledger.shows(one, area.pk, as_of)]

    # -- counts -------------------------------------------------------------------------------------

    def item_codes(self):
        """Items on the sheet of this answer, in their order: with a cohort only those counted by it."""
        items = sorted(self.ledger.items.values(), key=lambda item: (item.position, item.pk))
        return [item.code for item in items if self._cells(item)]

    def _item(self, code):
        return next(item for item in self.ledger.items.values() if item.code == code)

    def _cells(self, item):
        cells = [
            cell for cell in self.ledger.cells.values() if cell["item_id"] == item.pk and cell["total_id"]
        ]
        if self.cohort is not None:
            cells = [cell for cell in cells if cell["cohort_id"] == self.cohort.pk]
        return {cell["id"] for cell in cells}

    def _sum(self, cells, first, last, submissions=None):
        total = 0
        for submission in self.seen if submissions is None else submissions:
            if (first is None or first <= submission["happened_on"]) and submission["happened_on"] <= last:
                for entry in self.ledger.entries_of(submission):
                    if entry["cell_id"] in cells:
                        total += entry["change"]
        return total

    def is_dose(self, code):
        return self._item(code).kind == "dose"

    def count_today(self, code):
        return self._sum(self._cells(self._item(code)), self.day, self.day)

    def to_date(self, code):
        item = self._item(code)
        return self._sum(self._cells(item), None, self.day) if item.accumulates else None

    # -- targets and pace ---------------------------------------------------------------------------

    def target(self, code):
        item = self._item(code)
        if self.target_set is None or not item.accumulates:
            return None
        cohorts = item.cohort_ids or self.ledger.cohorts
        if self.cohort is not None:
            cohorts = cohorts & {self.cohort.pk}
        persons = [
            target["persons"]
            for target in self.ledger.targets
            if target["target_set_id"] == self.target_set.pk
            and target["cohort_id"] in cohorts
            and self.ledger.within(self.area, target["unit_id"])
        ]
        return sum(persons) if persons else None

    def is_working(self, day):
        campaign, rounds = self.ledger.campaign, self.ledger.rounds
        inside = any(first <= day <= last for first, last in rounds) if rounds else True
        return (
            inside
            and campaign.starts_on <= day <= campaign.ends_on
            and str(day.isoweekday()) not in campaign.rest_weekdays.split(",")
            and day not in self.ledger.days_off
        )

    def working_days(self, last):
        return [day for day in days(self.ledger.campaign.starts_on, last) if self.is_working(day)]

    @property
    def elapsed(self):
        return len(self.working_days(min(self.day, self.ledger.campaign.ends_on)))

    @property
    def total(self):
        return len(self.working_days(self.ledger.campaign.ends_on))

    def expected(self, code):
        target = self.target(code)
        if target is None or not self.total:
            return None
        exact = Fraction(target * self.elapsed, self.total)
        whole = exact.numerator // exact.denominator
        return whole + (exact - whole >= Fraction(1, 2))

    def days_ahead(self, code):
        """How many working days' worth of the target were given beyond, or short of, the plan."""
        target = self.target(code)
        if not target or not self.total:
            return None
        return Fraction(self.to_date(code), 1) * self.total / target - self.elapsed

    def required_daily(self, code):
        left = self.total - self.elapsed
        return Fraction(max(self.target(code) - self.to_date(code), 0), left) if left else None

    def recent(self, code):
        """Counts of the last days, None where nobody under the area reported."""
        found = []
        for back in range(RECENT_DAYS - 1, -1, -1):
            day = self.day - datetime.timedelta(days=back)
            reported = any(one["happened_on"] == day for one in self.seen)
            found.append(self._sum(self._cells(self._item(code)), day, day) if reported else None)
        return found

    def mean_of_last_7(self, code):
        counts = [count for count in self.recent(code) if count is not None][-7:]
        return Fraction(sum(counts), len(counts)) if counts else None

    def eta(self, code):
        remaining, mean = self.target(code) - self.to_date(code), self.mean_of_last_7(code)
        if remaining <= 0:
            return self.day
        if mean is None or mean <= 0:
            return None
        day, campaign, limit = self.day, self.ledger.campaign, self.day + datetime.timedelta(days=3 * 366)
        while remaining > 0:
            day += datetime.timedelta(days=1)
            if day >= limit:
                return None
            rest = str(day.isoweekday()) in campaign.rest_weekdays.split(",")
            if self.is_working(day) or (day > campaign.ends_on and not rest):
                remaining -= mean
        return day

    # -- first and last dose ------------------------------------------------------------------------

    def lead(self):
        """Codes of the first and the last dose between which the drop-out is taken."""
        doses = [self._item(code) for code in self.item_codes()]
        doses = [item for item in doses if item.kind == "dose" and item.dose_number and item.accumulates]
        if not doses:
            return None, None
        same = [item for item in doses if item.antigen == doses[0].antigen]
        first = min(same, key=lambda item: item.dose_number)
        last = max(same, key=lambda item: item.dose_number)
        return first.code, last.code if last is not first else None

    def drop_out(self):
        first, last = self.lead()
        if first is None or last is None or self.to_date(first) == 0:
            return None
        return Fraction(100 * (self.to_date(first) - self.to_date(last)), self.to_date(first))

    def coverage(self, code):
        target = self.target(code)
        return Fraction(100 * self.to_date(code), target) if target else None

    def category(self):
        first, _last = self.lead()
        coverage = self.coverage(first) if first else None
        if coverage is None or self.drop_out() is None:
            return None
        if coverage >= 90:
            return "A" if self.drop_out() <= 10 else "B"
        return "C" if self.drop_out() <= 10 else "D"

    def left_out(self):
        first, _last = self.lead()
        target = self.target(first) if first else None
        return None if target is None else target - self.to_date(first)

    def overdue(self):
        """Of each unit (sites of one area together) first doses old enough less second doses, never below 0."""
        first, last = self.lead()
        if not last or not self._item(last).minimum_interval_days:
            return None
        interval = sum(
            item.minimum_interval_days or 0
            for item in map(self._item, self.item_codes())
            if item.antigen == self._item(last).antigen and item.dose_number and item.code != first
        )
        if self.ledger.areas[self.area]["level"] == Level.SITE:
            return None
        due = self.day - datetime.timedelta(days=interval)
        groups = {}
        for submission in self.seen:
            unit = self.ledger.areas[submission["unit_id"]]
            group = unit["parent_id"] if unit["level"] == Level.SITE else unit["id"]
            groups.setdefault((group, unit["level"] == Level.SITE), []).append(submission)
        return sum(
            max(
                self._sum(self._cells(self._item(first)), None, due, reports)
                - self._sum(self._cells(self._item(last)), None, self.day, reports),
                0,
            )
            for reports in groups.values()
        )

    # -- reporting and revisions --------------------------------------------------------------------

    def units(self):
        """(expected, reported, on time) of the day, and how many there are."""
        expected, there = 0, sum(self.ledger.within(self.area, unit) for unit in self.ledger.units)
        if self.is_working(self.day):
            for unit in self.ledger.units:
                area = self.ledger.areas[unit]
                begun = area["valid_from"] is None or area["valid_from"] <= self.day
                ended = area["valid_until"] is not None and area["valid_until"] <= self.day
                expected += self.ledger.within(self.area, unit) and begun and not ended
        firsts = [one for one in self.seen if one["happened_on"] == self.day and one["version"] == 1]
        return expected, len(firsts), sum(not one["is_late"] for one in firsts), there

    def silent_codes(self):
        """Codes of the units that should have reported and did not, from the ledger itself, in tree order."""
        if not self.is_working(self.day):
            return []
        silent = []
        for unit in self.ledger.units:
            area = self.ledger.areas[unit]
            begun = area["valid_from"] is None or area["valid_from"] <= self.day
            ended = area["valid_until"] is not None and area["valid_until"] <= self.day
            reported = any(
                one["unit_id"] == unit and one["happened_on"] == self.day
                for one in self.ledger.submissions
                if self.ledger.is_known(one, self.as_of)
            )
            if self.ledger.within(self.area, unit) and begun and not ended and not reported:
                silent.append((area["path"], area["code"]))
        return [code for _path, code in sorted(silent)]

    def revised(self):
        """(added, removed) recorded on the day; of the newest day, since then, too."""
        doses = [self._item(code) for code in self.item_codes()]
        cells = set().union(*(self._cells(item) for item in doses if item.kind == "dose"), set())
        folded = [one for one in self.ledger.submissions if self.ledger.is_folded(one)]
        known = [one for one in folded if self.ledger.is_known(one, self.as_of)]
        newest = all(one["happened_on"] <= self.day for one in known)
        added = removed = 0
        for submission in self.seen:
            on = self.ledger.recorded_on(submission)
            if (on == self.day or (newest and on > self.day)) and self.ledger.is_revision(submission):
                for entry in self.ledger.entries_of(submission):
                    if entry["cell_id"] in cells:
                        added += max(entry["change"], 0)
                        removed += max(-entry["change"], 0)
        return added, removed

    def flags(self):
        found = set()
        for code in self.item_codes():
            to_date, target = self.to_date(code), self.target(code)
            if target and to_date > target:
                found.add(("over_100", code, to_date - target))
            if self.count_today(code) < 0:
                found.add(("negative_today", code, self.count_today(code)))
        first, last = self.lead()
        if first and last and self.to_date(last) > self.to_date(first):
            found.add(("more_second_than_first", last, self.to_date(last) - self.to_date(first)))
        added, removed = self.revised()
        if added or removed:
            found.add(("revised", "", added - removed))
        return found

    # -- over days, and by cell ---------------------------------------------------------------------

    def series(self, code, first, last):
        """(daily counts, counts to date) for each day from first to last."""
        item, daily, running = self._item(code), [], []
        for day in days(first, last):
            reported = any(one["happened_on"] == day for one in self.seen)
            daily.append(self._sum(self._cells(item), day, day) if reported else None)
            running.append(self._sum(self._cells(item), None, day) if item.accumulates else None)
        return daily, running

    def parts(self):
        """{cell id: (today, to date)} of every cell of the sheet."""
        return {
            pk: (
                self._sum({pk}, self.day, self.day),
                self._sum({pk}, None, self.day) if self.ledger.items[cell["item_id"]].accumulates else None,
            )
            for pk, cell in self.ledger.cells.items()
            if cell["total_id"]
        }
