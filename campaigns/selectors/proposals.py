"""Days off and rounds that a campaign could have, for an officer to look through: nothing is written here."""

import calendar
import datetime
from dataclasses import dataclass

import holidays

from districts.models import Area, Level

# The library's codes where they differ from ISO 3166-2, of today and of earlier editions.
_SUBDIVISIONS = {"CT": "CG", "DN": "DH", "DD": "DH", "OR": "OD", "TG": "TS", "UT": "UK"}
LONGEST_ROUND = 92  # days: a round that finds no working days must end somewhere


@dataclass(frozen=True)
class Holiday:
    day: datetime.date
    name_en: str
    name_hi: str


def public_holidays(area, first, last):
    """The public holidays of the area's state from ``first`` to ``last``; of the nation for the nation.

    Dates that follow the moon are estimates: the officer has the last word.
    """
    years = range(first.year, last.year + 1)
    subdivision = _subdivision(area)
    named = {
        language: holidays.India(years=years, subdiv=subdivision, language=language)
        for language in ("en_IN", "hi")
    }
    return [
        Holiday(day, name, named["hi"].get(day, ""))
        for day, name in sorted(named["en_IN"].items())
        if first <= day <= last
    ]


def _subdivision(area):
    state = Area.objects.ancestors_of(area, include_self=True).filter(level=Level.STATE).first()
    if state is None:
        return None
    code = state.iso_code.removeprefix("IN-")
    code = _SUBDIVISIONS.get(code, code)
    return code if code in holidays.India.subdivisions else None


def propose_rounds(*, first, rounds, working_days, is_off):
    """Rounds that begin a month apart and hold ``working_days`` each: [(first day, last day)].

    A round begins on the same date of each month, or the first working day after it, and ends when its
    working days are through. ``is_off(day)`` says which days do not count: rest days, holidays, days of
    routine immunisation.
    """
    proposed = []
    for number in range(rounds):
        days = _working_days_from(_months_later(first, number), working_days, is_off)
        if not days:
            continue
        if proposed and days[0] <= proposed[-1][1]:
            days = _working_days_from(proposed[-1][1] + datetime.timedelta(1), working_days, is_off)
        proposed.append((days[0], days[-1]))
    return proposed


def _working_days_from(first, wanted, is_off):
    days = (first + datetime.timedelta(n) for n in range(LONGEST_ROUND))
    return [day for day in days if not is_off(day)][:wanted]


def _months_later(day, months):
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return day.replace(year=year, month=month + 1, day=min(day.day, last))
