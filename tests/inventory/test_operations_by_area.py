"""An operation of many districts shows everybody the lines of their own areas and the number of the others."""

import csv
import datetime
import io

import pytest
from django.urls import reverse
from rest_framework.test import APIClient

from districts.models import Role
from inventory import ledger
from inventory.models import Channel, Operation, StockJournal, StockPosition
from inventory.services.history import Past, book
from tests.inventory.conftest import make_store
from tests.plugins.cast import make_person

DAY = datetime.date(2026, 10, 5)
NOON = datetime.datetime(2026, 10, 5, 12, tzinfo=datetime.UTC)
LINES = {"chhattisgarh": 11, "raipur": 22, "bastar": 33, "nagpur": 44}


@pytest.fixture
def stores(tree, covishield):
    return {name: make_store(getattr(tree, name)) for name in LINES}


@pytest.fixture
def supplied(tree, stores, early_batch):
    """One operation that supplied a store of the state, of two of its districts and of another state."""
    moves = [
        ledger.Move(early_batch, ledger.virtual(store.area, "supply", Channel.FREE_OF_COST), store, doses)
        for store, doses in zip(stores.values(), LINES.values(), strict=True)
    ]
    return book([Past(Operation.RECEIVE, moves, DAY, NOON)])[0]


@pytest.fixture
def given(tree, supplied, stores, early_batch):
    """One operation of doses given: in Raipur and Bastar out of their own stores, in Arang out of the state's."""
    places = (
        (stores["raipur"], tree.abhanpur, 5),
        (stores["bastar"], tree.bastar_block, 6),
        (stores["chhattisgarh"], tree.arang, 7),
    )
    moves = [
        ledger.Move(early_batch, store, ledger.virtual(area, "administered"), doses)
        for store, area, doses in places
    ]
    return book([Past(Operation.ADMINISTER, moves, DAY, NOON)])[0]


def person(tree, role, place):
    return make_person("visitor", role=role, area=getattr(tree, place))


def look(client, user, journal):
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client.get(reverse("stock-journal", args=[journal.pk]))


def shown(response):
    return [int(row.doses) for row in response.context["rows"]], response.context["others"]


SEEING = (Role.NATIONAL_OFFICER, Role.STATE_OFFICER, Role.DISTRICT_OFFICER, Role.STOCK_KEEPER, Role.AUDITOR)


@pytest.mark.parametrize("role", [*SEEING, Role.API_CLIENT])
@pytest.mark.parametrize(
    ("place", "lines"),
    [
        ("india", [11, 22, 33, 44]),
        ("chhattisgarh", [11, 22, 33]),
        ("maharashtra", [44]),
        ("raipur", [22]),
        ("bastar", [33]),
        ("nagpur", [44]),
    ],
)
def test_everybody_sees_the_lines_of_their_own_area_and_the_number_of_the_others(
    role, place, lines, client, tree, supplied, stores
):
    response = look(client, person(tree, role, place), supplied)
    assert shown(response) == (lines, 4 - len(lines))
    page = response.content.decode()
    for store, doses in zip(stores.values(), LINES.values(), strict=True):
        assert (store.name in page) == (doses in lines), store
    assert ("outside your area" in page) == (len(lines) < 4)


@pytest.mark.parametrize(
    ("place", "lines"), [("india", [11, 22, 33, 44]), ("raipur", [22]), ("nagpur", [44])]
)
def test_the_file_of_an_operation_holds_the_same_lines_as_its_page(place, lines, client, tree, supplied):
    look(client, person(tree, Role.AUDITOR, place), supplied)
    text = b"".join(client.get(reverse("stock-journal", args=[supplied.pk]), {"file": "csv"})).decode(
        "utf-8-sig"
    )
    assert [int(row["Doses"]) for row in csv.DictReader(io.StringIO(text))] == lines


@pytest.mark.parametrize("role", SEEING)
@pytest.mark.parametrize("place", ["pune", "arang"])
def test_an_operation_without_a_line_in_ones_area_does_not_exist(role, place, client, tree, supplied):
    assert look(client, person(tree, role, place), supplied).status_code == 404


