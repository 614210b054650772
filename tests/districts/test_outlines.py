"""Reading maps and drawing outlines."""

import json
import random
import re

import pytest

from districts.geometry.outlines import TOLERANCE, douglas_peucker, outlines
from districts.geometry.shapes import ShapesRefused, read


def feature(*rings, kind="Polygon", **properties):
    coordinates = list(rings) if kind == "Polygon" else [[ring] for ring in rings]
    return {
        "type": "Feature",
        "properties": properties,
        "geometry": {"type": kind, "coordinates": coordinates},
    }


def collection(*features):
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


def box(left, bottom, right, top):
    return [[left, bottom], [right, bottom], [right, top], [left, top], [left, bottom]]


def corners(path):
    """The rings of a path in absolute coordinates: a second, slow reading of what was written."""
    rings = []
    for part in path.split("z")[:-1]:
        start, steps = re.fullmatch(r"M(-?\d+ -?\d+)l(.*)", part).groups()
        ring = [tuple(map(int, start.split()))]
        numbers = list(map(int, re.findall(r"-?\d+", steps)))
        for dx, dy in zip(numbers[::2], numbers[1::2], strict=True):
            ring.append((ring[-1][0] + dx, ring[-1][1] + dy))
        rings.append(ring)
    return rings


def drawn(content):
    shapes = read(content)
    return outlines({index: shape.rings for index, shape in enumerate(shapes)})


# -- reading -----------------------------------------------------------------------------------------


def test_geojson_and_topojson_of_one_map_are_read_alike():
    geojson = collection(
        feature(box(80, 20, 82, 22), district="A"), feature(box(82, 20, 84, 22), district="B")
    )
    topology = {
        "type": "Topology",
        # Steps of half a degree from 80° E, 20° N.
        "transform": {"scale": [0.5, 0.5], "translate": [80, 20]},
        "arcs": [
            [[4, 0], [0, 4]],  # the border that both share, northwards
            [[4, 4], [-4, 0], [0, -4], [4, 0]],
            [[4, 0], [4, 0], [0, 4], [-4, 0]],
        ],
        "objects": {
            "districts": {
                "type": "GeometryCollection",
                "geometries": [
                    {"type": "Polygon", "arcs": [[0, 1]], "properties": {"district": "A"}},
                    {"type": "MultiPolygon", "arcs": [[[2, ~0]]], "properties": {"district": "B"}},
                    {"type": None, "properties": {"district": "without a shape"}},
                ],
            }
        },
    }
    from_geojson, from_topojson = drawn(geojson), drawn(json.dumps(topology).encode())
    assert [shape.properties["district"] for shape in read(json.dumps(topology).encode())] == ["A", "B"]
    for ours, theirs in zip(from_geojson.values(), from_topojson.values(), strict=True):
        assert set(corners(ours.svg_path)[0]) == set(corners(theirs.svg_path)[0])


def test_a_topology_without_quantisation_is_read_too():
    topology = {
        "type": "Topology",
        "arcs": [box(80, 20, 82, 22)],
        "objects": {"states": {"type": "Polygon", "arcs": [[0]], "properties": {"st_nm": "A"}}},
    }
    (shape,) = read(json.dumps(topology).encode())
    assert (shape.collection, shape.rings[0]) == ("states", [tuple(point) for point in box(80, 20, 82, 22)])


def test_a_hole_runs_against_its_outside_whatever_the_file_does():
    for hole in (box(80.5, 20.5, 81.5, 21.5), box(80.5, 20.5, 81.5, 21.5)[::-1]):
        for outside in (box(80, 20, 82, 22), box(80, 20, 82, 22)[::-1]):
            (shape,) = read(collection(feature(outside, hole)))
            assert shape.rings[0] == [tuple(point) for point in box(80, 20, 82, 22)]
            assert shape.rings[1] == [tuple(point) for point in box(80.5, 20.5, 81.5, 21.5)[::-1]]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "not valid JSON"),
        (b"PK\x03\x04", "not valid JSON"),
        (b"\xff\xfe{", "not UTF-8"),
        (b'{"type": "FeatureCollection", "features": [', "not valid JSON"),
        (b"[" * 100_000, "not valid JSON"),
        (b"[]", "neither a GeoJSON"),
        (b'{"type": "Point", "coordinates": [80, 20]}', "Its type is Point"),
        (b'{"type": "FeatureCollection"}', "breaks inside a shape"),
        (b'{"type": "FeatureCollection", "features": []}', "holds no polygons"),
        (collection(feature([[80, 20], [81, 20]])), "fewer than three points"),
        (collection(feature([[80, 20], [81, "x"], [81, 21], [80, 20]])), "breaks inside a shape"),
        (collection(feature([[500000, 2300000], [600000, 2300000], [600000, 2400000]])), "WGS 84"),
        (collection(feature(box(80, 20, 82, 22))).replace(b"82", b"NaN"), "NaN is not a number"),
        (
            b'{"type": "Topology", "arcs": [], "objects": {"d": {"type": "Polygon", "arcs": [[7]]}}}',
            "breaks inside",
        ),
        (b'{"type": "Topology", "arcs": 5, "objects": {}}', "breaks inside"),
    ],
)
def test_a_broken_file_is_refused_with_a_reason(content, told):
    with pytest.raises(ShapesRefused, match=told):
        read(content)


