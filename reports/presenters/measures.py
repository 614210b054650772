"""What a map or a column may show of an area, and how it is written."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from districts import numbers
from districts.templatetags.indian import short
from reports.presenters.maps import LOW_IS_GOOD_BREAKS, count_scale, percent_scale

PERCENT, LOW_IS_GOOD, COUNT = "percent", "low is good", "count"


@dataclass(frozen=True, slots=True)
class Measure:
    """``value`` takes AreaFigures to a Ratio (per cents) or a whole number; None is no data."""

    code: str
    label: str
    kind: str
    value: Callable

    def exact(self, figures):
        value = self.value(figures)
        return value if self.kind == COUNT or value is None else value.exact

    def text(self, figures):
        value = self.value(figures)
        return short(value) if self.kind == COUNT else numbers.percent(value)

    def scale(self, values):
        if self.kind == COUNT:
            return count_scale(values)
        return percent_scale(LOW_IS_GOOD_BREAKS) if self.kind == LOW_IS_GOOD else percent_scale()


def doses_of_the_day(figures):
    """None while every unit is silent: nobody has said 0."""
    return figures.doses_today if figures.units.reported or figures.doses_today else None


def item_names(sheet):
    return {item.code: item.name for item in sheet.items}


def is_first_to_second(sheet):
    """Whether the pair may be called first and second dose; else its items are called by their names."""
    return (sheet.first.dose_number, sheet.last.dose_number) == (1, 2)


def overdue_label(sheet):
    if is_first_to_second(sheet):
        return _("Overdue second doses")
    return _("Overdue: %(item)s") % {"item": sheet.last.name}


def measures_of(sheet):
    """The measures that the sheet of a campaign allows, the most telling one first."""
    doses = [item for item in sheet.items if item.code in sheet.dose_cells]
    found = [
        Measure(
            f"coverage-{item.code}",
            _("%(item)s: coverage") % {"item": item.name},
            PERCENT,
            lambda figures, code=item.code: figures.items[code].coverage,
        )
        for item in doses
        if item.accumulates
    ]
    if sheet.first and sheet.last:
        found.append(Measure("drop-out", _("Drop-out"), LOW_IS_GOOD, lambda figures: figures.drop_out))
    if sheet.interval_days:
        found.append(Measure("overdue", overdue_label(sheet), COUNT, lambda figures: figures.overdue))
    if sheet.first:
        found.append(Measure("left-out", _("Left out"), COUNT, lambda figures: figures.left_out))
    if doses:
        found.append(Measure("doses-today", _("Doses of the day"), COUNT, doses_of_the_day))
        found.append(Measure("doses", _("Doses to date"), COUNT, lambda figures: figures.doses_to_date))
    found.append(
        Measure("reported", _("Units that reported"), PERCENT, lambda figures: figures.units.completeness)
    )
    return found


def choose(measures, code):
    """The measure asked for, or the first."""
    return next((measure for measure in measures if measure.code == code), measures[0])
