"""Tables as files: CSV and XLSX of the same rows."""

import csv
import io
import re
from decimal import Decimal

import xlsxwriter
from django.http import HttpResponse

from districts.spreadsheets import neutral

# What a spreadsheet program does not take in the name of a sheet.
_SHEET_NAME = re.compile(r"[\[\]:*?/\\]")
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def csv_file(rows, name):
    """UTF-8 with a byte order mark, without which a spreadsheet program garbles Hindi."""
    text = io.StringIO()
    writer = csv.writer(text)
    for row in rows:
        writer.writerow([neutral(value) for value in row])
    return _attachment(text.getvalue().encode("utf-8-sig"), "text/csv; charset=utf-8", f"{name}.csv")


def xlsx_file(rows, name, about):
    """``about`` are (label, value) pairs for a second sheet: what the table is of and what it was made from."""
    return workbook_file([("Table", rows)], name, about)


def workbook_file(sheets, name, about):
    """A workbook with a sheet for each (title, rows)."""
    content = io.BytesIO()
    book = xlsxwriter.Workbook(content, {"in_memory": True, "strings_to_formulas": False})
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    for title, rows in sheets:
        sheet = book.add_worksheet(_SHEET_NAME.sub(" ", title)[:31])
        for number, row in enumerate(rows):
            for place, value in enumerate(row):
                _write(sheet, number, place, value, bold if number == 0 else None)
        sheet.freeze_panes(1, 2)
        sheet.set_column(0, 0, 10)
        sheet.set_column(1, 1, 28)
        sheet.set_column(2, 20, 14)
    notes = book.add_worksheet("About")
    for number, (label, value) in enumerate(about):
        notes.write_string(number, 0, str(label), bold)
        notes.write_string(number, 1, str(value))
    notes.set_column(0, 1, 40)
    book.close()
    return _attachment(content.getvalue(), XLSX_TYPE, f"{name}.xlsx")


def _write(sheet, number, place, value, style):
    if isinstance(value, int | Decimal):
        sheet.write_number(number, place, value, style)
    elif value is not None:
        sheet.write_string(number, place, str(value), style)


def table_file(kind, rows, name, about):
    """The rows as a download of the kind csv or xlsx."""
    return csv_file(rows, name) if kind == "csv" else xlsx_file(rows, name, about)


def _attachment(content, content_type, name):
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
