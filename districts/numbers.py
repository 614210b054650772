"""How numbers are written: grouped the Indian way (1,20,08,58,170) and shortened to lakh and crore.

Pure functions of values, apart from any database or language; digits stay 0-9 in English and Hindi alike.
The sign of a negative number is U+2212, which a screen reader reads as "minus" and a line never breaks after.
"""

from fractions import Fraction

from districts.figures import round_half_up

NO_DATA = "—"
MINUS = "−"
LAKH = 10**5
CRORE = 10**7


def grouped_digits(digits):
    """Group a string of digits: the last three, then twos."""
    head, tail = digits[:-3], digits[-3:]
    parts = [tail]
    while head:
        parts.append(head[-2:])
        head = head[:-2]
    return ",".join(reversed(parts))


def indian(value):
    """A whole number, grouped: 120085817 is 12,00,85,817. None is no data."""
    if value is None:
        return NO_DATA
    digits = str(abs(value))
    if len(digits) > 3:
        digits = grouped_digits(digits)
    return MINUS + digits if value < 0 else digits


def signed(value):
    """A change: a plus or a minus in front, nothing in front of 0."""
    if value is None:
        return NO_DATA
    return f"+{indian(value)}" if value > 0 else indian(value)


def decimal(value, places=1):
    """A number with decimals, rounded half up and grouped; the decimals are always shown."""
    if value is None:
        return NO_DATA
    return _written(round_half_up(value, places))


def _written(rounded):
    whole, _, decimals = f"{abs(rounded):f}".partition(".")
    text = grouped_digits(whole) + (f".{decimals}" if decimals else "")
    # -0.04 is shown as 0.0: a minus in front of nothing would only puzzle.
    return MINUS + text if rounded < 0 else text


def percent(ratio, places=1):
    """A Ratio as it is shown, or the mark of no data."""
    if ratio is None or not ratio.has_data:
        return NO_DATA
    return f"{_written(ratio.rounded(places))}%"


def shorten(value):
    """Split a number into its short figure and its unit: ``("110.23", "crore")``.

    Below a lakh it stays whole. Lakhs have one decimal and crores two, without trailing zeros. What rounds
    up to a hundred lakh is a crore.
    """
    if value is None:
        return NO_DATA, ""
    size = abs(value)
    sign = MINUS if value < 0 else ""
    whole = round_half_up(size, 0)
    if whole < LAKH:
        return sign * (whole > 0) + grouped_digits(f"{whole:f}"), ""
    lakhs = round_half_up(Fraction(size) / LAKH, 1)
    if lakhs < 100:
        return sign + _without_trailing_zeros(lakhs), "lakh"
    return sign + _without_trailing_zeros(round_half_up(Fraction(size) / CRORE, 2)), "crore"


def _without_trailing_zeros(number):
    whole, _, decimals = f"{number:f}".partition(".")
    decimals = decimals.rstrip("0")
    return grouped_digits(whole) + (f".{decimals}" if decimals else "")
