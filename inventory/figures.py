"""The supply identity and wastage rates, as values.

supplied + received from outside the area = administered + wasted + balance + in transit + unreported residual

holds by construction: each movement takes what it gives, so the positions of all locations of an area sum to
what came in from outside. The residual is its own column, never inside wastage.
"""

from dataclasses import dataclass, field

from districts.figures import Ratio


@dataclass(frozen=True, slots=True)
class Identity:
    """Doses of one vaccine (or of all) in an area and everything below. All columns add up to the parent's.

    ``supplied``: {channel: doses}. ``wasted``: {cause: doses}. ``transferred_in``: from stores outside the
    area, less what went there; 0 for the nation. ``residual``: below 0 when more was administered or counted
    than was ever supplied on record.
    """

    area_id: int
    vaccine_id: int | None
    supplied: dict = field(default_factory=dict)
    transferred_in: int = 0
    administered: int = 0
    wasted: dict = field(default_factory=dict)
    balance: int = 0
    in_transit: int = 0
    residual: int = 0

    @property
    def total_supplied(self):
        return sum(self.supplied.values())

    @property
    def wasted_open(self):
        return sum(doses for cause, doses in self.wasted.items() if cause.startswith("open_"))

    @property
    def wasted_closed(self):
        return sum(doses for cause, doses in self.wasted.items() if not cause.startswith("open_"))

    @property
    def total_wasted(self):
        return self.wasted_open + self.wasted_closed

    @property
    def doses_used(self):
        """Doses of opened vials: administered or lost after opening."""
        return self.administered + self.wasted_open

    @property
    def open_vial_wastage(self):
        """(doses used − administered) / doses used"""
        return Ratio(self.doses_used - self.administered, self.doses_used, "doses used")

    @property
    def closed_vial_wastage(self):
        """closed-vial doses lost / (doses used + lost)"""
        return Ratio(self.wasted_closed, self.doses_used + self.wasted_closed, "doses used and lost")

    @property
    def utilisation(self):
        """100 × administered / received"""
        received = self.total_supplied + self.transferred_in
        return Ratio(self.administered, received, "doses received")

    @property
    def holds(self):
        """True always; asked by the tests and the scheduled check."""
        return self.total_supplied + self.transferred_in == (
            self.administered + self.total_wasted + self.balance + self.in_transit + self.residual
        )
