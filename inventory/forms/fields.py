"""Fields of the stock forms: numbers as people write them, days, doses or vials, a key for each form."""

import re
import uuid

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

_GROUPING = re.compile(r"[\s,\u00a0\u202f]")
_KEY = re.compile(r"[0-9a-f]{32}")

DOSES, VIALS = "doses", "vials"
UNITS = [(DOSES, _("doses")), (VIALS, _("vials"))]


class DayInput(forms.DateInput):
    """The browser's own date picker, which speaks ISO whatever the language of the page."""

    input_type = "date"

    def __init__(self, attrs=None):
        super().__init__(attrs, format="%Y-%m-%d")


class NumberField(forms.IntegerField):
    """A whole number; 1,20,000 and 1 20 000 are read as they are meant."""

    widget = forms.TextInput

    def __init__(self, **kwargs):
        kwargs.setdefault("min_value", 0)
        # More than any store on earth holds: a slip of the finger, not a number of doses.
        kwargs.setdefault("max_value", 2_000_000_000)
        super().__init__(**kwargs)

    def widget_attrs(self, widget):
        return {"inputmode": "numeric", "maxlength": "15", "autocomplete": "off"}

    def to_python(self, value):
        return super().to_python(_GROUPING.sub("", value) if isinstance(value, str) else value)


class DayField(forms.DateField):
    """A day that has come; today unless said otherwise."""

    widget = DayInput

    def __init__(self, **kwargs):
        kwargs.setdefault("initial", timezone.localdate)
        super().__init__(**kwargs)

    def clean(self, value):
        day = super().clean(value)
        if day is not None and day > timezone.localdate():
            raise forms.ValidationError(_("This day has not come yet."))
        return day


class KeyedForm(forms.Form):
    """A form that is booked once, however often it is sent: its key goes along with it."""

    key = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["key"].initial = new_key()

    def clean_key(self):
        key = self.cleaned_data["key"]
        return key if _KEY.fullmatch(key) else new_key()

    def renew_key(self):
        """For a form that was booked, changed with the Back button and sent again."""
        self.data = self.data.copy()
        self.data["key"] = new_key()


class AmountForm(KeyedForm):
    """An amount in doses or vials of a batch."""

    amount = NumberField(label=_("How many"), min_value=1)
    unit = forms.ChoiceField(label=_("Counted in"), choices=UNITS, initial=DOSES)

    def in_doses(self, vaccine):
        return to_doses(self.cleaned_data["amount"], self.cleaned_data["unit"], vaccine)


def to_doses(amount, unit, vaccine):
    return amount * vaccine.doses_per_vial if unit == VIALS else amount


def new_key():
    return uuid.uuid4().hex
