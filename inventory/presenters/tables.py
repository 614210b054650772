"""The tables of the stock pages as files write them: the rows of the page, with its numbers as numbers."""

import re
from dataclasses import dataclass

from django.utils.translation import gettext as _

from districts import numbers
from districts.templatetags.indian import instant, short_day

_NUMBER = re.compile(r"[+−-]?\d{1,3}(?:,\d{2,3})*")


@dataclass(frozen=True, slots=True)
class Column:
    heading: str
    of: object  # row → what the page shows
    is_number: bool = False


@dataclass(frozen=True)
class Table:
    """``code`` names it in an address, ``title`` on its sheet."""

    code: str
    title: str
    columns: tuple
    rows: tuple

    def cells(self):
        """The header, then the rows."""
        return [
            [column.heading for column in self.columns],
            *([_cell(column, row) for column in self.columns] for row in self.rows),
        ]


def _cell(column, row):
    value = column.of(row)
    return _number(value) if column.is_number else str(value)


def _number(text):
    """What stands on the page as 1,20,000 or −5 is a number in a file; no data is an empty cell."""
    text = str(text)
    if text == numbers.NO_DATA:
        return ""
    if _NUMBER.fullmatch(text):
        return int(text.replace(",", "").replace(numbers.MINUS, "-").replace("+", ""))
    return text


def _text(heading, name):
    return Column(heading, lambda row: getattr(row, name))


def _count(heading, name):
    return Column(heading, lambda row: getattr(row, name), is_number=True)


def _expiry(heading):
    return Column(heading, lambda row: row.expiry.day)


def _urgency(heading):
    return Column(heading, lambda row: row.expiry.words)


def movements(rows):
    return Table(
        "movements",
        _("Movements"),
        (
            *(_text(_("Day"), "day"), _text(_("What"), "operation"), _text(_("Document number"), "document")),
            *(_text(_("Vaccine"), "vaccine"), _text(_("Batch"), "batch"), _text(_("Meant for"), "earmark")),
            *(_text(_("From"), "source"), _text(_("To"), "destination")),
            *(_count(_("Doses"), "doses"), _text(_("Vials"), "vials"), _text(_("Recorded"), "recorded")),
        ),
        rows,
    )


def ledger(rows):
    """All rows of a store's ledger, from its first movement on."""
    return Table(
        "ledger",
        _("Ledger"),
        (
            *(_text(_("Day"), "day"), _text(_("What"), "operation")),
            Column(_("Status"), lambda row: _("undone") if row.is_undone else ""),
            *(_text(_("Document number"), "document"), _text(_("Vaccine"), "vaccine")),
            *(_text(_("Batch"), "batch"), _text(_("Meant for"), "earmark")),
            *(_text(_("From"), "source"), _text(_("To"), "destination")),
            *(_count(_("Change"), "change"), _count(_("Balance"), "balance")),
            *(_text(_("Recorded"), "recorded"), _text(_("By"), "by")),
        ),
        rows,
    )


def risk(rows):
    return Table(
        "risk",
        _("Doses at risk"),
        (
            *(_text(_("Store"), "store"), _text(_("Area"), "place"), _text(_("Vaccine"), "vaccine")),
            *(_text(_("Batch"), "batch"), _expiry(_("Expires")), _urgency(_("Urgency"))),
            *(_count(_("Held"), "held"), _count(_("Will expire unused"), "unused")),
            *(_text(_("Vials"), "vials"), _text(_("VVM"), "stage")),
        ),
        rows,
    )


def transfers(rows):
    return Table(
        "plan",
        _("Redistribution"),
        (
            *(_text(_("From"), "from_store"), _text(_("From area"), "from_place")),
            *(_text(_("To"), "to_store"), _text(_("To area"), "to_place"), _text(_("Way"), "across")),
            *(_text(_("Vaccine"), "vaccine"), _text(_("Batch"), "batch"), _expiry(_("Expires"))),
            *(_count(_("Doses saved"), "doses"), _text(_("Vials"), "vials")),
        ),
        rows,
    )


