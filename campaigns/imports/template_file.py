"""Making the template: the units and days of one who imports, with a column for every cell of the tally sheet."""

import csv
import datetime
import io
from dataclasses import dataclass

import xlsxwriter
from django.utils.translation import gettext as _

from campaigns.imports.template import AREA, DATE, NAME
from campaigns.models import ReportingUnit, Sex, SheetCell
from districts.spreadsheets import neutral

MOST_ROWS = 100_000
LARGEST_COUNT_IN_A_CELL = 999_999_999


def cell_label(cell):
    """What a cell of the sheet counts, for people: ``First dose · 18–44 years · Covishield``."""
    parts = [cell.item.name]
    if cell.cohort:
        parts.append(cell.cohort.name)
    if cell.vaccine:
        parts.append(cell.vaccine.name)
    if cell.sex:
        parts.append(Sex(cell.sex).label)
    return " · ".join(str(part) for part in parts)


def open_cells(campaign):
    """The cells of the sheet in the order of the items."""
    return (
        SheetCell.objects.filter(campaign=campaign, is_open=True)
        .select_related("item", "cohort", "vaccine")
        .order_by("item__position", "item_id", "cohort__position", "vaccine__code", "sex")
    )


@dataclass(frozen=True)
class Template:
    headings: list
    units: list  # (code, name)
    days: list

    @property
    def rows(self):
        return len(self.units) * len(self.days)


def template_for(campaign, *, areas, first_day, last_day):
    """The template of one who may import in ``areas``."""
    cells = [f"{cell_label(cell)} [{cell.key}]" for cell in open_cells(campaign)]
    units = [
        unit.area
        for unit in ReportingUnit.objects.filter(campaign=campaign)
        .select_related("area")
        .order_by("area__path")
        if any(area.contains(unit.area) for area in areas)
    ]
    span = (last_day - first_day).days + 1
    return Template(
        headings=[f"{_('Area code')} [{AREA}]", f"{_('Name')} [{NAME}]", f"{_('Date')} [{DATE}]", *cells],
        units=[(unit.code, unit.name) for unit in units],
        days=[first_day + datetime.timedelta(offset) for offset in range(max(span, 0))],
    )


def csv_pieces(template):
    """The template as CSV, piece by piece. UTF-8 with the mark by which a spreadsheet program knows it."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    buffer.write("\ufeff")
    writer.writerow([neutral(heading) for heading in template.headings])
    blank = [""] * (len(template.headings) - 3)
    for day in template.days:
        for code, name in template.units:
            writer.writerow([neutral(code), neutral(name), day.isoformat(), *blank])
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()
    yield buffer.getvalue()


def workbook_bytes(template):
    """The template as a workbook. Texts are written as texts: no name becomes a formula."""
    output = io.BytesIO()
    workbook = xlsxwriter.Workbook(output, {"constant_memory": True, "default_date_format": "dd-mm-yyyy"})
    sheet = workbook.add_worksheet()
    heading = workbook.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    date = workbook.add_format({"num_format": "dd-mm-yyyy"})
    sheet.freeze_panes(1, 3)
    sheet.set_column(0, 0, 12)
    sheet.set_column(1, 1, 26)
    sheet.set_column(2, len(template.headings), 14)
    for column, text in enumerate(template.headings):
        sheet.write_string(0, column, text, heading)
    row = 0
    for day in template.days:
        for code, name in template.units:
            row += 1
            sheet.write_string(row, 0, code)
            sheet.write_string(row, 1, name)
            sheet.write_datetime(row, 2, datetime.datetime.combine(day, datetime.time()), date)
    if row:
        sheet.data_validation(
            1,
            3,
            row,
            len(template.headings) - 1,
            {
                "validate": "integer",
                "criteria": "between",
                "minimum": 0,
                "maximum": LARGEST_COUNT_IN_A_CELL,
                "error_title": _("Not a count")[:32],
                "error_message": _("Write a whole number, 0 or more.")[:255],
            },
        )
    workbook.close()
    return output.getvalue()
