"""Which batch leaves a store next: vial monitor stage 2 before 1, never 3 or 4, then first expiry first out.

Pure functions over values. A batch past its expiry day, or whose monitor shows the discard point, is never
suggested. A person may choose another order and say why, and still not send such a batch (``inventory.safety``).
"""

import datetime
from dataclasses import dataclass

DISCARD_STAGE = 3


@dataclass(frozen=True, slots=True)
class OnShelf:
    """Doses of a batch under an earmark. ``stage`` is the last vial monitor reading, None when never read."""

    key: int
    batch_id: int
    vaccine_id: int
    earmark: str
    expires_on: datetime.date
    doses: int
    stage: int | None = None


def is_usable(one, today):
    return one.expires_on >= today and (one.stage or 1) < DISCARD_STAGE


def issue_order(shelf, today):
    """The usable rows in the order in which they leave."""
    usable = [one for one in shelf if one.doses > 0 and is_usable(one, today)]
    return sorted(usable, key=lambda one: (-(one.stage or 1), one.expires_on, one.batch_id, one.key))


def suggest(shelf, doses, today):
    """{key: doses} that make up ``doses`` in the order of issue; fewer when the shelf has fewer."""
    taken = {}
    for one in issue_order(shelf, today):
        part = min(doses, one.doses)
        if part > 0:
            taken[one.key] = part
            doses -= part
    return taken


def departs_from_order(shelf, chosen, today):
    """Does ``chosen`` ({key: doses}) take other rows than would be suggested for as many doses?

    Each vaccine and earmark has an order of its own.
    """
    groups = {}
    for one in shelf:
        groups.setdefault((one.vaccine_id, one.earmark), []).append(one)
    for rows in groups.values():
        mine = {one.key: chosen[one.key] for one in rows if chosen.get(one.key)}
        if mine and mine != suggest(rows, sum(mine.values()), today):
            return True
    return False
