"""A first, cheap pass over a national file: which districts it names, in how many rows, for which days."""

from collections import Counter
from dataclasses import dataclass, field
from typing import NamedTuple

from django.utils.translation import gettext as _

from campaigns.imports.findings import Kind
from campaigns.imports.places import NO_DISTRICT, Places, other_code
from districts.models import Level
from districts.names import fold


class Key(NamedTuple):
    """How a row names its district: ``CT``, ``Chhattisgarh``, ``CT_Raipur``, ``Raipur``."""

    state_code: str
    state: str
    district_key: str
    district: str


@dataclass
class Survey:
    """What the file speaks about."""

    rows: Counter = field(default_factory=Counter)  # Key -> rows
    first_day: object = None
    last_day: object = None
    filled_columns: set = field(default_factory=set)

    def see_day(self, day):
        if self.first_day is None or day < self.first_day:
            self.first_day = day
        if self.last_day is None or day > self.last_day:
            self.last_day = day


class Answer(NamedTuple):
    """What a key stands for. ``role`` is one of the words below; ``unit`` is an id where there is one."""

    role: str
    place: object = None
    unit: int = 0
    state: object = None
    why: str = ""


UNIT, NOT_ASSIGNED, WHOLE_STATE, TOTAL = "unit", "not_assigned", "whole_state", "total"
UNKNOWN_DISTRICT, NO_UNIT = "unknown_district", "no_unit"


def meanings(survey, places):
    """{Key: (role, place, state)} by the tree of areas alone, before any campaign is looked at."""
    found = {}
    for key in survey.rows:
        state = places.state(key.state_code, key.state)
        if state is None:
            found[key] = (NO_UNIT, None, None)
            continue
        if state.level == Level.NATION:
            found[key] = (TOTAL, state, state)
            continue
        place = places.district(state, key.district_key, key.district)
        if place is not None:
            found[key] = (UNIT if place.level == Level.DISTRICT else WHOLE_STATE, place, state)
        elif fold(key.district) in NO_DISTRICT:
            found[key] = (NOT_ASSIGNED, state, state)
        else:
            found[key] = (UNKNOWN_DISTRICT, state, state)
    with_districts = {state.pk for role, _place, state in found.values() if role == UNIT}
    for key, (role, place, state) in found.items():
        if role == WHOLE_STATE and state.pk in with_districts:
            found[key] = (TOTAL, place, state)
    return found


def answers(survey, ground):
    """{Key: Answer}, each key resolved to a reporting unit of the campaign or to the reason why not."""
    units, places, resolved = ground.units, Places(), {}
    for key, (role, place, state) in meanings(survey, places).items():
        if place is None:
            why = _("There is no state “%(state)s”.") % {"state": key.state or key.state_code}
            resolved[key] = Answer(NO_UNIT, why=(Kind.UNKNOWN_UNIT, why))
        elif role == TOTAL:
            resolved[key] = Answer(TOTAL, place, state=state)
        else:
            code = place.code if role == UNIT else other_code(state.code)
            if code in units.ids:
                resolved[key] = Answer(role, place, units.ids[code], state)
            else:
                why = _refusal(role, key, code, state, ground, places)
                resolved[key] = Answer(NO_UNIT, place, state=state, why=why)
    return resolved


def _refusal(role, key, code, state, ground, places):
    kind, why = ground.units.refusal(code)
    if role == UNIT or kind == Kind.OUTSIDE_AREA:
        return kind, why
    if role == UNKNOWN_DISTRICT:
        close = places.suggestions(state, key.district)
        return Kind.UNKNOWN_UNIT, " ".join(
            filter(
                None,
                [
                    _("There is no district “%(district)s” in %(state)s.")
                    % {"district": key.district, "state": key.state},
                    _("Did you mean %(names)s?") % {"names": ", ".join(close)} if close else "",
                    _("Correct its name, or add it as an alias of the area."),
                ],
            )
        )
    return Kind.NOT_A_UNIT, _(
        "%(state)s has counts without a district, and the campaign has no unit %(code)s to hold them. "
        "Add it with: manage.py import_counts … --create-campaign"
    ) % {"state": key.state, "code": code}


def leave_out(findings, key, answer, *, row, column, place, cells):
    """Note a row of totals, or fail one that stands for no unit. ``column`` is where it names its district."""
    if answer.role == TOTAL:
        findings.note(
            Kind.TOTAL_ROW,
            row=row,
            unit=answer.place.code,
            value=key.district_key,
            explanation=_("The row is the total of others and is not loaded."),
        )
    else:
        kind, why = answer.why
        findings.fail(
            kind,
            row=row,
            column=column,
            place=place,
            value=key.district_key,
            explanation=why,
            cells=cells,
        )
