"""Every stock page as a file: the same rows, with its numbers as numbers, for the same people."""

import csv
import io

import pytest
import python_calamine
from django.db.models import Sum
from django.urls import reverse

from inventory.models import Channel, StockJournal, StockMovement
from inventory.selectors.identity import identities
from inventory.selectors.standing import StockQuery, supply_of
from inventory.services.consignments import send
from inventory.services.requisitions import ask
from tests.inventory.depot import ago, ahead, depot

__all__ = ["depot"]

PAGES = [
    *(
        (name, "S22")
        for name in (
            "stock-area",
            "stock-identity",
            "stock-risk",
            "stock-plan",
            "stock-requisitions",
            "stock-movements",
        )
    ),
    *((name, "STORE-S22") for name in ("stock-store", "stock-ledger", "stock-consignments")),
]


@pytest.fixture
def officer(client, state_officer):
    client.force_login(state_officer, backend="django.contrib.auth.backends.ModelBackend")
    return state_officer


def rows_of(client, name, *args, **params):
    response = client.get(reverse(name, args=args), {"file": "csv", **params})
    assert response.status_code == 200
    assert response["Content-Type"].startswith("text/csv")
    return list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))


def sheets_of(client, name, *args, **params):
    response = client.get(reverse(name, args=args), {"file": "xlsx", **params})
    assert response.status_code == 200
    book = python_calamine.load_workbook(io.BytesIO(response.content))
    return {title: book.get_sheet_by_name(title).to_python() for title in book.sheet_names}


def test_the_movements_of_an_area_are_all_in_the_file(client, officer, depot):
    rows = rows_of(client, "stock-movements", "S22")
    by_hand = StockMovement.objects.aggregate(n=Sum("doses"))["n"]
    assert len(rows) == StockMovement.objects.count()
    assert sum(int(row["Doses"]) for row in rows) == by_hand


def test_the_file_holds_what_the_filters_leave(client, officer, depot):
    found = rows_of(client, "stock-movements", "S22", **{"from": ago(5).isoformat()})
    assert sorted(int(row["Doses"]) for row in found) == [50, 700]
    assert rows_of(client, "stock-movements", "S22", channel="private") == []


def test_the_identity_in_the_file_is_that_of_the_ledger(client, officer, depot):
    [(_key, own)] = identities(areas=[depot.tree.chhattisgarh]).items()
    whole = next(
        row for row in rows_of(client, "stock-identity", "S22") if row["Stores of"].endswith("in all")
    )
    assert int(whole["Free of cost from the Centre"]) == own.supplied[Channel.FREE_OF_COST]
    assert int(whole["Administered"]) == own.administered
    assert int(whole["Balance"]) == own.balance
    assert int(whole["In transit"]) == own.in_transit
    assert int(whole["Unreported residual"]) == own.residual
    parts = [
        row for row in rows_of(client, "stock-identity", "S22") if not row["Stores of"].endswith("in all")
    ]
    for column in ("Administered", "Balance", "In transit", "Unreported residual"):
        assert sum(int(row[column]) for row in parts) == int(whole[column])


def test_doses_at_risk_in_the_file_are_those_of_the_worklist(client, officer, depot):
    by_hand = supply_of(depot.tree.chhattisgarh, StockQuery(day=ago(0))).at_risk()
    rows = rows_of(client, "stock-risk", "S22")
    assert [int(row["Will expire unused"]) for row in rows] == [one.unused for one in by_hand]
    assert {row["Urgency"] for row in rows} >= {"within 30 days"}


def test_a_store_ledger_in_the_file_ends_with_what_the_store_holds(client, officer, depot):
    rows = rows_of(client, "stock-ledger", depot.state.code)
    assert int(rows[-1]["Balance"]) == 13000 - 3000 - 1000
    assert sum(int(row["Change"]) for row in rows) == int(rows[-1]["Balance"])


def test_the_trace_of_a_batch_accounts_for_every_dose(client, officer, depot):
    rows = rows_of(client, "stock-batch", depot.soon.pk, table="places")
    assert sum(int(row["Doses"]) for row in rows) == 8000
    assert {row["What became of it"] for row in rows} >= {"In the stores", "On the way", "Given to people"}


def test_requisitions_and_consignments_are_in_their_files(client, officer, depot):
    ask(
        to_store=depot.raipur,
        from_store=depot.state,
        vaccine=depot.vaccine,
        doses=500,
        wanted_by=ahead(3),
        by=officer,
    )
    [asked] = rows_of(client, "stock-requisitions", "S22")
    assert (asked["For"], int(asked["Doses"]), asked["Status"]) == ("Raipur store", 500, "Open")
    sent = rows_of(client, "stock-consignments", depot.state.code)
    assert {row["Voucher"] for row in sent} == {depot.arrived.number, depot.under_way.number}
    [line] = rows_of(client, "stock-consignment", depot.arrived.pk)
    assert [int(line[name]) for name in ("Sent", "In good order", "Damaged", "Short")] == [3000, 2900, 60, 40]


