"""Doses cannot leave a store on a day before it had them. Pure functions over values."""

import datetime
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Short:
    """A store held only ``held`` doses at the end of ``day``; from ``enough_on`` on it always held enough (or None)."""

    day: datetime.date
    held: int
    enough_on: datetime.date | None


def shortage(held, later, day, wanted):
    """The Short of the first day from ``day`` on at whose end a store held fewer than ``wanted`` doses, or None.

    ``held``: doses now; ``later``: {day: change} of the days after ``day``, up to now.
    """
    left, first, enough_on = held - sum(later.values()), None, day
    for each in (day, *sorted(later)):
        left += later[each] if each != day else 0
        if left < wanted:
            first, enough_on = first or (each, left), None
        elif enough_on is None:
            enough_on = each
    return Short(*first, enough_on) if first else None
