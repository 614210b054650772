"""What the rules must know of a unit and day besides its sheet: the days before it, its targets, its stock.

For one unit or for hundreds, for one day or for a file of them, in one statement; a campaign that keeps stock asks
once more.
"""

import datetime
from collections import defaultdict

from django.db import connection

from campaigns.rules.usual import WINDOW_DAYS, usual
from campaigns.selectors.rules import ruling_of
from campaigns.selectors.sheets import sheet_of
from inventory.selectors.usable import usable_doses

# Households and sessions are compared with nothing of the days before.
JUDGED = ("dose", "person")

# Days of the window one by one, everything before them as one sum; the targets of the default set come along, as
# cells with a minus. The cells are named, so that the ledger is read by its index on unit and day alone.
_DAYS = """
SELECT e.unit_id, e.cell_id, CASE WHEN e.happened_on >= %s THEN e.happened_on END, SUM(e.change)
FROM campaigns_tallyentry e
WHERE e.unit_id IN ({units}) AND e.happened_on >= %s AND e.happened_on < %s AND e.cell_id IN ({cells})
GROUP BY 1, 2, 3
UNION ALL
SELECT t.unit_id, -t.cohort_id, NULL, t.persons
FROM campaigns_target t JOIN campaigns_targetset s ON s.id = t.target_set_id
WHERE s.campaign_id = %s AND s.is_default AND t.unit_id IN ({units})
"""


class Past:
    """What a unit counted before the days that are asked for."""

    def __init__(self):
        self.targets = {}
        self.earlier = {}  # cell key → sum before the window
        self.days = defaultdict(dict)  # day as text → {cell key: count}

    def context(self, sheet, day):
        """The context of one day, as JSON has it."""
        first = (day - datetime.timedelta(WINDOW_DAYS)).isoformat()
        until = day.isoformat()
        to_date, window = dict(self.earlier), defaultdict(dict)
        for one, counts in self.days.items():
            if one >= until:
                continue
            for key, count in counts.items():
                to_date[key] = to_date.get(key, 0) + count
                if one >= first:
                    window[key][one] = count
        return {"to_date": to_date, "usual": usual(window, sheet), "targets": self.targets}


def contexts(campaign, units, day, *, standing=None):
    """{unit id: context} of the units on a day, as JSON has it. ``units`` are Areas.

    ``standing``: {unit id: {cell key: count}} of what stands for the day already; its doses have left the stock or
    are about to, so that they are added to what may be used. One query, two with stock.
    """
    ruling = ruling_of(campaign)
    pasts = pasts_of(campaign, [unit.pk for unit in units], day, day)
    is_working = ruling.calendar.is_working(day)
    found = {
        unit.pk: pasts[unit.pk].context(ruling.sheet, day) | {"working_day": is_working} for unit in units
    }
    if campaign.keeps_stock:
        held = usable_doses(units, ruling.vaccines, day)
        for unit in units:
            stock = held[unit.pk]
            for key, count in ((standing or {}).get(unit.pk) or {}).items():
                vaccine = key.split("|")[2] or ruling.sheet.vaccine
                if vaccine in stock and key in ruling.sheet.dose_cells:
                    stock[vaccine] += count
            found[unit.pk]["stock"] = stock
    return found


def pasts_of(campaign, unit_ids, first, last):
    """{unit id: Past} that knows everything before ``last`` and, day by day, from the window before ``first`` on."""
    items = {item.code for item in ruling_of(campaign).sheet.items if item.kind in JUDGED}
    keys = {cell: key for cell, key in sheet_of(campaign).keys.items() if key.split("|")[0] in items}
    units = ",".join(str(int(unit)) for unit in unit_ids) or "NULL"
    cells = ",".join(str(int(cell)) for cell in keys) or "NULL"
    window = (first - datetime.timedelta(WINDOW_DAYS)).isoformat()
    cohorts, pasts = ruling_of(campaign).cohorts, defaultdict(Past)
    with connection.cursor() as cursor:
        cursor.execute(
            _DAYS.format(units=units, cells=cells),
            [window, campaign.starts_on.isoformat(), last.isoformat(), campaign.pk],
        )
        for unit, cell, day, count in cursor.fetchall():
            past = pasts[unit]
            if cell < 0:
                past.targets[cohorts[-cell]] = int(count)
            elif day is None:
                past.earlier[keys[cell]] = int(count)
            else:
                past.days[str(day)][keys[cell]] = int(count)
    return pasts
