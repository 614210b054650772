"""The charts of a dashboard and the table of its items."""

import datetime
from dataclasses import dataclass

from django.utils.translation import gettext as _

from campaigns.models import ItemKind
from districts import numbers
from districts.templatetags.indian import no_data, not_applicable, short_day
from reports.figures import expected_by
from reports.presenters.charts import cumulative_lines, daily_bars
from reports.presenters.splits import split_bars

CHART_DAYS = 60
MOST_SERIES = 4


def chart_span(campaign, day):
    """The first and last day of the charts."""
    return max(campaign.starts_on, day - datetime.timedelta(CHART_DAYS - 1)), day


def charted_items(sheet, measure_code):
    """The items worth a line: that of the measure, else the leading pair, else the first few doses or items."""
    by_code = {item.code: item for item in sheet.items}
    pair = [item for item in (sheet.first, sheet.last) if item is not None]
    asked = by_code.get(measure_code.removeprefix("coverage-"))
    if asked is not None and asked not in pair:
        return [asked]
    if pair:
        return pair
    doses = [by_code[code] for code in sheet.dose_cells]
    return (doses or list(sheet.items))[:MOST_SERIES]


def daily_chart(items, series):
    if not items:
        return None
    return daily_bars(
        name="daily",
        title=_("Each day"),
        days=series[items[0].code].days,
        series=[(item.name, series[item.code].daily) for item in items],
    )


def cumulative_chart(items, series, coverage):
    """Items that add up over days, against the plan of the first of them."""
    items = [item for item in items if item.accumulates]
    if not items:
        return None
    days = series[items[0].code].days
    target = coverage.area.items[items[0].code].target
    return cumulative_lines(
        name="cumulative",
        title=_("To date, against the plan"),
        days=days,
        series=[(item.name, series[item.code].to_date) for item in items],
        expected=_plan(days, target, coverage.calendar) if target is not None else None,
        target=target,
    )


def _plan(days, target, calendar):
    """What is expected by each of the days."""
    return [expected_by(target, calendar.elapsed(day), calendar.total) for day in days]


def splits_of(items, parts, *, cohorts, vaccines, cohort=None):
    """Doses by age group, by vaccine and by sex, as far as the sheet asks: one Split for each."""
    codes = [item.code for item in items]
    parts = [part for part in parts if part.item in codes]
    mine = [part for part in parts if cohort is None or part.cohort == cohort.code]
    sexes = {"F": _("Female"), "M": _("Male"), "O": _("Other")}
    asked = [
        ("by-group", _("By age and target group"), "cohort", {one.code: one.name for one in cohorts}, parts),
        ("by-vaccine", _("By vaccine"), "vaccine", {one.code: one.name for one in vaccines}, mine),
        ("by-sex", _("By sex"), "sex", sexes, mine),
    ]
    for name, title, field, labels, rows in asked:
        groups = _groups(codes, rows, field, labels)
        if len(groups) > 1:
            yield split_bars(name=name, title=title, series=[item.name for item in items], groups=groups)


def _groups(codes, parts, field, labels):
    counts = {}
    for part in parts:
        group = getattr(part, field)
        if group and part.to_date is not None:
            place = counts.setdefault(group, dict.fromkeys(codes))
            place[part.item] = (place[part.item] or 0) + part.to_date
    return [(label, list(counts[code].values())) for code, label in labels.items() if code in counts]


@dataclass(frozen=True, slots=True)
class ItemRow:
    name: str
    today: str
    to_date: str
    target: str
    coverage: str
    expected: str
    required: str
    pace: str
    eta: str


# Persons can be measured against a target of persons; households, sites, sessions and who is only listed cannot.
MEASURED = (ItemKind.DOSE, ItemKind.PERSON)


def item_rows(coverage):
    """One row per item of the sheet, with what is still needed and when it would be reached."""
    return tuple(_item_row(item, coverage) for item in coverage.sheet.items)


def _item_row(item, coverage):
    figures, units = coverage.area.items[item.code], coverage.area.units
    blank, never = no_data(), not_applicable()
    measured = dict.fromkeys(("target", "coverage", "expected", "required", "pace", "eta"), never)
    if item.kind in MEASURED and item.accumulates:
        measured |= {
            "target": _or(blank, figures.target),
            "coverage": numbers.percent(figures.coverage) if figures.coverage.has_data else blank,
        }
    if item.kind == ItemKind.DOSE and item.accumulates:
        measured["pace"] = _per_day(figures.mean_of_last_7, blank)
        # Without a working day there is no plan, and nothing that could be expected by now.
        if coverage.total:
            measured |= {
                "expected": _or(blank, figures.expected),
                "required": _per_day(figures.required_daily, blank),
                "eta": short_day(figures.eta) if figures.eta else blank,
            }
    return ItemRow(
        name=item.name,
        today=numbers.indian(figures.today) if units.reported or figures.today else blank,
        to_date=numbers.indian(figures.to_date) if figures.to_date is not None else never,
        **measured,
    )


def _or(blank, value):
    return blank if value is None else numbers.indian(value)


def _per_day(ratio, blank):
    return numbers.decimal(ratio.exact, 0) if ratio is not None and ratio.has_data else blank
