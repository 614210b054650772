"""Finding the area that a row of a national file means."""

from django.utils.translation import gettext_noop

from districts.lookup import AreaIndex
from districts.models import Level
from districts.names import fold

# Rows that name no district: doses that a state or the nation reported without one.
NO_DISTRICT = {
    "",
    "unassigned",
    "unknown",
    "others",
    "other",
    "other state",
    "other region",
    "state pool",
    "foreign evacuees",
    "airport quarantine",
    "railway quarantine",
    "evacuees",
    "bsf camp",
    "capf personnel",
    "miscellaneous",
    "not assigned",
    "na",
    "n/a",
}

OTHER_NAME_EN = gettext_noop("Not assigned to a district")
OTHER_NAME_HI = "किसी ज़िले में दर्ज नहीं"


def other_code(code):
    """The code of the unit that holds what an area reported and assigned to none of its districts."""
    return f"{code}-OTHER"


class Places:
    """Nation, states and districts by the codes and names that national files use."""

    def __init__(self):
        self._index = AreaIndex(levels=[Level.NATION, Level.STATE, Level.DISTRICT])
        areas = self._index.areas.values()
        self.nation = next((area for area in areas if area.level == Level.NATION), None)
        self._by_iso = {fold(area.iso_code): area for area in areas if area.iso_code}

    def state(self, code, name):
        """The state by the letters of its code (``CT``) or by its name; the nation for ``TT`` and ``India``."""
        index = self._index
        if code:
            iso = f"IN-{code}"
            if area := (
                index.find(code, within=self.nation, scheme="covid19india")
                or self._by_iso.get(fold(iso))
                or index.find(iso, within=self.nation, scheme="iso")
            ):
                return area
        if fold(name) in ("india", "total"):
            return self.nation
        return index.find_named(name, within=self.nation) if name else None

    def district(self, state, key, name):
        """The area that a key (``CT_Raipur``) or else a name within the state stands for, or None.

        A key may stand for the state itself: ``DL_Delhi`` is one row for all districts of Delhi.
        """
        if key and (area := self._index.find(key, within=self.nation, scheme="covid19india")):
            return area
        if name and (area := self._index.find_named(name, within=state)):
            return area
        return state if name and self.state("", name) == state else None

    def suggestions(self, state, name):
        """Names of districts of the state that are close to the text."""
        return [area.name_en for area in self._index.suggest(name, within=state)]
