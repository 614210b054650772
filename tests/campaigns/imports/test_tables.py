"""Files as they come: encodings, delimiters, broken and hostile ones."""

import csv
import struct
import zipfile
import zlib

import pytest
import xlsxwriter

from campaigns.imports.formats import detect
from districts.table_files.errors import FileRefused
from districts.table_files.tables import open_table
from districts.table_files.workbooks import refuse_bombs

ROWS = [["area", "date", "first_dose|||"], ["रायपुर", "2021-04-10", "5"]]


def read(path):
    with open_table(path) as table:
        return [table.header, *(row for _number, row in table.rows())]


def spreadsheet(path, cells):
    workbook = xlsxwriter.Workbook(path)
    sheet = workbook.add_worksheet()
    for row, column, value in cells:
        sheet.write(row, column, value)
    workbook.close()
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_is_read_in_the_encodings_and_delimiters_of_spreadsheet_programs(write_csv, encoding, delimiter):
    assert read(write_csv(ROWS, encoding=encoding, delimiter=delimiter)) == ROWS


def test_a_name_may_hold_a_line_break_and_a_comma(write_csv):
    rows = [["area", "name", "date"], ["B1", "a,\nb", "2021-04-10"]]
    assert read(write_csv(rows)) == rows


def test_row_numbers_are_those_of_the_spreadsheet(write_csv):
    with open_table(write_csv([["a", "b"], ["1", "2"], [], ["3", "4"]])) as table:
        assert [(number, row) for number, row in table.rows() if row] == [(2, ["1", "2"]), (4, ["3", "4"])]


def test_a_workbook_gives_whole_numbers_and_dates_as_a_csv_file_would(tmp_path):
    import datetime

    path = tmp_path / "book.xlsx"
    workbook = xlsxwriter.Workbook(path, {"default_date_format": "dd-mm-yyyy"})
    sheet = workbook.add_worksheet()
    sheet.write_row(0, 0, ["area", "date", "n"])
    sheet.write_string(1, 0, "B1")
    sheet.write_datetime(1, 1, datetime.datetime(2021, 4, 10))
    sheet.write_number(1, 2, 49)
    sheet.write_number(3, 2, 4.5)
    workbook.close()
    assert read(path) == [["area", "date", "n"], ["B1", "2021-04-10", "49"], ["", "", ""], ["", "", "4.5"]]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "no header"),
        (b"\n\n", "no header"),
        (b",,\n1,2,3\n", "no header"),
        ("area,date\nRaipur \xe9,1\n".encode("latin-1"), "UTF-8"),
        (b"\xd0\xcf\x11\xe0old excel", "neither"),
        (b"%PDF-1.4", "neither"),
        (b"PK\x05\x06" + b"\0" * 18, "neither"),
        (b"area,date\0\n", "neither"),
        (b"a," * 3_000_000, "longer than"),
        (b'area,date\n"' + b"x" * 20_000, "readable CSV"),
    ],
)
def test_what_is_no_table_is_refused_with_a_reason(tmp_path, content, says):
    path = tmp_path / "upload"
    path.write_bytes(content)
    with pytest.raises(FileRefused, match=says):
        read(path)


def test_a_header_that_nobody_knows_is_refused_and_names_the_known_formats(write_csv):
    with pytest.raises(FileRefused, match=r"“name, weight”.*CoWIN"):
        detect(write_csv([["name", "weight"], ["a", 1]]))


def test_a_broken_workbook_is_refused(tmp_path):
    path = tmp_path / "book.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<not a workbook")
    with pytest.raises(FileRefused, match="cannot be opened"):
        read(path)


class TestBombs:
    def test_a_workbook_that_unpacks_to_too_much_is_refused(self, tmp_path, settings):
        settings.IMPORT_MAX_UNZIPPED_BYTES = 1_000_000
        path = tmp_path / "book.xlsx"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("[Content_Types].xml", "<Types/>")
            archive.writestr("xl/worksheets/sheet1.xml", b" " * 2_000_000)
        assert path.stat().st_size < 10_000
        with pytest.raises(FileRefused, match="unpacks to more than"):
            read(path)

    def test_a_workbook_that_lies_about_its_size_is_refused(self, tmp_path, settings):
        settings.IMPORT_MAX_UNZIPPED_BYTES = 1_000_000
        path = tmp_path / "book.xlsx"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("xl/worksheets/sheet1.xml", b" " * 2_000_000)
        content = path.read_bytes()
        for true_size in (struct.pack("<L", 2_000_000), struct.pack("<L", zlib.crc32(b" " * 2_000_000))):
            content = content.replace(true_size, struct.pack("<L", 100))
        path.write_bytes(content)
        with pytest.raises(FileRefused, match="unpacks to more than"):
            refuse_bombs(path)

    def test_one_cell_in_the_far_corner_is_refused_before_memory_is_taken(self, tmp_path):
        path = spreadsheet(tmp_path / "book.xlsx", [(0, 0, "area"), (1_048_575, 16_383, 1)])
        with pytest.raises(FileRefused, match="row 1048576 and column 16384"):
            read(path)

    def test_an_ordinary_workbook_passes(self, tmp_path):
        path = spreadsheet(tmp_path / "book.xlsx", [(0, 0, "area"), (0, 1, "date"), (2_000, 1, 7)])
        assert len(read(path)) == 2_001


def test_memory_holds_a_chunk_and_not_the_file(tmp_path):
    import tracemalloc

    def peak(rows):
        path = tmp_path / f"{rows}.csv"
        with path.open("w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["area", "date", "n"])
            writer.writerows(["B3693", "2021-04-10", number % 997] for number in range(rows))
        tracemalloc.start()
        with open_table(path) as table:
            count = sum(len(chunk) for _first, chunk in table.chunks())
        highest = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert count == rows
        return highest

    assert peak(250_000) < peak(50_000) * 1.1
