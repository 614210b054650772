"""Runs the list over a sheet. ``static/entry/rules.js`` does the same in the browser, operation by operation."""

from dataclasses import dataclass

from campaigns.rules import facts


@dataclass(frozen=True)
class Hit:
    """A rule that a sheet breaks. ``cell`` is the key of a cell or the code of an item, "" for the whole sheet."""

    rule: str
    severity: str
    cell: str
    observed: dict

    @property
    def name(self):
        """What names the hit within a sheet: a reason is given under it."""
        return f"{self.rule}:{self.cell}"


def evaluate(rules, sheet, context, counts):
    """Every Hit of a sheet, in the order of the list. ``counts``: {cell key: what was written}.

    ``sheet`` is a ``facts.Sheet``; ``context`` is what is known of the unit and day besides, as JSON has it.
    """
    found, hits = {}, []
    for rule in rules:
        if rule.severity == "off":
            continue
        if rule.scope not in found:
            found[rule.scope] = list(facts.SCOPES[rule.scope](sheet, context, counts))
        for cell, observed in found[rule.scope]:
            if rule.condition(observed):
                hits.append(Hit(rule.code, rule.severity, cell, observed))
    return hits
