"""Shares add up to the last dose, whatever is shared out."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.demonstration.apportionment import apportion, two_way

pytestmark = pytest.mark.once

totals = st.integers(0, 2_000_000_000)
weights = st.lists(st.integers(0, 10**12), min_size=1, max_size=60).filter(any)
margins = st.lists(st.integers(0, 10**7), min_size=1, max_size=12)


@given(totals, weights)
def test_the_shares_add_up_exactly(total, weights):
    assert sum(apportion(total, weights)) == total


@given(totals, weights)
def test_every_share_is_its_quota_rounded_down_or_up(total, weights):
    for share, weight in zip(apportion(total, weights), weights, strict=True):
        quota = total * weight
        assert quota // sum(weights) <= share <= -(-quota // sum(weights))


@given(totals, weights)
def test_who_weighs_nothing_gets_nothing(total, weights):
    assert all(
        not share for share, weight in zip(apportion(total, weights), weights, strict=True) if not weight
    )


@given(totals, weights)
def test_who_weighs_more_never_gets_less(total, weights):
    shares = apportion(total, weights)
    ranked = sorted(zip(weights, shares, strict=True))
    for (lighter, small), (heavier, large) in pairwise(ranked):
        assert lighter == heavier or small <= large


def test_the_first_of_equals_is_served():
    assert apportion(5, [1, 1, 1]) == [2, 2, 1]


def test_nothing_to_share_needs_nobody_to_take_it():
    assert apportion(0, [0, 0]) == [0, 0]
    assert apportion(0, []) == []


def test_something_to_share_and_nobody_to_take_it_is_refused():
    with pytest.raises(ValueError, match="no weight above 0"):
        apportion(1, [0, 0])


@given(margins, st.lists(st.integers(0, 10**6), min_size=1, max_size=8).filter(any))
def test_a_table_has_exactly_the_sums_asked_for(rows, column_weights):
    columns = apportion(sum(rows), column_weights)
    table = two_way(rows, columns)
    assert [sum(row) for row in table] == rows
    assert [sum(column) for column in zip(*table, strict=True)] == columns
    assert min(min(row) for row in table) >= 0


def test_a_table_whose_margins_disagree_is_refused():
    with pytest.raises(ValueError, match="The rows sum to 3, the columns to 4"):
        two_way([1, 2], [4])
