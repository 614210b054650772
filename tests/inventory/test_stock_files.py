"""Opening balances and supplies from a file: what is wrong is named, what is right is booked, and once."""

import csv
import datetime
import io

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from districts.models import AuditEvent, Role
from inventory.models import Batch, StockFile, StockJournal, StockMovement, StockPosition
from inventory.services import stock_files
from inventory.services.consignments import undo
from tests.plugins.cast import make_person

HEADER = "what,store,vaccine,batch,expires,doses,vials,channel,earmark,date,document"
GOOD = "supply,STORE-D387,covishield,4121Z001,2026-12-01,500,,free_of_cost,campaign,2026-11-01,CH-1"

# (what a row says, the column that is wrong, words of the reason)
WRONG = [
    (GOOD.replace("STORE-D387", "STORE-NONE"), "store", "No store that you keep"),
    (GOOD.replace("STORE-D387", "STORE-D484"), "store", "No store that you keep"),
    (GOOD.replace("covishield", "covishild"), "vaccine", "Known are: covishield"),
    (GOOD.replace("4121Z001", "NEW-7").replace("2026-12-01", ""), "expires", "new here"),
    (GOOD.replace("2026-12-01", "2026-12-02"), "expires", "known to expire on"),
    (GOOD.replace("500", "5x0"), "doses", "not a whole number above 0"),
    (GOOD.replace("500", "-5"), "doses", "not a whole number above 0"),
    (GOOD.replace("500,,", "500,49,"), "vials", "490 doses, not 500"),
    (GOOD.replace("free_of_cost", "gift"), "channel", "Write one of: free_of_cost"),
    (GOOD.replace("2026-11-01", "11/31/2026"), "date", "no day"),
    (GOOD.replace("2026-11-01", "2999-01-01"), "date", "not come yet"),
    (GOOD.replace("supply", "gift"), "what", "Write opening"),
]


