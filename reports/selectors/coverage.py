"""Where an area and its children stand on a day: the one answer that dashboards, exports and the API share."""

import datetime
from collections import defaultdict
from dataclasses import dataclass

from campaigns.models import TargetTotal
from campaigns.selectors.calendar import WorkCalendar, calendar_of
from districts.figures import Ratio
from districts.models import Area
from reports.figures import (
    AreaFigures,
    Flag,
    ItemFigures,
    days_ahead,
    expected_by,
    mean_of_reporting_days,
    working_days_needed,
)
from reports.selectors.freshness import Freshness, freshness
from reports.selectors.overdue import overdue_by_area
from reports.selectors.reporting import reports_by_day, units_of
from reports.selectors.revisions import revised_since
from reports.selectors.sheets import ReportSheet, sheet_for
from reports.selectors.sums import SUBMITTED, VERIFIED, counts, daily_counts

# Of the sparkline; the last 7 of them with a report make the mean pace.
RECENT_DAYS = 14


@dataclass(frozen=True)
class Coverage:
    """The answer, with everything it was made from. ``children`` are AreaFigures in tree order."""

    area: AreaFigures
    children: list
    areas: list  # the Area of each, the first one's first
    day: datetime.date
    as_of: datetime.datetime | None
    target_set: object
    cohort: object
    sheet: ReportSheet
    calendar: WorkCalendar
    fresh: Freshness
    elapsed: int  # working days
    total: int  # working days


@dataclass(frozen=True)
class _Facts:
    """What was read for all the areas at once, by area id."""

    counts: dict
    verified: dict
    recent: dict
    reports: dict
    units: dict
    targets: dict
    overdue: dict
    revised: dict


@dataclass(frozen=True)
class _Plan:
    calendar: WorkCalendar
    day: datetime.date
    elapsed: int
    total: int
    days_after: list
    recent_days: list


def area_figures(
    *,
    campaign,
    area,
    day,
    children=True,
    as_of=None,
    target_set=None,
    cohort=None,
    fresh=None,
    verified_only=False,
):
    """Figures of ``area`` and, if asked, of its children that hold reporting units.

    ``target_set`` is a TargetSet of the campaign (default: its default one); ``cohort`` narrows counts and
    targets to one Cohort. ``verified_only`` leaves out of the counts what nobody has verified yet; revisions and
    overdue doses, which are told of all that is submitted, are then left out too. The number of queries depends on
    none of children, items and days.
    """
    fresh = fresh or freshness(campaign)
    target_set = target_set or campaign.target_sets.order_by("-is_default", "id").first()
    sheet = sheet_for(campaign, cohort)
    areas = [area, *(children_of(campaign, area) if children else [])]
    plan = _plan(campaign, day)
    facts = _read(campaign, areas, plan, sheet, target_set, fresh, as_of, verified_only)
    figures = [_figures(one, sheet, facts, plan, target_set) for one in areas]
    return Coverage(
        area=figures[0],
        children=figures[1:],
        areas=areas,
        day=day,
        as_of=as_of,
        target_set=target_set,
        cohort=cohort,
        sheet=sheet,
        calendar=plan.calendar,
        fresh=fresh,
        elapsed=plan.elapsed,
        total=plan.total,
    )


def children_of(campaign, area):
    """The areas directly below that hold reporting units of the campaign, in tree order."""
    return list(
        Area.objects.filter(parent=area, pk__in=campaign.unit_totals.values("area_id")).order_by("path")
    )


def _plan(campaign, day):
    calendar = calendar_of(campaign)
    return _Plan(
        calendar=calendar,
        day=day,
        elapsed=calendar.elapsed(day),
        total=calendar.total,
        days_after=calendar.days_after(day),
        recent_days=[day - datetime.timedelta(n) for n in reversed(range(RECENT_DAYS))],
    )


def _read(campaign, areas, plan, sheet, target_set, fresh, as_of, verified_only):
    day, first = plan.day, plan.recent_days[0]
    asked = {
        "areas": areas,
        "cell_ids": sheet.cell_ids,
        "day": day,
        "as_of": as_of,
        "newest_day": fresh.last_day,
    }
    verified = counts(**asked, book=VERIFIED)
    reports = reports_by_day(campaign=campaign, areas=areas, first=first, last=day, as_of=as_of)
    return _Facts(
        counts=verified if verified_only else counts(**asked),
        verified=verified,
        recent=daily_counts(
            areas=areas,
            cell_ids=sheet.dose_cell_ids,
            first=first,
            last=day,
            as_of=as_of,
            book=VERIFIED if verified_only else SUBMITTED,
        ),
        reports=reports,
        units=units_of(
            campaign=campaign,
            areas=areas,
            day=day,
            reports=reports,
            is_working=plan.calendar.is_working(day),
        ),
        targets=_targets(target_set, areas, sheet),
        overdue={} if verified_only else _overdue(campaign, areas, day, sheet, fresh, as_of),
        revised={}
        if verified_only
        else revised_since(
            campaign=campaign, areas=areas, cell_ids=sheet.dose_cell_ids, day=day, fresh=fresh, as_of=as_of
        ),
    )