def requisitions(rows):
    return Table(
        "requisitions",
        _("Requisitions"),
        (
            *(_count(_("No."), "number"), _text(_("For"), "to_store"), _text(_("Asked of"), "from_store")),
            *(_text(_("Vaccine"), "vaccine"), _count(_("Doses"), "doses"), _count(_("Sent"), "sent")),
            *(_text(_("Needed by"), "wanted_by"), _text(_("Status"), "state")),
        ),
        rows,
    )


def requisition(row, asked):
    """One requisition with all that it says; ``asked`` is the Requisition that ``row`` shows."""
    by = (asked.by.get_full_name() or asked.by.get_username()) if asked.by else ""
    return Table(
        "requisition",
        _("Requisition"),
        (
            *requisitions(()).columns,
            _text(_("Vials"), "vials"),
            Column(_("Reason"), lambda row: asked.reason),
            Column(_("Asked at"), lambda row: instant(asked.recorded_at)),
            Column(_("Asked by"), lambda row: by),
            Column(_("Closed because"), lambda row: asked.closed_reason),
        ),
        (row,),
    )


def fillings(rows):
    """What was sent for a requisition: RequisitionFillings with their dispatch."""
    return Table(
        "sent",
        _("Sent"),
        (
            Column(_("Voucher"), lambda row: row.dispatch.number),
            Column(_("Sent"), lambda row: short_day(row.dispatch.sent_on)),
            Column(_("Doses"), lambda row: numbers.indian(row.doses), is_number=True),
        ),
        rows,
    )


def consignments(rows):
    return Table(
        "consignments",
        _("Consignments"),
        (
            *(_text(_("Voucher"), "number"), _text(_("Sent"), "sent_on"), _text(_("From"), "from_store")),
            *(_text(_("To"), "to_store"), _text(_("Status"), "state"), _count(_("On the way"), "doses")),
        ),
        rows,
    )


def lines(rows):
    return Table(
        "contents",
        _("Contents"),
        (
            *(_text(_("Vaccine"), "vaccine"), _text(_("Manufacturer"), "manufacturer")),
            *(_text(_("Batch"), "batch"), _text(_("Meant for"), "earmark"), _text(_("Expires"), "expiry")),
            *(_count(_("Sent"), "sent"), _text(_("Vials"), "sent_vials")),
            *(_count(_("In good order"), "good"), _count(_("Damaged"), "damaged")),
            *(_count(_("Short"), "short"), _count(_("On the way"), "on_the_way")),
        ),
        rows,
    )


def shelf(rows):
    return Table(
        "shelf",
        _("On the shelf"),
        (
            *(_text(_("Vaccine"), "vaccine"), _text(_("Batch"), "batch"), _text(_("Meant for"), "earmark")),
            *(_expiry(_("Expires")), _urgency(_("Urgency")), _count(_("Doses"), "doses")),
            *(_text(_("Vials"), "vials"), _text(_("VVM"), "stage"), _text(_("Leaves as no."), "leaves")),
            _count(_("Will expire unused"), "unused"),
        ),
        rows,
    )


def outlooks(rows):
    return Table(
        "ahead",
        _("Supply ahead"),
        (
            *(_text(_("Vaccine"), "vaccine"), _count(_("Usable"), "usable"), _text(_("Vials"), "vials")),
            *(_text(_("Used a day"), "per_day"), _count(_("Days of stock"), "days")),
            *(_text(_("Runs out"), "runs_out"), _count(_("At risk"), "at_risk")),
            *(_count(_("At least"), "minimum"), _count(_("At most"), "maximum"), _text(_("Status"), "state")),
        ),
        rows,
    )


def places(groups):
    """Where the doses of a batch are, all groups of a trace in one table."""
    rows = tuple((group.title, row) for group in groups for row in group.rows)
    return Table(
        "places",
        _("Where every dose went"),
        (
            Column(_("What became of it"), lambda pair: pair[0]),
            Column(_("Place"), lambda pair: pair[1].name),
            Column(_("Area"), lambda pair: pair[1].area),
            Column(_("Meant for"), lambda pair: pair[1].earmark),
            Column(_("Doses"), lambda pair: pair[1].doses, is_number=True),
            Column(_("Vials"), lambda pair: pair[1].vials),
        ),
        rows,
    )
