"""What is usual for a unit: from its own days, and from how its counts move together.

A unit's days differ tenfold among themselves: a Sunday beside a drive. What hardly changes is how the counts of one
sheet stand to one another. So a count is compared with the unit's own middle *and* with how the counts that move
with it stand today, whichever of the two was the steadier guide on the unit's last days. All on a log scale: a
tenfold error is the same distance for 30 doses and for 30,000.
"""

import math
from bisect import bisect_left

from campaigns.rules.facts import LEAST_COMPANIONS, median

WINDOW_DAYS = 14
LEAST_DAYS = 7


def usual(days, sheet):
    """{cell key: [middle, spread, offset, offset spread]} of the cells with LEAST_DAYS days above 0, and [largest] of
    those with fewer: too few to say what is usual, enough to ask about many times the largest of them.

    ``days``: {cell key: {day: count}} of the window. ``middle`` is the median of the logarithms and ``spread``
    their median distance from it; ``offset`` and its spread are the same of what a count stands above its
    companions, None where they do not guide.
    """
    above, found = {}, {}
    for key, counts in days.items():
        logs = {day: math.log(count) for day, count in counts.items() if count > 0}
        if len(logs) >= LEAST_DAYS:
            middle = median(logs.values())
            above[key] = {day: log - middle for day, log in logs.items()}
            found[key] = [_short(middle), None, None, None]
        elif logs:
            found[key] = [_short(max(logs.values()))]
    for keys in sheet.companies:
        company = [above[key] for key in keys if key in above]
        heights = _by_day(company) if len(company) > LEAST_COMPANIONS else {}
        for key in keys:
            if key not in above or key not in sheet.companions:
                continue
            own = above[key]
            found[key][1] = _short(median(map(abs, own.values())))
            found[key][2:] = _offset(own, heights)
    return found


def _by_day(company):
    """{day: the heights of all of them, ranked}"""
    heights = {}
    for one in company:
        for day, height in one.items():
            heights.setdefault(day, []).append(height)
    for ranked in heights.values():
        ranked.sort()
    return heights


def _offset(own, heights):
    """(offset, its spread), or Nones where the companions were too seldom there."""
    offsets = []
    for day, height in own.items():
        ranked = heights.get(day, ())
        if len(ranked) > LEAST_COMPANIONS:
            offsets.append(height - _median_without(ranked, bisect_left(ranked, height)))
    if len(offsets) < LEAST_DAYS:
        return None, None
    offset = median(offsets)
    return _short(offset), _short(median([abs(one - offset) for one in offsets]))


def _median_without(ranked, place):
    """The median of the others: ranking them anew for each would be most of the work."""
    middle, odd = divmod(len(ranked) - 1, 2)
    upper = ranked[middle if middle < place else middle + 1]
    if odd:
        return upper
    return (ranked[middle - 1 if middle - 1 < place else middle] + upper) / 2


def _short(number):
    """Four places: what the browser gets is what Python compares with."""
    return round(number, 4)
