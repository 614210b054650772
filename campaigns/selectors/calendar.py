"""Which days count as working days, and when a day's report is due."""

import datetime
from bisect import bisect_left, bisect_right
from collections import Counter
from dataclasses import dataclass
from functools import cached_property

from django.utils import timezone

from campaigns.models import Submission


@dataclass(frozen=True)
class WorkCalendar:
    """The days of a campaign in which work is planned.

    Without rounds it is every day from the first to the last; rest weekdays and days off are left out.
    """

    starts_on: datetime.date
    ends_on: datetime.date
    spans: tuple  # of (first day, last day)
    rest_weekdays: frozenset  # ISO weekdays
    days_off: frozenset

    def is_working(self, day):
        return (
            any(first <= day <= last for first, last in self.spans)
            and day.isoweekday() not in self.rest_weekdays
            and day not in self.days_off
        )

    @cached_property
    def _working(self):
        """The working days of the campaign in order: each question about them is then a search, not a walk."""
        days = (self.ends_on - self.starts_on).days + 1
        every = (self.starts_on + datetime.timedelta(n) for n in range(days))
        return [day for day in every if self.is_working(day)]

    def working_days(self, first, last):
        """Working days of the campaign from ``first`` to ``last``, both included."""
        return max(bisect_right(self._working, last) - bisect_left(self._working, first), 0)

    def elapsed(self, day):
        """Working days that have passed by the end of ``day``."""
        return bisect_right(self._working, day)

    @property
    def total(self):
        return len(self._working)

    def left(self, day):
        return self.total - self.elapsed(day)

    def days_after(self, day, most=3 * 366):
        """The working days that follow ``day``, as far as three years ahead.

        Beyond the last day the work is taken to go on in the same weekly rhythm.
        """
        until = day + datetime.timedelta(most)
        beyond = max(day, self.ends_on) + datetime.timedelta(1)
        later = (beyond + datetime.timedelta(n) for n in range((until - beyond).days))
        return [
            *(one for one in self._working[bisect_right(self._working, day) :] if one < until),
            *(one for one in later if one.isoweekday() not in self.rest_weekdays),
        ]


def calendar_of(campaign):
    """Two queries."""
    spans = tuple(campaign.rounds.values_list("starts_on", "ends_on")) or (
        (campaign.starts_on, campaign.ends_on),
    )
    return WorkCalendar(
        starts_on=campaign.starts_on,
        ends_on=campaign.ends_on,
        spans=spans,
        rest_weekdays=frozenset(int(n) for n in campaign.rest_weekdays.split(",") if n.strip()),
        days_off=frozenset(campaign.days_off.values_list("day", flat=True)),
    )


def deadline(campaign, day):
    """The instant by which the report of ``day`` is due."""
    due = day + datetime.timedelta(campaign.deadline_days)
    return timezone.make_aware(datetime.datetime.combine(due, campaign.deadline_time))


def first_day_on_time(campaign, now):
    """The earliest day whose report, coming in at ``now``, is not late."""
    local = timezone.localtime(now)
    day = local.date() - datetime.timedelta(campaign.deadline_days)
    return day if now <= deadline(campaign, day) else day + datetime.timedelta(1)


def opening_day(campaign):
    """The day on which the pages of entering and reviewing open.

    Today; of a campaign that is over, the last day that most of its newest reports tell of. Not the very last one:
    a single report of a later day would take everybody to a day on which all are silent.
    """
    today = timezone.localdate()
    if campaign.ends_on >= today:
        return max(today, campaign.starts_on)
    # The newest are enough, and cost the same in any history.
    newest = (
        Submission.objects.filter(campaign=campaign).order_by("-pk").values_list("happened_on", flat=True)
    )
    reports = Counter(newest[:1000])
    busiest = max(reports.values(), default=0)
    return max((day for day, number in reports.items() if 2 * number >= busiest), default=campaign.ends_on)
