"""A kit as JSON: counts, codes and names of places in both languages. No person is in it but the user's id."""

from django.conf import settings
from django.utils import timezone, translation

from campaigns.presenters.entry_sheet import AXES, names_of


def present_kit(campaign, user, kit, sheet, ruling, *, open_day, is_working, due):
    """``open_day`` gives the words of why a day is closed, or "". Days and instants are ISO texts."""
    places = {row["id"]: number for number, row in enumerate(sheet.rows)}
    codes = {unit.pk: unit.code for unit in kit.units}
    reports = {code: {} for code in codes.values()}
    for (unit, day), (version, is_late) in kit.reports.items():
        counts = kit.counts.get((unit, day), {})
        reports[codes[unit]][day.isoformat()] = {
            "version": version,
            "late": is_late,
            "counts": {places[cell]: count for cell, count in counts.items() if cell in places},
            "review": kit.reviews.get((unit, day), ""),
            "declared": kit.totals.get((unit, day)),
        }
    return {
        "user": user.pk,
        "slug": campaign.slug,
        "name": _both(campaign),
        "simulated": campaign.is_simulated,
        "made_at": timezone.now().isoformat(timespec="seconds"),
        "starts_on": campaign.starts_on.isoformat(),
        "days": [
            {
                "day": day.isoformat(),
                "working": is_working(day),
                "due": due(day).isoformat(timespec="minutes"),
                "closed": _in_both(lambda day=day: open_day(day)),
            }
            for day in kit.days
        ],
        "cells": _cells(campaign, sheet),
        "units": [_unit(unit) for unit in kit.units],
        "left_out": kit.left_out,
        "reports": reports,
        "locked": kit.is_locked,
        "rules": _in_both(lambda: [rule.as_json() for rule in ruling.rules if rule.severity != "off"]),
        "sheet": ruling.sheet.as_json(),
        "contexts": {codes[unit]: context for unit, context in kit.contexts.items()},
    }


def _both(named):
    return {"en": named.name_en, "hi": named.name_hi or named.name_en}


def _unit(unit):
    return {
        "id": unit.pk,
        "code": unit.code,
        "name": _both(unit),
        "place": _both(unit.parent) if unit.parent else {"en": "", "hi": ""},
        "from": unit.valid_from.isoformat() if unit.valid_from else None,
        "until": unit.valid_until.isoformat() if unit.valid_until else None,
    }


def _in_both(words):
    """What ``words`` says in English and in Hindi: a device changes its language without asking the server."""
    said = {}
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            said[code[:2]] = words()
    return said


def _cells(campaign, sheet):
    names = _in_both(lambda: names_of(campaign))
    return [
        {
            "id": row["id"],
            "key": row["key"],
            "item": row["item"],
            "name": {language: one.items.get(row["item"], row["item"]) for language, one in names.items()},
            "part": {language: _part(one, row, language) for language, one in names.items()},
        }
        for row in sheet.rows
    ]


def _part(names, row, language):
    """“18–44 years, Covaxin”: the cell without its item; empty where the item is not split."""
    with translation.override(language):
        return ", ".join(names.of(axis, row[axis]) for axis in AXES if row[axis])