def test_points_and_lines_of_a_map_are_left_out():
    city = {"type": "Feature", "properties": {}, "geometry": {"type": "Point", "coordinates": [80, 20]}}
    nothing = {"type": "Feature", "properties": None, "geometry": None}
    assert len(read(collection(city, nothing, feature(box(80, 20, 82, 22))))) == 1


# -- drawing -----------------------------------------------------------------------------------------


def test_a_box_is_drawn_in_hundredths_of_a_degree_with_north_up():
    outline = drawn(collection(feature(box(80, 20, 82, 22))))[0]
    assert set(corners(outline.svg_path)[0]) == {(8000, -2000), (8200, -2000), (8200, -2200), (8000, -2200)}
    assert (outline.min_x, outline.min_y, outline.max_x, outline.max_y) == (8000, -2200, 8200, -2000)


def test_points_on_a_straight_line_are_left_out():
    ring = [[80 + step / 50, 20] for step in range(100)] + [[82, 22], [80, 22], [80, 20]]
    assert len(corners(drawn(collection(feature(ring)))[0].svg_path)[0]) == 4


def wiggly_border(seed):
    chance = random.Random(seed)
    return [[82 + chance.uniform(-0.3, 0.3), 20 + step / 20] for step in range(1, 40)]


@pytest.mark.parametrize("seed", range(20))
def test_neighbours_share_every_corner_of_their_border(seed):
    border = [[82, 20], *wiggly_border(seed), [82, 22]]
    west = [[80, 20], *border, [80, 22], [80, 20]]
    east = [[84, 20], [84, 22], *border[::-1], [84, 20]]
    # A third neighbour makes the ends of the border places where three meet.
    north = [[80, 22], [82, 22], [84, 22], [84, 24], [80, 24], [80, 22]]
    first, second, third = drawn(collection(feature(west), feature(east), feature(north))).values()
    near = {point for point in corners(first.svg_path)[0] if point[0] > 8000}
    assert near == {point for point in corners(second.svg_path)[0] if point[0] < 8400}
    assert (8200, -2200) in near and (8200, -2200) in corners(third.svg_path)[0]


@pytest.mark.parametrize("seed", range(20))
def test_an_area_inside_another_fills_its_hole_exactly(seed):
    chance = random.Random(seed)
    island = [[81 + chance.uniform(0, 0.4), 21 + step / 30] for step in range(20)]
    island += [[80.5, 21.3], [80.4, 21.1], island[0]]
    shift = chance.randrange(1, len(island) - 1)
    # The same ring, begun elsewhere and walked the other way round.
    hole = (island[shift:-1] + island[:shift] + [island[shift]])[::-1]
    around, inside = drawn(collection(feature(box(80, 20, 83, 23), hole), feature(island))).values()
    assert set(corners(around.svg_path)[1]) == set(corners(inside.svg_path)[0])


def test_no_point_left_out_is_farther_from_the_line_than_allowed():
    chance = random.Random(5)
    points = [(x, chance.randrange(-6, 7)) for x in range(0, 400, 2)]
    kept = douglas_peucker(points, TOLERANCE)
    assert kept[0] == points[0] and kept[-1] == points[-1] and len(kept) < len(points)
    for x, y in points:
        after = next(index for index, (kept_x, _y) in enumerate(kept) if kept_x >= x)
        (ax, ay), (bx, by) = kept[max(after - 1, 0)], kept[after]
        above = y if ax == bx else ay + (by - ay) * (x - ax) / (bx - ax)
        # The distance to the line is at most the height above it.
        slope = (by - ay) / (bx - ax) if bx != ax else 0
        assert abs(y - above) / (1 + slope**2) ** 0.5 <= TOLERANCE + 1e-9


def test_the_smallest_territory_keeps_a_place_on_the_map():
    outline = drawn(collection(feature(box(75.531, 11.701, 75.534, 11.703))))[0]
    assert len(corners(outline.svg_path)[0]) == 4
    assert outline.max_x > outline.min_x and outline.max_y > outline.min_y


def test_islets_go_where_a_larger_island_stands_for_the_area():
    islands = feature(box(72, 10, 73, 11), box(74, 12, 74.001, 12.001), kind="MultiPolygon")
    assert len(corners(drawn(collection(islands))[0].svg_path)) == 1
