"""A finding in words."""

from campaigns.rules.catalog import rule_named
from districts.templatetags.indian import indian


def said(rule_code, observed):
    """What a rule says of what was observed, in the language of the moment; numbers grouped the Indian way."""
    shown = {
        name: indian(value) if isinstance(value, int) and not isinstance(value, bool) else value
        for name, value in observed.items()
    }
    rule = rule_named(rule_code)
    try:
        return str(rule.message) % shown
    except (KeyError, AttributeError):
        # Of a rule, or a fact, that is no longer known.
        return rule_code
