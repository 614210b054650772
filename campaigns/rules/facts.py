"""What there is to judge in a sheet, scope by scope. Each scope yields (cell, {name: value}).

The context of a unit and day, all of it optional, as JSON has it::

    open          false when the day takes no counts
    working_day   false when no work is planned
    declared      the total that the paper report declares
    to_date       {cell key: sum of the days before this one}
    usual         {cell key: [middle, spread, offset, offset spread]}, see ``usual``
    targets       {cohort: persons}
    stock         {vaccine: doses that may be used, those of this day's standing report included}
"""

import math
from dataclasses import dataclass, field
from functools import cached_property

LEAST_SPREAD = 0.05
LEAST_COMPANIONS = 2
# 0.6745 is the share of a standard deviation within which half of a normal distribution lies.
Z = 0.6745


@dataclass(frozen=True)
class SheetItem:
    """``dose`` and ``antigen`` only for items that are doses. ``cohorts``: that it is measured against."""

    code: str
    kind: str
    dose: int | None = None
    antigen: str = ""
    is_split: bool = False
    cohorts: tuple = ()


@dataclass(frozen=True)
class Sheet:
    """The open cells (keys, in order) and the items of a campaign; ``vaccine`` where it uses only one."""

    items: tuple
    cells: tuple
    vaccine: str = ""
    by_code: dict = field(default_factory=dict, repr=False, compare=False)

    def __post_init__(self):
        self.by_code.update((item.code, item) for item in self.items)

    def as_json(self):
        return {
            "vaccine": self.vaccine,
            "cells": self.cells,
            "items": [
                {
                    "code": one.code,
                    "kind": one.kind,
                    "dose": one.dose,
                    "antigen": one.antigen,
                    "is_split": one.is_split,
                    "cohorts": one.cohorts,
                }
                for one in self.items
            ],
        }

    @classmethod
    def from_json(cls, data):
        items = tuple(SheetItem(**{**item, "cohorts": tuple(item["cohorts"])}) for item in data["items"])
        return cls(items, tuple(data["cells"]), data["vaccine"])

    def item_of(self, key):
        return self.by_code.get(key.split("|")[0])

    @cached_property
    def dose_cells(self):
        return tuple(key for key in self.cells if (item := self.item_of(key)) and item.kind == "dose")

    @cached_property
    def keys_of(self):
        """{item code: its cells}"""
        found = {item.code: [] for item in self.items}
        for key in self.cells:
            found.setdefault(key.split("|")[0], []).append(key)
        return found

    @cached_property
    def groups_of(self):
        """{item code: {cohort: its cells}}"""
        found = {}
        for code, keys in self.keys_of.items():
            groups = found[code] = {}
            for key in keys:
                groups.setdefault(key.split("|")[1], []).append(key)
        return found

    @cached_property
    def known(self):
        return frozenset(self.cells)

    @cached_property
    def companions(self):
        """{cell of doses: cells that rise and fall with it}: the item's others, and those that count persons."""
        return {
            key: tuple(
                other
                for other in self.dose_cells
                if other != key and other.split("|")[0] == key.split("|")[0]
            )
            + self.persons
            for key in self.dose_cells
        }

    @cached_property
    def persons(self):
        return tuple(key for key in self.cells if (item := self.item_of(key)) and item.kind == "person")

    @cached_property
    def companies(self):
        """Sets of cells that rise and fall together: those of each item of doses, with those that count persons."""
        items = [item.code for item in self.items if item.kind == "dose"]
        return [(*self.keys_of[code], *self.persons) for code in items]


def _number(counts, key):
    """A count as a number; what is no number is told by a rule of its own and counts nothing here."""
    number = counts.get(key, 0)
    if isinstance(number, bool) or not isinstance(number, int | float):
        return 0
    return number


def _sum(counts, keys):
    return sum(_number(counts, key) for key in keys)


def _past(context):
    """({item: sum to date}, {(item, cohort): sum to date})"""
    by_item, by_group = {}, {}
    for key, count in context.get("to_date", {}).items():
        item, cohort, *_rest = key.split("|")
        by_item[item] = by_item.get(item, 0) + count
        by_group[item, cohort] = by_group.get((item, cohort), 0) + count
    return by_item, by_group


def entries(sheet, context, counts):
    """Everything that was written, also where nothing should be."""
    for key, number in counts.items():
        yield key, {"value": number, "known": key in sheet.known}


