"""Outlines of areas from a map that somebody uploads: joined by name, simplified, stored as SVG paths.

Maps carry no code that can be trusted (the census codes of one repeat, another's predate the last split), so a
shape is joined by the name of its state and its own, through the aliases. A code is used only where it is
Abhiyan's own or says that it is the LGD's.
"""

from collections import defaultdict
from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from districts import audit, tree
from districts.geometry import shapes as shape_files
from districts.geometry.outlines import outlines
from districts.lookup import AreaIndex
from districts.models import Area, AreaBoundary, Level
from districts.names import letters

MAX_BYTES = 20 * 1024 * 1024
# What makers of maps call the columns, folded.
STATE_NAMES = ("stnm", "state", "statename", "stname", "stateut", "name1", "stateen")
DISTRICT_NAMES = ("district", "districtname", "dtname", "distname", "dist", "distnm", "name2", "districten")
STATE_CODES = ("statelgd", "stlgd", "lgdstatecode", "statelgdcode")
DISTRICT_CODES = ("distlgd", "dtlgd", "districtlgd", "lgddistrictcode", "districtlgdcode", "distlgdcode")


class BoundariesRefused(Exception):
    """The whole file is refused, with the reason."""


@dataclass(frozen=True, slots=True)
class Unmatched:
    name: str
    state: str
    suggestions: list  # of areas


@dataclass
class BoundaryReport:
    shapes: int = 0
    drawn: dict = field(default_factory=dict)  # level → how many areas
    unchanged: int = 0
    bytes: int = 0
    unmatched: list = field(default_factory=list)
    together: list = field(default_factory=list)  # areas that several shapes make up: (area, names)
    without: list = field(default_factory=list)  # current areas of these levels that the file does not draw

    @property
    def areas(self):
        return sum(self.drawn.values())


@transaction.atomic
def import_boundaries(*, content, source, by, dry_run=False):
    """Draw every area that a GeoJSON or TopoJSON file (bytes) has a shape for. Returns a BoundaryReport."""
    if not source.strip():
        raise BoundariesRefused(_("Say where the map comes from: whoever sees it may ask."))
    if len(content) > MAX_BYTES:
        raise BoundariesRefused(
            _("The file has %(size)d MB; up to %(most)d MB can be read. Simplify the map and try again.")
            % {"size": len(content) // 2**20 + 1, "most": MAX_BYTES // 2**20}
        )
    try:
        shapes = shape_files.read(content)
    except shape_files.ShapesRefused as error:
        raise BoundariesRefused(str(error)) from None
    tree.lock()
    report = BoundaryReport(shapes=len(shapes))
    rings, index = _join(shapes, report)
    if not rings:
        raise BoundariesRefused(
            _(
                "No shape could be joined to an area. Each needs a property such as “district” and “st_nm” (state)."
            )
        )
    _write(rings, index, source.strip(), report)
    if dry_run:
        transaction.set_rollback(True)
    else:
        audit.record(
            by=by,
            action="areas.drawn",
            subject="boundaries",
            detail={"source": source, "areas": report.areas, "unmatched": len(report.unmatched)},
        )
    return report


# -- joining -----------------------------------------------------------------------------------------


def _join(shapes, report):
    """level → area id → rings."""
    index = AreaIndex(levels=[Level.NATION, Level.STATE, Level.DISTRICT])
    nation = next((area for area in index.areas.values() if area.level == Level.NATION), None)
    rings = defaultdict(lambda: defaultdict(list))
    names = defaultdict(set)
    for shape in shapes:
        facts = _facts(shape)
        area = _area_of(facts, index, nation)
        if area is None:
            report.unmatched.append(_unmatched(facts, index, nation))
            continue
        rings[area.level][area.pk].extend(shape.rings)
        names[area].add(facts["name"])
    report.together = [(area, sorted(known)) for area, known in names.items() if len(known) > 1]
    return rings, index


def _facts(shape):
    """What the properties of a shape say it is."""
    properties = {
        letters(key): str(value).strip() for key, value in shape.properties.items() if value is not None
    }

    def first(keys):
        return next((properties[key] for key in keys if properties.get(key)), "")

    state, district = first(STATE_NAMES), first(DISTRICT_NAMES)
    # A layer of states may still name a district, where a territory has only one.
    is_state = not district or letters(shape.collection) in ("states", "state")
    codes = STATE_CODES if is_state else DISTRICT_CODES
    return {
        "code": properties.get("code", ""),
        "level": Level.STATE if is_state else Level.DISTRICT,
        "lgd_code": first(codes),
        "state": state,
        "name": (state or properties.get("name", "")) if is_state else district,
    }


def _area_of(facts, index, nation):
    own = index.by_code.get(facts["code"].upper())
    if own is not None and own.level == facts["level"]:
        return own
    lgd_code = facts["lgd_code"].removesuffix(".0")
    if lgd_code.isascii() and lgd_code.isdecimal():
        found = index.by_lgd_code.get((facts["level"], int(lgd_code)))
        if found is not None:
            return found
    within = nation if facts["level"] == Level.STATE else index.find_named(facts["state"], within=nation)
    return index.find_named(facts["name"], within=within) if within is not None and facts["name"] else None


def _unmatched(facts, index, nation):
    within = nation if facts["level"] == Level.STATE else index.find_named(facts["state"], within=nation)
    name = facts["name"] or _("(without a name)")
    return Unmatched(name, facts["state"], index.suggest(name, within=within) if within is not None else [])


# -- writing -----------------------------------------------------------------------------------------


def _write(rings_by_level, index, source, report):
    now = timezone.now()
    standing = {boundary.area_id: boundary for boundary in AreaBoundary.objects.all()}
    changed = []
    for level, rings in sorted(rings_by_level.items()):
        report.drawn[Level(level)] = len(rings)
        for area_id, outline in outlines(rings).items():
            report.bytes += len(outline.svg_path)
            before = standing.get(area_id)
            if before is not None and (before.svg_path, before.source) == (outline.svg_path, source):
                report.unchanged += 1
                continue
            changed.append(
                AreaBoundary(
                    area_id=area_id,
                    svg_path=outline.svg_path,
                    min_x=outline.min_x,
                    min_y=outline.min_y,
                    max_x=outline.max_x,
                    max_y=outline.max_y,
                    source=source,
                    uploaded_at=now,
                )
            )
        current = Area.objects.filter(level=level).current_on(timezone.localdate())
        report.without += list(current.exclude(pk__in=rings).order_by("path"))
    AreaBoundary.objects.bulk_create(
        changed,
        update_conflicts=True,
        unique_fields=["area"],
        update_fields=["svg_path", "min_x", "min_y", "max_x", "max_y", "source", "uploaded_at"],
        batch_size=200,
    )
    drawn = [boundary.area_id for boundary in changed]
    for start in range(0, len(drawn), 500):
        Area.objects.filter(pk__in=drawn[start : start + 500]).update(updated_at=now)
