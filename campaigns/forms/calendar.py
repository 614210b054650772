"""Forms for working days: weekly rest days, days off, rounds."""

import datetime

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from campaigns.forms.fields import DayInput, hindi

WEEKDAY_CHOICES = [(str(number + 1), WEEKDAYS[number]) for number in range(7)]


class RestDaysForm(forms.Form):
    weekdays = forms.MultipleChoiceField(
        label=_("No campaign work on these weekdays"),
        choices=WEEKDAY_CHOICES,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Sunday, and the weekdays that belong to routine immunisation."),
    )

    def value(self):
        return ",".join(sorted(self.cleaned_data["weekdays"]))


class ExtraDayForm(forms.Form):
    """One more day off, beside those that are ticked."""

    day = forms.DateField(label=_("Day"), widget=DayInput, required=False)
    name_en = forms.CharField(label=_("Name in English"), max_length=120, required=False)
    name_hi = forms.CharField(label=_("Name in Hindi"), max_length=120, required=False, widget=hindi())

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("day") and not cleaned.get("name_en"):
            self.add_error("name_en", _("Say what day it is."))
        if cleaned.get("name_en") and not cleaned.get("day") and "day" not in self.errors:
            self.add_error("day", _("Which day?"))
        return cleaned


class RoundForm(forms.Form):
    starts_on = forms.DateField(label=_("First day"), widget=DayInput, required=False)
    ends_on = forms.DateField(label=_("Last day"), widget=DayInput, required=False)

    def clean(self):
        cleaned = super().clean()
        first, last = cleaned.get("starts_on"), cleaned.get("ends_on")
        if bool(first) != bool(last) and not self.errors:
            self.add_error("ends_on" if first else "starts_on", _("A round needs both days."))
        return cleaned


ExtraDays = forms.formset_factory(ExtraDayForm, extra=3, max_num=40)
Rounds = forms.formset_factory(RoundForm, extra=2, max_num=60)


class ProposeRoundsForm(forms.Form):
    first = forms.DateField(label=_("First round begins on"), widget=DayInput)
    rounds = forms.IntegerField(label=_("Rounds"), min_value=1, max_value=24, initial=4)
    working_days = forms.IntegerField(label=_("Working days in each"), min_value=1, max_value=31, initial=7)


def ticked_days(values):
    """The ISO dates among ``values`` as dates; what is none is left out."""
    days = []
    for value in values:
        try:
            days.append(datetime.date.fromisoformat(value))
        except ValueError:
            continue
    return days
