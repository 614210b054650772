"""When doses expire, week by week: drawn as bars, told apart by hatching, with every figure in a table."""

import datetime
from collections import defaultdict
from dataclasses import dataclass

from django.utils.translation import gettext as _

from districts import numbers
from districts.templatetags.indian import day_and_month, short, short_day

WEEKS = 13
WIDTH, HEIGHT = 1000, 250
LEFT, TOP, BOTTOM = 54, 24, HEIGHT - 40
STEPS = (1, 2, 5)


@dataclass(frozen=True, slots=True)
class Bar:
    css: str
    x: str
    y: str
    width: str
    height: str


@dataclass(frozen=True, slots=True)
class Label:
    x: str
    y: str
    text: str
    css: str = "tick"


@dataclass(frozen=True, slots=True)
class Table:
    head: tuple
    rows: tuple


@dataclass(frozen=True, slots=True)
class Timeline:
    name: str
    title: str
    summary: str
    bars: tuple
    labels: tuple
    grid: tuple  # of (y, text y, text)
    table: Table
    is_empty: bool
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    bottom: int = BOTTOM


@dataclass
class Slot:
    label: str
    words: str
    used: int = 0  # doses that will be used in time at the recent pace
    unused: int = 0


def expiry_timeline(supply, today):
    slots = _slots(today)
    unused = defaultdict(int)
    for row in supply.at_risk():
        unused[row.batch.pk] += row.unused
    held = defaultdict(int)
    for one in supply.held:
        held[one.batch_id] += max(one.doses, 0)
    for batch, doses in held.items():
        slot = slots[_index(supply.batches[batch].expires_on, today)]
        slot.unused += unused[batch]
        slot.used += doses - unused[batch]
    at_risk = sum(slot.unused for slot in slots)
    soon = sum(slot.unused for slot in slots[1:-1])
    top, step = _scale(max((slot.used + slot.unused for slot in slots), default=0))
    return Timeline(
        name="expiry",
        title=_("When the stock expires"),
        summary=_(
            "Of %(held)s doses in the stores, %(soon)s will expire unused within %(weeks)d weeks if use goes on as "
            "now, and %(expired)s have expired already."
        )
        % {
            "held": numbers.indian(sum(held.values())),
            "soon": numbers.indian(soon),
            "weeks": WEEKS,
            "expired": numbers.indian(slots[0].used + slots[0].unused),
        },
        bars=_bars(slots, top),
        labels=_labels(slots),
        grid=tuple(
            (_at(value, top), f"{float(_at(value, top)) + 4:g}", short(value))
            for value in range(0, top + 1, step)
        ),
        table=Table(
            (_("Expires"), _("Used in time"), _("Expires unused"), _("Doses")),
            tuple(
                (
                    slot.words,
                    (
                        numbers.indian(slot.used),
                        numbers.indian(slot.unused),
                        numbers.indian(slot.used + slot.unused),
                    ),
                )
                for slot in slots
            ),
        ),
        is_empty=not any(held.values()) and not at_risk,
    )


def _slots(today):
    slots = [Slot(_("expired"), _("expired already"))]
    for week in range(WEEKS):
        first = today + datetime.timedelta(7 * week)
        last = first + datetime.timedelta(6)
        slots.append(
            Slot(
                day_and_month(last),
                _("%(first)s to %(last)s") % {"first": short_day(first), "last": short_day(last)},
            )
        )
    slots.append(Slot(_("later"), _("later")))
    return slots


def _index(expires_on, today):
    days = (expires_on - today).days
    return 0 if days < 0 else min(days // 7 + 1, WEEKS + 1)


def _scale(most):
    """(the top of the axis, its step): round numbers, at most four steps."""
    power = 1
    while True:
        for one in STEPS:
            if most <= one * power * 4:
                step = one * power
                return max(-(-most // step), 1) * step, step
        power *= 10


def _at(value, top):
    return f"{BOTTOM - value / top * (BOTTOM - TOP):.1f}".removesuffix(".0")


def _bars(slots, top):
    width = (WIDTH - LEFT) / len(slots)
    bars = []
    for number, slot in enumerate(slots):
        x = LEFT + number * width + width * 0.14
        below = 0
        for css, doses in (("bar-used", slot.used), ("bar-unused", slot.unused)):
            if doses:
                height = doses / top * (BOTTOM - TOP)
                y = BOTTOM - below / top * (BOTTOM - TOP) - height
                # What is there must be seen, however little it is.
                bars.append(
                    Bar(css, f"{x:.1f}", f"{y:.1f}", f"{width * 0.72:.1f}", f"{max(height, 1.5):.1f}")
                )
            below += doses
    return tuple(bars)


def _labels(slots):
    width = (WIDTH - LEFT) / len(slots)
    labels = []
    for number, slot in enumerate(slots):
        middle = f"{LEFT + (number + 0.5) * width:.1f}"
        ends = number in (0, len(slots) - 1)
        css = "tick" if ends or number % 3 == 2 else "tick tick--minor"
        labels.append(Label(middle, str(BOTTOM + 16), slot.label, css))
    return tuple(labels)
