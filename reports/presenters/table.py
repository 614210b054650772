"""The table of children: in what order the rows stand and what each cell says.

The page, the CSV and the XLSX are made from the same columns and the same rows.
"""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from districts import numbers
from districts.models.areas import local_name
from districts.templatetags.indian import no_data
from reports.presenters.charts import sparkline
from reports.presenters.columns import BAR
from reports.presenters.headline import bar_of, meanings
from reports.presenters.marks import marks_of
from reports.presenters.measures import item_names

PAGE = 100
CATEGORY_CSS = {"A": "pill--good", "B": "pill--warn", "C": "pill--warn", "D": "pill--bad"}


@dataclass(frozen=True, slots=True)
class Heading:
    code: str
    label: str
    css: str
    url: str
    direction: str  # of aria-sort: ascending, descending or none


@dataclass(frozen=True, slots=True)
class BarCell:
    text: str
    width: str
    css: str


@dataclass(frozen=True, slots=True)
class Row:
    name: str
    url: str
    category: str
    category_css: str
    category_title: str
    bars: tuple[BarCell, ...]
    counts: tuple[str, ...]
    spark: str
    marks: tuple


@dataclass(frozen=True, slots=True)
class ChildTable:
    headings: tuple[Heading, ...]
    rows: tuple[Row, ...]
    has_category: bool
    explained: bool  # does any row carry a mark?
    page: int
    pages: int
    previous_url: str
    next_url: str


def chosen_rows(children, columns, query):
    """The children that match the search, in the order asked for. No data stands last either way."""
    wanted = query.q.casefold()
    found = [
        child
        for child in children
        if wanted in child.name_en.casefold() or wanted in child.name_hi or wanted in child.code.casefold()
    ]
    # Python's sort is stable: where the figures are equal, the names decide.
    found.sort(key=lambda child: local_name(child).casefold())
    column = _sorted_by(columns, query)
    with_data, without = [], []
    for child in found:
        value = column.exact(child)
        (without if value is None else with_data).append((value, child))
    with_data.sort(key=lambda pair: pair[0], reverse=query.sort.startswith("-"))
    return [child for _value, child in with_data + without]


def _sorted_by(columns, query):
    code = query.sort.removeprefix("-")
    return next((column for column in columns if column.code == code), columns[0])


def child_table(coverage, query, columns, *, here, child_url):
    """One page of the table. ``here(**changes)`` and ``child_url(code)`` make the addresses."""
    children = chosen_rows(coverage.children, columns, query)
    pages = max(1, -(-len(children) // PAGE))
    page = min(query.page, pages)
    writer = _RowWriter(coverage.sheet, columns, child_url)
    rows = tuple(writer.row(child) for child in children[(page - 1) * PAGE : page * PAGE])
    return ChildTable(
        headings=tuple(_heading(column, query, columns, here) for column in columns),
        rows=rows,
        has_category=any(column.code == "category" for column in columns),
        explained=any(row.marks for row in rows),
        page=page,
        pages=pages,
        previous_url=here(page=page - 1) if page > 1 else "",
        next_url=here(page=page + 1) if page < pages else "",
    )


def _heading(column, query, columns, here):
    is_sorted = column is _sorted_by(columns, query)
    descending = query.sort.startswith("-")
    # The first click on a figure brings the highest to the top; a name starts at its beginning.
    first = column.code if column.is_text else f"-{column.code}"
    turned = column.code if descending else f"-{column.code}"
    return Heading(
        column.code,
        column.label,
        column.css,
        here(sort=turned if is_sorted else first, page=1),
        ("descending" if descending else "ascending") if is_sorted else "none",
    )


class _RowWriter:
    """What all rows share is looked up once: translated words, columns by kind, the mark of no data."""

    def __init__(self, sheet, columns, child_url):
        self.names = item_names(sheet)
        self.doses = tuple(sheet.dose_cells)
        self.bars = [column for column in columns if column.kind == BAR]
        self.counts = [column for column in columns if column.css == "number"]
        self.child_url = child_url
        self.blank = no_data()
        self.meanings = meanings()

    def row(self, figures):
        category = figures.category
        return Row(
            name=local_name(figures),
            url=self.child_url(figures.code),
            category=category or self.blank,
            category_css=CATEGORY_CSS.get(category, "pill--none"),
            category_title=self.meanings.get(category, ""),
            bars=tuple(self._bar(column, figures) for column in self.bars),
            counts=tuple(column.text(figures) or self.blank for column in self.counts),
            spark=sparkline(_sum_of(figures.recent, self.doses)),
            marks=marks_of(figures, self.names) if figures.flags else (),
        )

    def _bar(self, column, figures):
        ratio = column.value(figures)
        bar = bar_of(ratio)
        if bar is None:
            return BarCell(self.blank, "0", "bar-none")
        return BarCell(numbers.percent(ratio), bar.width, bar.css)


def _sum_of(recent, codes):
    """Counts of all items together, day by day; None on a day nobody reported."""
    series = [recent[code] for code in codes if code in recent]
    return [
        None if values.count(None) == len(values) else sum([value or 0 for value in values])
        for values in zip(*series, strict=True)
    ]


def export_rows(coverage, query, columns):
    """A header and plain values of every row found, on whatever page it stands."""
    names, has_doses = item_names(coverage.sheet), bool(coverage.sheet.dose_cells)
    verified = [_("Doses verified to date")] if has_doses else []
    yield [_("Code"), *(label for column in columns for label in column.export_labels), *verified, _("Marks")]
    for figures in chosen_rows(coverage.children, columns, query):
        yield [
            figures.code,
            *(value for column in columns for value in column.exported(figures)),
            *([figures.doses_verified_to_date] if has_doses else []),
            "; ".join(mark.why for mark in marks_of(figures, names)),
        ]
