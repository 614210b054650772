"""Forms for what a campaign counts. They read and check; ``campaigns.services.sheet_changes`` writes."""

from django import forms
from django.utils.translation import gettext_lazy as _

from campaigns.forms.fields import SHORT_NAME_WORDS, hindi
from campaigns.models import Cohort, Item
from inventory.models import Vaccine


class CodeOfNewRows:
    """The code of a row is written once: cells, files and API clients know the row by it."""

    def __init__(self, *args, campaign, **kwargs):
        self.campaign = campaign
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            del self.fields["code"]
        else:
            self.fields["code"].error_messages.update(SHORT_NAME_WORDS)

    def clean_code(self):
        code = self.cleaned_data["code"].lower()
        if self._meta.model.objects.filter(campaign=self.campaign, code=code).exists():
            raise forms.ValidationError(_("This code is taken."))
        return code


class CohortForm(CodeOfNewRows, forms.ModelForm):
    class Meta:
        model = Cohort
        fields = ["name_en", "name_hi", "code"]
        widgets = {"name_hi": hindi()}
        help_texts = {
            "code": _("Small letters, digits and hyphens, for files and the API. It cannot be changed later.")
        }


class ItemForm(CodeOfNewRows, forms.ModelForm):
    cohorts = forms.ModelMultipleChoiceField(
        label=_("Counted and measured for these groups"),
        queryset=Cohort.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None ticked: for every group of the campaign."),
    )

    class Meta:
        model = Item
        fields = [
            "name_en",
            "name_hi",
            "code",
            "kind",
            "antigen",
            "dose_number",
            "minimum_interval_days",
            "accumulates",
            "by_cohort",
            "by_vaccine",
            "by_sex",
        ]
        widgets = {"name_hi": hindi()}
        help_texts = {
            "code": _(
                "Small letters, digits and hyphens, for files and the API. It cannot be changed later."
            ),
            "antigen": _(
                "What a dose protects against. Doses of one antigen form a series: drop-out, overdue."
            ),
            "dose_number": _(
                "1 for the first dose of a series. Leave empty for anything that is no numbered dose."
            ),
            "accumulates": _("Doses add up over days. Centres open on a day do not."),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["cohorts"].queryset = self.campaign.cohorts.filter(is_open=True)
        if self.instance.pk:
            self.initial["cohorts"] = list(self.instance.cohorts.all())

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("dose_number") and not cleaned.get("antigen"):
            self.add_error("antigen", _("A numbered dose needs its antigen, or no series can be made of it."))
        if cleaned.get("dose_number") == 0:
            self.add_error("dose_number", _("Doses are numbered from 1."))
        return cleaned


class VaccinesForm(forms.Form):
    vaccines = forms.ModelMultipleChoiceField(
        label=_("Vaccines in use"),
        queryset=Vaccine.objects.all(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        to_field_name="code",
    )


class NewVaccineForm(forms.ModelForm):
    class Meta:
        model = Vaccine
        fields = ["name_en", "name_hi", "code", "antigen", "manufacturer", "doses_per_vial"]
        widgets = {"name_hi": hindi()}

    def clean_code(self):
        return self.cleaned_data["code"].lower()
