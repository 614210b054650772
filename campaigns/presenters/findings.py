"""What the rules found, for people: each finding named beside its cell, with the field for its reason.

Also the rules themselves as the browser takes them. Pure but for the names that are handed in.
"""

from dataclasses import dataclass

from campaigns.forms.entry import REASON_FIELD
from campaigns.rules import rule_named
from campaigns.rules.words import said


@dataclass(frozen=True)
class Finding:
    """``place`` is the cell or item in words, "" for the whole sheet. ``cell_id``: the input to look at, or None."""

    name: str
    rule: str
    title: str
    place: str
    words: str
    reason: str
    cell_id: int | None

    @property
    def field(self):
        return REASON_FIELD + self.name


def finding_rows(hits, names, sheet, answers):
    """A Finding for each hit, in their order."""
    return [
        Finding(
            name=hit.name,
            rule=hit.rule,
            title=str(rule_named(hit.rule).title),
            place=place_of(hit.cell, names),
            words=said(hit.rule, hit.observed),
            reason=answers.reason_for(hit),
            cell_id=_first_cell(hit.cell, sheet),
        )
        for hit in hits
    ]


def by_cell(findings):
    """{cell id: [what is said of it]}"""
    said_of = {}
    for finding in findings:
        if finding.cell_id:
            said_of.setdefault(finding.cell_id, []).append(finding.words)
    return said_of


def place_of(cell, names):
    """The key of a cell, of an item's group, of an item or of a vaccine in words."""
    if "|" in cell:
        return names.label(cell)
    return names.items.get(cell) or names.vaccines.get(cell, cell)


def _first_cell(cell, sheet):
    if not cell:
        return None
    for row in sheet.rows:
        if row["key"] == cell or row["key"].startswith(f"{cell}|") or row["vaccine"] == cell:
            return row["id"]
    return None


def rule_book(ruling):
    """The rules and the sheet as ``static/entry/rules.js`` takes them."""
    return {"rules": [rule.as_json() for rule in ruling.rules], "sheet": ruling.sheet.as_json()}
