"""What the page of an import shows, from the JSON that the worker left."""

import datetime
from dataclasses import dataclass

from campaigns.imports.findings import FAILURES, Finding, Kind
from campaigns.imports.formats import Format
from campaigns.imports.template_file import cell_label
from campaigns.models import Item, SheetCell
from districts.models import Area


@dataclass(frozen=True)
class KindRow:
    label: str
    cells: int
    columns: list  # (column, cells), the largest
    is_failure: bool

    @property
    def more(self):
        """Cells of further columns; 0 where the kind of finding names none."""
        return max(0, self.cells - sum(cells for _column, cells in self.columns)) if self.columns else 0


@dataclass(frozen=True)
class ItemRow:
    """Sums over the days, or of what does not add up over days the figures of its largest day."""

    name: str
    before: int
    after: int
    adds_up: bool = True

    @property
    def change(self):
        return self.after - self.before


@dataclass(frozen=True)
class SampleRow:
    area: str
    day: datetime.date
    cell: str
    before: int
    after: int

    @property
    def change(self):
        return self.after - self.before


@dataclass(frozen=True)
class RunPage:
    """``told`` are the findings of the load once it is done, of the check until then."""

    run: object
    format_label: str
    kinds: list
    findings: list
    failures: list
    failed_rows: int
    items: list
    sample: list
    first_day: datetime.date | None
    last_day: datetime.date | None
    step: str
    is_adding_up: bool

    @property
    def changes_nothing(self):
        return not self.run.preview.get("submissions")

    @property
    def needs_reason(self):
        return bool(self.run.preview.get("corrections"))

    @property
    def more_failures(self):
        return self.failed_rows - len(self.failures)


def run_page(run, *, is_adding_up=False):
    """Everything the page prints. Two queries when there is a preview."""
    told = run.result or run.preview
    return RunPage(
        run=run,
        format_label=Format(run.file_format).label if run.file_format in Format.values else "",
        kinds=[
            KindRow(Kind(kind).label, cells, columns, kind in FAILURES)
            for kind, cells, columns in told.get("kinds", [])
        ],
        findings=[Finding(*row) for row in told.get("sample_of_findings", [])][:50],
        failures=[Finding(*row) for row in told.get("failures", [])][:50],
        failed_rows=told.get("failed_rows", 0),
        items=_items(run),
        sample=_sample(run),
        first_day=_day(run.preview.get("first_day")),
        last_day=_day(run.preview.get("last_day")),
        step="load" if run.result else "check",
        is_adding_up=is_adding_up,
    )


def _items(run):
    rows = run.preview.get("items")
    if not rows:
        return []
    names = {item.code: item.name for item in Item.objects.filter(campaign=run.campaign)}
    return [ItemRow(names.get(code, code), *figures) for code, *figures in rows]


def _sample(run):
    rows = run.preview.get("sample")
    if not rows:
        return []
    cells = SheetCell.objects.filter(campaign=run.campaign, key__in={row[4] for row in rows})
    labels = {cell.key: cell_label(cell) for cell in cells.select_related("item", "cohort", "vaccine")}
    return [
        SampleRow(
            f"{Area(name_en=name_en, name_hi=name_hi).name} ({code})",
            _day(day),
            labels.get(key, key),
            before,
            after,
        )
        for code, name_en, name_hi, day, key, before, after in rows
    ]


def _day(text):
    return datetime.date.fromisoformat(text) if text else None