def whole(sheet, context, counts):
    doses = _sum(counts, sheet.dose_cells)
    # A sheet without doses declares the total of its lines.
    counted = doses if sheet.dose_cells else _sum(counts, sheet.cells)
    sessions = [key for item in sheet.items if item.kind == "session" for key in sheet.keys_of[item.code]]
    declared = context.get("declared")
    yield (
        "",
        {
            "open": context.get("open", True),
            "working_day": context.get("working_day", True),
            "doses": doses,
            "sessions": _sum(counts, sessions) if sessions else None,
            "declared": declared,
            "counted": counted,
            "difference": None if declared is None else abs(counted - declared),
        },
    )


def pairs(sheet, context, counts):
    """Each dose with the one before it, of the same antigen."""
    past, _by_group = _past(context)
    doses = {(item.antigen, item.dose): item for item in sheet.items if item.kind == "dose" and item.dose}
    for (antigen, dose), item in doses.items():
        before = doses.get((antigen, dose - 1))
        if before is None:
            continue
        today = _sum(counts, sheet.keys_of[item.code])
        yield (
            item.code,
            {
                "today": today,
                "later": today + past.get(item.code, 0),
                "earlier": _sum(counts, sheet.keys_of[before.code]) + past.get(before.code, 0),
            },
        )


def reach(sheet, context, counts):
    """Each dose for each group that it is measured against."""
    (_by_item, past), targets = _past(context), context.get("targets", {})
    for item in sheet.items:
        if item.kind != "dose" or not item.dose:
            continue
        for cohort, keys in sheet.groups_of[item.code].items():
            aims = [targets[one] for one in ((cohort,) if cohort else item.cohorts) if one in targets]
            if not aims:
                continue
            before = past.get((item.code, cohort), 0)
            after = before + _sum(counts, keys)
            yield f"{item.code}|{cohort}", {"before": before, "after": after, "target": sum(aims)}


def stock(sheet, context, counts):
    """Each vaccine with what may be used of it; vaccines that no store keeps are not judged."""
    held, doses = context.get("stock") or {}, {}
    for key in sheet.dose_cells:
        vaccine = key.split("|")[2] or sheet.vaccine
        doses[vaccine] = doses.get(vaccine, 0) + _number(counts, key)
    for vaccine, number in doses.items():
        if vaccine in held:
            yield vaccine, {"doses": number, "usable": held[vaccine]}


def splits(sheet, context, counts):
    """Each item that only splits doses by sex or vaccine, beside the first and beside all doses of the day."""
    doses = [item for item in sheet.items if item.kind == "dose"]
    first = [item.code for item in doses if item.dose == 1]
    if not first:
        return
    for item in sheet.items:
        if item.kind == "person" and item.is_split:
            yield (
                item.code,
                {
                    "parts": _sum(counts, sheet.keys_of[item.code]),
                    "first": sum(_sum(counts, sheet.keys_of[code]) for code in first),
                    "all": _sum(counts, sheet.dose_cells),
                },
            )


def cells(sheet, context, counts):
    """Each count of doses, beside what the unit's own days, and the rest of this sheet, let expect."""
    usual = context.get("usual", {})
    above = {}
    for key, (middle, *_others) in usual.items():
        if (number := _number(counts, key)) > 0:
            above[key] = math.log(number) - middle
    for key in sheet.dose_cells:
        if key not in above:
            continue
        # Of a cell with few days only the largest is known: no spread, and no company for others either.
        _middle, spread, offset, offset_spread = usual[key] if len(usual[key]) > 1 else (None, 0, None, None)
        stands_out = above[key]
        beside = [above[other] for other in sheet.companions[key] if other in above and len(usual[other]) > 1]
        guided = offset is not None and len(beside) >= LEAST_COMPANIONS
        if guided and offset_spread <= spread:
            stands_out, spread = stands_out - median(beside) - offset, offset_spread
        number = _number(counts, key)
        ratio = math.exp(stands_out)
        yield (
            key,
            {
                "value": number,
                "expected": int(number / ratio + 0.5),
                "ratio": ratio,
                "guided": guided,
                "z": Z * stands_out / max(spread, LEAST_SPREAD),
            },
        )


def median(numbers):
    ranked = sorted(numbers)
    middle = len(ranked) // 2
    return ranked[middle] if len(ranked) % 2 else (ranked[middle - 1] + ranked[middle]) / 2


SCOPES = {
    "entry": entries,
    "sheet": whole,
    "pair": pairs,
    "reach": reach,
    "stock": stock,
    "split": splits,
    "cell": cells,
}
