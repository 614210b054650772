"""From rings of degrees to SVG paths: rounding, simplifying and writing.

All areas share one frame (x = longitude, y = −latitude, in hundredths of a degree, whole numbers), so that any
of them can stand in one drawing. A border between two areas is simplified once, not once from each side:
otherwise neighbours would part or overlap by a few pixels all along it.
"""

from collections import defaultdict
from dataclasses import dataclass

UNITS_PER_DEGREE = 100
# A point closer than this to the line between its neighbours is left out: a kilometre on the ground.
TOLERANCE = 1.0


@dataclass(frozen=True, slots=True)
class Outline:
    svg_path: str
    min_x: int
    min_y: int
    max_x: int
    max_y: int


def outlines(shapes):
    """key → Outline, from key → rings of (longitude, latitude). All shapes that touch belong in one call."""
    rounded = {key: [ring for ring in map(_rounded, rings) if ring] for key, rings in shapes.items()}
    borders = _Borders(ring for rings in rounded.values() for ring in rings)
    drawn = {}
    for key, rings in rounded.items():
        simple = [borders.simplified(ring) for ring in rings]
        # A ring of fewer than three corners has no inside. An area keeps at least its largest ring, as a
        # small square if need be: Mahé is three kilometres wide and still has a place on the map.
        kept = [ring for ring in simple if len(ring) >= 3]
        drawn[key] = _outline(kept or [_square(max(rings, key=_extent))])
    return drawn


def _rounded(ring):
    """The ring on the grid, open (the first point is not repeated), without points that fell together."""
    points = []
    for longitude, latitude in ring:
        point = (round(longitude * UNITS_PER_DEGREE), round(-latitude * UNITS_PER_DEGREE))
        if not points or points[-1] != point:
            points.append(point)
    if len(points) > 1 and points[0] == points[-1]:
        points.pop()
    return points


class _Borders:
    """All rings of a map, cut where three areas meet; each piece is simplified once for all who share it."""

    def __init__(self, rings):
        neighbours = defaultdict(set)
        for ring in rings:
            for index, point in enumerate(ring):
                neighbours[point].update((ring[index - 1], ring[(index + 1) % len(ring)]))
        self.junctions = {point for point, beside in neighbours.items() if len(beside) > 2}
        self.pieces = {}

    def simplified(self, ring):
        cuts = [index for index, point in enumerate(ring) if point in self.junctions]
        if not cuts:
            # An island, or one area inside another: cut it at two points that both sides find alike.
            first = min(range(len(ring)), key=ring.__getitem__)
            x, y = ring[first]
            far = max(
                range(len(ring)), key=lambda i: ((ring[i][0] - x) ** 2 + (ring[i][1] - y) ** 2, ring[i])
            )
            cuts = sorted({first, far})
        points = []
        for start, end in zip(cuts, [*cuts[1:], cuts[0] + len(ring)], strict=True):
            piece = [ring[index % len(ring)] for index in range(start, end + 1)]
            points.extend(self._simplified_piece(piece)[:-1])
        return points

    def _simplified_piece(self, piece):
        backwards = piece[-1:0:-1] + piece[:1]
        forward = piece <= backwards
        key = tuple(piece if forward else backwards)
        if key not in self.pieces:
            self.pieces[key] = douglas_peucker(key, TOLERANCE)
        found = self.pieces[key]
        return found if forward else found[::-1]


def douglas_peucker(points, tolerance):
    """Keep the ends and, between them, the point farthest from the line, as long as it is farther than allowed."""
    keep = {0, len(points) - 1}
    spans = [(0, len(points) - 1)]
    while spans:
        first, last = spans.pop()
        farthest, distance = None, tolerance**2
        for index in range(first + 1, last):
            squared = _squared_distance(points[index], points[first], points[last])
            if squared > distance:
                farthest, distance = index, squared
        if farthest is not None:
            keep.add(farthest)
            spans += [(first, farthest), (farthest, last)]
    return [points[index] for index in sorted(keep)]


def _squared_distance(point, start, end):
    """From a point to the nearest place on a stretch, squared."""
    (px, py), (ax, ay), (bx, by) = point, start, end
    dx, dy = bx - ax, by - ay
    length = dx * dx + dy * dy
    along = max(0, min(1, ((px - ax) * dx + (py - ay) * dy) / length)) if length else 0
    return (px - ax - along * dx) ** 2 + (py - ay - along * dy) ** 2


def _extent(ring):
    xs, ys = zip(*ring, strict=True)
    return (max(xs) - min(xs)) + (max(ys) - min(ys)), len(ring)


def _square(ring):
    x, y = ring[0]
    return [(x, y), (x + 1, y), (x + 1, y + 1), (x, y + 1)]


def _outline(rings):
    xs = [x for ring in rings for x, _y in ring]
    ys = [y for ring in rings for _x, y in ring]
    return Outline(svg_path(rings), min(xs), min(ys), max(xs), max(ys))


def svg_path(rings):
    """Relative steps: half the size of absolute coordinates."""
    parts = []
    for ring in rings:
        x, y = ring[0]
        parts.append(f"M{x} {y}l")
        steps = []
        for next_x, next_y in ring[1:]:
            steps.append(f"{next_x - x} {next_y - y}")
            x, y = next_x, next_y
        # A minus sign separates numbers as well as a space does.
        parts.append(" ".join(steps).replace(" -", "-"))
        parts.append("z")
    return "".join(parts)
