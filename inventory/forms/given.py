"""Which batches of each vaccine were given at a unit on a day."""

from django import forms
from django.utils.translation import gettext as _

from districts.templatetags.indian import short_day
from inventory.forms.fields import NumberField
from inventory.giving import Named


class GivenForm(forms.Form):
    """For each vaccine a number of doses for every batch, and the batch of all others.

    A vaccine of which there is one batch is not asked for numbers: all of it is of that batch, or what expires first.
    """

    def __init__(self, *args, givings, **kwargs):
        super().__init__(*args, **kwargs)
        self.givings = givings
        for one in givings:
            labels = {batch.pk: _label(batch) for batch in one.batches}
            for batch in one.batches if len(one.batches) > 1 else ():
                self.fields[_number(one, batch)] = NumberField(
                    label=labels[batch.pk], required=False, initial=one.named.doses.get(batch)
                )
            self.fields[_rest(one)] = forms.TypedChoiceField(
                label=_("The rest, or all") if len(one.batches) > 1 else _("Batch"),
                choices=[("", _("what expires first")), *labels.items()],
                coerce=int,
                empty_value=None,
                required=False,
                initial=one.named.rest.pk if one.named.rest else "",
            )

    def clean(self):
        data = super().clean()
        for one in self.givings:
            rest = data.get(_rest(one))
            if rest and any(batch.pk == rest and data.get(_number(one, batch)) for batch in one.batches):
                text = _(
                    "This batch has a number of doses above: leave that empty, or choose another for the rest."
                )
                self.add_error(_rest(one), text)
        return data

    def chosen(self):
        """[(Giving, Named)]"""
        data = self.cleaned_data
        return [
            (
                one,
                Named(
                    {
                        batch: data[_number(one, batch)]
                        for batch in one.batches
                        if data.get(_number(one, batch))
                    },
                    next((batch for batch in one.batches if batch.pk == data[_rest(one)]), None),
                ),
            )
            for one in self.givings
        ]

    def refuse(self, giving, text):
        """Say at a vaccine what cannot be."""
        self.add_error(_rest(giving), text)

    def rows(self):
        """[(Giving, [fields of its batches], field of the rest)]"""
        return [
            (
                one,
                [self[_number(one, batch)] for batch in one.batches if _number(one, batch) in self.fields],
                self[_rest(one)],
            )
            for one in self.givings
        ]


def _label(batch):
    return _("%(batch)s, expires %(day)s") % {"batch": batch.number, "day": short_day(batch.expires_on)}


def _number(giving, batch):
    return f"doses-{giving.vaccine.pk}-{batch.pk}"


def _rest(giving):
    return f"batch-{giving.vaccine.pk}"
