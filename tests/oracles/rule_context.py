"""What the rules must know of a unit's day, once more: row by row over the ledger, with the standard library.

Shares nothing with ``campaigns.selectors.rule_context`` and ``campaigns.rules.usual`` but the numbers they promise.
"""

import datetime
import math
import statistics

from campaigns.models import TallyEntry, Target

WINDOW, LEAST, COMPANY = 14, 7, 2


def context(campaign, unit, day):
    """{"to_date", "usual", "targets"} of one unit and day."""
    items = {item.code for item in campaign.items.filter(is_open=True) if item.kind in ("dose", "person")}
    by_day = {}
    for entry in TallyEntry.objects.filter(cell__campaign=campaign, unit=unit).select_related("cell"):
        if campaign.starts_on <= entry.happened_on < day and entry.cell.key.split("|")[0] in items:
            counts = by_day.setdefault(entry.happened_on, {})
            counts[entry.cell.key] = counts.get(entry.cell.key, 0) + entry.change
    to_date = {}
    for counts in by_day.values():
        for key, count in counts.items():
            to_date[key] = to_date.get(key, 0) + count
    targets = {
        one.cohort.code: one.persons
        for one in Target.objects.filter(
            target_set__campaign=campaign, target_set__is_default=True, unit=unit
        )
    }
    return {"to_date": to_date, "usual": _usual(campaign, by_day, day), "targets": targets}


def _usual(campaign, by_day, day):
    window = [one for one in by_day if day - datetime.timedelta(WINDOW) <= one]
    kinds = {item.code: item.kind for item in campaign.items.filter(is_open=True)}
    keys = [cell.key for cell in campaign.cells.filter(is_open=True)]
    heights, usual = {}, {}
    for key in {key for one in window for key in by_day[one]}:
        logs = {one: math.log(by_day[one][key]) for one in window if by_day[one].get(key, 0) > 0}
        if len(logs) < LEAST:
            if logs:
                usual[key] = [max(logs.values())]
            continue
        middle = statistics.median(logs.values())
        heights[key] = {one: log - middle for one, log in logs.items()}
        usual[key] = [middle, None, None, None]
    for key, own in heights.items():
        item = key.split("|")[0]
        if key not in keys or kinds.get(item) != "dose":
            continue
        company = [
            other
            for other in keys
            if other != key
            and other in heights
            and (other.split("|")[0] == item or kinds[other.split("|")[0]] == "person")
        ]
        usual[key][1] = statistics.median(abs(height) for height in own.values())
        offsets = []
        for one, height in own.items():
            beside = [heights[other][one] for other in company if one in heights[other]]
            if len(beside) >= COMPANY:
                offsets.append(height - statistics.median(beside))
        if len(company) >= COMPANY and len(offsets) >= LEAST:
            offset = statistics.median(offsets)
            usual[key][2:] = [offset, statistics.median(abs(one - offset) for one in offsets)]
    return {
        key: [None if number is None else round(number, 4) for number in numbers]
        for key, numbers in usual.items()
    }
