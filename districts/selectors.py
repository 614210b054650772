"""Reading areas."""

from django.db.models import Count, F, Max, Q

from districts.models import Area, AreaAlias, AreaBoundary, Level, Population
from districts.names import fold


def areas_version():
    """An instant that grows with every change of an area, its aliases, populations or boundary."""
    return Area.objects.aggregate(version=Max("updated_at"))["version"]


def area_rows(queryset):
    """Areas as plain dicts, in the order of the tree."""
    return queryset.order_by("path").values(
        "code",
        "level",
        "name_en",
        "name_hi",
        "lgd_code",
        "iso_code",
        "valid_from",
        "valid_until",
        "updated_at",
        parent_code=F("parent__code"),
    )


def areas_matching(
    *, level=None, parent=None, under=None, text="", valid_on=None, updated_since=None, queryset=None
):
    """Areas that meet every condition given. ``text`` is part of a name in either language, or of an alias."""
    queryset = Area.objects.all() if queryset is None else queryset
    if level is not None:
        queryset = queryset.filter(level=level)
    if parent is not None:
        queryset = queryset.filter(parent=parent)
    if under is not None:
        queryset = queryset.under(under)
    if valid_on is not None:
        queryset = queryset.current_on(valid_on)
    if updated_since is not None:
        queryset = queryset.filter(updated_at__gte=updated_since)
    if text:
        also_known = AreaAlias.objects.filter(value__contains=fold(text)).values("area")
        queryset = queryset.filter(
            Q(name_en__icontains=text)
            | Q(name_hi__contains=text)
            | Q(pk__in=also_known)
            | Q(code__iexact=text)
        )
    return queryset


def ancestors(area):
    """From the nation down to the parent."""
    return list(
        Area.objects.ancestors_of(area).values("code", "level", "name_en", "name_hi", "lgd_code", "iso_code")
    )


def aliases(area):
    return list(
        AreaAlias.objects.filter(area=area)
        .order_by("scheme", "value", "within__path")
        .values("scheme", "value", within_code=F("within__code"))
    )


def populations(area):
    return list(
        Population.objects.filter(area=area)
        .order_by("source", "year", "group")
        .values("source", "year", "group", "persons")
    )


def areas_by_level():
    """How many areas of each level there are, from the nation down: [(Level.NATION, 1), …]."""
    counts = Area.objects.order_by("level").values_list("level").annotate(Count("pk"))
    return [(Level(level), count) for level, count in counts]


def drawing_of(area):
    """The outlines of the children of an area in one frame: ``view_box`` and ``shapes``, or None without any."""
    shapes = list(
        AreaBoundary.objects.filter(area__parent=area).select_related("area").order_by("area__path")
    )
    if not shapes:
        return None
    left, top = min(shape.min_x for shape in shapes), min(shape.min_y for shape in shapes)
    width, height = max(shape.max_x for shape in shapes) - left, max(shape.max_y for shape in shapes) - top
    return {"view_box": f"{left} {top} {width} {height}", "shapes": shapes}
