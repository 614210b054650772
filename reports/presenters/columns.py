"""The columns of the table of children, for the page and for its files alike."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from districts import numbers
from districts.models.areas import local_name
from reports.presenters.measures import doses_of_the_day

# What a column holds; the first two are texts, "units" is AreaFigures.units, the rest a Ratio or an int.
NAME, LETTER, BAR, COUNT, PERCENT, DAYS, UNITS = "name", "letter", "bar", "count", "percent", "days", "units"


@dataclass(frozen=True, slots=True)
class Column:
    """``value`` takes AreaFigures to what is sorted, written and exported; None is no data."""

    code: str
    label: str
    kind: str
    value: Callable

    @property
    def css(self):
        return {NAME: "", LETTER: "", BAR: "with-bar"}.get(self.kind, "number")

    @property
    def is_text(self):
        return self.kind in (NAME, LETTER)

    def exact(self, figures):
        """What the column is sorted by, or None."""
        value = self.value(figures)
        if value is None:
            return None
        if self.kind == UNITS:
            value = value.completeness
        if self.is_text:
            return value.casefold()
        return value if self.kind == COUNT else value.exact

    def text(self, figures):
        """The figure as it is written, or "" without data."""
        value = self.value(figures)
        if value is None:
            return ""
        if self.kind == COUNT:
            return numbers.indian(value)
        if self.is_text:
            return value
        if self.kind == UNITS:
            has_data = value.completeness.has_data
            return f"{numbers.indian(value.reported)}/{numbers.indian(value.expected)}" if has_data else ""
        if not value.has_data:
            return ""
        if self.kind == DAYS:
            text = numbers.decimal(value.exact)
            return f"+{text}" if value.exact > 0 else text
        return numbers.percent(value)

    @property
    def export_labels(self):
        if self.kind == UNITS:
            return (self.label, _("Units expected"))
        return (f"{self.label} (%)" if self.kind in (BAR, PERCENT) else self.label,)

    def exported(self, figures):
        """Plain values: counts whole, ratios rounded as they are shown."""
        value = self.value(figures)
        if self.kind == UNITS:
            # "12/14" would be a date to a spreadsheet, so the two counts stand apart.
            return (value.reported, value.expected)
        if self.exact(figures) is None:
            return (_("no data"),)
        return (value if self.is_text or self.kind == COUNT else value.rounded(),)


def columns_of(sheet):
    """The columns that the sheet of a campaign allows: name, category, coverages as bars, then figures."""
    pair = [item for item in (sheet.first, sheet.last) if item is not None]
    columns = [Column("name", _("Area"), NAME, local_name)]
    if len(pair) == 2:
        columns.append(Column("category", _("Category"), LETTER, lambda figures: figures.category))
    columns += [
        Column(
            f"coverage-{item.code}",
            _("%(item)s: coverage") % {"item": item.name},
            BAR,
            lambda figures, code=item.code: figures.items[code].coverage,
        )
        for item in pair
    ]
    if sheet.dose_cells:
        columns.append(Column("doses", _("Doses to date"), COUNT, lambda figures: figures.doses_to_date))
        columns.append(Column("doses-today", _("This day"), COUNT, doses_of_the_day))
        columns.append(Column("verified", _("Verified"), PERCENT, lambda figures: figures.verified))
    for item in () if sheet.dose_cells else sheet.items[:4]:
        columns.append(
            Column(
                f"item-{item.code}",
                item.name,
                COUNT,
                lambda figures, code=item.code: figures.items[code].today if figures.units.reported else None,
            )
        )
    if sheet.first:
        code = sheet.first.code
        columns.append(Column("ahead", _("Days ahead"), DAYS, lambda figures: figures.items[code].days_ahead))
    if len(pair) == 2:
        columns.append(Column("drop-out", _("Drop-out"), PERCENT, lambda figures: figures.drop_out))
    if sheet.interval_days:
        columns.append(Column("overdue", _("Overdue"), COUNT, lambda figures: figures.overdue))
    columns.append(Column("reported", _("Units reported"), UNITS, lambda figures: figures.units))
    return columns
