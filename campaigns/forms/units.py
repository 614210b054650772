"""Choosing reporting units in a form: by level with exceptions, or as a list of codes."""

from django import forms
from django.utils.translation import gettext_lazy as _

from campaigns.errors import SetupRefused
from campaigns.selectors.unit_choice import choose_by_code, choose_by_level, day_of_choice
from districts.models import Area, Level

BY_LEVEL, BY_CODE = "level", "code"
LEFT_OUT = "out"


def levels_in(top):
    """The levels at which an area can report: its own (but a nation's) and those below it."""
    return [(str(level.value), level.label) for level in Level if level >= max(top.level, Level.STATE)]


class ExceptionForm(forms.Form):
    area = forms.CharField(
        label=_("Area"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"list": "areas", "autocomplete": "off"}),
    )
    level = forms.ChoiceField(label=_("Report as"), required=False)

    def __init__(self, *args, top, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["level"].choices = [*levels_in(top), (LEFT_OUT, _("left out"))]
        self.fields["level"].initial = str(max(Level.BLOCK, top.level))

    def clean_area(self):
        text = self.cleaned_data["area"].strip()
        if not text:
            return None
        # The browser's list of suggestions fills in "S9 Uttar Pradesh"; typing S9 alone is enough.
        area = Area.objects.filter(code=text.split()[0]).first()
        if area is None:
            raise forms.ValidationError(_("No area has the code “%s”.") % text.split()[0])
        return area

    def pair(self):
        level = self.cleaned_data["level"]
        return self.cleaned_data["area"], None if level == LEFT_OUT else int(level)


Exceptions = forms.formset_factory(ExceptionForm, extra=3, max_num=40)


class UnitsForm(forms.Form):
    way = forms.ChoiceField(
        label=_("How"),
        choices=[(BY_LEVEL, _("By level")), (BY_CODE, _("By a list of codes"))],
        widget=forms.RadioSelect,
        initial=BY_LEVEL,
    )
    level = forms.ChoiceField(label=_("Every"), required=False)
    codes = forms.CharField(
        label=_("Codes of areas"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false"}),
        help_text=_("One a line or separated by commas, such as S22, D387, B3645."),
    )

    def __init__(self, *args, top, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["level"].choices = levels_in(top)
        self.fields["level"].initial = str(min(max(Level.DISTRICT, top.level + 1), Level.SITE))

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("way") == BY_CODE and not cleaned.get("codes", "").strip():
            self.add_error("codes", _("Write at least one code."))
        return cleaned

    def choice(self, campaign, exceptions):
        """The chosen areas. Raises SetupRefused, also for exceptions that are not filled in well."""
        if self.cleaned_data["way"] == BY_CODE:
            return choose_by_code(self.cleaned_data["codes"])
        pairs = [form.pair() for form in exceptions if form.cleaned_data.get("area")]
        if not self.cleaned_data["level"]:
            raise SetupRefused(_("Choose a level."))
        return choose_by_level(campaign.area, int(self.cleaned_data["level"]), pairs, day_of_choice(campaign))
