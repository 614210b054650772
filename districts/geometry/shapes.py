"""GeoJSON and TopoJSON read into one form: named shapes made of rings of longitude and latitude."""

import itertools
import json
from dataclasses import dataclass

from django.utils.translation import gettext as _

# Deeper than any real file nests collections.
DEEPEST_COLLECTION = 8


class ShapesRefused(Exception):
    """A file that is not a map of areas, with what would be right."""


@dataclass(frozen=True, slots=True)
class Shape:
    """A polygon or several. ``collection`` is the name of the layer it lies in, where the file has layers."""

    properties: dict
    # Lists of (longitude, latitude), closed: the last point is the first. Outer rings run anticlockwise and
    # holes clockwise, whatever the file does, so that a hole stays a hole under SVG's own fill rule.
    rings: list
    collection: str = ""


def read(content):
    """The shapes of a file's bytes."""
    try:
        data = json.loads(content, parse_constant=_refuse_constant)
    except UnicodeDecodeError:
        raise ShapesRefused(_("The file is not UTF-8 text. Export it as GeoJSON or TopoJSON.")) from None
    except (ValueError, RecursionError) as error:
        raise ShapesRefused(_("The file is not valid JSON: %(why)s") % {"why": error}) from None
    kind = data.get("type") if isinstance(data, dict) else None
    try:
        if kind == "Topology":
            shapes = list(_Topology(data).shapes())
        elif kind in ("FeatureCollection", "Feature"):
            shapes = list(_features(data))
        else:
            raise ShapesRefused(
                _(
                    "The file is neither a GeoJSON FeatureCollection nor a TopoJSON Topology. Its type is %(kind)s."
                )
                % {"kind": kind or _("missing")}
            )
    except (KeyError, IndexError, TypeError, AttributeError, ValueError, RecursionError) as error:
        told = f"{type(error).__name__}: {error}"
        raise ShapesRefused(_("The file ends or breaks inside a shape (%(why)s).") % {"why": told}) from None
    if not shapes:
        raise ShapesRefused(_("The file holds no polygons."))
    return shapes


def _refuse_constant(name):
    raise ValueError(f"{name} is not a number of JSON")


def _point(position):
    longitude, latitude = float(position[0]), float(position[1])
    if not (-180 <= longitude <= 180 and -90 <= latitude <= 90):
        raise ShapesRefused(
            _(
                "%(x)s, %(y)s is not a longitude and latitude in degrees. Export the map in WGS 84 (EPSG:4326)."
            )
            % {"x": position[0], "y": position[1]}
        )
    return longitude, latitude


def _ring(positions):
    points = [_point(position) for position in positions]
    if len(points) < 3:
        raise ValueError("a ring of fewer than three points")
    return points if points[0] == points[-1] else [*points, points[0]]


def _polygon(rings):
    """The first ring of a polygon is its outside, the others are holes."""
    for index, ring in enumerate(rings):
        yield ring if (_signed_area(ring) >= 0) == (index == 0) else ring[::-1]


def _signed_area(ring):
    """Twice the area of a closed ring, above 0 when it runs anticlockwise."""
    return sum(ax * by - bx * ay for (ax, ay), (bx, by) in itertools.pairwise(ring))


# -- GeoJSON -----------------------------------------------------------------------------------------


def _features(data):
    features = data["features"] if data["type"] == "FeatureCollection" else [data]
    for feature in features:
        rings = list(_geojson_rings(feature["geometry"]))
        if rings:
            yield Shape(feature.get("properties") or {}, rings, data.get("name") or "")


def _geojson_rings(geometry, depth=0):
    if geometry is None or depth > DEEPEST_COLLECTION:
        return
    kind = geometry["type"]
    if kind == "Polygon":
        yield from _polygon(map(_ring, geometry["coordinates"]))
    elif kind == "MultiPolygon":
        for polygon in geometry["coordinates"]:
            yield from _polygon(map(_ring, polygon))
    elif kind == "GeometryCollection":
        for part in geometry["geometries"]:
            yield from _geojson_rings(part, depth + 1)


# -- TopoJSON ----------------------------------------------------------------------------------------


class _Topology:
    """Arcs are stored once and named by number by each shape; ~n is arc n walked backwards."""

    def __init__(self, data):
        transform = data.get("transform")
        self.arcs = [self._decoded(arc, transform) for arc in data["arcs"]]
        self.objects = data["objects"]

    @staticmethod
    def _decoded(arc, transform):
        if transform is None:
            return [_point(position) for position in arc]
        # Quantised: whole steps from the point before, on a grid of ``scale`` from ``translate``.
        (scale_x, scale_y), (shift_x, shift_y) = transform["scale"], transform["translate"]
        x = y = 0
        points = []
        for step in arc:
            x += step[0]
            y += step[1]
            points.append(_point((x * scale_x + shift_x, y * scale_y + shift_y)))
        return points

    def shapes(self):
        for name, geometry in self.objects.items():
            yield from self._shapes(geometry, name)

    def _shapes(self, geometry, collection, depth=0):
        if geometry["type"] == "GeometryCollection":
            if depth < DEEPEST_COLLECTION:
                for part in geometry["geometries"]:
                    yield from self._shapes(part, collection, depth + 1)
            return
        rings = [ring for polygon in self._polygons(geometry) for ring in _polygon(map(self._ring, polygon))]
        if rings:
            yield Shape(geometry.get("properties") or {}, rings, collection)

    @staticmethod
    def _polygons(geometry):
        if geometry["type"] == "Polygon":
            return [geometry["arcs"]]
        return geometry["arcs"] if geometry["type"] == "MultiPolygon" else []

    def _ring(self, numbers):
        points = []
        for number in numbers:
            arc = self.arcs[number] if number >= 0 else self.arcs[~number][::-1]
            # An arc begins where the one before ended.
            points.extend(arc[1:] if points else arc)
        return _ring(points)
