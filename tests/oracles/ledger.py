"""The ledger and its setup as plain Python values, read row by row: what every oracle reckons from."""

import datetime
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from campaigns.models import FoldMark, Journal, SheetCell, Submission, TallyEntry, Target
from districts.models import Area, Level

INDIA = ZoneInfo("Asia/Kolkata")


@dataclass
class Ledger:
    """Rows of one campaign as dicts. ``above``: area id → ids of itself and everything above it."""

    campaign: object
    areas: dict
    above: dict
    cells: dict
    items: dict
    units: list
    targets: list
    cohorts: set
    rounds: list  # (first day, last day)
    days_off: set
    journals: dict
    submissions: list
    entries: list
    marked: set
    total_of: dict  # item id → its total cell's id
    by_submission: dict = field(default_factory=dict)  # submission id → its entries

    def __post_init__(self):
        for entry in self.entries:
            self.by_submission.setdefault(entry["submission_id"], []).append(entry)

    def within(self, area_id, unit_id):
        return area_id in self.above[unit_id]

    def is_folded(self, submission):
        return submission["journal_id"] not in self.marked

    def is_known(self, submission, as_of):
        return as_of is None or self.journals[submission["journal_id"]]["recorded_at"] <= as_of

    def shows(self, submission, area_id, as_of):
        """Whether a submission is in the figures of an area: a site's come from the ledger, without a fold."""
        if not self.within(area_id, submission["unit_id"]) or not self.is_known(submission, as_of):
            return False
        return self.areas[area_id]["level"] == Level.SITE or self.is_folded(submission)

    def entries_of(self, submission):
        return self.by_submission.get(submission["id"], [])

    def recorded_on(self, submission):
        return self.journals[submission["journal_id"]]["recorded_at"].astimezone(INDIA).date()

    def is_revision(self, submission):
        """A late report, or a correction recorded after the day it is about."""
        corrects = submission["version"] > 1 and submission["happened_on"] < self.recorded_on(submission)
        return submission["is_late"] or corrects


def read_setup(campaign):
    """The tree, the sheet, the units and the targets, which the tests do not change under way."""
    areas = {row["id"]: row for row in Area.objects.values()}
    above = {}
    for pk in areas:
        above[pk], step = [], pk
        while step is not None:
            above[pk].append(step)
            step = areas[step]["parent_id"]
    cells = {row["id"]: row for row in SheetCell.objects.filter(campaign=campaign).values()}
    items = {}
    for item in campaign.items.all():
        item.cohort_ids = set(item.cohorts.values_list("pk", flat=True))
        items[item.pk] = item
    return {
        "areas": areas,
        "above": above,
        "cells": cells,
        "items": items,
        "units": list(campaign.units.values_list("area_id", flat=True)),
        "cohorts": set(campaign.cohorts.values_list("pk", flat=True)),
        "rounds": list(campaign.rounds.values_list("starts_on", "ends_on")),
        "days_off": set(campaign.days_off.values_list("day", flat=True)),
        "targets": list(Target.objects.filter(target_set__campaign=campaign).values()),
        "total_of": {cell["item_id"]: pk for pk, cell in cells.items() if cell["total_id"] is None},
    }


def read(campaign, setup=None):
    """Everything of a campaign; ``setup`` from ``read_setup`` where it is known already."""
    return Ledger(
        campaign=campaign,
        **(setup or read_setup(campaign)),
        journals={
            row["id"]: row for row in Journal.objects.filter(campaign=campaign).values("id", "recorded_at")
        },
        submissions=list(Submission.objects.filter(campaign=campaign).order_by("id").values()),
        entries=list(TallyEntry.objects.filter(cell__campaign=campaign).order_by("id").values()),
        marked=set(FoldMark.objects.filter(campaign=campaign).values_list("journal_id", flat=True)),
    )


def standing(ledger, unit_id, day, as_of=None):
    """{cell id: count} that stands for a unit's day, marked or not; cells of 0 left out."""
    counts = {}
    for submission in ledger.submissions:
        if submission["unit_id"] != unit_id or submission["happened_on"] != day:
            continue
        if not ledger.is_known(submission, as_of):
            continue
        for entry in ledger.entries_of(submission):
            counts[entry["cell_id"]] = counts.get(entry["cell_id"], 0) + entry["change"]
    return {cell: count for cell, count in counts.items() if count}


def days(first, last):
    day = first
    while day <= last:
        yield day
        day += datetime.timedelta(days=1)
