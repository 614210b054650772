"""Finding areas by the names and codes that files use, many at a time.

``AreaIndex`` is read once per file: a query per row would make an import of a million rows a day's work.
"""

import difflib
from collections import defaultdict

from districts.models import Area, AreaAlias
from districts.names import fold

# The schemes whose values a person would recognise as a name.
NAME_SCHEMES = ("name", "cowin")


class AreaIndex:
    """Names, codes and aliases of the areas of some levels, all of them or those below one area."""

    def __init__(self, *, levels, under=None):
        areas = Area.objects.filter(level__in=levels)
        if under is not None:
            areas = areas.under(under)
        self.areas = {area.pk: area for area in areas}
        self.by_code = {area.code.upper(): area for area in self.areas.values()}
        self.by_lgd_code = {
            (area.level, area.lgd_code): area for area in self.areas.values() if area.lgd_code
        }
        self._values = defaultdict(dict)  # (scheme, id of the area within) → folded value → id
        self._ambiguous = set()
        aliases = AreaAlias.objects.filter(area__level__in=levels)
        for scheme, value, area, within in aliases.values_list("scheme", "value", "area", "within"):
            if area in self.areas:
                self._values[scheme, within][value] = area
        for area in self.areas.values():
            for name in filter(None, (area.name_en, area.name_hi)):
                self._add_name(area, fold(name))

    def _add_name(self, area, value):
        names = self._values["name", area.parent_id]
        if names.setdefault(value, area.pk) != area.pk:
            # Two blocks of one name in a district: neither may be guessed.
            self._ambiguous.add((area.parent_id, value))

    def find(self, text, *, within=None, scheme="name"):
        """The one area known by this text in the scheme, or None. ``within`` is an area or its id."""
        within = getattr(within, "pk", within)
        value = fold(text)
        if scheme == "name" and (within, value) in self._ambiguous:
            return None
        return self.areas.get(self._values[scheme, within].get(value))

    def find_named(self, text, *, within=None):
        """By any name: ours, a former one, a respelling, CoWIN's. ``&`` reads as ``and``."""
        for name in dict.fromkeys((text, text.replace("&", " and "))):
            for scheme in NAME_SCHEMES:
                area = self.find(name, within=within, scheme=scheme)
                if area is not None:
                    return area
        return None

    def suggest(self, text, *, within=None, most=3):
        """Areas whose names are close to the text, nearest first: "did you mean …"."""
        within = getattr(within, "pk", within)
        names = {}
        for scheme in NAME_SCHEMES:
            names |= self._values[scheme, within]
        close = difflib.get_close_matches(fold(text), names, n=most * 3, cutoff=0.6)
        return [self.areas[pk] for pk in dict.fromkeys(names[name] for name in close)][:most]
