"""The cases that the rules of Python and of the browser must both answer as written."""

import json
from dataclasses import replace
from pathlib import Path

from campaigns.rules import RULES
from campaigns.rules.facts import Sheet

VECTORS = json.loads(Path(__file__).with_name("vectors.json").read_text(encoding="utf-8"))
CASES = VECTORS["cases"]
SHEETS = {name: Sheet.from_json(sheet) for name, sheet in VECTORS["sheets"].items()}


def rules_of(case):
    """The list as a campaign with the case's settings has it."""
    return [
        rule.set_to(**case["rules"][rule.code]) if rule.code in case["rules"] else replace(rule)
        for rule in RULES
    ]


def rounded(observed):
    """Facts without what a machine's logarithm may differ in."""
    return {name: round(value, 6) if isinstance(value, float) else value for name, value in observed.items()}
