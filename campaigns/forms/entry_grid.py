"""Reading a posted grid: the rows of many units, each with its cells, its declared total and its reasons.

Names of the fields: ``c<unit>-<cell>`` a count, ``v<unit>`` the version seen, ``d<unit>`` the declared total,
``r<unit>`` why a report is corrected, ``why<unit>-<finding>`` why a finding is right, ``settle<unit>`` whose
counts stand after a conflict.
"""

import re

from campaigns.imports.numbers import Unreadable, read_count
from campaigns.services.checking import Answers
from campaigns.services.drafts import MOST_TEXT
from campaigns.services.grid import UnitSheet

MOST_REASON = 500
_WHY = re.compile(r"why(\d{1,18})-(.*)", re.DOTALL)


class RowInput:
    """What was typed for one unit. ``texts`` and ``errors`` are by cell id."""

    def __init__(self, post, unit, cells, reason, reasons):
        pk = unit.pk
        self.unit = unit
        self.texts = {cell: post.get(f"c{pk}-{cell}", "").strip()[:MOST_TEXT] for cell in cells}
        self.declared_text = post.get(f"d{pk}", "").strip()[:MOST_TEXT]
        version = post.get(f"v{pk}", "")
        self.version = int(version) if version.isascii() and version.isdigit() and len(version) < 8 else 0
        # After a conflict: mine over theirs, in the knowledge of that version, or theirs.
        choice, _colon, seen = post.get(f"settle{pk}", "").partition(":")
        self.takes_theirs = choice == "theirs"
        if choice == "mine" and seen.isascii() and seen.isdigit() and len(seen) < 8:
            self.version = int(seen)
        self.own_reason = post.get(f"r{pk}", "").strip()[:MOST_REASON]
        self.reason = self.own_reason or reason
        self.reasons = reasons
        self.errors, self.counts, self.declared_error = {}, {}, ""
        for cell, text in self.texts.items():
            count = read_count(text) if text else None
            if isinstance(count, Unreadable):
                self.errors[cell] = count.explanation
            elif count is not None:
                self.counts[cell] = count
        self.declared = read_count(self.declared_text)
        if isinstance(self.declared, Unreadable):
            self.declared_error, self.declared = self.declared.explanation, None

    @property
    def is_blank(self):
        return not any(self.texts.values()) and not self.declared_text

    def leave_alone(self, standing):
        """Take back the complaint about what nobody typed: a count below 0 that a cumulative file brought."""
        for cell in [one for one in self.errors if self.texts[one] == str(standing.counts.get(one))]:
            del self.errors[cell]
            self.counts[cell] = standing.counts[cell]

    def is_changed(self, standing):
        """Whether it says something else than what stands, so far as it can be read."""
        if self.errors or self.declared_error:
            return True
        if not standing.version:
            return not self.is_blank
        return any(self.counts.get(cell, 0) != standing.counts.get(cell, 0) for cell in self.texts)

    def sheet(self):
        """Blank cells of a row in which something is written count 0, as on the form of one unit."""
        return UnitSheet(
            unit=self.unit,
            counts={cell: self.counts.get(cell, 0) for cell in self.texts},
            version=self.version,
            reason=self.reason,
            answers=Answers(declared=self.declared, reasons=self.reasons, must_ask=True),
        )

    def draft(self):
        """What a draft keeps: the texts as typed."""
        texts = {str(cell): text for cell, text in self.texts.items() if text}
        return texts | ({"declared": self.declared_text} if self.declared_text else {})


def posted_units(post):
    """Ids of the units that the posted page showed; whether one may enter them is asked of the database."""
    return [int(text) for text in post.get("units", "").split(",") if text.isdigit() and len(text) < 19]


def read_grid(post, units, cells):
    """{unit id: RowInput} of the units. ``reason`` and ``why`` without a unit stand for every row."""
    reason = post.get("reason", "").strip()[:MOST_REASON]
    shared = post.get("why", "").strip()[:MOST_REASON]
    reasons = {unit.pk: ({"": shared} if shared else {}) for unit in units}
    for name, text in post.items():
        if (match := _WHY.fullmatch(name)) and int(match[1]) in reasons and text.strip():
            reasons[int(match[1])][match[2]] = text.strip()[:MOST_REASON]
    return {unit.pk: RowInput(post, unit, cells, reason, reasons[unit.pk]) for unit in units}
