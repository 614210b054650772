"""The list of rules, and the words in which each is told."""

import json
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from campaigns.rules.conditions import compiled

HARD, SOFT, OFF = "hard", "soft", "off"


@dataclass(frozen=True)
class Rule:
    """``scope`` says what it judges (see ``facts``), ``when`` is the condition (see ``conditions``).

    ``is_fixed``: no campaign may soften it.
    """

    code: str
    severity: str
    scope: str
    when: list
    thresholds: dict
    is_fixed: bool = False

    @cached_property
    def condition(self):
        """A function of the facts."""
        return compiled(self.when, self.thresholds)

    @property
    def title(self):
        return TITLES[self.code]

    @property
    def message(self):
        return MESSAGES[self.code]

    def set_to(self, severity, thresholds):
        """The rule as a campaign has it; thresholds that it does not know are left out."""
        if self.is_fixed:
            return self
        own = {name: thresholds.get(name, value) for name, value in self.thresholds.items()}
        return replace(self, severity=severity, thresholds=own)

    def as_json(self):
        return {
            "code": self.code,
            "severity": self.severity,
            "scope": self.scope,
            "when": self.when,
            "thresholds": self.thresholds,
            "title": str(self.title),
            "message": str(self.message),
        }


TITLES = {
    "whole_number": _("Every count is a whole number, 0 or more"),
    "known_cell": _("Every count belongs to the sheet"),
    "open_day": _("The day is open for counts"),
    "second_above_first": _("Later doses above earlier doses, to date"),
    "above_stock": _("More doses than the store holds"),
    "coverage_passes": _("Coverage passes the limit"),
    "unusual_value": _("Unusual count for this unit"),
    "declared_total": _("Lines do not add to the declared total"),
    "split_differs": _("A split does not add to its doses"),
    "no_sessions": _("Doses without a session"),
    "rest_day": _("Doses on a day without planned work"),
}

# What stands in %()s is a fact of the rule's scope.
MESSAGES = {
    "whole_number": _("This is not a count: write a whole number, 0 or more."),
    "known_cell": _("The sheet has no such cell."),
    "open_day": _("This day is not open for counts."),
    "second_above_first": _("%(later)s to date, above the %(earlier)s of the dose before."),
    "above_stock": _("%(doses)s doses, and the store holds %(usable)s that may be used."),
    "coverage_passes": _("%(after)s to date, of a target of %(target)s."),
    "unusual_value": _(
        "%(value)s is unusual: from this unit's own days about %(expected)s would be expected."
    ),
    "declared_total": _(
        "The lines add to %(counted)s, the declared total is %(declared)s; the difference is %(difference)s."
    ),
    "split_differs": _(
        "The split adds to %(parts)s, neither the %(first)s first doses nor all %(all)s doses."
    ),
    "no_sessions": _("%(doses)s doses, and no session was held."),
    "rest_day": _("%(doses)s doses on a day on which no work is planned."),
}

THRESHOLDS = {
    "percent": _("per cent of the target"),
    "least": _("smallest count that is looked at"),
    "times": _("times what the rest of the sheet lets expect"),
    "times_with_z": _("times that, when the modified Z is large too"),
    "times_alone": _("times the unit's own middle, where the sheet gives no guidance"),
    "z": _("modified Z above"),
}


def _read():
    path = Path(__file__).with_name("rules.json")
    for row in json.loads(path.read_text(encoding="utf-8")):
        yield Rule(
            row["code"],
            row["severity"],
            row["scope"],
            row["when"],
            row["thresholds"],
            is_fixed=row.get("fixed", False),
        )


RULES = tuple(_read())
_BY_CODE = {rule.code: rule for rule in RULES}


def rule_named(code):
    """The rule as it comes, or None."""
    return _BY_CODE.get(code)
