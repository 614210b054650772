"""The calendar answers by searching a list of days; walking through the days must answer the same."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.selectors.calendar import WorkCalendar

pytestmark = pytest.mark.once

START = datetime.date(2021, 10, 1)


def after(days):
    return START + datetime.timedelta(days)


@st.composite
def calendars(draw):
    length = draw(st.integers(0, 120))
    rounds = draw(st.lists(st.tuples(st.integers(0, 120), st.integers(0, 9)), max_size=3))
    return WorkCalendar(
        starts_on=START,
        ends_on=after(length),
        spans=tuple((after(first), after(first + more)) for first, more in rounds)
        or ((START, after(length)),),
        rest_weekdays=draw(st.frozensets(st.integers(1, 7), max_size=6)),
        days_off=draw(st.frozensets(st.integers(0, 120).map(after), max_size=5)),
    )


def walk(calendar, first, last):
    """Every working day of the campaign from first to last, one day after the other."""
    day = max(first, calendar.starts_on)
    while day <= min(last, calendar.ends_on):
        if calendar.is_working(day):
            yield day
        day += datetime.timedelta(1)


@given(calendars(), st.integers(-20, 140), st.integers(-20, 140))
def test_working_days_agree_with_a_walk(calendar, first, last):
    first, last = after(first), after(last)
    assert calendar.working_days(first, last) == len(list(walk(calendar, first, last)))
    assert calendar.elapsed(last) == len(list(walk(calendar, START, last)))
    assert calendar.total == len(list(walk(calendar, START, calendar.ends_on)))
    assert calendar.left(last) == len(list(walk(calendar, last + datetime.timedelta(1), calendar.ends_on)))


@given(calendars(), st.integers(-20, 140))
def test_the_days_that_follow_go_on_in_the_weekly_rhythm_beyond_the_end(calendar, day):
    day, until = after(day), after(day + 200)
    expected = list(
        walk(calendar, day + datetime.timedelta(1), min(until - datetime.timedelta(1), calendar.ends_on))
    )
    beyond = max(day, calendar.ends_on) + datetime.timedelta(1)
    while beyond < until:
        if beyond.isoweekday() not in calendar.rest_weekdays:
            expected.append(beyond)
        beyond += datetime.timedelta(1)
    assert calendar.days_after(day, most=200) == expected
