"""Batches with their expiries, and what lies on the shelves of every store while the past is made."""

import datetime
from collections import defaultdict

from config.demonstration import supply
from inventory.models import Batch, Channel, WasteCause

MANUFACTURERS = {"covishield": "Serum Institute of India", "covaxin": "Bharat Biotech"}
CAUSES = (WasteCause.OPEN_LEFTOVER, WasteCause.CLOSED_BROKEN, WasteCause.CLOSED_FROZEN)
CHANNELS = (Channel.FREE_OF_COST, Channel.STATE_PROCUREMENT)

# What comes for each round: the number, the last day of use, and the share of a hundred doses. The last round
# brings one batch that three weeks are left for.
_COMES = {
    "covishield": (
        (("4120Z026", "2021-08-31", 100),),
        (("4121Z041", "2021-10-31", 100),),
        (("4121Z066", "2022-01-31", 100),),
        (("4121Z088", "2022-02-14", 100),),
        (("4121Z107", "2022-03-15", 100),),
        (("4121Z133", "2022-04-30", 100),),
        (("4121Z097", "2021-11-30", 22), ("4121Z140", "2022-01-10", 38), ("4121Z151", "2022-05-31", 40)),
    ),
    "covaxin": (
        (("37F20008A", "2021-07-31", 100),),
        (("37F21015A", "2021-10-15", 100),),
        (("37G21044B", "2022-01-15", 100),),
        (("37G21061A", "2022-02-28", 100),),
        (("37H21070B", "2022-03-31", 100),),
        (("37J21092A", "2022-04-30", 100),),
        (("37H21078A", "2021-12-05", 25), ("37K21104A", "2022-05-31", 75)),
    ),
}


def batches(vaccines):
    """{(vaccine code, number of the round): [(Batch, share of a hundred)]}, made in the database."""
    made = {}
    for code, rounds in _COMES.items():
        for number, rows in enumerate(rounds):
            made[code, number] = [
                (
                    Batch.objects.create(
                        vaccine=vaccines[code],
                        number=name,
                        manufacturer=MANUFACTURERS[code],
                        expires_on=datetime.date.fromisoformat(expires),
                    ),
                    share,
                )
                for name, expires, share in rows
            ]
    assert len(made) == len(_COMES) * len(supply.ROUNDS)
    return made


class Shelves:
    """Doses by store (the code of its area) and vaccine; they leave first expiry first out."""

    def __init__(self, incoming, unknown):
        self.incoming, self.unknown = incoming, unknown
        self._held = defaultdict(dict)  # (place, vaccine) → {Batch: doses}

    def put(self, place, vaccine, batch, doses):
        shelf = self._held[place, vaccine]
        shelf[batch] = shelf.get(batch, 0) + doses

    def take(self, place, vaccine, doses):
        """[(Batch, doses)] taken; raises ValueError when there are fewer."""
        shelf, taken = self._held[place, vaccine], []
        for batch in sorted(shelf, key=lambda one: (one.expires_on, one.pk)):
            if part := min(doses, shelf[batch]):
                taken.append((batch, part))
                doses -= part
                shelf[batch] -= part
            if not shelf[batch]:
                del shelf[batch]
            if not doses:
                return taken
        if doses:
            raise ValueError(f"{place} lacks {doses} doses of {vaccine}.")
        return taken

    def balance(self, place, vaccine):
        return sum(self._held[place, vaccine].values())

    def total(self, place):
        return sum(sum(shelf.values()) for (one, _vaccine), shelf in self._held.items() if one == place)

    def first(self, place, vaccine):
        """The batch that leaves next, or None."""
        return min(self._held[place, vaccine], key=lambda one: (one.expires_on, one.pk), default=None)
