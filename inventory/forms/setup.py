"""Forms of the set-up of stock: vaccines, batches, stores."""

from django import forms
from django.utils.translation import gettext_lazy as _

from districts.models import Area
from inventory.forms.fields import DayInput, NumberField
from inventory.models import Batch, Location, Vaccine
from inventory.models.products import UNKNOWN_BATCH
from inventory.services.setup import BATCH_FIELDS, STORE_FIELDS, VACCINE_FIELDS


class _Form(forms.ModelForm):
    """Checks as the model does; it is the service that writes."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # What the form read is handed to the service; the row that the page shows stays as it is.
        self.is_new = self.instance.pk is None

    def values(self, fields):
        return {name: self.cleaned_data[name] for name in fields}


class VaccineForm(_Form):
    class Meta:
        model = Vaccine
        fields = VACCINE_FIELDS

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["doses_per_vial"].min_value = 1
        self.fields["code"].help_text = _("small letters, digits and hyphens; it stays as it is")
        if not self.is_new:
            self.fields["code"].disabled = True

    def clean_doses_per_vial(self):
        doses = self.cleaned_data["doses_per_vial"]
        if doses < 1:
            raise forms.ValidationError(_("A vial holds one dose or more."))
        return doses


class BatchForm(_Form):
    reason = forms.CharField(
        label=_("Why is it changed?"), max_length=300, required=False, help_text=_("kept in the audit trail")
    )

    class Meta:
        model = Batch
        fields = BATCH_FIELDS
        labels = {"vaccine": _("Vaccine")}
        widgets = {"expires_on": DayInput}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.is_new:
            del self.fields["reason"]
        else:
            self.fields["reason"].required = True

    def clean_number(self):
        number = self.cleaned_data["number"].strip()
        if number == UNKNOWN_BATCH:
            raise forms.ValidationError(_("Write the batch number as printed on the vial."))
        return number


class AreaCodeField(forms.CharField):
    """The code of an area below another one."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, max_length=32, **kwargs)
        self.under = None

    def clean(self, value):
        code = super().clean(value)
        area = Area.objects.under(self.under).filter(code__iexact=code).first()
        if area is None:
            raise forms.ValidationError(_("There is no such area in %(area)s.") % {"area": self.under.name})
        return area


class StoreForm(_Form):
    area = AreaCodeField(
        label=_("Area code"), help_text=_("a state, a district, or the area of a cold chain point")
    )
    capacity_doses = NumberField(
        label=_("Cold-chain capacity (doses)"), required=False, help_text=_("left empty: not known")
    )

    field_order = ["area", "code", *STORE_FIELDS]

    class Meta:
        model = Location
        fields = ("code", *STORE_FIELDS)
        widgets = {"closed_on": DayInput}

    def __init__(self, *args, under, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["area"].under = under
        self.fields["name_en"].required = True
        if self.is_new:
            del self.fields["closed_on"]
            self.fields["area"].initial = under.code
            self.fields["code"].help_text = _("on vouchers and in files; it stays as it is")
        else:
            del self.fields["area"], self.fields["code"]

    def clean_code(self):
        code = self.cleaned_data["code"].strip().upper()
        if not code.replace("-", "").isalnum() or not code.isascii():
            raise forms.ValidationError(_("Write capital letters, digits and hyphens only."))
        if Location.objects.filter(code__iexact=code).exists():
            raise forms.ValidationError(_("There is a store with this code already."))
        return code