def test_the_workbook_of_an_area_has_a_sheet_for_each_table_and_numbers_in_its_cells(client, officer, depot):
    sheets = sheets_of(client, "stock-area", "S22")
    assert {"Supply identity", "Doses at risk", "Under way", "Movements", "About"} <= sheets.keys()
    header, *rows = sheets["Under way"]
    assert dict(zip(header, rows[0], strict=True))["Doses"] == 1000.0
    assert ["Area", "Chhattisgarh"] in sheets["About"]


@pytest.fixture
def asked(depot):
    """Bastar asks for 500 doses and is sent 200 of them."""
    row = ask(
        to_store=depot.bastar,
        from_store=depot.state,
        vaccine=depot.vaccine,
        doses=500,
        wanted_by=ahead(3),
        by=depot.officer,
        reason="Mela",
    )
    lines = [(depot.soon, "campaign", 200)]
    to_bastar = {"from_store": depot.state, "to_store": depot.bastar, "lines": lines}
    send(**to_bastar, sent_on=ago(0), by=depot.officer, requisition=row)
    return row


def test_a_requisition_is_a_file_with_what_was_sent_for_it(client, officer, asked):
    [row] = rows_of(client, "stock-requisition", asked.pk)
    assert (row["No."], row["Doses"], row["Sent"], row["Reason"]) == (str(asked.pk), "500", "200", "Mela")
    assert (row["For"], row["Asked of"]) == (asked.to_store.name, asked.from_store.name)
    [sent] = rows_of(client, "stock-requisition", asked.pk, table="sent")
    assert (sent["Voucher"], sent["Doses"]) == (asked.fillings.get().dispatch.number, "200")
    assert {"Requisition", "Sent", "About"} == sheets_of(client, "stock-requisition", asked.pk).keys()


def test_a_requisition_can_be_printed_and_signed(client, officer, asked):
    page = client.get(reverse("stock-requisition-paper", args=[asked.pk])).content.decode()
    for text in ("500", "50 vials", "Mela", asked.fillings.get().dispatch.number, "Approved (name,"):
        assert text in page


def test_an_operation_is_a_file_with_its_movements(client, officer, depot):
    accepted = StockJournal.objects.get(operation="accept")
    rows = rows_of(client, "stock-journal", accepted.pk)
    assert sorted(int(row["Doses"]) for row in rows) == [40, 60, 2900]
    about = sheets_of(client, "stock-journal", accepted.pk)["About"]
    assert ["Reason", "Carton fell"] in about and ["Operation", str(accepted.pk)] in about


@pytest.mark.parametrize("name", ["stock-requisition", "stock-journal"])
def test_the_file_of_one_thing_is_for_those_who_may_open_its_page(
    name, client, asked, depot, auditor, block_clerk, other_state_officer
):
    one = asked.pk if name == "stock-requisition" else StockJournal.objects.get(operation="accept").pk
    addresses = [f"{reverse(name, args=[one])}?file=csv"]
    if name == "stock-requisition":
        addresses.append(reverse("stock-requisition-paper", args=[one]))
    for address in addresses:
        for person, statuses in ((auditor, {200}), (block_clerk, {403, 404}), (other_state_officer, {404})):
            client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
            assert client.get(address).status_code in statuses, (person, address)


def test_an_officer_of_one_district_gets_only_their_own_rows_of_an_operation(client, depot, district_officer):
    client.force_login(district_officer, backend="django.contrib.auth.backends.ModelBackend")
    sent = StockJournal.objects.filter(operation="dispatch").earliest("pk")
    page = client.get(reverse("stock-journal", args=[sent.pk]))
    assert len(rows_of(client, "stock-journal", sent.pk)) == len(page.context["rows"])


@pytest.mark.parametrize(("name", "code"), PAGES)
def test_every_page_links_to_files_that_open(name, code, client, officer, depot):
    page = client.get(reverse(name, args=[code]))
    assert page.context["downloads"]
    for _words, address in page.context["downloads"]:
        assert client.get(reverse(name, args=[code]) + address).status_code == 200, address
    assert client.get(reverse(name, args=[code]), {"file": "exe"}).status_code == 404


@pytest.mark.parametrize(("name", "code"), PAGES)
def test_a_file_is_for_those_who_may_open_the_page(
    name, code, client, depot, block_clerk, other_state_officer
):
    for person, statuses in ((block_clerk, {403, 404}), (other_state_officer, {404})):
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        assert client.get(reverse(name, args=[code]), {"file": "csv"}).status_code in statuses


def test_a_text_that_looks_like_a_formula_is_none_in_the_file(client, officer, depot):
    depot.state.name_en = "=HYPERLINK(1)"
    depot.state.save()
    rows = rows_of(client, "stock-movements", "S22")
    assert "'=HYPERLINK(1)" in {row["From"] for row in rows}
