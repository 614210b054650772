"""The tally sheet as compact tables, for the entry form. Pure: values in, rows out."""

from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from campaigns.models import Sex, Source
from districts.models.areas import local_name

AXES = ("cohort", "vaccine", "sex")


@dataclass(frozen=True)
class Names:
    """Code → name of what the cells are made of."""

    items: dict
    cohorts: dict
    vaccines: dict

    def of(self, axis, code):
        if axis == "sex":
            return str(Sex(code).label)
        return (self.cohorts if axis == "cohort" else self.vaccines).get(code, code)

    def label(self, key):
        """A cell's key in words: “First dose, 18–44 years, Covaxin”."""
        item, *parts = key.split("|")
        words = [self.of(axis, code) for axis, code in zip(AXES, parts, strict=False) if code]
        return ", ".join([self.items.get(item, item), *words])


def names_of(campaign):
    """Three queries."""
    vaccines = campaign.cells.filter(vaccine__isnull=False).values_list(
        "vaccine__code", "vaccine__name_en", "vaccine__name_hi"
    )
    return Names(
        items={item.code: item.name for item in campaign.items.all()},
        cohorts={cohort.code: cohort.name for cohort in campaign.cohorts.all()},
        vaccines={code: _Named(en, hi).name for code, en, hi in vaccines.distinct().order_by()},
    )


@dataclass(frozen=True)
class _Named:
    name_en: str
    name_hi: str

    @property
    def name(self):
        return local_name(self)


@dataclass
class Cell:
    """``text`` is what stands in the input, ``before`` the count of the day before (None: no report)."""

    id: int
    item: str
    label: str
    text: str = ""
    before: int | None = None
    error: str = ""
    warnings: tuple = ()
    key: str = ""

    @property
    def count(self):
        """``text`` as a number, where it is what stands."""
        return int(self.text or 0)


@dataclass
class Row:
    """``cells`` holds None where the sheet does not ask. ``item`` is set where the row is a whole item."""

    label: str
    cells: list
    item: str = ""


@dataclass
class Table:
    """``item`` is set where the whole table is one item."""

    title: str
    columns: list
    rows: list = field(default_factory=list)
    item: str = ""
    axis: str = ""
    keys: list = field(default_factory=list)


def entry_tables(sheet, names, texts, before, errors, warnings=None):
    """Tables of the open cells, in the order of the sheet. ``warnings``: {cell id: what the rules say}.

    The last of cohort, vaccine and sex that an item is split by makes the columns. An item split by one of
    them is a row, beside its neighbours split by the same; an item split by more is a table of its own.
    """
    tables = []
    for item, rows in _by_item(sheet.rows):
        asked = [axis for axis in AXES if any(row[axis] for row in rows)]
        cells = {
            tuple(row[axis] for axis in AXES): Cell(
                row["id"],
                item,
                names.label(row["key"]),
                texts.get(row["id"], ""),
                before.get(row["id"], 0) if before is not None else None,
                errors.get(row["id"], ""),
                tuple((warnings or {}).get(row["id"], ())),
                key=row["key"],
            )
            for row in rows
        }
        if len(asked) > 1:
            tables.append(_own_table(item, asked, cells, names))
        else:
            _add_row(tables, item, asked[0] if asked else "", cells, names)
    for table in tables:
        table.columns = [names.of(table.axis, key) if key else _("Count") for key in table.keys]
    return tables


def _by_item(rows):
    items = {}
    for row in rows:
        items.setdefault(row["item"], []).append(row)
    return items.items()


def _own_table(item, asked, cells, names):
    *upper, last = asked
    at = AXES.index(last)
    keys = list(dict.fromkeys(coordinates[at] for coordinates in cells))
    table = Table(names.items.get(item, item), [], item=item, axis=last, keys=keys)
    rows = {}
    for coordinates, cell in cells.items():
        place = tuple(coordinates[AXES.index(axis)] for axis in upper)
        rows.setdefault(place, {})[coordinates[at]] = cell
    for place, found in rows.items():
        label = ", ".join(names.of(axis, code) for axis, code in zip(upper, place, strict=True) if code)
        table.rows.append(Row(label, [found.get(key) for key in keys]))
    return table


def _add_row(tables, item, axis, cells, names):
    at = AXES.index(axis) if axis else 0
    found = {coordinates[at]: cell for coordinates, cell in cells.items()}
    table = tables[-1] if tables and not tables[-1].item and tables[-1].axis == axis else None
    if table is None:
        table = Table("", [], axis=axis)
        tables.append(table)
    for key in found:
        if key not in table.keys:
            table.keys.append(key)
            for row in table.rows:
                row.cells.append(None)
    table.rows.append(Row(names.items.get(item, item), [found.get(key) for key in table.keys], item=item))


@dataclass(frozen=True)
class Change:
    label: str
    before: int
    after: int


def history_rows(history, names):
    """Newest first: each submission with its cells as they stood before and after it."""
    standing, rows = {}, []
    for submission in history:
        changes = []
        for key, change in sorted(submission["changes"].items()):
            before = standing.get(key, 0)
            standing[key] = before + change
            changes.append(Change(names.label(key), before, standing[key]))
        rows.append(
            submission
            | {
                "changes": changes,
                "source_label": Source(submission["source"]).label,
                "declared_total": _with_difference(submission["declared_total"]),
            }
        )
    return rows[::-1]


def _with_difference(total):
    return total and total | {"difference": abs(total["counted"] - total["declared"])}


@dataclass(frozen=True)
class Difference:
    """A cell, or the declared total, on which two people disagree. ``theirs`` and ``mine`` are None for no total.

    ``keep_mine``: it was I who changed it, so mine is proposed.
    """

    id: int | str
    label: str
    theirs: int | None
    mine: int | None
    keep_mine: bool


def differences(sheet, names, theirs, mine, base):
    """(cells that differ, {cell id: count} of those that agree) between two states of a day.

    ``base`` is what I saw when I began. Where mine is still that, the other person changed the cell.
    """
    differing, agreed = [], {}
    for row in sheet.rows:
        cell = row["id"]
        one, other = theirs.get(row["key"], 0), mine.get(row["key"], 0)
        if one == other:
            agreed[cell] = one
        else:
            label = names.label(row["key"])
            differing.append(Difference(cell, label, one, other, keep_mine=other != base.get(cell, 0)))
    return differing, agreed
