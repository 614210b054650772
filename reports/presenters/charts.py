"""Charts as values: every coordinate is computed here, the templates only print.

Each chart carries its own table, legend and spoken summary, so that no figure can be read off a picture only.
"""

from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from django.utils.translation import gettext as _

from districts import numbers
from districts.templatetags.indian import short_day
from reports.presenters.axes import Tick, coordinate, day_ticks, value_axis

WIDTH, HEIGHT = 480, 220
LEFT = 54  # room for the written values; on a small screen they reach into the margin of the card
TOP, BOTTOM = 12, HEIGHT - 24
MEAN_DAYS = 7


@dataclass(frozen=True, slots=True)
class Mark:
    """One path; ``css`` says what it is (bar, line) and of which series."""

    css: str
    d: str


@dataclass(frozen=True, slots=True)
class Hit:
    """An invisible column that shows the figures of its day under the pointer."""

    x: str
    width: str
    title: str


@dataclass(frozen=True, slots=True)
class Table:
    head: tuple
    rows: tuple  # of (name of the row, its other cells), all text


@dataclass(frozen=True, slots=True)
class Chart:
    """Something drawn over days."""

    name: str  # unique on its page: the ids are made from it
    title: str
    summary: str
    grid: tuple[Tick, ...]
    days: tuple[Tick, ...]
    zero: str
    marks: tuple[Mark, ...]
    hits: tuple[Hit, ...]
    legend: tuple  # of (css, label)
    table: Table
    is_empty: bool = False
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    bottom: int = BOTTOM


def running_mean(values, days=MEAN_DAYS):
    """The mean of the reported values among the last so many days; None while there is none."""
    means = []
    for index in range(len(values)):
        known = [value for value in values[max(0, index - days + 1) : index + 1] if value is not None]
        means.append(Fraction(sum(known), len(known)) if known else None)
    return means


def _total(values):
    known = [value for value in values if value is not None]
    return sum(known) if known else None


def _text(value):
    """A count in a chart's table; a mean is rounded to a whole."""
    if value is None:
        return _("No report")
    return numbers.decimal(value, 0) if isinstance(value, Fraction) else numbers.indian(value)


def _stacked_bars(columns, axis, slot):
    """One path per series. What is below 0 stacks downwards: a correction is drawn as what it is."""
    width, gap = slot * 0.78, slot * 0.11
    paths = [[] for _column in columns]
    for index, values in enumerate(zip(*columns, strict=True)):
        up, down = 0, 0
        for path, value in zip(paths, values, strict=True):
            if not value:
                continue
            start = up if value > 0 else down
            end = start + value
            up, down = (end, down) if value > 0 else (up, end)
            x, y, height = (
                LEFT + index * slot + gap,
                axis.at(max(start, end)),
                abs(axis.at(end) - axis.at(start)),
            )
            path.append(
                f"M{coordinate(x)} {coordinate(y)}h{coordinate(width)}v{coordinate(height)}"
                f"h-{coordinate(width)}z"
            )
    return ["".join(path) for path in paths]


def polyline(points):
    """A path through (x, y) points, both as text; a None leaves a gap instead of falling to 0."""
    d, pen = [], "M"
    for point in points:
        if point is None:
            pen = "M"
            continue
        d.append(f"{pen}{point[0]} {point[1]}")
        pen = "L"
    return "".join(d)


@lru_cache(maxsize=64)
def _steps(number, first, step):
    """The places of so many points, as text: all lines of a page stand on the same ones."""
    return tuple(coordinate(first + index * step) for index in range(number))


def _line(values, axis, slot):
    places = _steps(len(values), LEFT + slot / 2, slot)
    return polyline(
        None if value is None else (x, coordinate(axis.at(value)))
        for x, value in zip(places, values, strict=True)
    )


def _hits(rows, head, slot):
    return tuple(
        Hit(
            coordinate(LEFT + index * slot),
            coordinate(slot),
            "\n".join([name, *(f"{label}: {text}" for label, text in zip(head[1:], cells, strict=True))]),
        )
        for index, (name, cells) in enumerate(rows)
    )


