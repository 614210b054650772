"""Choosing reporting units: by level with exceptions ("districts, but blocks in UP and Bihar") or by code."""

import re
from collections import Counter
from dataclasses import dataclass, field

from django.utils import timezone
from django.utils.translation import gettext as _

from campaigns.errors import SetupRefused
from districts.models import Area, Level
from districts.models.areas import SEGMENT

_SEPARATORS = re.compile(r"[\s,;]+")
_LIGHT = ("id", "code", "path", "level", "name_en", "name_hi")


@dataclass
class UnitChoice:
    """``stand_ins``: areas that were taken themselves because nothing of the wanted level lies below them."""

    areas: list
    stand_ins: list = field(default_factory=list)

    def by_level(self):
        """[(level, how many)]"""
        counts = Counter(area.level for area in self.areas)
        return [(Level(level), counts[level]) for level in sorted(counts)]


def day_of_choice(campaign, today=None):
    """The day on which the areas must exist: today, or the nearest day of the campaign."""
    today = today or timezone.localdate()
    return min(max(today, campaign.starts_on), campaign.ends_on)


def choose_by_level(top, level, exceptions, on):
    """The areas of ``level`` under ``top``, except where ``exceptions`` say otherwise.

    ``exceptions`` are (area, level), or (area, None) for an area left out. Every place stays covered: an
    area without anything of the wanted level below it is taken itself.
    """
    choice = _at_level(top, level, on)
    for area, other in sorted(exceptions, key=lambda exception: len(exception[0].path)):
        if not top.contains(area):
            raise SetupRefused(_("%(area)s does not lie in %(top)s.") % {"area": area, "top": top})
        above = next((unit for unit in choice.areas if unit != area and unit.contains(area)), None)
        if above is not None:
            raise SetupRefused(
                _("%(area)s lies inside the reporting unit %(unit)s. Make an exception of %(unit)s instead.")
                % {"area": area, "unit": above}
            )
        other_choice = UnitChoice([]) if other is None else _at_level(area, other, on)
        choice = UnitChoice(
            [unit for unit in choice.areas if not area.contains(unit)] + other_choice.areas,
            [unit for unit in choice.stand_ins if not area.contains(unit)] + other_choice.stand_ins,
        )
    choice.areas.sort(key=lambda area: area.path)
    return choice


def _at_level(top, level, on):
    if top.level >= level:
        return UnitChoice([top])
    areas = Area.objects.under(top).current_on(on)
    wanted = list(areas.filter(level=level).only(*_LIGHT))
    # Every area on the way to one of the wanted level is covered from below.
    covered = {area.path[:n] for area in wanted for n in range(SEGMENT, len(area.path), SEGMENT)}
    upper = areas.filter(level__lt=level).exclude(path=top.path).only(*_LIGHT)
    stand_ins = [area for area in upper if area.path not in covered and area.path[:-SEGMENT] in covered]
    # A hospital right under a district whose other counts come from blocks reports for itself.
    lower = areas.filter(level__gt=level, parent__level__lt=level).only(*_LIGHT)
    strays = [area for area in lower if area.path[:-SEGMENT] in covered]
    if not wanted:
        return UnitChoice([top], [top])
    return UnitChoice(wanted + stand_ins + strays, stand_ins)


def choose_by_code(text):
    """The areas of a list of codes, one a line or separated by commas. Raises SetupRefused for unknown ones."""
    codes = list(dict.fromkeys(filter(None, _SEPARATORS.split(text.strip()))))
    found = {area.code: area for area in Area.objects.filter(code__in=codes).only(*_LIGHT)}
    unknown = [code for code in codes if code not in found]
    if unknown:
        raise SetupRefused(
            _("No area has these codes: %(codes)s")
            % {"codes": ", ".join(unknown[:20]) + (" …" if len(unknown) > 20 else "")}
        )
    return UnitChoice(sorted(found.values(), key=lambda area: area.path))


@dataclass(frozen=True)
class UnitPreview:
    """What saving a choice would do. ``states`` are rows of (area, {level: number})."""

    choice: UnitChoice
    added: int
    removed: int
    kept: int
    states: list

    @property
    def total(self):
        return len(self.choice.areas)


def preview(campaign, choice):
    """Compare a choice with the units that stand. Two queries."""
    chosen = {area.pk for area in choice.areas}
    standing = set(campaign.units.values_list("area_id", flat=True))
    step = len(campaign.area.path) + SEGMENT
    groups = {}
    for area in choice.areas:
        groups.setdefault(area.path[:step], Counter())[Level(area.level)] += 1
    names = {area.path: area for area in Area.objects.filter(path__in=list(groups)).only(*_LIGHT)}
    return UnitPreview(
        choice=choice,
        added=len(chosen - standing),
        removed=len(standing - chosen),
        kept=len(chosen & standing),
        states=[(names[path], sorted(counts.items())) for path, counts in sorted(groups.items())],
    )
