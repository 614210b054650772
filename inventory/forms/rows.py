"""Forms with a row for every batch: dispatch, acceptance, count, vial monitors, levels."""

from dataclasses import dataclass

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from districts.templatetags.indian import indian
from inventory.forms.fields import DOSES, UNITS, DayField, DayInput, KeyedForm, NumberField, to_doses
from inventory.forms.single import position_label
from inventory.issuing import departs_from_order
from inventory.models import Location, Vaccine
from inventory.safety import is_return, refusal, stopped

STAGES = [("", "—"), (1, "1"), (2, "2"), (3, gettext_lazy("3 (discard)")), (4, gettext_lazy("4 (discard)"))]


@dataclass(frozen=True)
class Row:
    """A thing with its fields, for the template."""

    subject: object
    fields: tuple


class ShelfForm(KeyedForm):
    """One number for each row of a store's shelf, left empty where there is nothing to say."""

    prefix_of_row = "n"
    row_label = gettext_lazy("%(position)s: how many")

    unit = forms.ChoiceField(label=gettext_lazy("Numbers are"), choices=UNITS, initial=DOSES)

    def __init__(self, *args, shelf, **kwargs):
        super().__init__(*args, **kwargs)
        self.shelf = shelf
        for one in shelf:
            field = NumberField(required=False, label=self.row_label % {"position": position_label(one)})
            field.widget.attrs["aria-label"] = field.label
            self.fields[f"{self.prefix_of_row}-{one.pk}"] = field

    def rows(self):
        return [Row(one, (self[f"{self.prefix_of_row}-{one.pk}"],)) for one in self.shelf]

    def plain_fields(self):
        """The fields that are no rows of the shelf."""
        return [
            field for field in self.visible_fields() if not field.name.startswith(f"{self.prefix_of_row}-")
        ]

    def doses(self):
        """{position: doses} of the rows that were filled in."""
        given = {}
        for one in self.shelf:
            number = self.cleaned_data.get(f"{self.prefix_of_row}-{one.pk}")
            if number is not None:
                given[one] = to_doses(number, self.cleaned_data.get("unit", DOSES), one.batch.vaccine)
        return given


class StoreChoice(forms.ModelChoiceField):
    def label_from_instance(self, store):
        return f"{store.name} · {store.area.name}"


