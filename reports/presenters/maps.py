"""Maps as values: which class of the palette each place falls into, and where it is drawn.

Three ways to draw the same places: a tile grid of the states, a tidy grid by name for anything else, and real
outlines once an administrator has uploaded them. The classes are fixed for per cents, so that moving through
the days changes the map and not its key.
"""

import itertools
from bisect import bisect_right
from dataclasses import dataclass

from django.utils.translation import gettext as _

from districts.templatetags.indian import short
from reports.presenters.axes import nice_step

PERCENT_BREAKS = (25, 50, 70, 80, 90, 100)
LOW_IS_GOOD_BREAKS = (5, 10, 20, 30, 50, 100)
CLASSES = 6

# column, row and the letters on the tile: each state beside its neighbours, as far as squares allow.
TILES = {
    "S1": (1, 0, "JK"),
    "S37": (2, 0, "LA"),
    "S4": (0, 1, "CH"),
    "S3": (1, 1, "PB"),
    "S2": (2, 1, "HP"),
    "S5": (3, 1, "UK"),
    "S8": (0, 2, "RJ"),
    "S6": (1, 2, "HR"),
    "S7": (2, 2, "DL"),
    "S9": (3, 2, "UP"),
    "S10": (4, 2, "BR"),
    "S11": (5, 2, "SK"),
    "S18": (6, 2, "AS"),
    "S12": (7, 2, "AR"),
    "S24": (0, 3, "GJ"),
    "S23": (1, 3, "MP"),
    "S22": (2, 3, "CG"),
    "S20": (3, 3, "JH"),
    "S19": (4, 3, "WB"),
    "S17": (5, 3, "ML"),
    "S14": (6, 3, "MN"),
    "S13": (7, 3, "NL"),
    "S38": (0, 4, "DN"),
    "S27": (1, 4, "MH"),
    "S36": (2, 4, "TG"),
    "S21": (3, 4, "OD"),
    "S16": (5, 4, "TR"),
    "S15": (6, 4, "MZ"),
    "S30": (0, 5, "GA"),
    "S29": (1, 5, "KA"),
    "S28": (2, 5, "AP"),
    "S31": (0, 6, "LD"),
    "S32": (1, 6, "KL"),
    "S33": (2, 6, "TN"),
    "S34": (3, 6, "PY"),
    "S35": (6, 6, "AN"),
}
TILE = 46  # one step of the grid; the square itself is a little smaller
TILE_COLUMNS, TILE_ROWS = 8, 7
LONGEST_ON_A_TILE = 6  # letters of the usual size


@dataclass(slots=True)
class Place:
    """One child area on the map. ``value`` is exact (int or Fraction); None is no data.

    The lower half is filled in when the map is drawn.
    """

    code: str
    name: str
    value: object
    text: str  # the value as it is written
    url: str
    css: str = ""
    x: str = ""
    y: str = ""
    letters: str = ""
    value_css: str = "value"


@dataclass(frozen=True, slots=True)
class Scale:
    """Ascending breaks: class 1 lies below the first, each next class begins at its break.

    ``over`` is the name of the class from the last break upwards when that is beyond what can be (more than
    100 %), ``negative`` the name of the class below 0; both are shown and neither is hidden in a neighbour.
    """

    breaks: tuple
    labels: tuple
    over: str = ""
    negative: str = ""

    def css(self, value):
        if value is None:
            return "m-none"
        if value < 0 and self.negative:
            return "m-negative"
        if self.over and value > self.breaks[-1]:
            return "m-over"
        return f"m-{1 + bisect_right(self.breaks[: CLASSES - 1], value)}"

    def legend(self, present):
        """The classes that can occur, and of the odd ones those that are ``present``."""
        rows = [(f"m-{place}", label) for place, label in enumerate(self.labels, start=1)]
        if "m-negative" in present:
            rows.insert(0, ("m-negative", self.negative))
        if "m-over" in present:
            rows.append(("m-over", self.over))
        if "m-none" in present:
            rows.append(("m-none", _("No data")))
        return tuple(rows)


def percent_scale(breaks=PERCENT_BREAKS):
    edges = breaks[: CLASSES - 1]
    labels = [_("under %(edge)s%%") % {"edge": edges[0]}]
    labels += [f"{low}–{high}%" for low, high in zip(edges, breaks[1:], strict=True)]
    return Scale(breaks, tuple(labels), over=_("over 100%"), negative=_("negative"))


def count_scale(values):
    """Even steps on round numbers up to the highest value."""
    highest = max((value for value in values if value is not None), default=0)
    step = nice_step(max(highest, 1), CLASSES)
    breaks = tuple(step * place for place in range(1, CLASSES + 1))
    labels = [_("under %(edge)s") % {"edge": short(step)}]
    labels += [f"{short(low)} – {short(high)}" for low, high in itertools.pairwise(breaks)]
    return Scale(breaks, tuple(labels), negative=_("negative"))


@dataclass(frozen=True, slots=True)
class Outlines:
    """A file of shapes by area code, its frame, and which areas it holds."""

    view_box: str
    url: str
    codes: frozenset


@dataclass(frozen=True, slots=True)
class Map:
    kind: str  # tiles, names or outlines
    title: str
    places: tuple[Place, ...]
    legend: tuple
    view_box: str = ""
    shapes_url: str = ""
    unplaced: tuple[Place, ...] = ()  # of an outline map: areas without an outline


def is_tiled(codes):
    """Are these places the states of India, all of them with a tile?"""
    return bool(codes) and all(code in TILES for code in codes)


def draw_map(*, title, places, scale, outlines=None):
    """Choose the best drawing for the places: outlines where they are known, tiles for states, else names."""
    for place in places:
        place.css = scale.css(place.value)
    legend = scale.legend({place.css for place in places})
    if outlines is not None:
        return Map(
            "outlines",
            title,
            tuple(place for place in places if place.code in outlines.codes),
            legend,
            outlines.view_box,
            outlines.url,
            unplaced=tuple(place for place in places if place.code not in outlines.codes),
        )
    if is_tiled([place.code for place in places]):
        box = f"0 0 {TILE_COLUMNS * TILE} {TILE_ROWS * TILE}"
        for place in places:
            _lay_out(place)
        return Map("tiles", title, tuple(places), legend, box)
    return Map("names", title, tuple(places), legend)


def _lay_out(place):
    column, row, place.letters = TILES[place.code]
    place.x, place.y = str(column * TILE), str(row * TILE)
    if len(place.text) > LONGEST_ON_A_TILE:
        place.value_css = "value value--long"
