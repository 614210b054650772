"""Bars side by side for a split: doses by age group and dose number, by vaccine, by sex."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from districts import numbers
from districts.figures import Ratio
from reports.presenters.axes import coordinate
from reports.presenters.charts import Table

WIDTH = 340
BAR, GAP, LABEL, BETWEEN = 14, 3, 22, 10
VALUE_ROOM = 100  # kept free on the right for the written figure


@dataclass(frozen=True, slots=True)
class SplitBar:
    css: str
    x: str
    y: str
    width: str
    text: str
    text_x: str
    text_y: str


@dataclass(frozen=True, slots=True)
class SplitGroup:
    label: str
    label_y: str
    bars: tuple[SplitBar, ...]


@dataclass(frozen=True, slots=True)
class Split:
    name: str
    title: str
    summary: str
    groups: tuple[SplitGroup, ...]
    legend: tuple
    table: Table
    height: int
    zero_x: str
    width: int = WIDTH


def split_bars(*, name, title, series, groups):
    """``series`` are labels; ``groups`` a list of (label, one count per series, None for not counted)."""
    counts = [count for _label, values in groups for count in values if count is not None]
    low, high = min([0, *counts]), max([1, *counts])
    scale = (WIDTH - VALUE_ROOM) / (high - low)
    zero = -low * scale
    drawn, y = [], 0
    for label, values in groups:
        bars = []
        for place, count in enumerate(values, start=1):
            top = y + LABEL + (place - 1) * (BAR + GAP)
            size = abs(count or 0) * scale
            start = zero if (count or 0) >= 0 else zero - size
            bars.append(
                SplitBar(
                    f"bar series-{place}",
                    coordinate(start),
                    str(top),
                    coordinate(size),
                    _("Not counted") if count is None else numbers.indian(count),
                    coordinate(max(zero, start + size) + 5),
                    str(top + BAR - 3),
                )
            )
        drawn.append(SplitGroup(label, str(y + LABEL - 5), tuple(bars)))
        y += LABEL + len(values) * (BAR + GAP) + BETWEEN
    totals = [sum(values[place] or 0 for _label, values in groups) for place in range(len(series))]
    rows = tuple(
        (
            label,
            tuple(cell for count, total in zip(values, totals, strict=True) for cell in _cells(count, total)),
        )
        for label, values in groups
    )
    head = (_("Group"), *(text for label in series for text in (label, _("Share"))))
    return Split(
        name=name,
        title=title,
        summary="; ".join(
            f"{label}: "
            + ", ".join(f"{what} {numbers.indian(v)}" for what, v in zip(series, values, strict=True))
            for label, values in groups
        ),
        groups=tuple(drawn),
        legend=tuple((f"key series-{place}", label) for place, label in enumerate(series, start=1)),
        table=Table(head, rows),
        height=max(y - BETWEEN, BAR),
        zero_x=coordinate(zero),
    )


def _cells(count, total):
    return numbers.indian(count), numbers.percent(Ratio(count, total))