class DispatchForm(ShelfForm):
    to_store = StoreChoice(Location.objects.none(), label=gettext_lazy("To"))
    sent_on = DayField(label=gettext_lazy("Sent on"))
    note = forms.CharField(label=gettext_lazy("Note for the receiver"), max_length=300, required=False)
    override = forms.CharField(
        label=gettext_lazy("Why in another order than suggested?"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Only needed when the batches differ from the suggested ones."),
    )

    field_order = ["to_store", "sent_on", "unit"]

    def __init__(self, *args, store, on_shelf, stores, **kwargs):
        super().__init__(*args, **kwargs)
        self.store, self.on_shelf = store, on_shelf
        self.fields["to_store"].queryset = stores

    def clean(self):
        data = super().clean()
        if self.errors:
            return data
        chosen = {position: doses for position, doses in self.doses().items() if doses}
        if not chosen:
            raise forms.ValidationError(_("Write how much of at least one batch is sent."))
        for position, doses in chosen.items():
            if doses > position.doses:
                self.add_error(
                    f"n-{position.pk}",
                    _("Only %(held)s doses are here.") % {"held": indian(position.doses)},
                )
        self._refuse_what_must_not_be_used(chosen, data["to_store"], data["sent_on"])
        by_key = {position.pk: doses for position, doses in chosen.items()}
        if not self.errors and departs_from_order(self.on_shelf, by_key, data["sent_on"]):
            if not data["override"].strip():
                self.add_error(
                    "override",
                    _(
                        "These are not the batches that should leave first (VVM stage 2 before 1, then what "
                        "expires first; never stage 3, 4 or expired). Take the suggested ones or say why."
                    ),
                )
        else:
            # Nothing was overridden, so no reason stands in the voucher.
            data["override"] = ""
        return data

    def _refuse_what_must_not_be_used(self, chosen, to_store, sent_on):
        """At its row, before a reason is asked for: none would help."""
        if is_return(self.store, to_store):
            return
        why = stopped(self.store, {position.batch for position in chosen}, sent_on)
        for position in chosen:
            if position.batch in why:
                self.add_error(f"n-{position.pk}", refusal(position.batch, why[position.batch]))

    def lines(self):
        return [(one.batch, one.earmark, doses) for one, doses in self.doses().items() if doses]

    def full_note(self):
        parts = [self.cleaned_data["note"].strip()]
        if self.cleaned_data["override"].strip():
            parts.append(_("Other order: %(why)s") % {"why": self.cleaned_data["override"].strip()})
        return " · ".join(part for part in parts if part)[:300]


class CountForm(ShelfForm):
    row_label = gettext_lazy("%(position)s: counted")

    counted_on = DayField(label=gettext_lazy("Counted on"))
    reason = forms.CharField(
        label=gettext_lazy("Why does the count differ?"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("Needed as soon as one of them differs from the book."),
    )

    def clean(self):
        data = super().clean()
        if self.errors:
            return data
        counted = self.doses()
        if not counted:
            raise forms.ValidationError(_("Write what was counted of at least one batch; 0 is a count."))
        differing = [one for one, doses in counted.items() if doses != one.doses]
        if differing and not data["reason"].strip():
            self.add_error(
                "reason",
                _("The count differs from the book for %(batches)s: say why.")
                % {"batches": ", ".join(str(one.batch) for one in differing)},
            )
        return data

    def counts(self):
        return [(one.batch, one.earmark, doses) for one, doses in self.doses().items()]


class AcceptForm(KeyedForm):
    """For each batch of a consignment what came in good order and what came damaged; the rest is short."""

    unit = forms.ChoiceField(label=gettext_lazy("Numbers are"), choices=UNITS, initial=DOSES)
    accepted_on = DayField(label=gettext_lazy("Received on"))
    reason = forms.CharField(
        label=gettext_lazy("What happened to the rest?"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("Needed when something is damaged or missing."),
    )

    def __init__(self, *args, lines, **kwargs):
        super().__init__(*args, **kwargs)
        self.lines = [line for line in lines if line.on_the_way]
        for number, line in enumerate(self.lines):
            for part, label, initial in (
                ("good", _("%(batch)s: in good order"), line.on_the_way),
                ("damaged", _("%(batch)s: damaged"), 0),
            ):
                field = NumberField(initial=initial, label=label % {"batch": line.batch})
                field.widget.attrs["aria-label"] = field.label
                self.fields[f"{part}-{number}"] = field

    def rows(self):
        return [
            Row(line, (self[f"good-{number}"], self[f"damaged-{number}"]))
            for number, line in enumerate(self.lines)
        ]

    def plain_fields(self):
        return [self[name] for name in ("unit", "accepted_on", "reason")]

    def clean(self):
        data = super().clean()
        if self.errors:
            return data
        incomplete = False
        for number, (_batch, _earmark, good, damaged) in enumerate(self.taken()):
            sent = self.lines[number].on_the_way
            incomplete = incomplete or good != sent
            if good + damaged > sent:
                self.add_error(
                    f"good-{number}",
                    _("Only %(sent)s doses were sent: good and damaged together are more.")
                    % {"sent": indian(sent)},
                )
        if incomplete and not self.errors and not data["reason"].strip():
            self.add_error("reason", _("Not everything arrived in good order: say what happened."))
        return data

    def taken(self):
        """[(batch, earmark, doses good, doses damaged)] of every line."""
        unit = self.cleaned_data.get("unit", DOSES)
        return [
            (
                line.batch,
                line.earmark,
                to_doses(self.cleaned_data[f"good-{number}"], unit, line.batch.vaccine),
                to_doses(self.cleaned_data[f"damaged-{number}"], unit, line.batch.vaccine),
            )
            for number, line in enumerate(self.lines)
        ]


class MonitorForm(KeyedForm):
    observed_on = DayField(label=gettext_lazy("Observed on"))
    reason = forms.CharField(
        label=gettext_lazy("Why is a stage lower than the last reading?"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("A monitor never grows lighter: only needed when the last reading was wrong."),
    )

    def __init__(self, *args, batches, stages, **kwargs):
        super().__init__(*args, **kwargs)
        self.batches, self.stages = batches, stages
        for batch in batches:
            label = _("%(batch)s: VVM stage") % {"batch": batch}
            field = forms.TypedChoiceField(
                choices=STAGES, coerce=int, empty_value=None, required=False, label=label
            )
            field.widget.attrs["aria-label"] = label
            self.fields[f"stage-{batch.pk}"] = field

    def rows(self):
        return [
            Row((batch, self.stages.get(batch.pk)), (self[f"stage-{batch.pk}"],)) for batch in self.batches
        ]

    def plain_fields(self):
        return [self["observed_on"], self["reason"]]

    def clean(self):
        data = super().clean()
        if not self.errors and not self.readings():
            raise forms.ValidationError(_("Choose the stage of at least one batch."))
        return data

    def readings(self):
        return {
            batch: self.cleaned_data[f"stage-{batch.pk}"]
            for batch in self.batches
            if self.cleaned_data.get(f"stage-{batch.pk}")
        }


class LevelsForm(forms.Form):
    def __init__(self, *args, levels, **kwargs):
        super().__init__(*args, **kwargs)
        self.vaccines = list(Vaccine.objects.all())
        for vaccine in self.vaccines:
            level = levels.get(vaccine.pk)
            for part, label in (
                ("minimum", _("%(vaccine)s: at least (doses)")),
                ("maximum", _("%(vaccine)s: at most (doses)")),
            ):
                field = NumberField(
                    required=False,
                    label=label % {"vaccine": vaccine},
                    initial=getattr(level, part) if level else None,
                )
                field.widget.attrs["aria-label"] = field.label
                self.fields[f"{part}-{vaccine.pk}"] = field

    def rows(self):
        return [Row(one, (self[f"minimum-{one.pk}"], self[f"maximum-{one.pk}"])) for one in self.vaccines]

    def clean(self):
        data = super().clean()
        for vaccine in self.vaccines:
            low, high = data.get(f"minimum-{vaccine.pk}"), data.get(f"maximum-{vaccine.pk}")
            if (low is None) != (high is None):
                self.add_error(f"maximum-{vaccine.pk}", _("Write both, or leave both empty."))
            elif low is not None and high < low:
                self.add_error(f"maximum-{vaccine.pk}", _("The most is below the least."))
        return data

    def levels(self):
        chosen = {}
        for vaccine in self.vaccines:
            low = self.cleaned_data[f"minimum-{vaccine.pk}"]
            chosen[vaccine] = None if low is None else (low, self.cleaned_data[f"maximum-{vaccine.pk}"])
        return chosen


class RequisitionForm(forms.Form):
    from_store = StoreChoice(Location.objects.none(), label=gettext_lazy("Ask"))
    vaccine = forms.ModelChoiceField(Vaccine.objects.all(), label=gettext_lazy("Vaccine"))
    amount = NumberField(label=gettext_lazy("How many"), min_value=1)
    unit = forms.ChoiceField(label=gettext_lazy("Counted in"), choices=UNITS, initial=DOSES)
    wanted_by = forms.DateField(label=gettext_lazy("Needed by"), widget=DayInput)
    reason = forms.CharField(label=gettext_lazy("What for"), max_length=300, required=False)

    def __init__(self, *args, stores, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["from_store"].queryset = stores

    def in_doses(self):
        data = self.cleaned_data
        return to_doses(data["amount"], data["unit"], data["vaccine"])


class CloseForm(forms.Form):
    reason = forms.CharField(label=gettext_lazy("Why is no more sent?"), max_length=300)
