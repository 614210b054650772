"""Forms of the import pages."""

import datetime

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaigns.imports.formats import Format

MOST_DAYS = 366


class UploadForm(forms.Form):
    file = forms.FileField(
        label=_("File"),
        help_text=_("CSV (UTF-8) or XLSX: the filled template, or one of CoWIN's own files."),
        allow_empty_file=True,
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.xlsx,text/csv"}),
    )
    file_format = forms.ChoiceField(
        label=_("Format"),
        required=False,
        choices=[("", _("Find out from the header")), *Format.choices],
    )


class TemplateForm(forms.Form):
    """From which day to which the template has rows."""

    first_day = forms.DateField(
        label=_("From"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    last_day = forms.DateField(
        label=_("Until"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, *args, campaign, **kwargs):
        super().__init__(*args, **kwargs)
        self._campaign = campaign
        newest = max(campaign.starts_on, min(campaign.ends_on, timezone.localdate()))
        for name in ("first_day", "last_day"):
            self.fields[name].initial = newest
            self.fields[name].widget.attrs |= {
                "min": campaign.starts_on.isoformat(),
                "max": campaign.ends_on.isoformat(),
            }

    def clean(self):
        cleaned = super().clean()
        first, last = cleaned.get("first_day"), cleaned.get("last_day")
        if not first or not last:
            return cleaned
        if last < first:
            raise forms.ValidationError(_("The last day comes before the first."))
        if first < self._campaign.starts_on or last > self._campaign.ends_on:
            raise forms.ValidationError(
                _("The campaign runs from %(first)s to %(last)s: choose days inside it."),
                params={"first": self._campaign.starts_on, "last": self._campaign.ends_on},
            )
        if last - first > datetime.timedelta(MOST_DAYS):
            raise forms.ValidationError(_("Choose at most a year."))
        return cleaned


class ConfirmForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason for the correction"),
        max_length=500,
        required=False,
        help_text=_("It is kept with every report that this file corrects."),
    )

    def __init__(self, *args, needs_reason=False, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = needs_reason
        if not needs_reason:
            self.fields["reason"].widget = forms.HiddenInput()
