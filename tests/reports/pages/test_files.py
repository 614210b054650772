"""CSV and XLSX of exactly what is shown."""

import csv
import io

from python_calamine import CalamineWorkbook

from campaigns.services import reviews
from campaigns.services.reviews import Day
from districts.models import Role
from tests.plugins.cast import make_person
from tests.reports.drive import LAST, at, fold


def table(client, path, **params):
    response = client.get(path, params)
    assert response.status_code == 200
    assert response["Content-Type"].startswith("text/csv")
    return list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))


def test_the_csv_holds_the_rows_of_the_table_in_its_order(client, drive):
    rows = table(client, "/drive/S27/table.csv", sort="-name")
    assert [row[1] for row in rows] == ["Area", "Pune", "Nagpur"]
    pune = dict(zip(rows[0], rows[1], strict=True))
    assert pune["Code"] == "D490"
    assert pune["First dose: coverage (%)"] == "6.0"
    assert pune["Second dose: coverage (%)"] == "5.0"
    assert pune["Doses to date"] == "330"
    assert pune["This day"] == "80"
    assert pune["Drop-out (%)"] == "16.7"
    assert (pune["Units reported"], pune["Units expected"]) == ("1", "1")


def test_each_row_says_what_share_of_its_doses_is_verified(client, drive):
    pune = [Day(drive.tree.pune, LAST)]
    another = make_person("another", role=Role.NATIONAL_OFFICER, area=drive.tree.india)
    reviews.verify(campaign=drive.campaign, days=pune, by=another, now=at(LAST, hour=20))
    fold(drive)
    html = client.get("/drive/S27/", {"sort": "-verified"}).content.decode()
    rows = html[html.index("children__table") : html.index("items-title")]
    assert 'aria-sort="descending"><a href="/drive/S27/?sort=verified">Verified</a>' in rows
    # 80 of Pune's 330 doses; nobody vouches for any of Nagpur's 900.
    assert rows.index(">Pune<") < rows.index("24.2%") < rows.index(">Nagpur<") < rows.index("0.0%")
    rows = table(client, "/drive/S27/table.csv", sort="verified")
    shares = [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]
    assert [(row["Area"], row["Verified (%)"]) for row in shares] == [("Nagpur", "0.0"), ("Pune", "24.2")]


def test_a_silent_area_has_no_data_in_the_file_and_not_0(client, drive):
    rows = table(client, "/drive/S27/table.csv")
    nagpur = dict(zip(rows[0], rows[1], strict=True))
    assert nagpur["This day"] == "no data"
    assert nagpur["Doses to date"] == "900"


def test_the_file_follows_search_day_and_denominator(client, drive):
    rows = table(client, "/drive/S27/table.csv", q="pun", date="2021-11-08", denominator="census")
    assert len(rows) == 2
    pune = dict(zip(rows[0], rows[1], strict=True))
    assert pune["First dose: coverage (%)"] == "6.7"  # 100 of 1,500
    assert "Second dose: 50 more than first doses." in pune["Marks"]


def test_the_links_on_the_page_lead_to_the_files_of_the_same_view(client, drive):
    html = client.get("/drive/S27/", {"date": "2021-11-08", "sort": "-doses"}).content.decode()
    assert 'href="/drive/S27/table.csv?date=2021-11-08&amp;sort=-doses"' in html
    assert 'href="/drive/S27/table.xlsx?date=2021-11-08&amp;sort=-doses"' in html


def test_the_workbook_holds_numbers_and_says_what_it_is_of(client, drive):
    response = client.get("/drive/IN/table.xlsx")
    assert response.status_code == 200
    book = CalamineWorkbook.from_filelike(io.BytesIO(response.content))
    rows = book.get_sheet_by_name("Table").to_python()
    assert rows[1][:2] == ["S22", "Chhattisgarh"]
    doses = rows[0].index("Doses to date")
    assert rows[1][doses] == 5530
    about = dict(book.get_sheet_by_name("About").to_python())
    assert about["Campaign"] == "Har Ghar Dastak"
    assert about["Day"] == "11 Nov 2021"
    assert about["Denominator"] == "Estimate"
    assert about["Note"] == "Simulated figures."


def test_a_name_that_looks_like_a_formula_is_only_a_name(client, drive):
    drive.tree.pune.name_en = '=HYPERLINK("http://example.org")'
    drive.tree.pune.save()
    rows = table(client, "/drive/S27/table.csv")
    assert [row[1] for row in rows if row[0] == "D490"] == ['\'=HYPERLINK("http://example.org")']


def test_the_silent_units_can_be_taken_along(client, drive):
    assert table(client, "/drive/IN/silent.csv") == [
        ["Code", "Unit", "In"],
        ["D484", "Nagpur", "Maharashtra"],
    ]
