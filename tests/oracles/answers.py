"""What ``GET coverage/`` and ``GET progress/`` must say, worked out from the ledger's rows one by one.

Nothing of the fold, the selectors or the presenters is used: every entry is read, every figure is a loop.
Journals that are not folded yet are left out, as the answers do.
"""

import datetime
from fractions import Fraction

from campaigns.models import FoldMark, Item, Submission, TallyEntry, Target
from districts.models import Area
from tests.oracles.verified import Verified

ONE_DAY = datetime.timedelta(1)
LEVELS = ["nation", "state", "district", "block", "site"]


class Ledger:
    """Everything recorded in a campaign up to ``as_of`` (None: up to now), as plain lists."""

    def __init__(self, campaign, *, as_of=None, cohort=None, target_set=None):
        self.campaign, self.cohort = campaign, cohort
        self.verified = Verified(campaign, as_of=as_of, cohort=cohort)
        self._changes, self._firsts = {}, {}  # by area, walked through once
        waiting = set(FoldMark.objects.values_list("journal_id", flat=True))
        self.reports, self.entries = [], []
        for one in Submission.objects.filter(campaign=campaign).select_related("journal", "unit"):
            known = as_of is None or one.journal.recorded_at <= as_of
            if known and one.journal_id not in waiting:
                self.reports.append(one)
        known = {one.pk: one for one in self.reports}
        for entry in TallyEntry.objects.select_related("cell__item", "cell__cohort"):
            if entry.submission_id in known and (cohort is None or entry.cell.cohort_id == cohort.pk):
                self.entries.append((known[entry.submission_id].unit, entry))
        self.target_set = target_set or campaign.target_sets.filter(is_default=True).first()
        self.targets = list(
            Target.objects.filter(target_set=self.target_set).select_related("unit", "cohort")
        )
        self.parents = dict(Area.objects.values_list("pk", "parent_id"))
        self.units = [unit.area for unit in campaign.units.select_related("area")]
        self.groups = {cohort.pk for cohort in campaign.cohorts.all()}
        self.days_off = {off.day for off in campaign.days_off.all()}
        self.spans = [(one.starts_on, one.ends_on) for one in campaign.rounds.all()]
        self.spans = self.spans or [(campaign.starts_on, campaign.ends_on)]
        self.items = [
            item
            for item in Item.objects.filter(campaign=campaign)
            .order_by("position", "id")
            .prefetch_related("cohorts")
            if cohort is None or item.cells.filter(cohort=cohort).exists()
        ]

    def lies_in(self, unit, area):
        above = unit.pk
        while above is not None:
            if above == area.pk:
                return True
            above = self.parents[above]
        return False

    def count(self, area, item, first, last):
        changes = self.changes_of(area, item)
        return sum(change for day, change in changes if first <= day <= last)

    def changes_of(self, area, item):
        if (area.pk, item.pk) not in self._changes:
            self._changes[area.pk, item.pk] = [
                (entry.happened_on, entry.change)
                for unit, entry in self.entries
                if entry.cell.item_id == item.pk and self.lies_in(unit, area)
            ]
        return self._changes[area.pk, item.pk]

    def first_reports(self, area, day):
        if area.pk not in self._firsts:
            self._firsts[area.pk] = [
                one for one in self.reports if one.version == 1 and self.lies_in(one.unit, area)
            ]
        return [one for one in self._firsts[area.pk] if one.happened_on == day]

    def target(self, area, item):
        groups = {cohort.pk for cohort in item.cohorts.all()} or set(self.groups)
        if self.cohort is not None:
            groups &= {self.cohort.pk}
        persons = [
            one.persons for one in self.targets if one.cohort_id in groups and self.lies_in(one.unit, area)
        ]
        return sum(persons) if persons else None


def works(ledger, day):
    """Whether work is planned on the day; after the last day, in the same weekly rhythm."""
    if str(day.isoweekday()) in ledger.campaign.rest_weekdays.split(","):
        return False
    if day > ledger.campaign.ends_on:
        return True
    return day not in ledger.days_off and any(first <= day <= last for first, last in ledger.spans)


def working_days(ledger, first, last):
    number = 0
    while first <= last:
        number += works(ledger, first)
        first += ONE_DAY
    return number


def half_up(value, places=1):
    """Half away from zero, in whole numbers only."""
    scaled = abs(Fraction(value)) * 10**places
    whole = scaled.numerator // scaled.denominator
    if scaled - whole >= Fraction(1, 2):
        whole += 1
    digits = str(whole).rjust(places + 1, "0")
    text = digits[:-places] + "." + digits[-places:] if places else digits
    return ("-" if value < 0 and whole else "") + text


