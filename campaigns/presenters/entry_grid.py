"""The grid of many units as rows and columns. Pure: values in, rows out."""

from dataclasses import dataclass, field
from itertools import groupby

from django.utils.html import escape
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from campaigns.forms.entry_grid import TOTAL
from campaigns.presenters.entry_sheet import AXES
from campaigns.presenters.findings import finding_rows
from districts.templatetags.indian import indian


@dataclass(frozen=True)
class Column:
    id: int
    key: str
    label: str
    part: str
    is_dose: bool


@dataclass(frozen=True)
class Group:
    """Columns of one item, side by side."""

    title: str
    columns: list
    has_parts: bool


@dataclass(slots=True)
class GridCell:
    """``guide`` is “yesterday · median” in figures, "" where the unit has not reported lately."""

    name: str
    column: int
    text: str
    guide: str = ""
    error: str = ""
    words: list = ()


@dataclass(slots=True)
class GridRow:
    unit: object
    standing: object
    cells: list
    version: int
    declared: str = ""
    declared_error: str = ""
    draft: object = None
    outcome: object = None
    findings: list = field(default_factory=list)
    reason: str = ""
    needs_reason: bool = False
    shows_input: bool = False
    differing: list = field(default_factory=list)
    chosen_all: str = ""

    @property
    def is_typed(self):
        """Whether it shows what somebody typed, and not what stands."""
        return self.draft is not None or self.shows_input

    @property
    def cells_html(self):
        """The cells as they are printed. By hand: the template language would take most of the page's time."""
        unit = self.unit.pk
        # What is being compared with another's counts is not typed over: the choice is made beside it.
        fixed = " readonly" if self.differing else ""
        return mark_safe("".join([_cell_html(cell, unit, fixed) for cell in self.cells]))

    @property
    def is_overtaken(self):
        """Whether the draft was begun on a report that is no longer the last."""
        return self.draft is not None and self.draft.version != self.standing.version


def _cell_html(cell, unit, fixed):
    text = cell.text if cell.text.isascii() and cell.text.isdigit() else escape(cell.text)
    html = (
        f'<td><input name="{cell.name}" id="{cell.name}" value="{text}" inputmode="numeric" maxlength="15" '
        f'aria-labelledby="u{unit} k{cell.column}"{fixed}'
    )
    if not (cell.guide or cell.error or cell.words):
        return f"{html}></td>"
    html += ' aria-invalid="true">' if cell.error else ">"
    if cell.guide:
        # Figures of ours only.
        html += f"<small>{cell.guide}</small>"
    if cell.error:
        html += f'<span class="errorlist">{escape(cell.error)}</span>'
    return (
        html
        + "".join(f'<span class="entry-warning">{escape(words)}</span>' for words in cell.words)
        + "</td>"
    )


def column_groups(rows, names, doses):
    """Groups of the columns shown. ``rows`` are those of the sheet, ``doses`` the keys of the cells of doses."""
    groups = []
    for item, own in groupby(rows, key=lambda row: row["item"]):
        columns = [
            Column(
                row["id"],
                row["key"],
                names.label(row["key"]),
                ", ".join(names.of(axis, row[axis]) for axis in AXES if row[axis]),
                row["key"] in doses,
            )
            for row in own
        ]
        groups.append(Group(names.items.get(item, item), columns, len(columns) > 1 or bool(columns[0].part)))
    return groups


def grid_rows(units, cells, standings, befores, totals, *, inputs=None, drafts=None):
    """A GridRow per unit. ``totals`` are those that paper reports declared, by unit. ``inputs`` are rows as posted,
    shown again as typed; ``drafts`` fill the others.
    """
    inputs, drafts = inputs or {}, drafts or {}
    guides = _Guides()
    rows = []
    for unit in units:
        pk = unit.pk
        standing, typed, draft = standings[pk], inputs.get(pk), drafts.get(pk)
        row = GridRow(
            unit,
            standing,
            [],
            standing.version,
            draft=draft if typed is None else None,
            shows_input=typed is not None,
        )
        if typed is not None:
            texts, errors = typed.texts, typed.errors
            row.version, row.declared, row.reason = typed.version, typed.declared_text, typed.own_reason
            row.declared_error = typed.declared_error
        elif draft is not None:
            texts, errors = {cell: draft.texts.get(str(cell), "") for cell in cells}, {}
            row.version, row.declared = draft.version, draft.texts.get("declared", "")
        else:
            row.declared = str(totals.get(pk, ""))
            counts, blank = standing.counts, "0" if standing.version else ""
            texts, errors = {cell: str(counts.get(cell, blank)) for cell in cells}, {}
        before = befores[pk]
        row.cells = [
            GridCell(f"c{pk}-{cell}", cell, texts[cell], guides.of(before, cell), errors.get(cell, ""))
            for cell in cells
        ]
        rows.append(row)
    return rows


class _Guides:
    """“yesterday · median”, each pair of figures written once: a grid has thousands of cells."""

    def __init__(self):
        self._words = {}

    def of(self, before, cell):
        if not before.days:
            return ""
        yesterday = None if before.yesterday is None else before.yesterday.get(cell, 0)
        pair = (yesterday, before.median.get(cell, 0))
        words = self._words.get(pair)
        if words is None:
            words = self._words[pair] = (
                f"{'–' if yesterday is None else indian(yesterday)} · {indian(pair[1])}"
            )
        return words


@dataclass(frozen=True)
class Differing:
    """A cell, or the declared total, on which two people disagree.

    ``theirs`` and ``mine`` may be None for a total that is not declared. ``chosen``: "theirs" or "mine", "" while
    nobody has chosen.
    """

    cell: int | str
    label: str
    theirs: int | None
    mine: int | None
    chosen: str = ""
    third: str = ""
    error: str = ""


def add_outcomes(rows, outcomes, inputs, names, sheet):
    """Put what became of each unit beside its row. ``inputs``: {unit id: the row as it was posted}."""
    by_unit = {outcome.sheet.unit.pk: outcome for outcome in outcomes}
    for row in rows:
        outcome = row.outcome = by_unit.get(row.unit.pk)
        if outcome is None:
            continue
        if outcome.status == "conflict" or outcome.sheet.overtaken is not None:
            typed = inputs[row.unit.pk]
            # What was chosen between other counts than these is not chosen.
            knows = typed.settles == outcome.version
            row.chosen_all = typed.chosen_all if knows else ""
            row.differing = _differences(outcome, typed, knows, names, sheet)
        if outcome.status == "asked":
            _add_questions(row, outcome, names, sheet)


def _add_questions(row, outcome, names, sheet):
    row.needs_reason = any(problem.code == "reason_required" for problem in outcome.problems)
    row.findings = finding_rows(outcome.hits, names, sheet, outcome.sheet.answers)
    words = {}
    for finding in row.findings:
        if finding.cell_id:
            words.setdefault(finding.cell_id, []).append(finding.words)
    for cell in row.cells:
        cell.words = words.get(cell.column, ())


def _differences(outcome, typed, knows, names, sheet):
    """Where what somebody typed and what stands differ, with what is chosen so far."""
    both = [
        (cell, names.label(sheet.keys[cell]), outcome.standing.get(cell, 0), mine)
        for cell, mine in typed.all_counts().items()
    ]
    both.append((TOTAL, _("Declared total"), outcome.declared, typed.declared))
    return [
        Differing(
            cell,
            label,
            theirs,
            mine,
            typed.chosen[cell] if knows else "",
            typed.thirds[cell],
            typed.third_errors.get(cell, ""),
        )
        for cell, label, theirs, mine in both
        if theirs != mine
    ]
