"""The items of a campaign and the cells that hold their sums, for one cohort or for all."""

from collections import defaultdict
from dataclasses import dataclass

from campaigns.models import Item, ItemKind, SheetCell


@dataclass(frozen=True)
class ReportSheet:
    """``cells``: item code → ids whose counts sum to the item (its total cell, or a cohort's cells).

    ``first`` and ``last`` are the items between which drop-out and overdue doses are taken: the lowest and
    highest dose number of the leading antigen, which is that of the first dose item on the sheet.
    """

    items: list
    cells: dict
    cohorts: dict  # item code → set of cohort ids it is measured against
    total_ids: dict  # item code → id of its total cell
    first: Item | None
    last: Item | None
    interval_days: int | None = None  # from first to last, at least; None where the last has no interval

    @property
    def cell_ids(self):
        return [cell for cells in self.cells.values() for cell in cells]

    @property
    def dose_cells(self):
        return {item.code: self.cells[item.code] for item in self.items if item.kind == ItemKind.DOSE}

    @property
    def dose_cell_ids(self):
        return [cell for cells in self.dose_cells.values() for cell in cells]

    @property
    def dose_total_ids(self):
        return [self.total_ids[code] for code in self.dose_cells]


def sheet_for(campaign, cohort=None):
    """Four queries. With a cohort, only items that are counted by cohort remain."""
    items = list(campaign.items.prefetch_related("cohorts"))
    totals, parts = {}, defaultdict(list)
    for cell in SheetCell.objects.filter(campaign=campaign).values("id", "item_id", "cohort_id", "total_id"):
        if cell["total_id"] is None:
            totals[cell["item_id"]] = cell["id"]
        elif cohort is not None and cell["cohort_id"] == cohort.pk:
            parts[cell["item_id"]].append(cell["id"])
    if cohort is None:
        items = [item for item in items if item.pk in totals]
        cells = {item.code: [totals[item.pk]] for item in items}
        everyone = set(campaign.cohorts.values_list("pk", flat=True))
    else:
        items = [item for item in items if item.pk in parts]
        cells = {item.code: parts[item.pk] for item in items}
        everyone = {cohort.pk}
    first, last, interval = _lead_pair(items)
    return ReportSheet(
        items=items,
        cells=cells,
        cohorts={
            item.code: everyone & ({one.pk for one in item.cohorts.all()} or everyone) for item in items
        },
        total_ids={item.code: totals[item.pk] for item in items},
        first=first,
        last=last,
        interval_days=interval,
    )


def _lead_pair(items):
    # What does not add up over days has no sum to date between which a drop-out could be taken.
    doses = [item for item in items if item.kind == ItemKind.DOSE and item.dose_number and item.accumulates]
    lead = sorted(
        (item for item in doses if item.antigen == doses[0].antigen), key=lambda item: item.dose_number
    )
    if len(lead) < 2:
        return (lead[0] if lead else None), None, None
    # Each interval is that since the dose before: between Penta 1 and Penta 3 lie two of them.
    interval = sum(item.minimum_interval_days or 0 for item in lead[1:])
    return lead[0], lead[-1], interval if lead[-1].minimum_interval_days else None
