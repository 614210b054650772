"""The columns of the wide CoWIN district file: six that name the row, then the same measures for each date."""

from dataclasses import dataclass, field
from itertools import groupby, pairwise

from django.utils.translation import gettext as _

from campaigns.imports.fields import ALL_DOSES_FROM
from campaigns.imports.findings import Kind
from districts.names import fold
from districts.table_files.days import read_day
from districts.table_files.errors import FileRefused

NAMING = ["s no", "state_code", "state", "district_key", "cowin key", "district"]

MEASURES = {
    "total individuals registered": "registered",
    "total individuals vaccinated": "vaccinated",
    "sessions": "sessions",
    "sites": "sites",
    "first dose administered": "first",
    "second dose administered": "second",
    "male(individuals vaccinated)": "male",
    "female(individuals vaccinated)": "female",
    "transgender(individuals vaccinated)": "other_sex",
    "covaxin (doses administered)": "covaxin",
    "covishield (doses administered)": "covishield",
    "total doses administered": "doses",
}
FULL = ["first", "second", "sessions", "sites", "male", "female", "other_sex", "covaxin", "covishield"]
SHORT = ["first", "second", "doses"]


@dataclass
class Block:
    """The columns of one date: measure → index of its cell, in the order of the file."""

    day: object
    columns: dict
    all_doses: bool = field(init=False)
    iso: str = field(init=False)
    ordinal: int = field(init=False)

    def __post_init__(self):
        self.iso, self.ordinal = self.day.isoformat(), self.day.toordinal()
        self.all_doses = self.iso >= ALL_DOSES_FROM

    @property
    def first_column(self):
        return min(self.columns.values())

    @property
    def is_full(self):
        return self.columns.keys() >= set(FULL)

    @property
    def is_short(self):
        return not self.is_full and self.columns.keys() == set(SHORT)


def blocks_of(header, names, findings, filled):
    """The dates that can be loaded, in order. ``names`` is the second header row, ``filled`` the columns with data.

    A date with columns missing is cut off and left out; blank columns at the end are noted and left out.
    """
    blocks, blank, blank_from = [], 0, None
    position, end = len(NAMING), max(filled, default=0)
    for text, cells in groupby(header[position:]):
        width = len(list(cells))
        columns = list(range(position, position + width))
        position += width
        day = read_day(text)
        if columns[0] > end:
            blank += width
            blank_from = blank_from or (columns[0], text)
            continue
        if day is None:
            raise FileRefused(
                _("Column %(column)d is headed “%(text)s”, which is no date.")
                % {"column": columns[0] + 1, "text": text[:40]}
            )
        block = Block(day, _measures(names, columns))
        if block.is_full or block.is_short:
            blocks.append(block)
            continue
        missing = [measure for measure in FULL if measure not in block.columns]
        findings.note(
            Kind.CUT_OFF,
            row=1,
            place=columns[0],
            date=block.iso,
            value=text,
            cells=width,
            explanation=_(
                "%(day)s has %(width)d columns and lacks %(missing)s: the day is not complete and is "
                "left out."
            )
            % {"day": block.iso, "width": width, "missing": ", ".join(missing)},
        )
    if blank:
        findings.note(
            Kind.TRAILING_COLUMNS,
            row=1,
            place=blank_from[0],
            value=blank_from[1],
            cells=blank,
            explanation=_("%(count)d dated columns hold no figure in any row and are left out.")
            % {"count": blank},
        )
    return _in_order(blocks)


def _measures(names, columns):
    measures = {}
    for column in columns:
        name = fold(names[column]) if column < len(names) else ""
        measure = MEASURES.get(name)
        if measure is None:
            raise FileRefused(
                _("Column %(column)d is headed “%(name)s”, which is no known measure.")
                % {"column": column + 1, "name": name[:60]}
            )
        measures[measure] = column
    return measures


def _in_order(blocks):
    if not blocks:
        raise FileRefused(_("The file has no date with figures."))
    for earlier, later in pairwise(blocks):
        if later.day <= earlier.day:
            raise FileRefused(
                _("The dates must rise from left to right: %(later)s follows %(earlier)s.")
                % {"later": later.iso, "earlier": earlier.iso}
            )
    return blocks


def note_changed_meanings(blocks, names, findings):
    """Name the columns that stop meaning what they meant, once each, at the date where it happens."""
    for earlier, later in pairwise(blocks):
        if not (earlier.is_full and later.is_full):
            continue
        if "registered" in earlier.columns and "vaccinated" in later.columns:
            findings.note(
                Kind.MEANING_CHANGED,
                row=2,
                column="Total Individuals Registered",
                place=later.columns["vaccinated"],
                date=later.iso,
                value="Total Individuals Vaccinated",
                explanation=_(
                    "Until %(day)s this column counts individuals registered; then it repeats the first "
                    "doses, is compared with them and not loaded."
                )
                % {"day": earlier.iso},
            )
        if later.all_doses and not earlier.all_doses:
            for measure in ("covaxin", "covishield"):
                findings.note(
                    Kind.MEANING_CHANGED,
                    row=2,
                    column=names[later.columns[measure]].strip(),
                    place=later.columns[measure],
                    date=later.iso,
                    value=names[later.columns[measure]].strip(),
                    explanation=_(
                        "Until %(day)s this column counts first doses only, then all doses. The two are "
                        "kept as two items; on %(next)s the second begins with the doses of all days "
                        "before."
                    )
                    % {"day": earlier.iso, "next": later.iso},
                )
