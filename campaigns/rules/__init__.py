"""What a day's sheet is checked for. The list is data (``rules.json``); Python and the browser both run it.

``facts`` looks at a sheet and says what there is to judge, ``engine`` judges it by the list, ``usual`` says what
is usual for a unit. All of it is pure: numbers in, findings out. ``static/entry/rules.js`` is the same once more,
and ``tests/campaigns/rules/vectors.json`` holds the two to the same answers.
"""

from campaigns.rules.catalog import RULES, Rule, rule_named
from campaigns.rules.engine import Hit, evaluate

__all__ = ["RULES", "Hit", "Rule", "evaluate", "rule_named"]
