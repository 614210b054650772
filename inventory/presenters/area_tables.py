"""The tables of the stock page of an area, for a workbook with a sheet for each."""

from django.utils.translation import gettext as _

from inventory.presenters.tables import Column, Table, movements, risk


def _pairs(*headings):
    """Columns of rows that are tuples: (heading, is a number) or None for what the page does not print."""
    return tuple(
        Column(heading[0], lambda row, place=place: row[place], is_number=heading[1])
        for place, heading in enumerate(headings)
        if heading is not None
    )


def identity(tables):
    """One table of all vaccines: a row for each part of the area and one for the whole, every column a figure."""
    columns, rows = {}, []
    for table in tables:
        names = [column.label for column in (*table.columns_in, *table.columns_out)]
        columns.update(dict.fromkeys(names))
        for row, is_total in [*((row, False) for row in table.rows), (table.total, True)]:
            values = dict(zip(names, (text for text, _css in row.cells), strict=True))
            rows.append((table.vaccine, row.name, is_total, values, row.rates))
    return Table(
        "identity",
        _("Supply identity"),
        (
            Column(_("Vaccine"), lambda row: row[0]),
            Column(_("Stores of"), lambda row: row[1]),
            *(
                Column(name, lambda row, name=name: row[3].get(name, ""), is_number=True)
                for name in _in_order(columns, tables)
            ),
            Column(_("Wastage rate, opened vials"), lambda row: row[4][0]),
            Column(_("Wastage rate, closed vials"), lambda row: row[4][1]),
        ),
        tuple(rows),
    )


def _in_order(columns, tables):
    """What came in before the sum and what became of it after, whichever vaccine has which channel."""
    into = [column.label for table in tables for column in table.columns_in]
    sums = {column.label for table in tables for column in table.columns_in if column.css == "sum"}
    first = [name for name in dict.fromkeys(into) if name not in sums]
    return [*first, *sums, *(name for name in columns if name not in into)]


def _ahead(rows):
    columns = (
        (_("Vaccine"), "vaccine", False),
        (_("Usable"), "usable", True),
        (_("Given a day"), "per_day", True),
        (_("Days of stock"), "days", True),
        (_("Lasts until"), "out_on", False),
        (_("At risk"), "at_risk", True),
    )
    return Table(
        "ahead",
        _("Days of stock"),
        tuple(
            Column(heading, lambda row, name=name: getattr(row, name), is_number=is_number)
            for heading, name, is_number in columns
        ),
        rows,
    )


def _batches(rows):
    return Table(
        "batches",
        _("Balance by vaccine and batch"),
        (
            Column(_("Vaccine"), lambda row: row.vaccine),
            Column(_("Batch"), lambda row: row.batch),
            Column(_("Expires"), lambda row: row.expiry.day),
            Column(_("Urgency"), lambda row: row.expiry.words),
            Column(_("Doses"), lambda row: row.doses, is_number=True),
            Column(_("Vials"), lambda row: row.vials),
            Column(_("Stores"), lambda row: row.stores, is_number=True),
            Column(_("Will expire unused"), lambda row: row.unused, is_number=True),
        ),
        rows,
    )


def _lists(page):
    """The tables whose rows are tuples; None stands for an address, which a file has no use for."""
    store, vaccine, usable = (_("Store"), False), (_("Vaccine"), False), (_("Usable"), True)
    columns = {
        ("stock-outs", _("Stock-outs ahead"), page.running_out): (
            *(store, None, vaccine, usable, (_("Days of stock"), True), (_("Runs out"), False)),
        ),
        ("below-minimum", _("Below the minimum"), page.below_minimum): (
            *(store, None, vaccine, usable, (_("At least"), True), (_("At most"), True)),
        ),
        ("under-way", _("Under way"), page.under_way): (
            *((_("Voucher"), False), None, (_("From"), False), (_("To"), False)),
            *((_("Sent"), False), (_("Doses"), True), (_("For"), False)),
        ),
        ("uncounted", _("Physical counts outstanding"), page.uncounted): (store,),
        ("published", _("Published figures"), page.declared): (
            *((_("Figure"), False), (_("Scope"), False), (_("Published"), True)),
            *((_("Ledger"), True), (_("Difference"), True), (_("Source"), False)),
        ),
    }
    return [Table(code, title, _pairs(*pairs), rows) for (code, title, rows), pairs in columns.items()]


def area_tables(page):
    """[Table] of an AreaPage; one that the page does not show is not among them."""
    found = [
        *(identity(page.tables), risk(page.at_risk), _ahead(page.ahead)),
        *_lists(page),
        *(_batches(page.batches), movements(page.movements)),
    ]
    return [table for table in found if table.rows]
