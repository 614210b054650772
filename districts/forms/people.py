"""Forms of the people pages. They read and check; districts.services.appointing writes, and checks who may."""

from django import forms
from django.core.validators import RegexValidator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from districts import people
from districts.models import Level, Role
from districts.selectors import areas_matching

LANGUAGES = [("hi", _("Hindi")), ("en-in", _("English"))]
MOST_PROPOSED = 400


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self, attrs=None):
        super().__init__(attrs, format="%Y-%m-%d")


class AreaField(forms.CharField):
    """An area by its code or name. There are thousands of blocks: too many to scroll through on a phone."""

    def __init__(self, **options):
        super().__init__(max_length=200, **options)
        self.widget.attrs |= {"autocomplete": "off", "spellcheck": "false"}


class WithArea:
    """For a form with an ``area``: finds it among those that the user manages."""

    def find_area(self, text, *, levels=None):
        areas = people.areas_managed(self.user)
        exact = areas.filter(code__iexact=text).first()
        if exact is not None:
            return exact
        met = areas_matching(text=text, queryset=areas)
        if levels:
            met = met.filter(level__in=levels)
        found = list(met.order_by("path")[:11])
        same = [area for area in found if text.casefold() in (area.name_en.casefold(), area.name_hi)]
        found = same or found
        if len(found) == 1:
            return found[0]
        if not found:
            raise forms.ValidationError(_("There is no such area among those where you post people."))
        if len(found) > 10:
            raise forms.ValidationError(
                _("Many areas are called like this. Write more of the name, or the code.")
            )
        raise forms.ValidationError(
            _("Which one? Write its code: %(areas)s."),
            params={"areas": ", ".join(str(area) for area in found)},
        )

    def proposed_areas(self):
        """For a list beside the field: the levels from the top that make a list of bearable length."""
        managed = people.areas_managed(self.user).order_by("path")
        for deepest in (Level.SITE, Level.BLOCK, Level.DISTRICT, Level.STATE):
            rows = list(managed.filter(level__lte=deepest)[: MOST_PROPOSED + 1])
            if len(rows) <= MOST_PROPOSED:
                return rows
        return []


class PostingForm(WithArea, forms.Form):
    role = forms.ChoiceField(label=_("Role"))
    area = AreaField(
        label=_("Area"), help_text=_("Its name or code. The role holds there and everywhere below.")
    )
    starts_on = forms.DateField(label=_("From"), widget=DayInput)
    ends_on = forms.DateField(
        label=_("Until"),
        widget=DayInput,
        required=False,
        help_text=_("The last day. Leave it empty when no end is known."),
    )

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user
        roles = people.roles_given(user)
        self.fields["role"].choices = [(role.value, role.label) for role in Role if role in roles]
        self.fields["starts_on"].initial = timezone.localdate
        self.fields["area"].widget.attrs["list"] = "proposed-areas"

    def clean(self):
        cleaned = super().clean()
        role, text = cleaned.get("role"), cleaned.get("area")
        if role and text:
            try:
                cleaned["area"] = area = self.find_area(text.strip(), levels=people.LEVELS_OF[Role(role)])
            except forms.ValidationError as error:
                self.add_error("area", error)
            else:
                self._check_role_at(Role(role), area)
        first, last = cleaned.get("starts_on"), cleaned.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", _("The last day lies before the first."))
        return cleaned

    def _check_role_at(self, role, area):
        if area.level not in people.LEVELS_OF[role]:
            levels = ", ".join(str(Level(level).label) for level in sorted(people.LEVELS_OF[role]))
            self.add_error(
                "area",
                forms.ValidationError(
                    _("%(area)s is of another level. This role is held in: %(levels)s."),
                    params={"area": area.name, "levels": levels},
                ),
            )
        elif not people.may_give(self.user, role, area):
            self.add_error("role", _("Your own posting does not allow you to give this role there."))


class PersonFields(forms.Form):
    first_name = forms.CharField(label=_("First name"), max_length=150)
    last_name = forms.CharField(label=_("Last name"), max_length=150, required=False)
    email = forms.EmailField(
        label=_("E-mail"),
        max_length=200,
        help_text=_("The invitation goes there, and links for forgotten passwords."),
    )
    phone = forms.CharField(
        label=_("Phone"),
        required=False,
        max_length=20,
        validators=[RegexValidator(r"^[0-9+() -]{6,20}$", _("Write digits, spaces and a + in front."))],
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}),
    )
    language = forms.ChoiceField(label=_("Language"), choices=LANGUAGES)


class InvitationForm(PostingForm, PersonFields):
    field_order = [
        "first_name",
        "last_name",
        "email",
        "phone",
        "language",
        "role",
        "area",
        "starts_on",
        "ends_on",
    ]


class SearchForm(WithArea, forms.Form):
    q = forms.CharField(label=_("Name, e-mail or phone"), required=False, max_length=100)
    role = forms.ChoiceField(label=_("Role"), required=False, choices=[("", _("All roles")), *Role.choices])
    area = AreaField(label=_("Area"), required=False)

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user
        self.fields["area"].widget.attrs["list"] = "proposed-areas"

    def clean_area(self):
        text = self.cleaned_data["area"].strip()
        return self.find_area(text) if text else None
