"""The stock, worked out slowly: every movement in turn, no sums in SQL."""

import datetime
from collections import defaultdict

from inventory.models import StockMovement


def replay(*, last=None, as_of=None):
    """{(location, batch id, earmark): doses} after every movement up to a day, as known at an instant."""
    held = defaultdict(int)
    for movement in StockMovement.objects.select_related("source__area", "destination__area").order_by("id"):
        if last is not None and movement.happened_on > last:
            continue
        if as_of is not None and movement.recorded_at > as_of:
            continue
        held[movement.source, movement.batch_id, movement.source_earmark] -= movement.doses
        held[movement.destination, movement.batch_id, movement.destination_earmark] += movement.doses
    return held


def identity_columns(area, vaccine_batches, *, last=None, as_of=None):
    """(supplied, from outside, administered, wasted, balance, in transit, residual) of an area."""
    kinds = defaultdict(int)
    for (location, batch, _earmark), doses in replay(last=last, as_of=as_of).items():
        if batch in vaccine_batches and location.area.path.startswith(area.path):
            kinds[location.kind] += doses
    return (
        -kinds["supply"],
        sum(kinds.values()),
        kinds["administered"],
        kinds["wasted"],
        kinds["store"],
        kinds["in_transit"],
        kinds["unaccounted"],
    )


def given_out(held, named, rest, doses, day):
    """({batch: doses} that leave a store, doses without stock): one dose after another, by the first rule that fits.

    ``held`` and ``named``: {batch: doses}; ``rest``: a batch or None.
    """
    left, out, without = dict(held), defaultdict(int), 0
    in_order = sorted(held, key=lambda one: (one.expires_on, one.pk))
    for _dose in range(doses):
        for batch in (
            *(one for one in in_order if out[one] < named.get(one, 0)),
            *(one for one in in_order if one == rest),
            *(one for one in in_order if one not in named and one.expires_on >= day),
            *(one for one in in_order if one in named and one.expires_on >= day),
        ):
            if left[batch]:
                left[batch] -= 1
                out[batch] += 1
                break
        else:
            without += 1
    return dict(out), without


def run_forward(holdings, daily_use, today):
    """(doses that expire by batch, first day without stock, usable doses): one day after another."""
    left = {one.batch_id: one.doses for one in holdings}
    in_order = sorted(holdings, key=lambda one: (one.expires_on, one.batch_id))
    unused, empty_on, used = {}, None, 0
    for number in range(400):
        day = today + datetime.timedelta(number)
        for one in in_order:
            if one.expires_on < day and left[one.batch_id]:
                unused[one.batch_id], left[one.batch_id] = left[one.batch_id], 0
        if empty_on is None and not any(left.values()):
            empty_on = day
        room = int(daily_use * (number + 1)) - used
        for one in in_order:
            taken = min(room, left[one.batch_id])
            left[one.batch_id] -= taken
            room -= taken
            used += taken
    return unused, empty_on, sum(one.doses for one in holdings if one.expires_on >= today)
