"""Days on which a store had nothing usable of a vaccine that it keeps; expired stock is no stock."""

import datetime
from collections import defaultdict
from dataclasses import dataclass

from inventory.models import Vaccine
from inventory.selectors.store_ledger import store_movements

WINDOW_DAYS = 90


@dataclass(frozen=True)
class StockOut:
    vaccine: Vaccine
    days: int
    of_days: int  # since the store first held the vaccine, at most the window


def stock_out_days(store, today, *, as_of=None, vaccine=None, days=WINDOW_DAYS):
    """[StockOut] of the vaccines that were out on some of the last days (at the end of the day). One query."""
    changes, batches = defaultdict(lambda: defaultdict(int)), {}
    for one in store_movements(store, last=today, as_of=as_of, vaccine=vaccine).select_related(
        "batch__vaccine"
    ):
        batches[one.batch_id] = one.batch
        changes[one.batch.vaccine_id][one.happened_on, one.batch_id] += one.change
    first = today - datetime.timedelta(days - 1)
    found = []
    for of_vaccine in changes.values():
        out, seen = _count(of_vaccine, batches, first, today)
        if out:
            vaccine = batches[next(iter(of_vaccine))[1]].vaccine
            found.append(StockOut(vaccine, out, seen))
    return sorted(found, key=lambda one: (-one.days, one.vaccine.code))


def _count(changes, batches, first, today):
    balance, by_day = defaultdict(int), defaultdict(list)
    for (day, batch), doses in changes.items():
        by_day[day].append((batch, doses))
    day = min(by_day)
    for earlier in sorted(one for one in by_day if one < first):
        for batch, doses in by_day[earlier]:
            balance[batch] += doses
    day, out, seen = max(day, first), 0, 0
    while day <= today:
        for batch, doses in by_day.get(day, ()):
            balance[batch] += doses
        seen += 1
        if not any(doses > 0 and batches[batch].expires_on >= day for batch, doses in balance.items()):
            out += 1
        day += datetime.timedelta(1)
    return out, seen