def daily_bars(*, name, title, days, series):
    """Bars of each day, stacked by series, under the mean of seven days.

    ``series`` is a list of (label, counts), a count of None meaning that nobody reported.
    """
    columns = [list(counts) for _label, counts in series]
    totals = [_total(values) for values in zip(*columns, strict=True)]
    means = running_mean(totals)
    rises = [sum(v for v in values if v and v > 0) for values in zip(*columns, strict=True)]
    falls = [sum(v for v in values if v and v < 0) for values in zip(*columns, strict=True)]
    axis = value_axis([*rises, *falls], top=TOP, bottom=BOTTOM)
    slot = (WIDTH - LEFT) / len(days)
    several = len(series) > 1
    head = (
        _("Day"),
        *(label for label, _counts in series),
        *([_("Total")] if several else []),
        _("7-day mean"),
    )
    rows = tuple(
        (
            short_day(day),
            (
                *(_text(counts[index]) for counts in columns),
                *([_text(totals[index])] if several else []),
                _text(means[index]),
            ),
        )
        for index, day in enumerate(days)
    )
    bars = _stacked_bars(columns, axis, slot)
    known = [(total, day) for total, day in zip(totals, days, strict=True) if total is not None]
    highest = max(known, key=lambda pair: pair[0], default=None)
    return Chart(
        name=name,
        title=title,
        summary=(
            _("From %(first)s to %(last)s. Highest: %(count)s on %(day)s.")
            % {
                "first": short_day(days[0]),
                "last": short_day(days[-1]),
                "count": numbers.indian(highest[0]),
                "day": short_day(highest[1]),
            }
            if highest
            else _("Nobody has reported on these days.")
        ),
        grid=axis.ticks(),
        days=day_ticks(days, left=LEFT, right=WIDTH),
        zero=coordinate(axis.at(0)),
        marks=(
            *(Mark(f"bar series-{place}", d) for place, d in enumerate(bars, start=1) if d),
            Mark("line line--mean", _line(means, axis, slot)),
        ),
        hits=_hits(rows, head, slot),
        legend=(
            *((f"key series-{place}", label) for place, (label, _counts) in enumerate(series, start=1)),
            ("key key--mean", _("7-day mean")),
        ),
        table=Table(head, rows),
        is_empty=not known,
    )


def cumulative_lines(*, name, title, days, series, expected=None, target=None):
    """Totals to date against the line of what is expected by each day.

    ``expected`` are the planned totals of the days, or None. The whole ``target`` is named in the summary and
    stretches the axis only when it is near: early in a campaign it would press every line to the floor.
    """
    values = [value for _label, counts in series for value in counts if value is not None]
    planned = [value for value in expected or () if value is not None]
    near = target is not None and values and target <= 1.25 * max([*values, *planned])
    axis = value_axis([*values, *planned, *([target] if near else [])], top=TOP, bottom=BOTTOM)
    slot = (WIDTH - LEFT) / len(days)
    head = (_("Day"), *(label for label, _counts in series), *([_("Expected")] if expected else []))
    rows = tuple(
        (
            short_day(day),
            (
                *(_text(counts[index]) for _label, counts in series),
                *([_text(expected[index])] if expected else []),
            ),
        )
        for index, day in enumerate(days)
    )
    marks = [
        Mark(f"line series-{place}", _line(counts, axis, slot))
        for place, (_l, counts) in enumerate(series, 1)
    ]
    legend = [(f"key key--line series-{place}", label) for place, (label, _counts) in enumerate(series, 1)]
    if expected:
        marks.append(Mark("line line--expected", _line(expected, axis, slot)))
        legend.append(("key key--expected", _("Expected by the day")))
    if near:
        y = coordinate(axis.at(target))
        marks.append(Mark("line line--target", f"M{LEFT} {y}H{WIDTH}"))
        legend.append(("key key--target", _("Target")))
    said = [
        _("%(label)s: %(count)s") % {"label": label, "count": _text(counts[-1])} for label, counts in series
    ]
    if expected:
        said.append(_("expected: %(count)s") % {"count": _text(expected[-1])})
    if target is not None:
        said.append(_("target: %(count)s") % {"count": numbers.indian(target)})
    return Chart(
        name=name,
        title=title,
        summary=_("On %(day)s: %(figures)s.") % {"day": short_day(days[-1]), "figures": "; ".join(said)},
        grid=axis.ticks(),
        days=day_ticks(days, left=LEFT, right=WIDTH),
        zero=coordinate(axis.at(0)),
        marks=tuple(mark for mark in marks if mark.d),
        hits=_hits(rows, head, slot),
        legend=tuple(legend),
        table=Table(head, rows),
        is_empty=not values,
    )


def sparkline(values, *, width=80, height=20, pad=2):
    """The path of a small line without axes; "" when fewer than two values are known.

    It always contains 0, so that a flat line at the top is not mistaken for one at the floor.
    """
    known = [value for value in values if value is not None]
    if len(known) < 2:
        return ""
    low, high = min(0, *known), max(1, *known)
    places = _steps(len(values), pad, (width - 2 * pad) / (len(values) - 1))
    scale = (height - 2 * pad) / (high - low)
    return polyline(
        None if value is None else (x, coordinate(height - pad - (value - low) * scale))
        for x, value in zip(places, values, strict=True)
    )
