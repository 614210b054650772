"""Loading figures that somebody published: supply, consumption and balance by state, and wastage.

Two tables of CSV are known, told apart by their columns. A figure that is loaded again changes nothing; one that
is published anew under the same source replaces the former.
"""

import csv
import datetime
import re
from collections import namedtuple
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _

from districts import audit
from districts.lookup import AreaIndex
from districts.models import Level
from inventory.models import DeclaredFigure

# Column → measure. ``administered`` may be absent.
SUPPLY = {
    "doses_received": "supplied",
    "consumption_incl_wastage": "consumption",
    "administered": "administered",
    "balance": "balance",
}
WASTAGE = {"wastage_pct": "wastage_per_myriad", "wastage_doses": "wasted"}
_NEEDED = (
    {"as_of", "state", "source", "doses_received", "consumption_incl_wastage", "balance"},
    {"as_of", "state", "source", "scope", *WASTAGE},
)
_COUNT = re.compile(r"-?[0-9]{1,15}")
_PERIOD = re.compile(r"(?P<what>.*?)\s*(?P<first>[0-9]{4}-[0-9]{2}-[0-9]{2}) to (?P<last>[0-9-]{10})")
_MONTH = re.compile(r"(?P<month>[A-Z][a-z]+ [0-9]{4}) only")
LONGEST_SCOPE, LONGEST_SOURCE = 24, 200

Figure = namedtuple("Figure", "area as_of measure scope source")


class NotAFileOfFigures(Exception):
    """No table that is known."""


class BadRow(Exception):
    """What is wrong with a row, and what would be right."""


@dataclass
class Loaded:
    """``refused``: [(line, what is wrong)]. ``areas``: those that the file speaks of."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: list = field(default_factory=list)
    areas: set = field(default_factory=set)


def load_file(path, *, by=None):
    """Load a file; what can be read is loaded, each row that cannot is named. Returns Loaded."""
    try:
        text = Path(path).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise NotAFileOfFigures(str(error)) from None
    return load(csv.DictReader(text.splitlines()), name=Path(path).name, by=by)


@transaction.atomic
def load(reader, *, name, by=None):
    """Load the rows of a ``csv.DictReader``."""
    columns = set(reader.fieldnames or ())
    if not any(needed <= columns for needed in _NEEDED):
        raise NotAFileOfFigures(
            _("This has neither the columns of a table of supply nor those of one of wastage.")
        )
    places, report, figures = _Places(), Loaded(), {}
    for row in reader:
        try:
            figures |= _figures(row, places)
        except BadRow as error:
            report.refused.append((reader.line_num, str(error)))
    _write(figures, report)
    if report.added or report.changed:
        audit.record(
            by=by,
            action="stock.declared",
            subject=name,
            detail={"added": report.added, "changed": report.changed, "refused": len(report.refused)},
        )
    return report


def _write(figures, report):
    report.areas = {key.area for key in figures}
    rows = DeclaredFigure.objects.filter(area__in=report.areas, channel="")
    known = {Figure(row.area, row.as_of, row.measure, row.scope, row.source): row for row in rows}
    for key, value in figures.items():
        row = known.get(key)
        if row is None:
            DeclaredFigure.objects.create(**key._asdict(), value=value)
            report.added += 1
        elif row.value != value:
            row.value = value
            row.save(update_fields=["value"])
            report.changed += 1
        else:
            report.unchanged += 1


def _figures(row, places):
    """{Figure: value} of a row; a blank cell is no figure."""
    if None in row or None in row.values():
        raise BadRow(_("It has more or fewer cells than the header."))
    row = {name: text.strip() for name, text in row.items()}
    as_of, source = _day(row["as_of"]), row["source"]
    if not 0 < len(source) <= LONGEST_SOURCE:
        raise BadRow(_("Say the source in at most %(most)d characters.") % {"most": LONGEST_SOURCE})
    area = places.find(row["state"])
    scope = _scope(row.get("scope", ""), as_of)
    measures = {column: measure for column, measure in {**SUPPLY, **WASTAGE}.items() if row.get(column)}
    if not measures:
        raise BadRow(_("It holds no figure."))
    return {
        Figure(area, as_of, measure, scope, source): (
            _myriads(row[column]) if measure == "wastage_per_myriad" else _count(row[column])
        )
        for column, measure in measures.items()
    }


def _day(text):
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        raise BadRow(_("“%(text)s” is not a day: write it as 2021-11-11.") % {"text": text}) from None


def _count(text):
    if not _COUNT.fullmatch(text):
        raise BadRow(_("“%(text)s” is not a whole number of doses.") % {"text": text})
    return int(text)


def _myriads(text):
    """A per cent with at most two decimals, in hundredths."""
    try:
        value = Decimal(text) * 100
    except InvalidOperation:
        value = None
    if value is None or not value.is_finite() or value != value.to_integral_value():
        raise BadRow(_("“%(text)s” is not a per cent with at most two decimals.") % {"text": text})
    return int(value)


def _scope(text, as_of):
    """What the figure covers, short: a period that ends on the day itself needs only its beginning."""
    if found := _PERIOD.fullmatch(text):
        if found["last"] == as_of.isoformat():
            what = "extra " if found["what"].startswith("extra") else ""
            text = f"{what}since {found['first']}"
    elif found := _MONTH.fullmatch(text):
        text = f"{found['month']}"
    if len(text) > LONGEST_SCOPE:
        raise BadRow(_("The scope “%(text)s” is too long.") % {"text": text})
    return text


class _Places:
    """The nation and its states by name, former names among them."""

    def __init__(self):
        self._index = AreaIndex(levels=[Level.NATION, Level.STATE])
        areas = self._index.areas.values()
        self._nation = next((area for area in areas if area.level == Level.NATION), None)

    def find(self, text):
        found = self._index.find_named(text) or self._index.find_named(text, within=self._nation)
        if found is None:
            near = ", ".join(one.name_en for one in self._index.suggest(text, within=self._nation))
            message = _("There is no state or territory “%(text)s”.") % {"text": text}
            raise BadRow(message + (" " + _("Did you mean: %(near)s?") % {"near": near} if near else ""))
        return found
