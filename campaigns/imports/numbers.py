"""Reading whole numbers as files write them: ``745``, ``745.0``, ``1,20,085``, ``७४५``."""

import re

from django.utils.translation import gettext as _

from campaigns.imports.findings import Kind
from campaigns.services.tallies import LARGEST_COUNT

# At most this many spellings are remembered, or a file of a million different numbers would fill the memory.
REMEMBERED = 200_000

_WHOLE = re.compile(r"(?P<whole>\d+)(?:\.0*)?")
_GROUPED = re.compile(r"\d{1,3}(?:,\d{2,3})*,\d{3}(?:\.0*)?")
_NEGATIVE = re.compile(r"[-−]\s*\d[\d,]*(?:\.0*)?")


class Unreadable:
    """A cell that is no count: which kind of finding it is, and what would be right."""

    __slots__ = ("explanation", "kind")

    def __init__(self, kind, explanation):
        self.kind, self.explanation = kind, explanation


def read_count(text):
    """The count that a cell spells: an int, None for a blank cell, or an Unreadable that says why not."""
    text = text.strip()
    if not text:
        return None
    if _GROUPED.fullmatch(text):
        text = text.replace(",", "")
    if match := _WHOLE.fullmatch(text):
        number = int(match["whole"])
        if number > LARGEST_COUNT:
            return Unreadable(
                Kind.TOO_LARGE,
                _("%(value)s is more than a unit can report. The largest count is %(largest)s.")
                % {"value": text[:40], "largest": LARGEST_COUNT},
            )
        return number
    if _NEGATIVE.fullmatch(text):
        return Unreadable(
            Kind.NEGATIVE,
            _("%(value)s is negative. Write the count of the day, 0 or more.") % {"value": text[:40]},
        )
    return Unreadable(
        Kind.NOT_A_COUNT,
        _("“%(value)s” is not a whole number. Write digits only, such as 120.") % {"value": text[:40]},
    )


class Counts(dict):
    """text → what ``read_count`` makes of it, each spelling read once. ``[counts[t] for t in cells]``."""

    def __missing__(self, text):
        value = read_count(text)
        if len(self) < REMEMBERED:
            self[text] = value
        return value
