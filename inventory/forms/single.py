"""Forms about one batch of a store: supply that arrives, loss, a move between earmarks, an undoing."""

from django import forms
from django.utils.translation import gettext_lazy as _

from districts.templatetags.indian import indian, short_day
from inventory.forms.fields import AmountForm, DayField, DayInput, KeyedForm
from inventory.models import Batch, Channel, Earmark, Vaccine, WasteCause
from inventory.safety import ask_why_expired, had_expired


class ReceiveForm(AmountForm):
    vaccine = forms.ModelChoiceField(Vaccine.objects.all(), label=_("Vaccine"))
    number = forms.CharField(label=_("Batch number"), max_length=40, help_text=_("as printed on the vial"))
    manufacturer = forms.CharField(
        label=_("Manufacturer"),
        max_length=120,
        required=False,
        help_text=_("left empty: the one of the vaccine"),
    )
    expires_on = forms.DateField(
        label=_("Expires"),
        widget=DayInput,
        required=False,
        help_text=_("the last day on which it may be used; not needed for a batch that is known"),
    )
    channel = forms.ChoiceField(label=_("Came from"), choices=Channel)
    earmark = forms.ChoiceField(label=_("Meant for"), choices=Earmark)
    document = forms.CharField(
        label=_("Document number"), max_length=60, required=False, help_text=_("challan or voucher, if any")
    )
    happened_on = DayField(label=_("Received on"))
    reason = forms.CharField(
        label=_("Why is an expired batch taken in?"),
        max_length=300,
        required=False,
        help_text=_("Only needed when it had expired before it came."),
    )

    field_order = [
        "vaccine",
        "number",
        "manufacturer",
        "expires_on",
        "amount",
        "unit",
        "channel",
        "earmark",
        "document",
        "happened_on",
        "reason",
    ]

    def clean(self):
        data = super().clean()
        vaccine, number = data.get("vaccine"), data.get("number")
        if vaccine and not data.get("manufacturer"):
            data["manufacturer"] = vaccine.manufacturer
        if vaccine and number and not data.get("expires_on") and "expires_on" not in self.errors:
            known = Batch.objects.filter(
                vaccine=vaccine, number=number, manufacturer=data["manufacturer"]
            ).first()
            if known is None:
                self.add_error("expires_on", _("This batch is new here: write the day on which it expires."))
            else:
                data["expires_on"] = known.expires_on
        self._ask_for_a_reason(data)
        return data

    def _ask_for_a_reason(self, data):
        expires_on, day = data.get("expires_on"), data.get("happened_on")
        if not (expires_on and day and had_expired(expires_on, day)):
            # Nothing was out of order, so no reason stands in the ledger.
            data["reason"] = ""
        elif not data.get("reason"):
            self.add_error("reason", ask_why_expired(data.get("number", ""), expires_on))


class PositionChoice(forms.TypedChoiceField):
    """One row of the shelf; its value is the id of the position."""

    def __init__(self, shelf, stages=None, **kwargs):
        self.by_id = {one.pk: one for one in shelf}
        choices = [("", "---------"), *((one.pk, position_label(one)) for one in shelf)]
        super().__init__(
            choices=choices, coerce=lambda value: self.by_id[int(value)], empty_value=None, **kwargs
        )


def position_label(one):
    return _("%(vaccine)s %(batch)s, %(earmark)s: %(doses)s doses, expires %(day)s") % {
        "vaccine": one.batch.vaccine,
        "batch": one.batch,
        "earmark": one.get_earmark_display(),
        "doses": indian(one.doses),
        "day": short_day(one.batch.expires_on),
    }


class WasteForm(AmountForm):
    cause = forms.ChoiceField(label=_("Cause"))
    reason = forms.CharField(
        label=_("What happened"), max_length=300, required=False, help_text=_("a few words, if they help")
    )
    happened_on = DayField(label=_("Found on"))

    field_order = ["position", "amount", "unit", "cause", "reason", "happened_on"]

    def __init__(self, *args, shelf, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["position"] = PositionChoice(shelf, label=_("Batch"))
        groups = {True: [], False: []}
        for cause in WasteCause:
            groups[cause.is_open_vial].append((cause.value, cause.label))
        self.fields["cause"].choices = [
            ("", "---------"),
            (_("Closed vial"), groups[False]),
            (_("Opened vial"), groups[True]),
        ]
        self.order_fields(self.field_order)


class EarmarkForm(AmountForm):
    reason = forms.CharField(label=_("Why"), max_length=300)
    happened_on = DayField(label=_("On"))

    field_order = ["position", "amount", "unit", "reason", "happened_on"]

    def __init__(self, *args, shelf, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["position"] = PositionChoice(
            shelf, label=_("Batch"), help_text=_("it goes to the other earmark")
        )
        self.order_fields(self.field_order)


class ReverseForm(KeyedForm):
    reason = forms.CharField(
        label=_("Why is it undone?"),
        max_length=300,
        help_text=_("Stays in the ledger beside what it undoes."),
    )