def test_a_posting_without_stock_is_refused_where_it_may_see_and_finds_nothing_elsewhere(
    client, tree, supplied
):
    assert look(client, person(tree, Role.BLOCK_CLERK, "raipur"), supplied).status_code == 403
    clerk = make_person("of_pune", role=Role.BLOCK_CLERK, area=tree.pune)
    assert look(client, clerk, supplied).status_code == 404


def test_two_postings_show_the_lines_of_both(client, tree, supplied):
    visitor = person(tree, Role.STOCK_KEEPER, "raipur")
    visitor.postings.create(role=Role.AUDITOR, area=tree.nagpur, starts_on=datetime.date(2020, 1, 1))
    assert shown(look(client, visitor, supplied)) == ([22, 44], 2)


def test_doses_given_in_ones_area_out_of_a_store_above_it_are_ones_own(client, tree, given, stores):
    response = look(client, person(tree, Role.DISTRICT_OFFICER, "raipur"), given)
    assert shown(response) == ([5, 7], 1)
    assert stores["bastar"].name not in response.content.decode()


def test_the_page_names_no_store_above_the_operation_that_is_closed_to_the_visitor(
    client, tree, given, stores
):
    response = look(client, person(tree, Role.STOCK_KEEPER, "bastar"), given)
    assert shown(response) == ([6], 2)
    assert stores["raipur"].name not in response.content.decode()


def undo(client, journal):
    address = reverse("stock-undo", args=[journal.pk])
    return client.post(address, {"key": "a" * 32, "reason": "Booked twice"})


@pytest.mark.parametrize(
    ("place", "status"),
    [("india", 302), ("chhattisgarh", 403), ("maharashtra", 403), ("raipur", 403), ("pune", 404)],
)
def test_only_who_keeps_every_store_of_an_operation_undoes_it(
    place, status, client, tree, supplied, stores, early_batch
):
    keeper = person(tree, Role.STOCK_KEEPER, place)
    response = look(client, keeper, supplied)
    if status != 404:
        assert response.context["may_undo"] == (status == 302)
    assert undo(client, supplied).status_code == status
    left = StockPosition.objects.get(location=stores["nagpur"], batch=early_batch).doses
    assert left == (0 if status == 302 else 44)


@pytest.mark.parametrize(
    ("place", "status"),
    [("india", 201), ("chhattisgarh", 403), ("raipur", 403), ("nagpur", 403), ("pune", 404)],
)
def test_the_api_undoes_an_operation_of_many_stores_for_none_of_their_keepers(place, status, tree, supplied):
    client = APIClient()
    client.force_authenticate(person(tree, Role.API_CLIENT, place))
    body = {"operation": "reverse", "journal": supplied.pk, "reason": "Booked twice"}
    assert client.post("/api/v1/stock/movements/", body, format="json").status_code == status
    assert StockJournal.objects.filter(operation=Operation.REVERSE).exists() == (status == 201)


@pytest.mark.parametrize("place", ["chhattisgarh", "raipur", "bastar", "maharashtra", "nagpur"])
def test_no_page_file_or_answer_of_an_area_holds_a_line_that_does_not_touch_it(
    place, client, tree, supplied, given, stores, early_batch
):
    """Each district has lines of its own number of doses: a foreign number is a leak."""
    visitor, area = person(tree, Role.STOCK_KEEPER, place), getattr(tree, place)
    client.force_login(visitor, backend="django.contrib.auth.backends.ModelBackend")
    own = {"chhattisgarh": {11, 22, 33, 5, 6, 7}, "raipur": {22, 5, 7}, "bastar": {33, 6}}.get(place, {44})
    for address in (
        reverse("stock-movements", args=[area.code]) + "?file=csv",
        reverse("stock-batch", args=[early_batch.pk]) + "?file=csv&table=movements",
    ):
        text = b"".join(client.get(address)).decode("utf-8-sig")
        assert {int(row["Doses"]) for row in csv.DictReader(io.StringIO(text))} == own, address
    for address in (f"stock/movements/?area={area.code}", f"batches/{early_batch.pk}/trace/"):
        answer = client.get(f"/api/v1/{address}").json()
        assert {row["doses"] for row in answer["results"]} == own, address
