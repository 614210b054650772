"""Forms for making a campaign and changing its basics."""

from django import forms
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from campaigns.forms.fields import SHORT_NAME_WORDS, ClockInput, DayInput, hindi
from campaigns.models import Campaign
from campaigns.presets import PRESETS
from campaigns.slugs import validate_not_reserved
from districts import access
from districts.models import Area, Level


class DatesInOrder:
    def clean(self):
        cleaned = super().clean()
        first, last = cleaned.get("starts_on"), cleaned.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", _("The last day lies before the first."))
        return cleaned


class NewCampaignForm(DatesInOrder, forms.Form):
    preset = forms.ChoiceField(
        label=_("Start from"), widget=forms.RadioSelect, choices=[(p.code, p.title) for p in PRESETS.values()]
    )
    area = forms.ModelChoiceField(
        label=_("Area"),
        queryset=Area.objects.none(),
        to_field_name="code",
        help_text=_("The campaign covers this area and everything below it."),
    )
    name_en = forms.CharField(label=_("Name in English"), max_length=160)
    name_hi = forms.CharField(label=_("Name in Hindi"), max_length=160, required=False, widget=hindi())
    slug = forms.SlugField(
        label=_("Short name in addresses"),
        max_length=60,
        required=False,
        validators=[validate_not_reserved],
        error_messages=SHORT_NAME_WORDS,
        help_text=_("Small letters, digits and hyphens; made from the English name when left empty."),
    )
    starts_on = forms.DateField(label=_("First day"), widget=DayInput)
    ends_on = forms.DateField(label=_("Last day"), widget=DayInput)

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        areas = access.visible_to(user, Area.objects.filter(level__lte=Level.DISTRICT), right="set_up")
        self.fields["area"].queryset = areas
        self.fields["area"].label_from_instance = lambda area: "\u2003" * area.level + str(area)
        self.fields["area"].empty_label = None if len(areas[:2]) == 1 else _("Choose …")

    def clean_slug(self):
        slug = self.cleaned_data["slug"].lower() or slugify(self.cleaned_data.get("name_en", ""))[:60].strip(
            "-"
        )
        if not slug:
            raise forms.ValidationError(
                _("Write a short name: the English name has no letters to make it of.")
            )
        validate_not_reserved(slug)
        if Campaign.objects.filter(slug=slug).exists():
            raise forms.ValidationError(_("A campaign with the short name “%s” exists.") % slug)
        return slug


class BasicsForm(DatesInOrder, forms.ModelForm):
    """Only reads and checks: what it holds is written by ``campaigns.services.changes.change_basics``."""

    class Meta:
        model = Campaign
        fields = [
            "name_en",
            "name_hi",
            "starts_on",
            "ends_on",
            "deadline_days",
            "deadline_time",
            "late_window_days",
            "keeps_stock",
            "note_en",
            "note_hi",
        ]
        widgets = {
            "name_hi": hindi(),
            "note_en": forms.Textarea(attrs={"rows": 3}),
            "note_hi": hindi(forms.Textarea, rows=3),
            "starts_on": DayInput,
            "ends_on": DayInput,
            "deadline_time": ClockInput,
        }
        help_texts = {
            "deadline_days": _(
                "1 is the next day. Reports already received keep their mark, late or on time."
            ),
            "late_window_days": _("Leave empty to accept them always."),
            "note_en": _("Shown below the name on public pages."),
        }

    def clean_deadline_days(self):
        days = self.cleaned_data["deadline_days"]
        if days > 60:
            raise forms.ValidationError(_("At most 60 days."))
        return days
