"""Scales of the charts: from values and days to coordinates, and the ticks beside them.

Coordinates leave here as text with at most one decimal: a float would go through the template engine's
localisation, which costs time and, in a language with decimal commas, breaks the drawing.
"""

from dataclasses import dataclass

from districts.templatetags.indian import day_and_month, short

STEPS = (1, 2, 5)


def coordinate(value):
    """At most one decimal, no trailing zero, no minus in front of 0."""
    text = f"{value:.1f}"
    if text.endswith(".0"):
        text = text[:-2]
    return "0" if text == "-0" else text


def nice_step(span, at_most):
    """The smallest of 1, 2, 5, 10, 20, … that divides the span into at most so many steps."""
    power = 1
    while True:
        for step in STEPS:
            if span <= step * power * at_most:
                return step * power
        power *= 10


@dataclass(frozen=True, slots=True)
class Tick:
    at: str
    label: str
    text_at: str = ""
    anchor: str = "middle"
    is_minor: bool = False


@dataclass(frozen=True, slots=True)
class ValueAxis:
    """Whole-number values on a vertical line from ``bottom`` up to ``top`` (SVG counts downwards)."""

    low: int
    high: int
    top: int
    bottom: int
    step: int

    def at(self, value):
        return self.bottom - float(value - self.low) / (self.high - self.low) * (self.bottom - self.top)

    def ticks(self):
        """Every second one, counted from 0, is minor: a small screen leaves it out."""
        values = range(self.low, self.high + 1, self.step)
        return tuple(
            Tick(
                coordinate(self.at(value)),
                short(value),
                coordinate(self.at(value) + 4),
                is_minor=value // self.step % 2 == 1,
            )
            for value in values
        )


def value_axis(values, *, top, bottom, at_most=4):
    """An axis that holds all the values and 0, ending on round numbers at both ends."""
    low, high = min([0, *values]), max([1, *values])
    step = nice_step(high - low, at_most)
    return ValueAxis(
        low=low // step * step,
        high=-(-high // step) * step,
        top=top,
        bottom=bottom,
        step=step,
    )


def day_ticks(days, *, left, right, at_most=5):
    """Labels under some of the days, the last one always among them; every second one is minor."""
    slot = (right - left) / len(days)
    every = max(1, -(-(len(days) - 1) // at_most))
    ticks = []
    for place, index in enumerate(range(len(days) - 1, -1, -every)):
        middle = left + (index + 0.5) * slot
        ends = middle > right - 30
        ticks.append(
            Tick(
                coordinate(middle),
                day_and_month(days[index]),
                coordinate(right if ends else middle),
                "end" if ends else "middle",
                is_minor=place % 2 == 1,
            )
        )
    return tuple(reversed(ticks))
