"""Counts and ratios as values, apart from any database.

A ratio holds its numerator, its denominator and which denominator it was. Without a denominator it has no
value: *no data*, which is not 0.
"""

from dataclasses import dataclass
from decimal import Context, Decimal
from fractions import Fraction

_EXACT = Context(prec=100)


def round_half_up(value, places=1):
    """Round a Fraction, int or Decimal half away from zero; only where a figure is shown."""
    return _rounded(*Fraction(value).as_integer_ratio(), places)


def _rounded(numerator, denominator, places):
    """In whole numbers: exact, whatever the size."""
    if denominator < 0:
        numerator, denominator = -numerator, -denominator
    units = (2 * abs(numerator) * 10**places + denominator) // (2 * denominator)
    return Decimal(units if numerator >= 0 else -units).scaleb(-places, _EXACT)


@dataclass(frozen=True, slots=True)
class Ratio:
    """``of`` names the denominator; ``scale`` is 100 for a per cent."""

    numerator: int | None
    denominator: int | None
    of: str = ""
    scale: int = 100

    @property
    def has_data(self):
        return self.numerator is not None and bool(self.denominator)

    @property
    def exact(self):
        """The ratio as a Fraction, or None."""
        return Fraction(self.numerator * self.scale, self.denominator) if self.has_data else None

    def rounded(self, places=1):
        """The value as it is shown (Decimal), or None when there is no data."""
        return _rounded(self.numerator * self.scale, self.denominator, places) if self.has_data else None

    def __bool__(self):
        raise TypeError("Ask has_data: a ratio of 0 is a value, not the lack of one.")
