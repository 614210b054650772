"""Classes of the maps and the three ways to draw them."""

from fractions import Fraction

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from districts.shipped import rows_of
from reports.presenters import maps

pytestmark = pytest.mark.once


@pytest.fixture(autouse=True)
def english():
    with translation.override("en-in"):
        yield


def place(code, value):
    return maps.Place(code, f"Name of {code}", value, "text", f"/{code}/")


@pytest.mark.parametrize(
    ("value", "css"),
    [
        (None, "m-none"),
        (Fraction(-1, 10), "m-negative"),
        (0, "m-1"),
        (Fraction(2499, 100), "m-1"),
        (25, "m-2"),
        (50, "m-3"),
        (70, "m-4"),
        (80, "m-5"),
        (90, "m-6"),
        (100, "m-6"),
        (Fraction(10001, 100), "m-over"),
    ],
)
def test_each_per_cent_falls_into_its_class_and_the_odd_ones_have_their_own(value, css):
    assert maps.percent_scale().css(value) == css


def test_the_key_of_per_cents_does_not_change_from_day_to_day():
    low = maps.percent_scale().legend({"m-1"})
    high = maps.percent_scale().legend({"m-6"})
    assert low == high
    assert [label for _css, label in low] == ["under 25%", "25–50%", "50–70%", "70–80%", "80–90%", "90–100%"]


def test_the_key_names_what_is_odd_only_where_it_occurs():
    legend = dict(maps.percent_scale().legend({"m-none", "m-negative", "m-over"}))
    assert legend["m-none"] == "No data"
    assert legend["m-negative"] == "negative"
    assert legend["m-over"] == "over 100%"


@given(st.lists(st.none() | st.integers(min_value=-(10**6), max_value=10**10), min_size=1, max_size=40))
def test_counts_are_split_evenly_up_to_the_highest(values):
    with translation.override("en-in"):
        scale = maps.count_scale(values)
        known = [value for value in values if value is not None]
        assert scale.breaks[-1] >= max([0, *known])
        assert len({high - low for low, high in zip((0, *scale.breaks), scale.breaks, strict=False)}) == 1
        for value in values:
            css = scale.css(value)
            if value is None:
                assert css == "m-none"
            elif value < 0:
                assert css == "m-negative"
            else:
                # The slow way: the class is one more than the breaks that were reached, six at most.
                assert css == f"m-{min(1 + sum(value >= edge for edge in scale.breaks), 6)}"


def test_all_36_states_have_a_tile_of_their_own():
    assert len(maps.TILES) == 36
    assert len({(column, row) for column, row, _letters in maps.TILES.values()}) == 36
    assert len({letters for _column, _row, letters in maps.TILES.values()}) == 36
    assert all(column < maps.TILE_COLUMNS and row < maps.TILE_ROWS for column, row, _l in maps.TILES.values())


def test_every_state_that_is_shipped_and_stands_today_has_a_tile():
    rows = [row for row in rows_of("states") if not row.get("valid_until")]
    assert {row["code"] for row in rows if row["code"] != "IN"} == set(maps.TILES)


def test_states_are_tiles_districts_are_names_and_a_mixture_is_names():
    scale = maps.percent_scale()
    assert maps.draw_map(title="", places=[place("S22", 1)], scale=scale).kind == "tiles"
    assert maps.draw_map(title="", places=[place("D387", 1)], scale=scale).kind == "names"
    assert maps.draw_map(title="", places=[place("S22", 1), place("X9", 1)], scale=scale).kind == "names"


def test_a_long_figure_is_set_smaller_on_its_tile():
    long = maps.Place("S22", "Chhattisgarh", 1, "18.35 crore", "/")
    drawn = maps.draw_map(title="", places=[long, place("S27", 1)], scale=maps.count_scale([1]))
    assert [one.value_css for one in drawn.places] == ["value value--long", "value"]


def test_outlines_are_used_where_known_and_the_rest_is_named_beside_them():
    outlines = maps.Outlines("0 0 10 10", "/shapes/S22.svg", frozenset({"D1", "D2"}))
    places = [place("D1", 1), place("D2", None), place("D3", 99)]
    drawn = maps.draw_map(title="", places=places, scale=maps.percent_scale(), outlines=outlines)
    assert drawn.kind == "outlines"
    assert [one.code for one in drawn.places] == ["D1", "D2"]
    assert [(one.code, one.css) for one in drawn.unplaced] == [("D3", "m-6")]