def value(number):
    return {"state": "value", "value": number} if number is not None else dict(NO_DATA)


NO_DATA = {"state": "no_data", "value": None}
NOT_APPLICABLE = {"state": "not_applicable", "value": None}


def ratio(numerator, denominator, of, name, scale):
    if numerator is None or not denominator:
        return {"state": "no_data", "numerator": None, "denominator": denominator, "of": of, name: None}
    shown = half_up(Fraction(numerator * scale, denominator))
    return {"state": "value", "numerator": numerator, "denominator": denominator, "of": of, name: shown}


def percent(numerator, denominator, of):
    return ratio(numerator, denominator, of, "percent", 100)


def quotient(numerator, denominator, of):
    return ratio(numerator, denominator, of, "value", 1)


def no_ratio(state, name):
    return {"state": state, "numerator": None, "denominator": None, "of": "", name: None}


def area_answer(ledger, area, day):
    """The area's part of the answer, without its flags and what was revised."""
    start = ledger.campaign.starts_on
    units = [unit for unit in ledger.units if ledger.lies_in(unit, area)]
    told_today = ledger.first_reports(area, day)
    asked = len(units) if works(ledger, day) else 0
    told = any(one.happened_on <= day and ledger.lies_in(one.unit, area) for one in ledger.reports)
    doses = [item for item in ledger.items if item.kind == "dose"]
    today = sum(ledger.count(area, item, day, day) for item in doses)
    answer = {
        "code": area.code,
        "level": LEVELS[area.level],
        "name_en": area.name_en,
        "name_hi": area.name_hi,
        "items": {
            item.code: item_answer(ledger, area, item, day, bool(units), told) for item in ledger.items
        },
        "doses_today": value(today if told_today or today else None),
        "doses_to_date": value(sum(ledger.count(area, one, start, day) for one in doses) if told else None),
        "doses_verified_today": value(
            sum(ledger.verified.count(area, one, day, day) for one in doses) if told_today or today else None
        ),
        "doses_verified_to_date": value(
            sum(ledger.verified.count(area, one, start, day) for one in doses) if told else None
        ),
        "units": {
            "expected": asked,
            "reported": len(told_today),
            "on_time": sum(not one.is_late for one in told_today),
            "late": sum(one.is_late for one in told_today),
            "silent": max(asked - len(told_today), 0),
            "completeness": percent(len(told_today), asked, "units expected"),
            "timeliness": percent(sum(not one.is_late for one in told_today), asked, "units expected"),
        },
    }
    if not units:
        answer |= {"doses_today": NOT_APPLICABLE, "doses_to_date": NOT_APPLICABLE}
        answer |= {"doses_verified_today": NOT_APPLICABLE, "doses_verified_to_date": NOT_APPLICABLE}
    if not asked:
        answer["units"] |= {"completeness": no_ratio("not_applicable", "percent")}
        answer["units"] |= {"timeliness": no_ratio("not_applicable", "percent")}
    return answer | between_doses(ledger, area, day, doses, bool(units), told)


def between_doses(ledger, area, day, doses, counts_here, told):
    """Drop-out, left-out, overdue and category, between the first and the last dose of the leading antigen."""
    lead = [item for item in doses if item.dose_number and item.antigen == doses[0].antigen]
    lead.sort(key=lambda item: item.dose_number)
    if not counts_here or len(lead) < 2:
        nothing = {"left_out": NOT_APPLICABLE, "overdue": NOT_APPLICABLE, "category": NOT_APPLICABLE}
        return nothing | {"drop_out": no_ratio("not_applicable", "percent")}
    first, last = lead[0], lead[-1]
    start = ledger.campaign.starts_on
    given, followed = ledger.count(area, first, start, day), ledger.count(area, last, start, day)
    target = ledger.target(area, first)
    if not told:
        drop_out = percent(None, given, first.code)
        return {"drop_out": drop_out, "left_out": NO_DATA, "overdue": NO_DATA, "category": NO_DATA}
    category = None
    if target and given:
        reached = Fraction(100 * given, target) >= 90
        kept = Fraction(100 * (given - followed), given) <= 10
        category = {(1, 1): "A", (1, 0): "B", (0, 1): "C", (0, 0): "D"}[int(reached), int(kept)]
    then = day - datetime.timedelta(sum(item.minimum_interval_days or 0 for item in lead[1:]))
    overdue = 0
    for unit in ledger.units:
        if ledger.lies_in(unit, area):
            due = ledger.count(unit, first, start, then) - ledger.count(unit, last, start, day)
            overdue += max(due, 0)
    return {
        "drop_out": percent(given - followed, given, first.code),
        "left_out": value(None if target is None else target - given),
        "overdue": value(overdue) if last.minimum_interval_days else dict(NOT_APPLICABLE),
        "category": value(category),
    }


