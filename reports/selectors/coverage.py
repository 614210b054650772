"""Where an area and its children stand on a day: the one answer that dashboards, exports and the API share."""

import datetime
from collections import ChainMap, Counter, defaultdict
from dataclasses import dataclass

from campaigns.selectors.calendar import WorkCalendar
from districts.figures import Ratio
from districts.models import Area
from districts.prepared import Prepared, instance_of
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
from reports.selectors.series import NOTHING
from reports.selectors.sheets import ReportSheet, setup_of, sheet_for
from reports.selectors.sums import VERIFIED, Ask, counted

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
    counts: dict  # cell id → Counted, of the area itself
    reported: dict  # day → (units that reported, of them on time), of the area itself


@dataclass(frozen=True)
class _Facts:
    """What was read for all the areas at once, by area id."""

    counts: dict
    verified: dict
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
    charted_from=None,
):
    """Figures of ``area`` and, if asked, of its children that hold reporting units.

    ``target_set`` is a TargetSet of the campaign (default: its default one); ``cohort`` narrows counts and
    targets to one Cohort. ``verified_only`` leaves out of the counts what nobody has verified yet; revisions and
    overdue doses, which are told of all that is submitted, are then left out too. ``charted_from``: the day from
    which each day of the area itself, and each of its cells, is wanted too. The number of queries depends on none
    of children, items and days.
    """
    fresh = fresh or freshness(campaign)
    setup, sheet = setup_of(campaign), sheet_for(campaign, cohort)
    target_set = target_set or next(iter(setup.target_sets), None)
    areas, in_area = _areas(campaign, area, children)
    plan = _plan(setup.calendar, day)
    facts = _read(
        campaign, areas, in_area, plan, sheet, target_set, fresh, as_of, verified_only, charted_from
    )
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
        counts={cell: one for (pk, cell), one in facts.counts.items() if pk == area.pk},
        reported=facts.reports.get(area.pk, {}),
    )


_UNITS = Prepared(
    "areas_with_units",
    "SELECT t.units, a.id, a.code, a.level, a.parent_id, a.path, a.name_en, a.name_hi "
    "FROM campaigns_unittotal t JOIN districts_area a ON a.id = t.area_id "
    "WHERE t.campaign_id = %s AND (a.id = %s OR a.parent_id = %s) ORDER BY a.path",
)
_AREA = ("id", "code", "level", "parent_id", "path", "name_en", "name_hi")


def _areas(campaign, area, children):
    """The area and those directly below that hold reporting units, in tree order; and {area id: units in it}."""
    found, in_area = [area], {}
    for units, *row in _UNITS.rows([campaign.pk, area.pk, area.pk if children else None]):
        one = instance_of(Area, _AREA, row)
        in_area[one.pk] = units
        if one.pk != area.pk:
            found.append(one)
    return found, in_area


def _plan(calendar, day):
    return _Plan(
        calendar=calendar,
        day=day,
        elapsed=calendar.elapsed(day),
        total=calendar.total,
        days_after=calendar.days_after(day),
        recent_days=[day - datetime.timedelta(n) for n in reversed(range(RECENT_DAYS))],
    )


def _read(campaign, areas, in_area, plan, sheet, target_set, fresh, as_of, verified_only, charted_from):
    day, recent = plan.day, plan.recent_days[0]
    # Of one statement: what is verified is never more than what is submitted.
    asks = [Ask(areas, sheet.cell_ids, recent if verified_only else day, day, VERIFIED)]
    if not verified_only:
        asks += _asks(areas, sheet, plan, charted_from)
    verified, *submitted = counted(asks, as_of=as_of, newest_day=fresh.last_day)
    reports = reports_by_day(
        campaign=campaign,
        spans=[(areas[:1], min(charted_from or recent, recent)), (areas[1:], recent)],
        last=day,
        as_of=as_of,
    )
    return _Facts(
        counts=verified if verified_only else dict(ChainMap(*submitted)),
        verified=verified,
        reports=reports,
        units=units_of(
            campaign=campaign,
            areas=areas,
            in_area=in_area,
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


def _asks(areas, sheet, plan, charted_from):
    """Of doses the last days, for the small lines and the pace; where a chart is drawn, of everything more."""
    day, recent = plan.day, plan.recent_days[0]
    doses = sheet.dose_cell_ids
    others = [cell for cell in sheet.cell_ids if cell not in doses]
    if charted_from is None:
        return [Ask(areas, doses, recent, day), Ask(areas, others, day, day)]
    area, children = areas[:1], areas[1:]
    parts = [cell["id"] for cell in sheet.parts if cell["id"] not in sheet.cell_ids]
    return [
        Ask(area, sheet.cell_ids, min(charted_from, recent), day),
        Ask(area, parts, day, day),
        Ask(children, doses, recent, day),
        Ask(children, others, day, day),
    ]


_TARGETS = Prepared(
    "targets",
    "SELECT t.area_id, t.cohort_id, t.persons "
    "FROM campaigns_targettotal t JOIN districts_area a ON a.id = t.area_id "
    "WHERE t.target_set_id = %s AND (a.id = %s OR a.parent_id = %s)",
)


def _targets(target_set, areas, sheet):
    """{(area id, item code): persons}; absent where no cohort of the item has a target."""
    if target_set is None:
        return {}
    targets = defaultdict(int)
    for area, cohort, persons in _TARGETS.rows([target_set.pk, areas[0].pk, areas[0].pk]):
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
    pk = area.pk
    recent = {code: _recent(pk, cells, facts, plan) for code, cells in sheet.dose_cells.items()}
    items = {
        item.code: _item_figures(item, pk, sheet, facts, plan, target_set, recent.get(item.code))
        for item in sheet.items
    }
    added, removed = facts.revised.get(pk, (0, 0))
    return AreaFigures(
        id=pk,
        code=area.code,
        name_en=area.name_en,
        name_hi=area.name_hi,
        level=area.level,
        items=items,
        units=facts.units[pk],
        first=sheet.first.code if sheet.first else None,
        last=sheet.last.code if sheet.last else None,
        overdue=facts.overdue.get(pk),
        revised_added=added,
        revised_removed=removed,
        recent=recent,
        flags=tuple(_flags(items, sheet, added, removed)),
    )


def _recent(area_id, cells, facts, plan):
    """Counts of the last days, oldest first; None on a day nobody reported."""
    reported, by_day = facts.reports.get(area_id, {}), Counter()
    for cell in cells:
        by_day.update(facts.counts.get((area_id, cell), NOTHING).days)
    return [by_day[day] if day in reported else None for day in plan.recent_days]


def _sums(counts, area_id, item, cells, day):
    """What was counted on the day, and to date where days add up."""
    found = [one for cell in cells if (one := counts.get((area_id, cell)))]
    to_date = sum([one.to_date for one in found]) if item.accumulates else None
    return sum([one.days.get(day, 0) for one in found]), to_date


def _item_figures(item, area_id, sheet, facts, plan, target_set, recent):
    cells = sheet.cells[item.code]
    today, to_date = _sums(facts.counts, area_id, item, cells, plan.day)
    verified_today, verified_to_date = _sums(facts.verified, area_id, item, cells, plan.day)
    target = facts.targets.get((area_id, item.code)) if item.accumulates else None
    figures = {
        "code": item.code,
        "kind": item.kind,
        "today": today,
        "to_date": to_date,
        "target": target,
        "verified_today": verified_today,
        "verified_to_date": verified_to_date,
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
