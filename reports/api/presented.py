"""Figures as the API writes them.

Every figure is an object with a ``state``: *value*, *no_data* (nobody has told) or *not_applicable* (there can be
none), so that a blank, a zero and a figure that makes no sense here are never the same. Counts are integers; a
ratio carries its numerator, its denominator and what that was, and its rounded value as text. There are no
floats.
"""

from campaigns.models import ItemKind
from districts.models import Level
from reports.presenters.marks import marks_of

LEVELS = {level: level.name.lower() for level in Level}

VALUE, NO_DATA, NOT_APPLICABLE = "value", "no_data", "not_applicable"
STATES = (VALUE, NO_DATA, NOT_APPLICABLE)


def figure(value, *, known=True, applies=True):
    """An integer, a day or a letter; None is no data."""
    if not applies:
        return {"state": NOT_APPLICABLE, "value": None}
    if not known or value is None:
        return {"state": NO_DATA, "value": None}
    return {"state": VALUE, "value": value}


def ratio(value, *, known=True, applies=True, scale=100):
    """A Ratio. ``percent`` where the scale is 100, else ``value``: one decimal, rounded half up, as text."""
    name = "percent" if scale == 100 else "value"
    if not applies or value is None:
        state = NO_DATA if applies else NOT_APPLICABLE
        return {"state": state, "numerator": None, "denominator": None, "of": "", name: None}
    known = known and value.has_data
    return {
        "state": VALUE if known else NO_DATA,
        "numerator": value.numerator if known else None,
        "denominator": value.denominator,
        "of": value.of,
        name: rounded(value) if known else None,
    }


def rounded(value):
    shown = value.rounded()
    # A hundredth below zero rounds to a zero, which has no sign.
    return str(shown if shown else abs(shown))


def presented_area(figures, sheet, names, *, told, is_current=True, verified_only=False):
    """AreaFigures as a dict. ``told``: some unit of the area has reported, on the day or before.

    ``is_current`` is off when an earlier state of knowledge was asked for: what was revised since that state is
    not known as of it. Nor is it, or what is overdue, told of what is verified only.
    """
    is_current = is_current and not verified_only
    counts_here = figures.units.in_area > 0
    has_pair = sheet.first is not None and sheet.last is not None
    has_interval = has_pair and bool(sheet.interval_days)
    known = {"known": told, "applies": counts_here}
    told_today = bool(figures.units.reported)
    return {
        "code": figures.code,
        "level": LEVELS[figures.level],
        "name_en": figures.name_en,
        "name_hi": figures.name_hi,
        "items": {
            item.code: _item(item, figures.items[item.code], told, told_today, counts_here)
            for item in sheet.items
        },
        "doses_today": figure(
            figures.doses_today, known=told_today or bool(figures.doses_today), applies=counts_here
        ),
        "doses_to_date": figure(figures.doses_to_date, **known),
        "doses_verified_today": figure(
            figures.doses_verified_today, known=told_today or bool(figures.doses_today), applies=counts_here
        ),
        "doses_verified_to_date": figure(figures.doses_verified_to_date, **known),
        "drop_out": ratio(figures.drop_out, known=told, applies=counts_here and has_pair),
        "left_out": figure(figures.left_out, known=told, applies=counts_here and sheet.first is not None),
        "overdue": figure(
            figures.overdue, known=told, applies=counts_here and has_interval and not verified_only
        ),
        "category": figure(figures.category, known=told, applies=counts_here and has_pair),
        "units": _units(figures.units),
        "revised": {
            "added": figure(figures.revised_added, applies=counts_here and is_current),
            "removed": figure(figures.revised_removed, applies=counts_here and is_current),
        },
        "flags": [
            {
                "kind": flag.kind,
                "item": flag.item or None,
                "by": flag.by,
                "label": mark.label,
                "reason": mark.why,
            }
            for flag, mark in zip(figures.flags, marks_of(figures, names), strict=True)
            if is_current or flag.kind != "revised"
        ],
    }


def _item(item, figures, told, told_today, counts_here):
    adds_up = counts_here and item.accumulates
    # A target is of persons: what households and sessions reach is no share of it.
    aims = adds_up and item.kind in (ItemKind.DOSE, ItemKind.PERSON)
    planned = adds_up and item.kind == ItemKind.DOSE
    return {
        "kind": item.kind,
        "today": figure(figures.today, known=told_today or bool(figures.today), applies=counts_here),
        "to_date": figure(figures.to_date, known=told, applies=adds_up),
        "verified_today": figure(
            figures.verified_today, known=told_today or bool(figures.today), applies=counts_here
        ),
        "verified_to_date": figure(figures.verified_to_date, known=told, applies=adds_up),
        "target": figure(figures.target, applies=aims),
        "coverage": ratio(figures.coverage, known=told, applies=aims),
        "expected": figure(figures.expected, applies=planned),
        "days_ahead": ratio(figures.days_ahead, known=told, applies=planned, scale=1),
        "required_daily": ratio(figures.required_daily, known=told, applies=planned, scale=1),
        "mean_of_last_7": ratio(figures.mean_of_last_7, known=told, applies=planned, scale=1),
        "eta": figure(figures.eta.isoformat() if figures.eta else None, known=told, applies=planned),
    }


def _units(units):
    # On a day on which no work is planned nobody is asked to report.
    asked = units.expected > 0
    return {
        "expected": units.expected,
        "reported": units.reported,
        "on_time": units.on_time,
        "late": units.late,
        "silent": units.silent,
        "completeness": ratio(units.completeness, applies=asked),
        "timeliness": ratio(units.timeliness, applies=asked),
    }


def cells_of(row, prefix=""):
    """A row for a CSV: a figure is one cell with its value, or the word that says why there is none."""
    cells = {}
    for key, value in row.items():
        name = prefix + key
        if not isinstance(value, dict):
            cells[name] = value
        elif "state" not in value:
            cells |= cells_of(value, f"{name}.")
        elif "numerator" in value:
            word = value["state"] if value["state"] != VALUE else None
            cells |= {f"{name}.{part}": value[part] for part in ("numerator", "denominator", "of")}
            shown = "percent" if "percent" in value else "value"
            cells[f"{name}.{shown}"] = word or value[shown]
        else:
            cells[name] = value["value"] if value["state"] == VALUE else value["state"]
    return cells
