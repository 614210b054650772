"""The look ahead, held against a run of one day after another."""

import datetime
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from inventory.expiry import Holding, outlook, urgency
from tests.oracles.stock import run_forward

TODAY = datetime.date(2026, 11, 1)

holding = st.builds(
    lambda number, days, doses: (number, days, doses),
    st.integers(0, 5),
    st.integers(-5, 60),
    st.integers(1, 80),
)


@settings(max_examples=1500, deadline=None)
@given(
    rows=st.lists(holding, max_size=5, unique_by=lambda row: row[0]),
    use=st.fractions(min_value=0, max_value=40, max_denominator=28),
)
def test_the_outlook_equals_a_run_of_every_day(rows, use):
    holdings = [Holding(number, TODAY + datetime.timedelta(days), doses) for number, days, doses in rows]
    ahead = outlook(holdings, use, TODAY)
    assert (ahead.unused, ahead.runs_out_on, ahead.usable) == run_forward(holdings, use, TODAY)


def test_without_use_everything_expires_and_there_are_no_days_of_stock_to_name():
    ahead = outlook([Holding(1, TODAY, 10)], Fraction(0), TODAY)
    assert ahead.unused == {1: 10}
    assert ahead.days_of_stock is None
    assert ahead.runs_out_on == TODAY + datetime.timedelta(1)


def test_expired_stock_is_no_stock():
    ahead = outlook([Holding(1, TODAY - datetime.timedelta(1), 10)], Fraction(5), TODAY)
    assert (ahead.usable, ahead.at_risk, ahead.runs_out_on) == (0, 10, TODAY)


def test_urgency_is_named_by_the_days_that_are_left():
    days = {-1: "expired", 0: "within_30", 30: "within_30", 31: "within_60", 90: "within_90", 91: "later"}
    assert {n: urgency(TODAY + datetime.timedelta(n), TODAY) for n in days} == days
