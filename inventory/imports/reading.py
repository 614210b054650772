"""Reading a file of opening balances and supplies row by row. A row is taken whole or named with what is wrong."""

import datetime
import hashlib
import re
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from districts.names import fold
from districts.table_files.days import read_day
from districts.table_files.errors import FileRefused
from districts.table_files.tables import open_table
from districts.templatetags.indian import short_day
from inventory.imports import columns
from inventory.imports.columns import OPENING, SUPPLY
from inventory.models import Batch, Channel, Earmark, Location, LocationKind, Vaccine
from inventory.models.products import UNKNOWN_BATCH
from inventory.safety import ask_why_expired, had_expired

MOST_ROWS = 20_000
LARGEST = 2_000_000_000
SAID = 60  # characters of a wrong value that a reason repeats

_GROUPED = re.compile(r"\d{1,3}(?:,\d{2,3})*,\d{3}(?:\.0*)?")
_WHOLE = re.compile(r"(?P<whole>\d{1,12})(?:\.0*)?")


class BadCell(Exception):
    """What is wrong in a cell, and what would be right."""

    def __init__(self, column, value, reason):
        super().__init__(reason)
        self.column, self.value = column, value


@dataclass(frozen=True)
class BatchName:
    """A batch as a vial names it; it may be new to the system."""

    vaccine: Vaccine
    number: str
    manufacturer: str


@dataclass(frozen=True)
class SupplyRow:
    """One good row."""

    row: int
    cells: tuple
    what: str
    store: Location
    batch: BatchName
    expires_on: datetime.date
    doses: int
    channel: str
    earmark: str
    happened_on: datetime.date
    document: str
    reason: str

    @property
    def key(self):
        """What makes this row the same when the file comes again: all but the number of doses.

        A store has one opening balance of a batch, whatever the day it is sent with.
        """
        batch = (self.batch.vaccine.code, self.batch.manufacturer, self.batch.number)
        parts = [self.what, self.store.code, *batch, self.earmark]
        if self.what == SUPPLY:
            parts += [self.channel, self.happened_on.isoformat(), self.document]
        return "file-" + hashlib.sha256("\0".join(parts).encode()).hexdigest()


@dataclass(frozen=True)
class Failure:
    """A row that cannot be booked: which, at what column and value, and why. ``cells`` as they came."""

    row: int
    cells: tuple
    column: str
    value: str
    reason: str


class Ground:
    """What the rows of a file are held against, read once."""

    def __init__(self, may_keep):
        stores = Location.objects.filter(kind=LocationKind.STORE).select_related("area")
        self.stores = {store.code.casefold(): store for store in stores}
        self._keeps = {}
        self._may_keep = may_keep
        self.vaccines = {}
        for vaccine in Vaccine.objects.all():
            for name in (vaccine.code, vaccine.name_en, vaccine.name_hi):
                if name:
                    self.vaccines[fold(name)] = vaccine
        self.batches = {
            (one.vaccine_id, one.manufacturer, one.number): one for one in Batch.objects.order_by("pk")
        }
        self.new_batches = {}  # BatchName → (expiry, row that named it first)

    def keeps(self, store):
        if store.area_id not in self._keeps:
            self._keeps[store.area_id] = self._may_keep(store.area)
        return self._keeps[store.area_id]


def read_file(path, *, may_keep):
    """(header, good rows, failures) of a file. ``may_keep(area)`` tells whose stores the sender keeps."""
    with open_table(path) as table:
        places, ground = columns.places_of(table.header), Ground(may_keep)
        good, failed = [], []
        for number, cells in table.rows():
            if _is_empty(cells, places):
                continue
            if number > MOST_ROWS + 1:
                raise FileRefused(_("The file has more than %(most)d rows. Split it.") % {"most": MOST_ROWS})
            try:
                good.append(_row(number, cells, places, ground))
            except BadCell as wrong:
                failed.append(Failure(number, tuple(cells), wrong.column, wrong.value[:SAID], str(wrong)))
        if not good and not failed:
            raise FileRefused(_("No row of the file says a batch and how many doses."))
        return table.header, good, failed


def _is_empty(cells, places):
    """A row of the template that nobody filled is no row: it names a store and a vaccine and nothing of them."""
    said = (places[column] for column in (columns.BATCH, columns.DOSES, columns.VIALS) if column in places)
    return not any(cells[index].strip() for index in said if index < len(cells))


def _row(number, cells, places, ground):
    text = {column: cells[index].strip() if index < len(cells) else "" for column, index in places.items()}
    values = {column: text.get(column, "") for column in columns.COLUMNS}
    store = _store(values[columns.STORE], ground)
    vaccine = _vaccine(values[columns.VACCINE], ground)
    day = _past_day(values[columns.DATE])
    if store.closed_on and day >= store.closed_on:
        raise BadCell(
            columns.DATE,
            values[columns.DATE],
            _("%(name)s was closed on %(day)s.") % {"name": store, "day": short_day(store.closed_on)},
        )
    if values[columns.BATCH] == UNKNOWN_BATCH:
        raise BadCell(columns.BATCH, UNKNOWN_BATCH, _("Write the batch number as printed on the vial."))
    batch = BatchName(
        vaccine,
        _length(columns.BATCH, _needed(columns.BATCH, values[columns.BATCH]), 40),
        _length(columns.MANUFACTURER, values[columns.MANUFACTURER] or vaccine.manufacturer, 120),
    )
    expires_on = _expiry(values[columns.EXPIRES], batch, number, ground)
    return SupplyRow(
        row=number,
        cells=tuple(cells),
        what=_what(values[columns.WHAT]),
        store=store,
        batch=batch,
        expires_on=expires_on,
        doses=_doses(values[columns.DOSES], values[columns.VIALS], vaccine),
        channel=_choice(columns.CHANNEL, values[columns.CHANNEL], Channel),
        earmark=_choice(columns.EARMARK, values[columns.EARMARK] or Earmark.CAMPAIGN, Earmark),
        happened_on=day,
        document=_length(columns.DOCUMENT, values[columns.DOCUMENT], 60),
        reason=_reason(values, batch, expires_on, day),
    )