@pytest.fixture(autouse=True)
def uploads(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def stores(raipur_store, bastar_store, early_batch, tree):
    from tests.inventory.conftest import make_store

    make_store(tree.nagpur)
    return raipur_store


def signed_in(client, person):
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def send(client, text, area="S22", name="supply.csv"):
    content = text if isinstance(text, bytes) else text.encode()
    file = SimpleUploadedFile(name, content)
    return client.post(reverse("stock-files", args=[area]), {"file": file})


def table(*rows):
    return "\n".join([HEADER, *rows]) + "\n"


def confirm(client):
    row = StockFile.objects.first()
    client.post(reverse("stock-file-confirm", args=[row.key]))
    row.refresh_from_db()
    return row


def held(store):
    return sum(StockPosition.objects.filter(location=store).values_list("doses", flat=True))


def test_nothing_is_booked_before_it_is_confirmed(client, state_officer, stores):
    signed_in(client, state_officer)
    response = send(client, table(GOOD))
    page = client.get(response["Location"]).content.decode()
    assert "What this file would book" in page and "Book 500 doses" in page
    assert not StockMovement.objects.exists()
    assert confirm(client).state == "loaded"
    assert held(stores) == 500
    journal = StockJournal.objects.get()
    assert (journal.operation, journal.document, journal.by) == ("receive", "CH-1", state_officer)
    assert journal.movements.get().happened_on == datetime.date(2026, 11, 1)
    assert AuditEvent.objects.filter(action="stock.file", by=state_officer).count() == 1


@pytest.mark.parametrize(("row", "column", "words"), WRONG)
def test_a_wrong_cell_is_named_with_what_would_be_right(client, state_officer, stores, row, column, words):
    signed_in(client, state_officer)
    send(client, table(row, GOOD.replace("CH-1", "CH-2")))
    [[number, where, _value, reason]] = StockFile.objects.get().report["failures"]
    assert (number, where) == (2, column)
    assert words in reason
    confirm(client)
    assert held(stores) == 500  # the good row is not lost with the bad one


def test_failed_rows_come_back_under_their_header_and_are_taken_when_put_right(client, state_officer, stores):
    signed_in(client, state_officer)
    send(client, table(GOOD, GOOD.replace("500", "5x0").replace("CH-1", "CH-2")))
    row = confirm(client)
    download = client.get(reverse("stock-file-failures", args=[row.key]))
    text = b"".join(download.streaming_content).decode("utf-8-sig")
    [failed] = list(csv.DictReader(io.StringIO(text)))
    assert (failed["!row"], failed["!column"], failed["!value"]) == ("3", "doses", "5x0")
    send(client, text.replace("5x0,", "250,", 1))
    assert confirm(client).report["failed"] == 0
    assert held(stores) == 750


def test_sending_a_file_again_books_nothing_twice(client, state_officer, stores):
    signed_in(client, state_officer)
    for _turn in range(2):
        send(client, table(GOOD, GOOD.replace("CH-1", "CH-2")))
        row = confirm(client)
    assert (row.report["new"], row.report["known"]) == (0, 2)
    client.post(reverse("stock-file-confirm", args=[row.key]))
    assert held(stores) == 1000


def test_a_supply_that_comes_again_with_another_number_is_not_overwritten(client, state_officer, stores):
    signed_in(client, state_officer)
    send(client, table(GOOD))
    confirm(client)
    send(client, table(GOOD.replace("500", "600")))
    [[_row, column, _value, reason]] = StockFile.objects.first().report["failures"]
    assert column == "doses" and "booked as 500 doses" in reason
    assert held(stores) == 500


def test_a_store_has_one_opening_balance_of_a_batch(client, state_officer, stores):
    signed_in(client, state_officer)
    opening = GOOD.replace("supply", "opening")
    send(client, table(opening, opening.replace("2026-11-01", "2026-11-02").replace("CH-1", "CH-3")))
    [[row, _column, _value, reason]] = StockFile.objects.get().report["failures"]
    assert row == 3 and "Row 2 has the opening balance" in reason
    confirm(client)
    assert held(stores) == 500


def test_a_row_that_was_undone_is_not_booked_behind_ones_back(client, state_officer, stores):
    signed_in(client, state_officer)
    send(client, table(GOOD))
    confirm(client)
    undo(journal=StockJournal.objects.get(), by=state_officer, reason="wrong store")
    send(client, table(GOOD))
    assert "undone since" in StockFile.objects.first().report["failures"][0][3]


def test_a_workbook_is_read_as_its_cells_say(client, state_officer, stores):
    output = io.BytesIO()
    book = xlsxwriter.Workbook(output, {"in_memory": True})
    sheet = book.add_worksheet()
    day = book.add_format({"num_format": "dd-mm-yyyy"})
    for place, heading in enumerate(HEADER.split(",")):
        sheet.write_string(0, place, f"Some words [{heading}]")
    for place, text in enumerate(GOOD.split(",")):
        sheet.write_string(1, place, text)
    sheet.write_number(1, 5, 1200)
    sheet.write_datetime(1, 9, datetime.datetime(2026, 11, 1), day)
    book.close()
    signed_in(client, state_officer)
    send(client, output.getvalue(), name="supply.xlsx")
    confirm(client)
    assert held(stores) == 1200


def test_vials_and_words_in_hindi_are_understood(client, state_officer, stores):
    signed_in(client, state_officer)
    row = "supply,store-d387,Covishield,4121z-9,31-12-2027,,12,Private,Routine,01/11/2026,"
    send(client, table(row))
    assert StockFile.objects.get().report["failed"] == 0, StockFile.objects.get().report
    confirm(client)
    position = StockPosition.objects.get(location=stores)
    assert (position.doses, position.earmark) == (120, "routine")
    assert Batch.objects.get(number="4121z-9").expires_on == datetime.date(2027, 12, 31)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "empty"),
        ("store,vaccine\n", "[batch]"),
        (HEADER + "\n", "No row of the file"),
        ("\x00\x01", "neither a CSV nor an XLSX"),
    ],
)
def test_what_is_no_such_file_is_refused_with_a_reason(client, state_officer, stores, text, words):
    signed_in(client, state_officer)
    response = send(client, text)
    assert response.status_code == 422
    assert words in response.content.decode()
    assert not StockFile.objects.exists()


