"""Forms for target sets: from a table of one's own, or as shares of a population."""

import csv
import io
from decimal import Decimal

from django import forms
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.forms.fields import hindi
from campaigns.imports.findings import Kind
from campaigns.imports.numbers import Unreadable, read_count
from campaigns.services.tallies import LARGEST_COUNT
from districts.models import Area

LARGEST_FILE = 5 * 1024 * 1024
MOST_PROBLEMS = 20
NAME = "name"


class NamedSetForm(forms.Form):
    """What every target set carries: a name, a source and a year."""

    name_en = forms.CharField(label=gettext_lazy("Name in English"), max_length=160)
    name_hi = forms.CharField(
        label=gettext_lazy("Name in Hindi"), max_length=160, required=False, widget=hindi()
    )
    source = forms.CharField(
        label=gettext_lazy("Source"),
        max_length=200,
        help_text=gettext_lazy("Who says so: every coverage figure names it."),
    )
    source_hi = forms.CharField(
        label=gettext_lazy("Source in Hindi"),
        max_length=200,
        required=False,
        widget=hindi(),
        help_text=gettext_lazy("Shown on Hindi pages; left empty, they show the English one."),
    )
    year = forms.IntegerField(label=gettext_lazy("Year"), min_value=1951, max_value=2100)
    is_default = forms.BooleanField(
        label=gettext_lazy("Measure coverage against this set"), required=False, initial=True
    )

    def __init__(self, *args, campaign, **kwargs):
        self.campaign = campaign
        super().__init__(*args, **kwargs)

    def code(self):
        """A new code made from the name, so that no set is overwritten unasked."""
        stem = slugify(self.cleaned_data["name_en"])[:50] or f"targets-{self.cleaned_data['year']}"
        taken = set(self.campaign.target_sets.values_list("code", flat=True))
        code, number = stem, 2
        while code in taken:
            code, number = f"{stem}-{number}", number + 1
        return code


class TargetTableForm(NamedSetForm):
    file = forms.FileField(label=gettext_lazy("CSV file"), required=False)
    table = forms.CharField(
        label=gettext_lazy("Or paste the rows"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false"}),
        help_text=gettext_lazy(
            "A first row with “unit” and the codes of the groups, then one row per reporting unit. Rows copied from "
            "a spreadsheet are understood."
        ),
    )

    def clean(self):
        cleaned = super().clean()
        text = cleaned.get("table", "").strip()
        if upload := cleaned.get("file"):
            if upload.size > LARGEST_FILE:
                self.add_error("file", _("The file is larger than 5 MB."))
                return cleaned
            try:
                text = upload.read().decode("utf-8-sig")
            except UnicodeDecodeError:
                self.add_error("file", _("The file is not written in UTF-8. Save it as “CSV UTF-8”."))
                return cleaned
        if not text.strip():
            self.add_error("table", _("Choose a file or paste the rows."))
            return cleaned
        cleaned["targets"], problems = read_targets(self.campaign, text)
        for problem in problems[:MOST_PROBLEMS]:
            self.add_error("file" if cleaned.get("file") else "table", problem)
        return cleaned


def read_targets(campaign, text):
    """({(unit, cohort): persons}, problems) of a table with a column per cohort. A blank cell is no target.

    A column called "name" is for people and not read.
    """
    delimiter = max(",;\t", key=text.splitlines()[0].count)
    rows = csv.reader(io.StringIO(text), delimiter=delimiter)
    header = [cell.strip().lower() for cell in next(rows)]
    cohorts = {cohort.code.lower(): cohort for cohort in campaign.cohorts.all()}
    if header[0] != "unit":
        return {}, [_("The first column must be called “unit” and hold the codes of reporting units.")]
    if unknown := [name for name in header[1:] if name not in cohorts and name != NAME]:
        return {}, [
            _("No group has the code “%(code)s”. Known: %(known)s")
            % {"code": unknown[0], "known": ", ".join(cohorts)}
        ]
    units = {area.code.upper(): area for area in Area.objects.filter(reporting_for__campaign=campaign)}
    targets, problems = {}, []
    for number, cells in enumerate(rows, start=2):
        if any(cell.strip() for cell in cells):
            problems += _read_row(number, cells, header, units, cohorts, targets)
    if not targets and not problems:
        problems.append(_("The table holds no targets."))
    return targets, problems


def _read_row(number, cells, header, units, cohorts, targets):
    code = cells[0].strip()
    unit = units.get(code.upper())
    if unit is None:
        return [
            _("Row %(row)d: %(code)s is not a reporting unit of this campaign.")
            % {"row": number, "code": code}
        ]
    problems = []
    for name, cell in zip(header[1:], cells[1:], strict=False):
        if name == NAME:
            continue
        persons = read_count(cell)
        if isinstance(persons, Unreadable):
            problems.append(_unreadable(number, cell.strip(), persons.kind))
        elif persons is not None and (unit, cohorts[name]) in targets:
            problems.append(_("Row %(row)d: %(code)s comes twice.") % {"row": number, "code": code})
            break
        elif persons is not None:
            targets[unit, cohorts[name]] = persons
    return problems


def _unreadable(number, text, kind):
    """Why a cell is no target. The words for a tally would ask for "the count of the day"."""
    words = {
        Kind.NEGATIVE: _("Row %(row)d: %(value)s is negative. A target is a number of persons, 0 or more."),
        Kind.TOO_LARGE: _("Row %(row)d: %(value)s is too large. The largest target is %(largest)s persons."),
    }
    other = _("Row %(row)d: “%(value)s” is not a whole number of persons. Write digits only, such as 1250.")
    return words.get(kind, other) % {"row": number, "value": text[:40], "largest": LARGEST_COUNT}


class DeriveTargetsForm(NamedSetForm):
    """Shares are per cents of the population: 68.5 for the adults of a total population."""

    population = forms.ChoiceField(label=gettext_lazy("Population"))

    def __init__(self, *args, populations, **kwargs):
        super().__init__(*args, **kwargs)
        self.populations = populations
        self.fields["population"].choices = [(row.key, row.label) for row in populations]
        # The population says where it is from.
        del self.fields["source"], self.fields["source_hi"], self.fields["year"]
        self.cohorts = list(self.campaign.cohorts.filter(is_open=True))
        for cohort in self.cohorts:
            self.fields[f"share-{cohort.pk}"] = forms.DecimalField(
                label=_("%(cohort)s, per cent of the population") % {"cohort": cohort.name},
                min_value=Decimal(0),
                max_value=Decimal(100),
                max_digits=7,
                decimal_places=4,
                required=False,
            )

    def code(self):
        self.cleaned_data.setdefault("year", self.chosen().year)
        return super().code()

    def chosen(self):
        return next(row for row in self.populations if row.key == self.cleaned_data["population"])

    def shares(self):
        shares = {cohort: self.cleaned_data.get(f"share-{cohort.pk}") for cohort in self.cohorts}
        return {cohort: share for cohort, share in shares.items() if share is not None}

    def clean(self):
        cleaned = super().clean()
        if not self.errors and not self.shares():
            raise forms.ValidationError(_("Write the share of at least one group."))
        return cleaned