def _reason(values, batch, expires_on, day):
    """Needed for a batch that had expired when it came; of any other no reason stands in the ledger."""
    if not had_expired(expires_on, day):
        return ""
    reason = _length(columns.REASON, values[columns.REASON], 300)
    if not reason:
        why = ask_why_expired(batch.number, expires_on)
        hint = _("The place for it is the column [%(column)s].") % {"column": columns.REASON}
        raise BadCell(columns.EXPIRES, values[columns.EXPIRES], f"{why} {hint}")
    return reason


def _needed(column, value):
    if not value:
        raise BadCell(column, value, _("This cell is empty. Write the %(what)s.") % {"what": _name(column)})
    return value


def _name(column):
    return columns.labels()[column]


def _length(column, value, most):
    if len(value) > most:
        raise BadCell(column, value, _("That is longer than %(most)d characters.") % {"most": most})
    return value


def _what(value):
    words = {
        OPENING: {OPENING, "opening balance", fold(_("Opening balance"))},
        SUPPLY: {"", SUPPLY, fold(_("Supply"))},
    }
    for code, known in words.items():
        if fold(value) in known:
            return code
    raise BadCell(columns.WHAT, value, _("Write opening for an opening balance, or supply."))


def _store(value, ground):
    store = ground.stores.get(_needed(columns.STORE, value).casefold())
    # The same words for a store that does not exist and for one that is not the sender's.
    if store is None or not ground.keeps(store):
        raise BadCell(
            columns.STORE,
            value,
            _("No store that you keep has this code. The codes of your stores are in the template."),
        )
    return store


def _vaccine(value, ground):
    vaccine = ground.vaccines.get(fold(_needed(columns.VACCINE, value)))
    if vaccine is None:
        known = ", ".join(sorted({one.code for one in ground.vaccines.values()}))
        raise BadCell(
            columns.VACCINE, value, _("There is no such vaccine. Known are: %(codes)s.") % {"codes": known}
        )
    return vaccine


def _day(column, value):
    day = read_day(_needed(column, value))
    if day is None:
        raise BadCell(column, value, _("This is no day. Write it as 31-12-2026 or 2026-12-31."))
    return day


def _past_day(value):
    day = _day(columns.DATE, value)
    if day > timezone.localdate():
        raise BadCell(columns.DATE, value, _("This day has not come yet."))
    return day


def _expiry(value, batch, number, ground):
    known = ground.batches.get((batch.vaccine.pk, batch.manufacturer, batch.number))
    if known is not None:
        if value and _day(columns.EXPIRES, value) != known.expires_on:
            raise BadCell(
                columns.EXPIRES,
                value,
                _("Batch %(batch)s is known to expire on %(day)s. Look at the vial again.")
                % {"batch": known, "day": short_day(known.expires_on)},
            )
        return known.expires_on
    if not value and batch in ground.new_batches:
        return ground.new_batches[batch][0]
    if not value:
        raise BadCell(columns.EXPIRES, value, _("This batch is new here: write the day on which it expires."))
    day = _day(columns.EXPIRES, value)
    first_said, first_row = ground.new_batches.setdefault(batch, (day, number))
    if first_said != day:
        raise BadCell(
            columns.EXPIRES,
            value,
            _("Row %(row)d of this file says %(day)s for the same batch. Look at the vial again.")
            % {"row": first_row, "day": short_day(first_said)},
        )
    return day


def _doses(doses, vials, vaccine):
    if not doses and not vials:
        raise BadCell(columns.DOSES, "", _("Write how many doses or how many vials."))
    as_doses = _number(columns.DOSES, doses) if doses else None
    as_vials = _number(columns.VIALS, vials) * vaccine.doses_per_vial if vials else as_doses
    if as_doses is not None and as_vials != as_doses:
        raise BadCell(
            columns.VIALS,
            vials,
            _("%(vials)s vials of %(per_vial)d doses are %(doses)d doses, not %(said)d. Write one of both.")
            % {"vials": vials, "per_vial": vaccine.doses_per_vial, "doses": as_vials, "said": as_doses},
        )
    if as_vials > LARGEST:
        raise BadCell(
            columns.VIALS if vials else columns.DOSES, vials or doses, _("That is more than any store holds.")
        )
    return as_vials


def _number(column, value):
    plain = value.replace(",", "") if _GROUPED.fullmatch(value) else value
    match = _WHOLE.fullmatch(plain)
    if match is None or not int(match["whole"]):
        raise BadCell(
            column, value, _("“%(value)s” is not a whole number above 0.") % {"value": value[:SAID]}
        )
    return int(match["whole"])


def _choice(column, value, choices):
    asked = fold(_needed(column, value).replace("_", " "))
    for code, label in choices.choices:
        if asked in (fold(code.replace("_", " ")), fold(str(label))):
            return code
    raise BadCell(
        column,
        value,
        _("Write one of: %(codes)s.") % {"codes": ", ".join(choices.values)},
    )
