"""What the rules find in days that stand: for loads of files, and for whoever counts warnings afresh."""

import datetime

from campaigns.rules import evaluate
from campaigns.selectors.entry_grid import sums
from campaigns.selectors.rule_context import pasts_of
from campaigns.selectors.rules import ruling_of
from campaigns.selectors.sheets import sheet_of

UNITS_AT_ONCE = 100


def scan(campaign, days_of, declared=None):
    """Yield (unit id, day, hits) of every day asked for, {unit id: days}, as it stands now.

    Two queries per UNITS_AT_ONCE units, however many days. Stock is not judged: what a store held then is gone.
    ``declared``: {(unit id, day): the total on the paper or None}.
    """
    ruling, keys = ruling_of(campaign), sheet_of(campaign).keys
    cells = list(sheet_of(campaign).cell_ids.values())
    units = sorted(days_of)
    for start in range(0, len(units), UNITS_AT_ONCE):
        some = units[start : start + UNITS_AT_ONCE]
        first = min(min(days_of[unit]) for unit in some)
        last = max(max(days_of[unit]) for unit in some)
        pasts = pasts_of(campaign, some, first, last + datetime.timedelta(1))
        counts = {}
        for unit, day, cell, count in sums(some, cells, first, last):
            counts.setdefault((unit, str(day)), {})[keys[cell]] = count
        for unit in some:
            for day in sorted(days_of[unit]):
                context = pasts[unit].context(ruling.sheet, day)
                context["working_day"] = ruling.calendar.is_working(day)
                context["declared"] = (declared or {}).get((unit, day))
                # Counts below 0, of a load that takes back, are among them: the sums to date have them too.
                known = counts.get((unit, str(day)), {})
                yield unit, day, evaluate(ruling.judging, ruling.sheet, context, known)