def _targets(target_set, areas, sheet):
    """{(area id, item code): persons}; absent where no cohort of the item has a target."""
    if target_set is None:
        return {}
    rows = TargetTotal.objects.filter(target_set=target_set, area_id__in=[area.pk for area in areas])
    targets = defaultdict(int)
    for area, cohort, persons in rows.values_list("area_id", "cohort_id", "persons"):
        for code, cohorts in sheet.cohorts.items():
            if cohort in cohorts:
                targets[area, code] += persons
    return targets


def _overdue(campaign, areas, day, sheet, fresh, as_of):
    if not sheet.interval_days:
        return {}
    return overdue_by_area(
        campaign=campaign,
        areas=areas,
        day=day,
        fresh=fresh,
        as_of=as_of,
        first_cells=sheet.cells[sheet.first.code],
        last_cells=sheet.cells[sheet.last.code],
        interval_days=sheet.interval_days,
    )


def _figures(area, sheet, facts, plan, target_set):
    recent = {code: _recent(area, cells, facts, plan) for code, cells in sheet.dose_cells.items()}
    items = {
        item.code: _item_figures(item, area, sheet, facts, plan, target_set, recent.get(item.code))
        for item in sheet.items
    }
    added, removed = facts.revised.get(area.pk, (0, 0))
    figures = AreaFigures(
        id=area.pk,
        code=area.code,
        name_en=area.name_en,
        name_hi=area.name_hi,
        level=area.level,
        items=items,
        units=facts.units[area.pk],
        first=sheet.first.code if sheet.first else None,
        last=sheet.last.code if sheet.last else None,
        overdue=facts.overdue.get(area.pk),
        revised_added=added,
        revised_removed=removed,
        recent=recent,
        flags=tuple(_flags(items, sheet, added, removed)),
    )
    return figures


def _recent(area, cells, facts, plan):
    """Counts of the last days, oldest first; None on a day nobody reported."""
    reported = facts.reports.get(area.pk, {})
    days = [facts.recent.get((area.pk, cell), {}) for cell in cells]
    return [
        sum(counts_by_day.get(day, 0) for counts_by_day in days) if day in reported else None
        for day in plan.recent_days
    ]


def _item_figures(item, area, sheet, facts, plan, target_set, recent):
    cells = [facts.counts.get((area.pk, cell), (0, 0)) for cell in sheet.cells[item.code]]
    today = sum(cell[0] for cell in cells)
    to_date = sum(cell[1] for cell in cells) if item.accumulates else None
    target = facts.targets.get((area.pk, item.code)) if item.accumulates else None
    verified = [facts.verified.get((area.pk, cell), (0, 0)) for cell in sheet.cells[item.code]]
    figures = {
        "code": item.code,
        "kind": item.kind,
        "today": today,
        "to_date": to_date,
        "target": target,
        "verified_today": sum(cell[0] for cell in verified),
        "verified_to_date": sum(cell[1] for cell in verified) if item.accumulates else None,
    }
    if target is None or recent is None:
        return ItemFigures(**figures, denominator=target_set.code if target is not None else "")
    mean = mean_of_reporting_days(recent)
    left = plan.total - plan.elapsed
    needed = working_days_needed(target - to_date, mean)
    return ItemFigures(
        **figures,
        denominator=target_set.code,
        expected=expected_by(target, plan.elapsed, plan.total),
        days_ahead=days_ahead(to_date, target, plan.elapsed, plan.total),
        required_daily=Ratio(max(target - to_date, 0), left, "working days left", scale=1),
        mean_of_last_7=mean,
        eta=_eta(needed, plan),
    )


def _eta(needed, plan):
    if needed is None or needed > len(plan.days_after):
        return None
    return plan.days_after[needed - 1] if needed else plan.day


def _flags(items, sheet, added, removed):
    for item in items.values():
        if item.coverage.has_data and item.to_date > item.target:
            yield Flag("over_100", item.code, item.to_date - item.target)
        if item.today < 0:
            yield Flag("negative_today", item.code, item.today)
    if sheet.first and sheet.last:
        first, last = items[sheet.first.code].to_date, items[sheet.last.code].to_date
        if last > first:
            yield Flag("more_second_than_first", sheet.last.code, last - first)
    if added or removed:
        yield Flag("revised", "", added - removed)
