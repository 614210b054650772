from django import forms
from django.utils.translation import gettext_lazy as _

from districts import access
from districts.models import TokenScope

DAYS = [("30", _("30 days")), ("90", _("90 days")), ("365", _("A year")), ("1096", _("Three years"))]


class TokenForm(forms.Form):
    """``owners`` are the accounts that it may be for, the asker's own first."""

    owner = forms.ChoiceField(label=_("For"))
    name = forms.CharField(
        label=_("Name"), max_length=80, help_text=_("What will use it: “state portal”, “my script”.")
    )
    scope = forms.ChoiceField(
        label=_("It may"), choices=TokenScope.choices, initial=TokenScope.READ, widget=forms.RadioSelect
    )
    area = forms.CharField(
        label=_("Only in"),
        max_length=32,
        required=False,
        help_text=_("The code of an area inside the account's own. Empty: wherever the account may."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    days = forms.ChoiceField(label=_("Valid for"), choices=DAYS, initial="365")

    def __init__(self, *args, owners, **kwargs):
        super().__init__(*args, **kwargs)
        self.owners = {str(owner.pk): owner for owner in owners}
        self.fields["owner"].choices = [
            (pk, owner.get_full_name() or owner.get_username()) for pk, owner in self.owners.items()
        ]

    def clean_days(self):
        return int(self.cleaned_data["days"])

    def clean(self):
        cleaned = super().clean()
        owner, code = self.owners.get(cleaned.get("owner")), cleaned.get("area", "").strip()
        cleaned["owner"] = owner
        if owner and code:
            # A fresh look at the owner's postings, for the form may be about somebody else than who asks.
            cleaned["area"] = access.visible_to(owner).filter(code__iexact=code).first()
            if cleaned["area"] is None:
                self.add_error("area", _("The account has no such area."))
        else:
            cleaned["area"] = None
        return cleaned
