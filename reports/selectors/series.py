"""Counts of an area over days, and how they split by cohort, vaccine and sex."""

import datetime
from collections import Counter
from dataclasses import dataclass

from reports.selectors.reporting import reports_by_day
from reports.selectors.sheets import sheet_for
from reports.selectors.sums import SUBMITTED, Ask, Counted, counted

NOTHING = Counted()


@dataclass(frozen=True)
class Series:
    """Daily and cumulative counts of one item. ``daily`` holds None on days nobody reported."""

    item: str
    days: list
    daily: list
    to_date: list  # None throughout where days do not add up


def item_series(*, campaign, area, first, last, items=None, cohort=None, as_of=None, book=SUBMITTED):
    """{item code: Series} from ``first`` to ``last``, both included. Two queries, and those of the sheet."""
    sheet = sheet_for(campaign, cohort)
    chosen = [item for item in sheet.items if items is None or item.code in items]
    cell_ids = [cell for item in chosen for cell in sheet.cells[item.code]]
    [found] = counted([Ask([area], cell_ids, first, last, book)], as_of=as_of)
    reports = reports_by_day(campaign=campaign, spans=[([area], first)], last=last, as_of=as_of)
    return series_of(
        chosen,
        sheet,
        counts={cell: one for (_area, cell), one in found.items()},
        reported=reports.get(area.pk, {}),
        first=first,
        last=last,
    )


def series_of(items, sheet, *, counts, reported, first, last):
    """{item code: Series} from {cell id: Counted} to the end of ``last`` and the days that somebody reported."""
    days = [first + datetime.timedelta(n) for n in range((last - first).days + 1)]
    return {item.code: _series(item, sheet.cells[item.code], days, counts, reported) for item in items}


def _series(item, cells, days, counts, reported):
    by_day, running = Counter(), 0
    for one in (counts.get(cell, NOTHING) for cell in cells):
        by_day.update(one.days)
        # What was counted before the first day.
        running += one.to_date - sum(count for day, count in one.days.items() if day >= days[0])
    daily, to_date = [], []
    for day in days:
        daily.append(by_day[day] if day in reported else None)
        running += by_day[day]
        to_date.append(running if item.accumulates else None)
    return Series(item.code, days, daily, to_date)


@dataclass(frozen=True, slots=True)
class Part:
    """The count of one cell: codes are "" where the sheet does not ask."""

    item: str
    cohort: str
    vaccine: str
    sex: str
    today: int
    to_date: int | None


def parts_of(sheet, *, counts, day):
    """Every cell's count of the day and to date, in the order of the sheet, from {cell id: Counted}."""
    return [
        Part(
            cell["item__code"],
            cell["cohort__code"] or "",
            cell["vaccine__code"] or "",
            cell["sex"],
            one.days.get(day, 0),
            one.to_date if cell["item__accumulates"] else None,
        )
        for cell in sheet.parts
        for one in [counts.get(cell["id"], NOTHING)]
    ]
