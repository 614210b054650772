"""The redistribution plan of the stores under an area, from what they hold and how they use it."""

import datetime
from collections import defaultdict
from fractions import Fraction

from districts.models import Level
from districts.models.areas import SEGMENT
from inventory.expiry import Holding, outlook
from inventory.models import Batch, Earmark
from inventory.redistribution import AtRisk, Need, plan
from inventory.selectors.balances import held_under
from inventory.selectors.observations import unfit_positions
from inventory.selectors.stores import daily_use, holdings, stores_under


def redistribution(area, today, *, earmark=Earmark.CAMPAIGN, as_of=None, from_movements=False):
    """(transfers, doses at risk before, {store id: Location}, {batch id: Batch}) for the stores under an area.

    Only whole vials are moved, and none whose monitor says stage 3 or 4. ``from_movements``: from what the stores held
    at the end of the day (as known at ``as_of``), and not from what they hold now. Five queries, or six.
    """
    stores = {store.pk: store for store in stores_under(area)}
    use = daily_use(list(stores.values()), today, as_of=as_of)
    unfit = unfit_positions(stores, last=today if from_movements else None, as_of=as_of)
    held, batches, stored = defaultdict(list), {}, defaultdict(int)
    shelves = _past(area, today, earmark, as_of) if from_movements else _present(stores, earmark)
    for store, batch, doses in shelves:
        if store not in stores:
            continue
        stored[store] += doses
        if (store, batch.pk) in unfit:
            continue
        batches[batch.pk] = batch
        held[store, batch.vaccine_id].append(Holding(batch.pk, batch.expires_on, doses))
    risks = _risks(held, use, batches, stores, today)
    vials = {one.vaccine_id: one.vaccine.doses_per_vial for one in batches.values()}
    transfers = plan(risks, _needs(held, use, batches, stores, stored, today), vials)
    return transfers, sum(risk.doses for risk in risks), stores, batches


def _present(stores, earmark):
    """(store id, Batch, doses) of what the stores hold now."""
    for one in holdings(list(stores.values()), earmark=earmark):
        yield one.location_id, one.batch, one.doses


def _past(area, day, earmark, as_of):
    """The same of the end of a day, in the same order."""
    rows = [one for one in held_under(area, last=day, as_of=as_of, earmark=earmark) if one.doses > 0]
    batches = Batch.objects.select_related("vaccine").in_bulk({one.batch_id for one in rows})
    for one in sorted(
        rows, key=lambda row: (batches[row.batch_id].expires_on, row.location_id, row.batch_id)
    ):
        yield one.location_id, batches[one.batch_id], one.doses


def _state(store):
    """Stores of one state share the path up to it; a national store stands for itself."""
    depth = Level.STATE + 1
    return int(store.area.path[: SEGMENT * depth].ljust(SEGMENT * depth, "0"))


def _risks(held, use, batches, stores, today):
    risks = []
    for (store, vaccine), holding in held.items():
        future = outlook(holding, use.get((store, vaccine), Fraction(0)), today)
        for batch, doses in future.unused.items():
            last_day = (batches[batch].expires_on - today).days
            if last_day > 0:
                risks.append(AtRisk(store, _state(stores[store]), batch, vaccine, last_day, doses))
    return risks


def _needs(held, use, batches, stores, stored, today):
    """What each store could use by the expiry days of the batches there are, beyond what it holds itself."""
    days = defaultdict(set)
    for batch in batches.values():
        days[batch.vaccine_id].add((batch.expires_on - today).days)
    needs = []
    for (store, vaccine), rate in use.items():
        own = held.get((store, vaccine), [])
        # A little less than by the expiry day itself: the doses have to travel.
        by_day = tuple(
            (day, max(int(rate * day) - _used_by(own, rate, today, day), 0))
            for day in sorted(days[vaccine])
            if day > 0
        )
        capacity = stores[store].capacity_doses
        space = None if capacity is None else max(capacity - stored[store], 0)
        needs.append(Need(store, _state(stores[store]), vaccine, by_day, space))
    return needs


def _used_by(holding, rate, today, day):
    """Doses of its own stock that a store will have used within ``day`` days."""
    until = today + datetime.timedelta(day)
    room, used = int(rate * day), 0
    for one in sorted(holding, key=lambda one: (one.expires_on, one.batch_id)):
        by_expiry = int(rate * ((min(one.expires_on, until) - today).days + 1))
        used += max(min(one.doses, by_expiry - used, room - used), 0)
    return used