def item_answer(ledger, area, item, day, counts_here, told):
    start = ledger.campaign.starts_on
    adds_up = counts_here and item.accumulates
    today = ledger.count(area, item, day, day)
    told_today = ledger.first_reports(area, day)
    verified_today = ledger.verified.count(area, item, day, day) if told_today or today else None
    answer = {
        "kind": item.kind,
        "today": value(today if told_today or today else None) if counts_here else NOT_APPLICABLE,
        "to_date": NOT_APPLICABLE,
        "verified_today": value(verified_today) if counts_here else NOT_APPLICABLE,
        "verified_to_date": NOT_APPLICABLE,
        "target": NOT_APPLICABLE,
        "coverage": no_ratio("not_applicable", "percent"),
        "expected": NOT_APPLICABLE,
        "days_ahead": no_ratio("not_applicable", "value"),
        "required_daily": no_ratio("not_applicable", "value"),
        "mean_of_last_7": no_ratio("not_applicable", "value"),
        "eta": NOT_APPLICABLE,
    }
    if not adds_up:
        return answer
    to_date = ledger.count(area, item, start, day) if told else None
    target = ledger.target(area, item)
    answer["to_date"] = value(to_date)
    answer["verified_to_date"] = value(ledger.verified.count(area, item, start, day) if told else None)
    if item.kind in ("dose", "person"):
        answer["target"] = value(target)
        of = ledger.target_set.code if target is not None else ""
        answer["coverage"] = percent(to_date, target, of)
    if item.kind == "dose":
        answer |= pace(ledger, area, item, day, to_date, target)
    return answer


def pace(ledger, area, item, day, to_date, target):
    campaign = ledger.campaign
    if target is None:
        nothing = no_ratio("no_data", "value")
        answer = {"days_ahead": nothing, "required_daily": nothing, "mean_of_last_7": nothing}
        return answer | {"expected": NO_DATA, "eta": NO_DATA}
    elapsed = working_days(ledger, campaign.starts_on, min(day, campaign.ends_on))
    total = working_days(ledger, campaign.starts_on, campaign.ends_on)
    left = total - elapsed
    days = [day - ONE_DAY * back for back in range(14)]
    recent = [ledger.count(area, item, one, one) for one in days if ledger.first_reports(area, one)][:7]
    answer = {
        "expected": value(int(half_up(Fraction(target * elapsed, total), 0)) if total else None),
        "days_ahead": quotient(
            None if to_date is None else to_date * total - target * elapsed, target, "persons"
        ),
        "required_daily": quotient(
            None if to_date is None else max(target - to_date, 0), left, "working days left"
        ),
        "mean_of_last_7": quotient(sum(recent), len(recent), "reporting days")
        if recent
        else no_ratio("no_data", "value"),
        "eta": value(None if to_date is None else eta(ledger, day, target - to_date, recent)),
    }
    return answer


def eta(ledger, day, remaining, recent):
    if remaining <= 0:
        return day.isoformat()
    if not recent or sum(recent) <= 0:
        return None
    mean, reached = Fraction(sum(recent), len(recent)), Fraction(0)
    for _number in range(3 * 366 - 1):
        day += ONE_DAY
        if works(ledger, day):
            reached += mean
            if reached >= remaining:
                return day.isoformat()
    return None


def silent_codes(ledger, area, day):
    """Of the units under the area in the order of the tree, as the ledger itself tells."""
    units = [unit for unit in ledger.units if ledger.lies_in(unit, area) and works(ledger, day)]
    told = {one.unit_id for one in ledger.reports if one.happened_on == day}
    return [unit.code for unit in sorted(units, key=lambda unit: unit.path) if unit.pk not in told]


def series_answer(ledger, area, item, first, last):
    points, day = [], first
    told = any(one.happened_on < first and ledger.lies_in(one.unit, area) for one in ledger.reports)
    while day <= last:
        count = ledger.count(area, item, day, day)
        counted = bool(ledger.first_reports(area, day)) or count != 0
        told = told or counted
        to_date = ledger.count(area, item, ledger.campaign.starts_on, day)
        points.append(
            {
                "date": day.isoformat(),
                "count": value(count if counted else None),
                "to_date": value(to_date if told else None) if item.accumulates else NOT_APPLICABLE,
            }
        )
        day += ONE_DAY
    return {"item": item.code, "kind": item.kind, "points": points}


def children(campaign, area):
    """The areas directly below with reporting units in them."""
    ledger = Ledger(campaign)
    below = Area.objects.filter(parent=area).order_by("path")
    return [one for one in below if any(ledger.lies_in(unit, one) for unit in ledger.units)]
