"""What the stock ledger refuses. Nothing was written when one of these is raised."""

from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from districts.numbers import indian


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


class StockRefused(Exception):
    """The operation makes no sense as asked, with the reason and what would be right."""


class StockKeyReused(Exception):
    """An idempotency key came again with a different content."""

    def __str__(self):
        return _("This idempotency key was used before for a different operation. Use a new key.")
