from django import forms
from django.utils.translation import gettext_lazy as _

from districts.forms.people import AreaField, DayInput
from districts.models import Area
from districts.presenters.audit import WORDS

# The first word of an action names its family; a person looks for "people", not for seven actions.
FAMILIES = {
    "people": (_("People and postings"), ("person", "posting")),
    "accounts": (_("Accounts and tokens"), ("password", "session", "second_factor", "token")),
    "campaigns": (_("Campaigns"), ("campaign", "vaccine", "demonstration")),
    "counts": (_("Counts and reviews"), ("import", "review", "tally", "quality")),
    "stock": (_("Stock"), ("stock",)),
    "areas": (_("Areas and populations"), ("areas", "audit")),
}


class AuditForm(forms.Form):
    q = forms.CharField(label=_("Who, or on what"), required=False, max_length=100)
    action = forms.ChoiceField(label=_("What"), required=False)
    area = AreaField(label=_("Area (code)"), required=False)
    first = forms.DateField(label=_("From"), required=False, widget=DayInput)
    last = forms.DateField(label=_("Until"), required=False, widget=DayInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        families = [(code, label) for code, (label, _words) in FAMILIES.items()]
        actions = sorted(((code, str(words)) for code, words in WORDS.items()), key=lambda pair: pair[1])
        self.fields["action"].choices = [
            ("", _("Everything")),
            (_("Groups"), families),
            (_("Single acts"), actions),
        ]

    def clean_area(self):
        code = self.cleaned_data["area"].strip()
        if not code:
            return None
        area = Area.objects.filter(code__iexact=code).first()
        if area is None:
            raise forms.ValidationError(_("There is no area with this code."))
        return area


def actions_of(choice):
    """The beginnings of the actions that a choice stands for: whole families end in a dot."""
    if choice in FAMILIES:
        return [f"{word}." for word in FAMILIES[choice][1]]
    return [choice] if choice else []
