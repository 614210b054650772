"""Reading a posted grid: the rows of many units, each with its cells, its declared total and its reasons.

Names of the fields: ``c<unit>-<cell>`` a count, ``v<unit>`` the version seen, ``d<unit>`` the declared total,
``r<unit>`` why a report is corrected, ``why<unit>-<finding>`` why a finding is right. After a conflict, and then
the counts typed come along unchanged: ``settle<unit>`` the version they were compared with, ``s<unit>-<cell>``
whose count is right (cell ``total``: whose declared total), ``t<unit>-<cell>`` a third one, ``all<unit>`` whose
counts are right where nothing else is said.
"""

import re
from dataclasses import replace

from campaigns.imports.numbers import Unreadable, read_count
from campaigns.services.checking import Answers
from campaigns.services.drafts import MOST_TEXT
from campaigns.services.grid import UnitSheet

MOST_REASON = 500
TOTAL = "total"  # stands among the cells where two people's counts are compared
_WHY = re.compile(r"why(\d{1,18})-(.*)", re.DOTALL)


class RowInput:
    """What was typed for one unit. ``texts`` and ``errors`` are by cell id."""

    def __init__(self, post, unit, cells, reason, reasons):
        pk = unit.pk
        self.unit = unit
        self.texts = {cell: post.get(f"c{pk}-{cell}", "").strip()[:MOST_TEXT] for cell in cells}
        self.says_total = f"d{pk}" in post
        self.declared_text = post.get(f"d{pk}", "").strip()[:MOST_TEXT]
        self.version = _version(post.get(f"v{pk}", "")) or 0
        self.settles = _version(post.get(f"settle{pk}", ""))
        self.chosen_all = post.get(f"all{pk}", "")
        self.chosen = {cell: post.get(f"s{pk}-{cell}", "") for cell in [*cells, TOTAL]}
        self.thirds = {cell: post.get(f"t{pk}-{cell}", "").strip()[:MOST_TEXT] for cell in [*cells, TOTAL]}
        self.third_errors, self.choice = {}, None
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

    def is_changed(self, standing, declared):
        """Whether it says something else than what stands, so far as it can be read; ``declared`` is a total."""
        if self.errors or self.declared_error:
            return True
        if not standing.version:
            return not self.is_blank
        if self.says_total and self.declared != declared:
            return True
        return any(self.counts.get(cell, 0) != standing.counts.get(cell, 0) for cell in self.texts)

    def decide(self, standing, declared):
        """Read which counts shall stand after a conflict. While one is open, the two are compared again."""
        if self.settles is None or self.settles != standing.version:
            return
        both = {cell: (standing.counts.get(cell, 0), mine) for cell, mine in self.all_counts().items()}
        both[TOTAL] = (declared, self.declared)
        choice = {}
        for cell, (theirs, mine) in both.items():
            said = self.chosen[cell] or self.chosen_all
            third = read_count(self.thirds[cell])
            if isinstance(third, Unreadable):
                self.third_errors[cell] = third.explanation
            elif third is not None:
                choice[cell] = third
            elif said in ("theirs", "mine") or mine == theirs:
                choice[cell] = theirs if said == "theirs" else mine
        if len(choice) == len(both):
            self.choice = choice

    def all_counts(self):
        """Blank cells of a row in which something is written count 0, as on the form of one unit."""
        return {cell: self.counts.get(cell, 0) for cell in self.texts}

    def sheet(self):
        answers = Answers(
            declared=self.declared, reasons=self.reasons, must_ask=True, says_total=self.says_total
        )
        if self.choice is None:
            return UnitSheet(self.unit, self.all_counts(), self.version, self.reason, answers)
        counts = {cell: count for cell, count in self.choice.items() if cell != TOTAL}
        return UnitSheet(
            self.unit,
            counts,
            self.settles,
            self.reason,
            replace(answers, declared=self.choice[TOTAL]),
            overtaken=self.all_counts(),
            overtaken_total=self.declared,
        )

    def draft(self):
        """What a draft keeps: the texts as typed."""
        texts = {str(cell): text for cell, text in self.texts.items() if text}
        return texts | ({"declared": self.declared_text} if self.declared_text else {})


def _version(text):
    return int(text) if text.isascii() and text.isdigit() and len(text) < 8 else None


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
