"""The geometry of the charts: what is drawn where, against values worked out by hand and slow oracles."""

import datetime
import re
from fractions import Fraction
from itertools import pairwise

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from reports.presenters import axes, charts, splits

pytestmark = pytest.mark.once


@pytest.fixture(autouse=True)
def english():
    with translation.override("en-in"):
        yield


def days(count, last=datetime.date(2021, 11, 11)):
    return [last - datetime.timedelta(n) for n in reversed(range(count))]


def numbers_in(d):
    return [float(text) for text in re.findall(r"-?\d+(?:\.\d+)?", d)]


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (0, "0"),
        (12, "12"),
        (12.34, "12.3"),
        (12.96, "13"),
        (-0.04, "0"),
        (-1.25, "-1.2"),
    ],
)
def test_a_coordinate_has_one_decimal_at_most(value, written):
    assert axes.coordinate(value) == written


@given(st.lists(st.integers(min_value=-(10**9), max_value=2 * 10**9), max_size=30))
def test_an_axis_holds_every_value_and_0_between_round_ends(values):
    axis = axes.value_axis(values, top=10, bottom=200)
    assert axis.low <= min([0, *values])
    assert axis.high >= max([0, *values])
    assert axis.low % axis.step == axis.high % axis.step == 0
    assert str(axis.step).rstrip("0") in ("1", "2", "5")
    # At most four steps for the values and one more at either end for the rounding.
    assert 1 <= (axis.high - axis.low) / axis.step <= 6
    assert axis.at(axis.low) == 200
    assert axis.at(axis.high) == 10
    for value in values:
        assert 10 <= axis.at(value) <= 200


def test_the_ticks_are_written_in_lakh_and_crore():
    axis = axes.value_axis([35_000_000], top=10, bottom=200)
    assert [tick.label for tick in axis.ticks()] == ["0", "1 crore", "2 crore", "3 crore", "4 crore"]


def test_a_small_screen_leaves_every_second_tick_out_and_never_the_0():
    for values in ([35_000_000], [-30, 70], [-5]):
        ticks = axes.value_axis(values, top=10, bottom=200).ticks()
        assert {tick.label: tick.is_minor for tick in ticks}["0"] is False
        assert all(one.is_minor != other.is_minor for one, other in pairwise(ticks))


@given(st.integers(min_value=1, max_value=400))
def test_the_last_day_always_has_its_label_and_there_are_never_many(count):
    ticks = axes.day_ticks(days(count), left=50, right=480)
    assert ticks[-1].label == "11 Nov"
    assert not ticks[-1].is_minor
    assert 1 <= len(ticks) <= 6
    places = [float(tick.at) for tick in ticks]
    assert places == sorted(places)
    assert all(50 <= place <= 480 for place in places)


def slow_mean(values, index):
    known = []
    for place in range(index - 6, index + 1):
        if place >= 0 and values[place] is not None:
            known.append(values[place])
    return Fraction(sum(known), len(known)) if known else None


counts = st.lists(st.none() | st.integers(min_value=-500, max_value=10**6), min_size=1, max_size=40)


@given(counts)
def test_the_mean_of_seven_days_leaves_silent_days_out(values):
    assert charts.running_mean(values) == [slow_mean(values, index) for index in range(len(values))]


@given(counts)
def test_a_line_has_a_point_for_every_known_value_and_a_gap_for_every_silence(values):
    d = charts.polyline(None if value is None else (str(index), "0") for index, value in enumerate(values))
    runs = sum(
        value is not None and (index == 0 or values[index - 1] is None) for index, value in enumerate(values)
    )
    assert d.count("M") == runs
    assert d.count("M") + d.count("L") == sum(value is not None for value in values)


def bars(**kwargs):
    return charts.daily_bars(name="x", title="Doses", **kwargs)


def test_bars_stack_upwards_and_a_correction_hangs_below_the_line():
    chart = bars(days=days(2), series=[("First", [30, -10]), ("Second", [20, 5])])
    first, second = chart.marks[0].d, chart.marks[1].d
    axis = axes.value_axis([50, 5, -10], top=charts.TOP, bottom=charts.BOTTOM)
    tall, hanging = re.findall(r"M[\d.]+ ([\d.]+)h[\d.]+v([\d.]+)", first)
    assert float(tall[0]) == pytest.approx(axis.at(30), abs=0.06)
    assert float(tall[1]) == pytest.approx(axis.at(0) - axis.at(30), abs=0.06)
    assert float(hanging[0]) == pytest.approx(axis.at(0), abs=0.06)
    on_top = re.findall(r"M[\d.]+ ([\d.]+)h[\d.]+v([\d.]+)", second)[0]
    assert float(on_top[0]) == pytest.approx(axis.at(50), abs=0.06)