def test_the_template_names_the_stores_of_the_area_and_is_no_file_until_filled(client, state_officer, stores):
    signed_in(client, state_officer)
    text = client.get(reverse("stock-template-csv", args=["S22"])).content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    assert sorted(row[1] for row in rows[1:]) == ["STORE-D374", "STORE-D387"]
    assert send(client, text).status_code == 422
    assert client.get(reverse("stock-template-xlsx", args=["S22"])).content[:2] == b"PK"


def test_who_may_send_a_file(
    client, stores, tree, district_officer, auditor, block_clerk, other_state_officer
):
    keeper = make_person("keeper", role=Role.STOCK_KEEPER, area=tree.raipur)
    for person, status in (
        (keeper, 200),
        (district_officer, 200),
        (auditor, 403),
        (other_state_officer, 404),
    ):
        for name in ("stock-files", "stock-template-csv", "stock-template-xlsx"):
            response = signed_in(client, person).get(reverse(name, args=["D387"]))
            assert response.status_code == status, (person, name)
    assert signed_in(client, block_clerk).get(reverse("stock-files", args=["D387"])).status_code in (403, 404)
    client.logout()
    assert client.get(reverse("stock-files", args=["D387"])).status_code == 302


def test_a_file_is_its_senders_own(client, stores, state_officer, national_officer):
    send(signed_in(client, state_officer), table(GOOD))
    row = StockFile.objects.get()
    signed_in(client, national_officer)
    assert client.get(reverse("stock-file", args=[row.key])).status_code == 404
    for name in ("stock-file-confirm", "stock-file-cancel"):
        assert client.post(reverse(name, args=[row.key])).status_code == 404
    assert not StockMovement.objects.exists()


def test_a_keeper_books_only_into_stores_of_their_own(client, stores, tree):
    keeper = make_person("keeper", role=Role.STOCK_KEEPER, area=tree.raipur)
    send(signed_in(client, keeper), table(GOOD, GOOD.replace("D387", "D374")), area="D387")
    row = confirm(client)
    assert (row.report["new"], row.report["failed"]) == (1, 1)


def test_a_cancelled_file_is_not_booked(client, state_officer, stores):
    send(signed_in(client, state_officer), table(GOOD))
    row = StockFile.objects.get()
    client.post(reverse("stock-file-cancel", args=[row.key]))
    assert confirm(client).state == "cancelled"
    assert not StockMovement.objects.exists()


def test_the_command_tells_first_and_books_then(stores, state_officer, tmp_path):
    file, failed = tmp_path / "supply.csv", tmp_path / "failed.csv"
    file.write_text(table(GOOD, GOOD.replace("500", "0").replace("CH-1", "CH-2")), encoding="utf-8")
    options = {"by": state_officer.username, "stderr": io.StringIO()}
    told = io.StringIO()
    with pytest.raises(CommandError, match="1 rows were not booked"):
        call_command("import_stock", file, dry_run=True, stdout=told, **options)
    assert "1 rows would be booked" in told.getvalue()
    assert not StockMovement.objects.exists()
    with pytest.raises(CommandError):
        call_command("import_stock", file, failures=failed, stdout=told, **options)
    assert held(stores) == 500
    assert "doses" in failed.read_text(encoding="utf-8-sig")
    assert "row 3, doses" in options["stderr"].getvalue()


def test_a_file_without_the_forms_token_is_refused(stores, state_officer):
    strict = Client(enforce_csrf_checks=True)
    signed_in(strict, state_officer)
    assert send(strict, table(GOOD)).status_code == 403
    assert not StockFile.objects.exists()


def test_a_file_that_is_too_large_is_not_even_read(client, stores, state_officer, monkeypatch):
    monkeypatch.setattr(stock_files, "LARGEST_FILE", 1000)
    signed_in(client, state_officer)
    # Larger than the file and all that a browser sends around it; then only larger than the file.
    assert send(client, table(*[GOOD] * 2000)).status_code == 413
    response = send(client, table(*[GOOD] * 20))
    assert response.status_code == 422 and "larger than" in response.content.decode()
    assert not StockFile.objects.exists()
