"""What the figures of a campaign are told by: its sheet, groups, denominators and working days."""

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property, lru_cache

from campaigns.models import Campaign, Item, ItemKind, SheetCell
from campaigns.selectors.calendar import WorkCalendar, calendar_of

CELL = (
    "id",
    "item_id",
    "item__code",
    "item__accumulates",
    "cohort_id",
    "cohort__code",
    "vaccine__code",
    "sex",
)


@dataclass(frozen=True)
class Setup:
    items: tuple  # of Item, with their cohorts
    totals: dict  # item id → id of its total cell
    cells: tuple  # the cells that are counted into, as dicts of CELL in the order of the sheet
    cohorts: tuple
    target_sets: tuple  # the default one first
    calendar: WorkCalendar


def setup_of(campaign):
    """No query when it is known, eight otherwise. A campaign object carries its setup version."""
    return _setup(campaign.pk, campaign.setup_version)


@lru_cache(maxsize=64)
def _setup(campaign_id, _setup_version):
    # Every change of the setup raises its version, so that what is kept is never out of date.
    campaign = Campaign.objects.get(pk=campaign_id)
    cells = SheetCell.objects.filter(campaign=campaign)
    return Setup(
        items=tuple(campaign.items.prefetch_related("cohorts")),
        totals=dict(cells.filter(total=None).values_list("item_id", "id")),
        cells=tuple(
            cells.exclude(total=None)
            .order_by("item__position", "item_id", "cohort__position", "vaccine__code", "sex")
            .values(*CELL)
        ),
        cohorts=tuple(campaign.cohorts.all()),
        target_sets=tuple(campaign.target_sets.all()),
        calendar=calendar_of(campaign),
    )


@dataclass(frozen=True)
class ReportSheet:
    """The items of a campaign and the cells that hold their sums, for one cohort or for all.

    ``cells``: item code → ids whose counts sum to the item (its total cell, or a cohort's cells).
    ``parts``: every cell that is counted into, of whatever cohort: see ``Setup.cells``.
    ``first`` and ``last`` are the items between which drop-out and overdue doses are taken: the lowest and
    highest dose number of the leading antigen, which is that of the first dose item on the sheet.
    """

    items: list
    cells: dict
    cohorts: dict  # item code → set of cohort ids it is measured against
    parts: tuple
    first: Item | None
    last: Item | None
    interval_days: int | None = None  # from first to last, at least; None where the last has no interval

    @cached_property
    def cell_ids(self):
        return [cell for cells in self.cells.values() for cell in cells]

    @cached_property
    def dose_cells(self):
        return {item.code: self.cells[item.code] for item in self.items if item.kind == ItemKind.DOSE}

    @cached_property
    def dose_cell_ids(self):
        return [cell for cells in self.dose_cells.values() for cell in cells]


def sheet_for(campaign, cohort=None):
    """With a cohort, only items that are counted by cohort remain. Queries: those of ``setup_of``."""
    setup = setup_of(campaign)
    sums = defaultdict(list, {item: [total] for item, total in setup.totals.items()})
    everyone = {one.pk for one in setup.cohorts}
    if cohort is not None:
        sums, everyone = defaultdict(list), {cohort.pk}
        for cell in setup.cells:
            if cell["cohort_id"] == cohort.pk:
                sums[cell["item_id"]].append(cell["id"])
    items = [item for item in setup.items if item.pk in sums]
    first, last, interval = _lead_pair(items)
    return ReportSheet(
        items=items,
        cells={item.code: sums[item.pk] for item in items},
        cohorts={
            item.code: everyone & ({one.pk for one in item.cohorts.all()} or everyone) for item in items
        },
        parts=setup.cells,
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
