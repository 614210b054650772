"""What a cell of an exported table may hold."""

import re

NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
# A spreadsheet program runs a text that begins like this as a formula.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def neutral(value):
    """A text as a spreadsheet shows it: one that looks like a formula gets a leading apostrophe.

    Numbers pass as they are, negative ones and those written as text too.
    """
    if isinstance(value, str) and value.startswith(FORMULA_STARTS) and not NUMBER.fullmatch(value):
        return "'" + value
    return value
