"""Counts of an area over days, and how they split by cohort, vaccine and sex."""

import datetime
from collections import defaultdict
from dataclasses import dataclass

from campaigns.models import SheetCell
from reports.selectors.reporting import reports_by_day
from reports.selectors.sheets import sheet_for
from reports.selectors.sums import SUBMITTED, counts, daily_counts


@dataclass(frozen=True)
class Series:
    """Daily and cumulative counts of one item. ``daily`` holds None on days nobody reported."""

    item: str
    days: list
    daily: list
    to_date: list  # None throughout where days do not add up


def item_series(
    *, campaign, area, first, last, items=None, cohort=None, as_of=None, sheet=None, book=SUBMITTED
):
    """{item code: Series} from ``first`` to ``last``, both included. Three queries, and those of the sheet."""
    sheet = sheet or sheet_for(campaign, cohort)
    chosen = [item for item in sheet.items if items is None or item.code in items]
    cell_ids = [cell for item in chosen for cell in sheet.cells[item.code]]
    by_cell = daily_counts(areas=[area], cell_ids=cell_ids, first=first, last=last, as_of=as_of, book=book)
    before = counts(
        areas=[area], cell_ids=cell_ids, day=first - datetime.timedelta(1), as_of=as_of, book=book
    )
    reported = reports_by_day(campaign=campaign, areas=[area], first=first, last=last, as_of=as_of).get(
        area.pk, {}
    )
    days = [first + datetime.timedelta(n) for n in range((last - first).days + 1)]
    return {
        item.code: _series(item, area, sheet.cells[item.code], days, by_cell, before, reported)
        for item in chosen
    }


def _series(item, area, cells, days, by_cell, before, reported):
    by_day = defaultdict(int)
    for cell in cells:
        for day, count in by_cell.get((area.pk, cell), {}).items():
            by_day[day] += count
    running = sum(before.get((area.pk, cell), (0, 0))[1] for cell in cells)
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


def parts_of(*, campaign, area, day, as_of=None, newest_day=None):
    """Every cell's count of the day and to date, in the order of the sheet. Two queries."""
    cells = list(
        SheetCell.objects.filter(campaign=campaign, total__isnull=False)
        .order_by("item__position", "item_id", "cohort__position", "vaccine__code", "sex")
        .values("id", "item__code", "item__accumulates", "cohort__code", "vaccine__code", "sex")
    )
    found = counts(
        areas=[area], cell_ids=[cell["id"] for cell in cells], day=day, as_of=as_of, newest_day=newest_day
    )
    return [
        Part(
            cell["item__code"],
            cell["cohort__code"] or "",
            cell["vaccine__code"] or "",
            cell["sex"],
            today,
            to_date if cell["item__accumulates"] else None,
        )
        for cell in cells
        for today, to_date in [found.get((area.pk, cell["id"]), (0, 0))]
    ]
