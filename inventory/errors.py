"""What the stock ledger refuses. Nothing was written when one of these is raised."""

import datetime
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from districts.numbers import indian
from districts.templatetags.indian import short_day


@dataclass
class InsufficientStock(Exception):
    """A store does not hold what is to leave it. ``depends_on`` names later movements, for a reversal."""

    store: str
    batch: str
    held: int
    wanted: int
    depends_on: list = field(default_factory=list)

    def __str__(self):
        message = _("%(store)s holds %(held)s doses of batch %(batch)s; %(wanted)s are to leave it.") % {
            "store": self.store,
            "held": indian(self.held),
            "batch": self.batch,
            "wanted": indian(self.wanted),
        }
        if self.depends_on:
            message += " " + _("Since then: %(movements)s.") % {"movements": "; ".join(self.depends_on)}
        return message


@dataclass
class NotHeldThen(InsufficientStock):
    """Doses are to leave a store on ``happened_on``; at the end of ``day``, that or a later one, it had fewer.

    From ``enough_on`` on it always had enough.
    """

    happened_on: datetime.date | None = None
    day: datetime.date | None = None
    enough_on: datetime.date | None = None

    def __str__(self):
        if self.day == self.happened_on:
            message = _(
                "%(store)s held %(held)s doses of batch %(batch)s at the end of %(day)s; %(wanted)s are to leave it "
                "on that day."
            )
        else:
            message = _(
                "%(wanted)s doses of batch %(batch)s are to leave %(store)s on %(happened_on)s, but at the end of "
                "%(day)s it held only %(held)s."
            )
        message = message % {
            "store": self.store,
            "held": indian(self.held),
            "batch": self.batch,
            "wanted": indian(self.wanted),
            "day": short_day(self.day),
            "happened_on": short_day(self.happened_on),
        }
        return message + " " + _("If something came in before, enter that first.")


class StockRefused(Exception):
    """The operation makes no sense as asked, with the reason and what would be right."""


class StockKeyReused(Exception):
    """An idempotency key came again with a different content."""

    def __str__(self):
        return _("This idempotency key was used before for a different operation. Use a new key.")
