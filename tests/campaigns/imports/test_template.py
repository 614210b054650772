"""The project's own template: what goes out comes back, and every bad row is named."""

import csv
import datetime
import io

import pytest
import xlsxwriter

from campaigns.imports.template_file import csv_pieces, template_for, workbook_bytes
from districts.table_files.errors import FileRefused
from tests.campaigns.imports.standing import day_counts, item_total, kinds, reported_days

DAY, NEXT = datetime.date(2021, 4, 10), datetime.date(2021, 4, 11)
CELL, OTHER_CELL = "first_dose|18-44|covishield|", "second_dose|60-plus|covaxin|"
HEADER = ["Area code [area]", "Name [name]", "Date [date]", f"First dose [{CELL}]", f"Second [{OTHER_CELL}]"]


def made(drive, areas, last=DAY):
    return template_for(drive, areas=areas, first_day=DAY, last_day=last)


def read_back(template):
    return list(csv.reader(io.StringIO("".join(csv_pieces(template)).removeprefix("\ufeff"))))


def test_the_template_has_a_row_for_each_of_ones_own_units_and_days(drive, tree):
    rows = read_back(made(drive, [tree.raipur], NEXT))
    assert [row[:3] for row in rows[1:]] == [
        ["B3693", "Abhanpur", "2021-04-10"],
        ["B3694", "Arang", "2021-04-10"],
        ["B3693", "Abhanpur", "2021-04-11"],
        ["B3694", "Arang", "2021-04-11"],
    ]


def test_the_template_has_a_named_column_for_every_cell_of_the_sheet(drive, tree):
    header = read_back(made(drive, [tree.raipur]))[0]
    assert "First dose · 18–44 years · Covishield [first_dose|18-44|covishield|]" in header
    assert len(header) == 3 + drive.cells.filter(is_open=True).count()


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_filled_template_is_loaded(drive, tree, load, tmp_path, kind):
    template = made(drive, [tree.chhattisgarh])
    path = tmp_path / f"filled.{kind}"
    column = next(place for place, text in enumerate(template.headings) if CELL in text)
    if kind == "csv":
        rows = read_back(template)
        rows[1][column] = "25"
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file).writerows(rows)
    else:
        path.write_bytes(workbook_bytes(template))
        workbook = xlsxwriter.Workbook(path)
        sheet, date = workbook.add_worksheet(), workbook.add_format({"num_format": "dd-mm-yyyy"})
        sheet.write_row(0, 0, template.headings)
        sheet.write_row(1, 0, template.units[0])
        sheet.write_datetime(1, 2, datetime.datetime(2021, 4, 10), date)
        sheet.write_number(1, column, 25)
        workbook.close()
    load(drive, path)
    assert day_counts(drive, tree.abhanpur, CELL) == {DAY: 25}


def test_the_untouched_workbook_is_a_file_without_counts(drive, tree, load, tmp_path):
    path = tmp_path / "blank.xlsx"
    path.write_bytes(workbook_bytes(made(drive, [tree.chhattisgarh])))
    receipt, findings = load(drive, path)
    assert (receipt["rows"], receipt["submissions"], findings.failed_rows) == (0, 0, 0)


def test_a_blank_cell_leaves_what_stands_and_a_zero_is_a_zero(drive, tree, load, write_csv):
    load(drive, write_csv([HEADER, ["B3693", "", "2021-04-10", 5, 7]]))
    load(drive, write_csv([HEADER, ["B3693", "", "2021-04-10", "", 0]], "later.csv"), reason="recounted")
    assert day_counts(drive, tree.abhanpur, CELL) == {DAY: 5}
    assert day_counts(drive, tree.abhanpur, OTHER_CELL) == {}


def test_a_row_of_zeros_is_a_nil_report(drive, tree, load, write_csv):
    load(drive, write_csv([HEADER, ["B3693", "", "2021-04-10", 0, 0]]))
    assert reported_days(drive, tree.abhanpur) == [DAY]


@pytest.mark.parametrize(
    "text", ["2021-04-10", "10/04/2021", "10-04-2021", "10.4.2021", "2021-04-10 00:00:00"]
)
def test_dates_are_read_the_indian_way_round(drive, tree, load, write_csv, text):
    load(drive, write_csv([HEADER, ["B3693", "", text, 5, ""]]))
    assert day_counts(drive, tree.abhanpur, CELL) == {DAY: 5}


@pytest.mark.parametrize(
    ("text", "count"), [("1,20,345", 120345), ("745.0", 745), (" 12 ", 12), ("१२", 12), ("120,345", 120345)]
)
def test_whole_numbers_may_be_written_in_many_ways(drive, tree, load, write_csv, text, count):
    load(drive, write_csv([HEADER, ["B3693", "", "2021-04-10", text, ""]]))
    assert day_counts(drive, tree.abhanpur, CELL) == {DAY: count}


