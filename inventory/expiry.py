"""What will expire unused, when stock will run out: first expiry first out, run forward at the recent use.

Pure functions over values. ``daily_use`` is a Fraction of doses a day; a batch is usable up to and including
its expiry day, and the use of ``today`` is taken to lie ahead.
"""

import datetime
from dataclasses import dataclass
from fractions import Fraction

# How soon something expires, in words and classes; days to expiry, first that fits.
URGENCIES = (("expired", 0), ("within_30", 30), ("within_60", 60), ("within_90", 90))


@dataclass(frozen=True, slots=True)
class Holding:
    """Doses of a batch in a store."""

    batch_id: int
    expires_on: datetime.date
    doses: int


@dataclass(frozen=True, slots=True)
class Outlook:
    """What becomes of a store's stock of one vaccine if use goes on as now.

    ``unused``: {batch id: doses that will expire}. ``runs_out_on``: the first day without usable stock.
    ``days_of_stock``: usable stock / mean daily use, None without use.
    """

    usable: int
    unused: dict
    runs_out_on: datetime.date
    days_of_stock: Fraction | None

    @property
    def at_risk(self):
        return sum(self.unused.values())


def urgency(expires_on, today):
    """expired, within_30, within_60, within_90 or later."""
    days = (expires_on - today).days
    if days < 0:
        return "expired"
    return next((name for name, most in URGENCIES[1:] if days <= most), "later")


def outlook(holdings, daily_use, today):
    """Run a store forward. By a batch's last day the pace allows floor(use × days) doses in all, of which the
    batches that expire before it have taken theirs: what is left of it then is lost."""
    used, usable, unused, last_loss = 0, 0, {}, None
    for one in sorted(holdings, key=lambda holding: (holding.expires_on, holding.batch_id)):
        days = (one.expires_on - today).days + 1
        if days <= 0:
            unused[one.batch_id] = unused.get(one.batch_id, 0) + one.doses
            continue
        usable += one.doses
        room = max(int(daily_use * days) - used, 0)
        taken = min(one.doses, room)
        used += taken
        if taken < one.doses:
            unused[one.batch_id] = unused.get(one.batch_id, 0) + one.doses - taken
            last_loss = one.expires_on
    return Outlook(
        usable=usable,
        unused=unused,
        runs_out_on=_runs_out(used, daily_use, today, last_loss),
        days_of_stock=Fraction(usable) / daily_use if daily_use else None,
    )


def _runs_out(used, daily_use, today, last_loss):
    """The store is empty once the last dose that will be used is used and the last that will not has expired."""
    emptied = today
    if used:
        emptied += datetime.timedelta(days=-(-used * daily_use.denominator // daily_use.numerator))
    return max(emptied, last_loss + datetime.timedelta(1)) if last_loss else emptied
