"""Widgets that browsers of phones answer with the right keyboard."""

from django import forms
from django.utils.translation import gettext_lazy as _

# Django's own words speak of a "slug", which no field of these pages is called.
SHORT_NAME_WORDS = {"invalid": _("Use only the letters a to z, digits and hyphens, without spaces.")}


class DayInput(forms.DateInput):
    """The browser's own date picker, which speaks ISO whatever the language of the page."""

    input_type = "date"

    def __init__(self, attrs=None):
        super().__init__(attrs, format="%Y-%m-%d")


class ClockInput(forms.TimeInput):
    input_type = "time"

    def __init__(self, attrs=None):
        super().__init__(attrs, format="%H:%M")


def hindi(widget=forms.TextInput, **attrs):
    """A field for Hindi: spelling is checked and read aloud in Hindi on an English page too."""
    return widget(attrs={"lang": "hi", **attrs})