@pytest.mark.parametrize(
    ("bad", "kind", "column", "says"),
    [
        (["B9999", "", "2021-04-10", 5, ""], "unknown_unit", HEADER[0], "no area"),
        (["", "", "2021-04-10", 5, ""], "unknown_unit", HEADER[0], "names no area"),
        (["D387", "", "2021-04-10", 5, ""], "not_a_unit", HEADER[0], "does not report"),
        (["B3694", "", "April 10", 5, ""], "bad_date", HEADER[2], "Write it as 2021-04-26"),
        (["B3694", "", "", 5, ""], "bad_date", HEADER[2], "not a date"),
        (["B3694", "", "2020-04-10", 5, ""], "outside_campaign", HEADER[2], "2021-03-01 to 2021-06-30"),
        (["B3694", "", "2021-04-10", -5, ""], "negative", HEADER[3], "0 or more"),
        (["B3694", "", "2021-04-10", "12.5", ""], "not_a_count", HEADER[3], "whole number"),
        (["B3694", "", "2021-04-10", "1e3", ""], "not_a_count", HEADER[3], "digits only"),
        (["B3694", "", "2021-04-10", "1,2,3", ""], "not_a_count", HEADER[3], "digits only"),
        (["B3694", "", "2021-04-10", "=1+1", ""], "not_a_count", HEADER[3], "digits only"),
        (["B3694", "", "2021-04-10", "", 10**9], "too_large", HEADER[4], "largest"),
        (["B3693", "", "10/04/2021", 6, ""], "named_twice", HEADER[0], "earlier row"),
        (["B3694", "", "2021-04-10", 5, "", "more"], "wrong_length", "6", "6 cells"),
    ],
)
def test_a_bad_row_is_named_and_the_others_are_loaded(drive, tree, load, write_csv, bad, kind, column, says):
    good = ["B3693", "", "2021-04-10", 5, 1]
    _receipt, findings = load(drive, write_csv([HEADER, good, bad, ["B3595", "", "2021-04-10", 3, ""]]))
    (failure,) = findings.failures
    assert (failure.kind, failure.row, failure.column) == (kind, 3, column)
    assert says in failure.explanation
    assert item_total(drive, "first_dose") == 8


def test_a_row_with_two_faults_is_one_row_with_both_reasons(drive, load, write_csv):
    _receipt, findings = load(drive, write_csv([HEADER, ["B9999", "", "2021-04-10", "x", "-1"]]))
    (failure,) = findings.failures
    assert "no area" in failure.explanation
    assert CELL in failure.explanation and OTHER_CELL in failure.explanation
    assert findings.failed_rows == 1


def test_a_day_before_the_unit_existed_is_refused(drive, tree, load, write_csv):
    tree.arang.valid_from = NEXT
    tree.arang.save()
    rows = [["B3694", "", "2021-04-10", 5, ""], ["B3694", "", "2021-04-11", 6, ""]]
    _receipt, findings = load(drive, write_csv([HEADER, *rows]))
    assert [(one.kind, one.row) for one in findings.failures] == [("unit_not_there", 2)]
    assert day_counts(drive, tree.arang, CELL) == {NEXT: 6}


def test_a_unit_outside_ones_area_is_refused_by_row(drive, tree, load, write_csv):
    rows = [["B3693", "", "2021-04-10", 5, ""], ["B3595", "", "2021-04-10", 6, ""]]
    _receipt, findings = load(drive, write_csv([HEADER, *rows]), areas=[tree.raipur])
    assert [(one.kind, one.row, one.value) for one in findings.failures] == [("outside_area", 3, "B3595")]
    assert item_total(drive, "first_dose") == 5


def test_blank_lines_and_short_rows_are_no_faults(drive, tree, load, write_csv):
    rows = [[], ["B3693", "", "2021-04-10", 5], ["", "", "", "", ""]]
    _receipt, findings = load(drive, write_csv([HEADER, *rows]))
    assert kinds(findings) == {}
    assert day_counts(drive, tree.abhanpur, CELL) == {DAY: 5}


def test_a_repeated_row_far_below_is_found(drive, load, write_csv):
    days = [datetime.date(2021, 3, 1) + datetime.timedelta(n) for n in range(100)]
    rows = [
        [code, "", day.isoformat(), 1, ""] for day in days for code in ("B3693", "B3694", "B3593", "B3595")
    ]
    _receipt, findings = load(drive, write_csv([HEADER, *rows * 30, rows[0]]))
    assert findings.failed_rows == 29 * len(rows) + 1
    assert item_total(drive, "first_dose") == len(rows)


def test_a_column_that_the_sheet_does_not_know_stops_the_file(drive, load, write_csv):
    path = write_csv([[*HEADER, "Booster [third_dose|||]"], ["B3693", "", "2021-04-10", 5, "", 1]])
    with pytest.raises(FileRefused, match=r"6 \(“Booster"):
        load(drive, path)


def test_the_same_column_twice_stops_the_file(drive, load, write_csv):
    with pytest.raises(FileRefused, match="Two columns"):
        load(drive, write_csv([[*HEADER, HEADER[3]], ["B3693", "", "2021-04-10", 5, "", 1]]))


def test_a_file_of_failed_rows_can_be_corrected_and_sent_again(
    drive, tree, national_officer, load, write_csv, tmp_path
):
    from campaigns.imports.findings import Findings
    from campaigns.services.imports import load_file

    path = write_csv([HEADER, ["B3693", "=HYPERLINK()", "2021-04-10", "5 doses", 1]])
    with Findings(tmp_path) as findings:
        load_file(campaign=drive, path=path, file_format="template", by=national_officer, findings=findings)
    with (tmp_path / "failures.csv").open(encoding="utf-8-sig", newline="") as file:
        header, row = csv.reader(file)
    assert header[-1] == "!reason" and "not a whole number" in row[-1]
    assert row[1] == "'=HYPERLINK()", "a name must not become a formula in the downloaded file"
    row[3] = "5"
    load(drive, write_csv([header, row], "corrected.csv"))
    assert day_counts(drive, tree.abhanpur, CELL) == {DAY: 5}