@given(st.lists(st.none() | st.integers(min_value=-(10**7), max_value=10**8), min_size=1, max_size=60))
def test_nothing_is_drawn_outside_the_picture(values):
    with translation.override("en-in"):
        chart = bars(days=days(len(values)), series=[("First", values), ("Second", values[::-1])])
    for mark in chart.marks:
        for x, y in re.findall(r"[ML]([\d.-]+) ([\d.-]+)", mark.d):
            assert charts.LEFT <= float(x) <= charts.WIDTH
            assert charts.TOP - 0.1 <= float(y) <= charts.BOTTOM + 0.1


def test_every_plot_has_its_table_with_silence_apart_from_zero():
    chart = bars(days=days(3), series=[("First", [5, 0, None]), ("Second", [1, 0, None])])
    assert chart.table.head == ("Day", "First", "Second", "Total", "7-day mean")
    assert chart.table.rows == (
        ("9 Nov 2021", ("5", "1", "6", "6")),
        ("10 Nov 2021", ("0", "0", "0", "3")),
        ("11 Nov 2021", ("No report", "No report", "No report", "3")),
    )
    assert chart.hits[0].title.splitlines() == [
        "9 Nov 2021",
        "First: 5",
        "Second: 1",
        "Total: 6",
        "7-day mean: 6",
    ]


def test_a_plot_is_told_in_a_sentence():
    chart = bars(days=days(3), series=[("First", [5, 2_00_000, None])])
    assert chart.summary == "From 9 Nov 2021 to 11 Nov 2021. Highest: 2,00,000 on 10 Nov 2021."
    assert not chart.is_empty


def test_without_any_report_there_is_a_sentence_instead_of_an_empty_plot():
    chart = bars(days=days(3), series=[("First", [None, None, None])])
    assert chart.is_empty
    assert chart.summary == "Nobody has reported on these days."


def lines(**kwargs):
    return charts.cumulative_lines(name="x", title="To date", days=days(3), **kwargs)


def test_the_target_is_drawn_when_it_is_near_and_only_told_when_it_is_far():
    near = lines(series=[("First", [10, 50, 90])], expected=[30, 60, 90], target=100)
    assert [mark.css for mark in near.marks] == ["line series-1", "line line--expected", "line line--target"]
    far = lines(series=[("First", [10, 50, 90])], expected=[30, 60, 90], target=100_000)
    assert [mark.css for mark in far.marks] == ["line series-1", "line line--expected"]
    assert far.summary == "On 11 Nov 2021: First: 90; expected: 90; target: 1,00,000."


def test_without_a_target_there_is_no_line_of_what_is_expected():
    chart = lines(series=[("First", [1, 2, 3])])
    assert [mark.css for mark in chart.marks] == ["line series-1"]
    assert chart.table.head == ("Day", "First")


def test_a_sparkline_needs_two_reports_and_holds_0():
    assert charts.sparkline([None, 5, None]) == ""
    assert charts.sparkline([]) == ""
    flat = charts.sparkline([5, 5])
    assert flat == "M2 2L78 2"  # at the top: the floor is 0
    assert charts.sparkline([0, 0]) == "M2 18L78 18"


@given(counts)
def test_a_sparkline_stays_in_its_cell(values):
    for x, y in re.findall(r"[ML]([\d.-]+) ([\d.-]+)", charts.sparkline(values)):
        assert 0 <= float(x) <= 80
        assert 0 <= float(y) <= 20


def split(groups):
    return splits.split_bars(name="s", title="By group", series=["First", "Second"], groups=groups)


def test_a_split_tells_what_is_not_counted_from_what_is_0():
    drawn = split([("Young", [10, 0]), ("Old", [30, None])])
    texts = [bar.text for group in drawn.groups for bar in group.bars]
    assert texts == ["10", "0", "30", "Not counted"]
    assert drawn.table.head == ("Group", "First", "Share", "Second", "Share")
    assert drawn.table.rows[0] == ("Young", ("10", "25.0%", "0", "—"))


@given(st.lists(st.integers(min_value=-(10**6), max_value=10**8), min_size=2, max_size=12))
def test_bars_of_a_split_are_as_long_as_their_counts_say(values):
    with translation.override("en-in"):
        drawn = split([(str(n), [value, value]) for n, value in enumerate(values)])
    room = splits.WIDTH - splits.VALUE_ROOM
    span = max(1, *values) - min(0, *values)
    for value, group in zip(values, drawn.groups, strict=True):
        for bar in group.bars:
            assert float(bar.width) == pytest.approx(abs(value) * room / span, abs=0.06)
            assert float(bar.x) >= 0
            assert float(bar.x) + float(bar.width) <= room + 0.2
