"""Which batch of each vaccine was given at a unit on a day."""

from django import forms
from django.utils.translation import gettext as _

from districts.templatetags.indian import short_day


class GivenForm(forms.Form):
    def __init__(self, *args, givings, **kwargs):
        super().__init__(*args, **kwargs)
        self.givings = givings
        for one in givings:
            choices = [("", _("what expires first"))] + [
                (
                    batch.pk,
                    _("%(batch)s, expires %(day)s")
                    % {"batch": batch.number, "day": short_day(batch.expires_on)},
                )
                for batch in one.batches
            ]
            self.fields[f"batch-{one.vaccine.pk}"] = forms.TypedChoiceField(
                label=one.vaccine.name,
                choices=choices,
                coerce=int,
                empty_value=None,
                required=False,
                initial=one.named.pk if one.named else "",
            )

    def chosen(self):
        """[(vaccine, Batch or None)]"""
        pairs = []
        for one in self.givings:
            by_id = {batch.pk: batch for batch in one.batches}
            pairs.append((one.vaccine, by_id.get(self.cleaned_data[f"batch-{one.vaccine.pk}"])))
        return pairs

    def rows(self):
        """[(field, Giving)]"""
        return [(self[f"batch-{one.vaccine.pk}"], one) for one in self.givings]
