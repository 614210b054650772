"""What each rule of a campaign does, as one form."""

from django import forms

from campaigns.models import Severity
from campaigns.rules.catalog import THRESHOLDS


class RulesForm(forms.Form):
    """Two kinds of fields: ``<rule>`` its severity, ``<rule>-<threshold>`` a number."""

    def __init__(self, data=None, *, rules):
        super().__init__(data)
        self.rules = [rule for rule in rules if not rule.is_fixed]
        for rule in self.rules:
            self.fields[rule.code] = forms.ChoiceField(
                label=rule.title, choices=Severity.choices, initial=rule.severity
            )
            for name, value in rule.thresholds.items():
                self.fields[f"{rule.code}-{name}"] = forms.FloatField(
                    label=THRESHOLDS[name], initial=value, min_value=0.01, max_value=1_000_000
                )

    def sections(self):
        """[(rule, field of its severity, fields of its thresholds)]"""
        return [
            (rule, self[rule.code], [self[f"{rule.code}-{name}"] for name in rule.thresholds])
            for rule in self.rules
        ]

    def settings(self):
        """{rule: (severity, thresholds)}; whole numbers stay whole."""
        return {
            rule.code: (
                self.cleaned_data[rule.code],
                {name: _plain(self.cleaned_data[f"{rule.code}-{name}"]) for name in rule.thresholds},
            )
            for rule in self.rules
        }


def _plain(number):
    return int(number) if number == int(number) else number
