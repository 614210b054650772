"""The figures of an area on a day, as values. Everything shown, exported or served is made from these."""

import datetime
from dataclasses import dataclass, field

from districts.figures import Ratio


@dataclass(frozen=True, slots=True)
class ItemFigures:
    """Counts of one item. ``to_date`` is None where days do not add up; ``target`` where nobody set one."""

    code: str
    kind: str  # of campaigns.models.ItemKind
    today: int
    to_date: int | None
    target: int | None
    denominator: str = ""
    expected: int | None = None  # by the end of the day
    days_ahead: Ratio | None = None  # negative: behind
    required_daily: Ratio | None = None
    eta: datetime.date | None = None
    mean_of_last_7: Ratio | None = None
    verified_today: int = 0  # of ``today``, what somebody vouches for
    verified_to_date: int | None = None

    @property
    def coverage(self):
        return Ratio(self.to_date, self.target, self.denominator)

    @property
    def remaining(self):
        """Persons still to be reached; below 0 when more were reached than the target names."""
        if self.target is None or self.to_date is None:
            return None
        return self.target - self.to_date


@dataclass(frozen=True, slots=True)
class Units:
    """Reporting units: how many should report, did, and did so by the deadline; and how many there are at all.

    ``expected`` is 0 on a day on which no work is planned; some may report all the same.
    """

    expected: int
    reported: int
    on_time: int
    in_area: int

    @property
    def late(self):
        return self.reported - self.on_time

    @property
    def silent(self):
        return max(self.expected - self.reported, 0)

    @property
    def completeness(self):
        return Ratio(self.reported, self.expected, "units expected")

    @property
    def timeliness(self):
        return Ratio(self.on_time, self.expected, "units expected")


@dataclass(frozen=True, slots=True)
class Flag:
    """Why a figure looks odd, and by how much: it is shown as it is, never clamped or dropped."""

    kind: str  # over_100, negative_today, more_second_than_first, revised
    item: str
    by: int


@dataclass(frozen=True, slots=True)
class AreaFigures:
    """``first`` and ``last`` name the items between which the drop-out is taken; either may be None."""

    id: int
    code: str
    name_en: str
    name_hi: str
    level: int
    items: dict  # code → ItemFigures, in the order of the sheet
    units: Units
    first: str | None = None
    last: str | None = None
    overdue: int | None = None
    revised_added: int = 0
    revised_removed: int = 0
    recent: dict = field(
        default_factory=dict
    )  # item code → list of daily counts, oldest first, None = silent
    flags: tuple = ()

    @property
    def doses_today(self):
        return sum(item.today for item in self.items.values() if item.kind == "dose")

    @property
    def doses_to_date(self):
        return sum(item.to_date or 0 for item in self.items.values() if item.kind == "dose")

    @property
    def doses_verified_today(self):
        return sum(item.verified_today for item in self.items.values() if item.kind == "dose")

    @property
    def doses_verified_to_date(self):
        return sum(item.verified_to_date or 0 for item in self.items.values() if item.kind == "dose")

    @property
    def verified(self):
        """Which share of the doses to date somebody vouches for."""
        return Ratio(self.doses_verified_to_date, self.doses_to_date, "doses to date")

    @property
    def drop_out(self):
        """100 × (first − last) / first. 0 is a value; no first dose at all is no data."""
        if self.first is None or self.last is None or self.first == self.last:
            return Ratio(None, None, "")
        first, last = self.items[self.first].to_date, self.items[self.last].to_date
        return Ratio(first - last, first, self.first)

    @property
    def left_out(self):
        return self.items[self.first].remaining if self.first else None

    @property
    def category(self):
        return category(self.items[self.first].coverage if self.first else None, self.drop_out)


def category(coverage, drop_out):
    """Performance category A–D, or None without data. Compared exactly, before any rounding."""
    if coverage is None or not coverage.has_data or not drop_out.has_data:
        return None
    reached, kept = coverage.exact >= 90, drop_out.exact <= 10
    return {(True, True): "A", (True, False): "B", (False, True): "C", (False, False): "D"}[reached, kept]


def expected_by(target, elapsed, total):
    """Target × working days elapsed / working days in all, rounded half up to whole persons."""
    if target is None or not total:
        return None
    return (2 * target * elapsed + total) // (2 * total)


def days_ahead(to_date, target, elapsed, total):
    """How many working days' worth of the target the count is ahead of the plan (negative: behind)."""
    if to_date is None or not target or not total:
        return None
    return Ratio(to_date * total - target * elapsed, target, "persons", scale=1)


def mean_of_reporting_days(counts, days=7):
    """Mean of the last ``days`` counts that are not None; None when there is none."""
    reported = [count for count in counts if count is not None][-days:]
    return Ratio(sum(reported), len(reported), "reporting days", scale=1) if reported else None


def working_days_needed(remaining, mean):
    """Whole working days to finish at the mean pace; 0 when done, None when the pace leads nowhere."""
    if remaining is None:
        return None
    if remaining <= 0:
        return 0
    if mean is None or mean.numerator <= 0:
        return None
    return -(-remaining * mean.denominator // mean.numerator)
