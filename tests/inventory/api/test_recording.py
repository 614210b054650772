"""Recording operations by the API: each kind, who may, what is refused, and that nothing is booked twice."""

import datetime

import pytest
from django.test import Client

from districts.models import Posting, Role
from inventory.models import (
    Batch,
    Dispatch,
    PhysicalCount,
    StockJournal,
    StockMovement,
    StockPosition,
)
from tests.concurrency.threads import together
from tests.inventory.conftest import TODAY

URL = "/api/v1/stock/movements/"


def post(client, body, key=None):
    headers = {"Idempotency-Key": key} if key else {}
    return client.post(URL, body, content_type="application/json", headers=headers)


def done(client, body, key=None):
    response = post(client, body, key)
    assert response.status_code == 201, response.text
    return response.json()


def refused(client, body, status, key=None):
    before = StockMovement.objects.count()
    response = post(client, body, key)
    assert response.status_code == status, response.text
    assert StockMovement.objects.count() == before
    return response.json()["error"]


def held(store, batch, earmark="campaign"):
    position = StockPosition.objects.filter(location=store, batch=batch, earmark=earmark).first()
    return position.doses if position else 0


def receive(**changes):
    return {
        "operation": "receive",
        "store": "STORE-D387",
        "date": TODAY.isoformat(),
        "vaccine": "covishield",
        "number": "4121Z009",
        "manufacturer": "SII",
        "expires_on": "2027-01-31",
        "vials": 5,
        "channel": "free_of_cost",
        "document": "GRN-1",
    } | changes


def waste(stock, **changes):
    return {
        "operation": "waste",
        "store": "STORE-D387",
        "date": TODAY.isoformat(),
        "batch": stock.early.pk,
        "doses": 7,
        "cause": "open_leftover",
    } | changes


def count(stock, doses, **changes):
    line = {"batch": stock.early.pk, "doses": doses}
    body = {"operation": "count", "store": "STORE-D387", "date": TODAY.isoformat(), "lines": [line]}
    return body | changes


def dispatch(stock, doses=20, **changes):
    return {
        "operation": "dispatch",
        "store": "STORE-D387",
        "to_store": "STORE-D374",
        "date": TODAY.isoformat(),
        "lines": [{"batch": stock.early.pk, "doses": doses}],
    } | changes


def accept(stock, number, good, **changes):
    line = {"batch": stock.early.pk, "good": good}
    return {
        "operation": "accept",
        "consignment": number,
        "date": TODAY.isoformat(),
        "lines": [line],
    } | changes


def test_supply_comes_in_by_vials_of_a_batch_that_is_new(client, stock, keeper):
    client.force_login(keeper)
    (moved,) = done(client, receive())["movements"]
    batch = Batch.objects.get(number="4121Z009")
    assert held(stock.raipur, batch) == moved["doses"] == 50
    assert (moved["from"]["kind"], moved["from"]["cause"]) == ("supply", "free_of_cost")
    assert (moved["to"]["code"], moved["document"], moved["by"]) == ("STORE-D387", "GRN-1", "keeper")


def test_a_loss_is_booked_with_its_cause(client, stock, keeper):
    client.force_login(keeper)
    (moved,) = done(client, waste(stock))["movements"]
    assert moved["to"]["cause"] == "open_leftover" and held(stock.raipur, stock.early) == 243


def test_a_count_books_the_difference_and_keeps_what_agrees(client, stock, keeper):
    client.force_login(keeper)
    assert done(client, count(stock, 250))["movements"] == []
    assert refused(client, count(stock, 248), 422)["code"] == "refused"  # says no reason
    (moved,) = done(client, count(stock, 248, reason="Two vials short"))["movements"]
    assert moved["to"]["kind"] == "unaccounted" and held(stock.raipur, stock.early) == 248
    assert PhysicalCount.objects.count() == 2


def test_a_dispatch_is_on_the_way_until_it_is_accepted_with_what_is_broken_and_short(
    client, stock, keeper, state_officer
):
    client.force_login(keeper)
    sent = done(client, dispatch(stock))
    number = sent["consignment"]["number"]
    assert sent["movements"][0]["to"]["kind"] == "in_transit" and held(stock.raipur, stock.early) == 230
    client.force_login(state_officer)
    lines = [{"batch": stock.early.pk, "good": 15, "damaged": 3}]
    assert refused(client, accept(stock, number, 0, lines=lines), 422)["code"] == "refused"
    taken = done(client, accept(stock, number, 0, lines=lines, reason="The box fell"))
    assert {(row["to"]["kind"], row["doses"]) for row in taken["movements"]} == {
        ("store", 15),
        ("wasted", 3),
        ("unaccounted", 2),
    }


def test_stock_changes_its_earmark_on_record(client, stock, keeper):
    client.force_login(keeper)
    body = {
        "operation": "earmark",
        "store": "STORE-D387",
        "date": TODAY.isoformat(),
        "batch": stock.early.pk,
        "doses": 30,
        "from_earmark": "campaign",
        "to_earmark": "routine",
        "reason": "For Thursday's sessions",
    }
    done(client, body)
    assert (held(stock.raipur, stock.early), held(stock.raipur, stock.early, "routine")) == (220, 30)


def test_an_operation_is_undone_and_not_twice(client, stock, keeper):
    client.force_login(keeper)
    journal = done(client, waste(stock))["movements"][0]["journal"]
    body = {"operation": "reverse", "journal": journal, "reason": "Wrong store"}
    assert done(client, body)["movements"][0]["reversal_of"] is not None
    assert held(stock.raipur, stock.early) == 250
    assert refused(client, body, 422)["code"] == "refused"


def test_what_hangs_on_an_operation_is_named_when_it_cannot_be_undone(client, stock, keeper):
    client.force_login(keeper)
    moved = done(client, receive())["movements"][0]
    done(client, waste(stock, batch=moved["batch"]["id"], doses=50))
    body = {"operation": "reverse", "journal": moved["journal"], "reason": "Never came"}
    error = refused(client, body, 422)
    assert error["code"] == "insufficient_stock" and error["details"][0]["code"] == "depends_on"


def test_doses_given_are_corrected_in_the_tallies_and_not_here(client, stock, keeper):
    client.force_login(keeper)
    journal = StockJournal.objects.get(operation="administer")
    body = {"operation": "reverse", "journal": journal.pk, "reason": "Wrong day"}
    assert refused(client, body, 422)["code"] == "refused"


def test_more_than_a_store_holds_is_refused(client, stock, keeper):
    client.force_login(keeper)
    error = refused(client, waste(stock, doses=251), 422)
    assert error["code"] == "insufficient_stock" and "250" in error["message"]


OPERATIONS = {
    "receive": lambda stock: receive(),
    "waste": waste,
    "count": lambda stock: count(stock, 250),
    "dispatch": dispatch,
    "earmark": lambda stock: {
        "operation": "earmark",
        "store": "STORE-D387",
        "date": TODAY.isoformat(),
        "batch": stock.early.pk,
        "doses": 1,
        "from_earmark": "campaign",
        "to_earmark": "routine",
        "reason": "x",
    },
    "reverse": lambda stock: {
        "operation": "reverse",
        "journal": StockJournal.objects.filter(operation="waste").earliest("pk").pk,
        "reason": "x",
    },
    "accept": lambda stock: accept(stock, "DV-300", 0),
}
WHO = {
    "national_officer": 201,
    "state_officer": 201,
    "district_officer": 201,
    "keeper": 201,
    "auditor": 403,
    "other_state_officer": 404,
    "block_clerk": 404,
    "api_client_user": 201,
    "stranger": 404,
    "former_officer": 404,
}


@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize("operation", OPERATIONS)
def test_only_who_keeps_the_stock_of_raipur_records_in_it(client, stock, request, operation, who):
    client.force_login(request.getfixturevalue(who))
    body = OPERATIONS[operation](stock)
    if operation == "accept":
        # All of it has arrived: who may accept is told so, who may not hears nothing of it.
        expected = 422 if WHO[who] == 201 else WHO[who]
    else:
        expected = WHO[who]
    assert post(client, body).status_code == expected


def test_nobody_without_an_account_records_anything(client, stock):
    assert refused(client, waste(stock), 401)["code"] == "not_authenticated"


def test_the_sender_does_not_accept_what_it_sent(client, stock, keeper):
    client.force_login(keeper)
    number = done(client, dispatch(stock))["consignment"]["number"]
    assert refused(client, accept(stock, number, 20), 403)["code"] == "permission_denied"


def test_a_keeper_of_two_places_acts_in_both(client, stock, keeper, tree):
    Posting.objects.create(
        user=keeper, role=Role.STOCK_KEEPER, area=tree.bastar, starts_on=datetime.date(2020, 1, 1)
    )
    client.force_login(keeper)
    number = done(client, dispatch(stock))["consignment"]["number"]
    done(client, accept(stock, number, 20))
    assert held(stock.bastar, stock.early) == 20


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"operation": "steal"}, "operation"),
        ({"operation": None}, "operation"),
        ({"doses": 0}, "doses"),
        ({"doses": -3}, "doses"),
        ({"doses": 1.5}, "doses"),
        ({"doses": "many"}, "doses"),
        ({"vials": 1}, "doses"),
        ({"batch": 999_999}, "batch"),
        ({"batch": 10**30}, "batch"),
        ({"cause": "stolen"}, "cause"),
        ({"date": "yesterday"}, "date"),
        ({"earmak": "routine"}, "earmak"),
        ({"reason": "x" * 301}, "reason"),
    ],
)
def test_a_malformed_body_is_refused_where_it_is_wrong(client, stock, keeper, change, field):
    client.force_login(keeper)
    error = refused(client, waste(stock) | change, 400)
    assert field in [detail["field"] for detail in error["details"]]


@pytest.mark.parametrize("body", ["[]", "3", "null", '"waste"', "{"])
def test_what_is_no_object_is_refused(client, keeper, body):
    client.force_login(keeper)
    assert client.post(URL, body, content_type="application/json").status_code == 400


def test_a_line_that_is_wrong_is_named(client, stock, keeper):
    client.force_login(keeper)
    good = {"batch": stock.early.pk, "doses": 1}
    error = refused(client, dispatch(stock, lines=[good, {"batch": 424242, "doses": 1}]), 400)
    assert error["details"][0] | {"message": ""} == {
        "field": "lines[1].batch",
        "code": "unknown_batch",
        "message": "",
    }
    assert refused(client, dispatch(stock, lines=[good, good]), 400)["details"][0]["field"] == "lines"
    assert refused(client, dispatch(stock, to_store="NOWHERE"), 400)["details"][0]["field"] == "to_store"


def test_tomorrow_has_not_come(client, stock, keeper):
    client.force_login(keeper)
    assert refused(client, waste(stock, date="2199-01-01"), 422)["code"] == "refused"


@pytest.mark.parametrize("operation", ["receive", "waste", "count", "dispatch", "earmark", "reverse"])
def test_the_same_key_books_once_and_answers_the_same(client, stock, keeper, operation):
    client.force_login(keeper)
    body = OPERATIONS[operation](stock)
    if operation == "count":
        body = count(stock, 249, reason="One short")
    first = post(client, body, key="evening-1")
    rows = StockMovement.objects.count(), Dispatch.objects.count(), PhysicalCount.objects.count()
    again = post(client, body, key="evening-1")
    assert (first.status_code, again.status_code) == (201, 201), again.text
    assert first.json() == again.json()
    assert "Idempotency-Replayed" not in first and again["Idempotency-Replayed"] == "true"
    assert rows == (StockMovement.objects.count(), Dispatch.objects.count(), PhysicalCount.objects.count())


def test_an_acceptance_comes_again_with_its_key(client, stock, state_officer):
    client.force_login(state_officer)
    body = accept(stock, "DV-50", 48, reason="Two short")
    assert done(client, body, key="a") == done(client, body, key="a")
    assert held(stock.bastar, stock.early) == 48
    assert refused(client, accept(stock, "DV-50", 47, reason="Three"), 409, key="a")["code"] == "key_reused"


@pytest.mark.parametrize("operation", ["receive", "waste", "count", "dispatch", "earmark", "reverse"])
def test_a_key_that_stood_for_something_else_is_refused(client, stock, keeper, operation):
    client.force_login(keeper)
    done(client, waste(stock, doses=3), key="k")
    assert refused(client, OPERATIONS[operation](stock), 409, key="k")["code"] == "key_reused"
    done(client, count(stock, 247), key="c")
    other = OPERATIONS[operation](stock) if operation != "count" else count(stock, 246, reason="Short")
    assert refused(client, other, 409, key="c")["code"] == "key_reused"


def test_the_keys_of_two_clients_do_not_meet(client, stock, keeper, district_officer):
    client.force_login(keeper)
    done(client, waste(stock, doses=3), key="k")
    client.force_login(district_officer)
    done(client, waste(stock, doses=4), key="k")
    assert held(stock.raipur, stock.early) == 243
    assert refused(client, waste(stock), 400, key="no spaces")["details"][0]["field"] == "Idempotency-Key"


@pytest.mark.django_db(transaction=True)
def test_the_same_operation_sent_four_times_at_once_is_booked_once(stock, keeper):
    def send(body, key):
        client = Client()
        client.force_login(keeper)
        return lambda: post(client, body, key).status_code

    for body, key in ((waste(stock), "w"), (count(stock, 200, reason="Short"), "c")):
        assert together(*(send(body, key) for _ in range(4))) == [201] * 4
    assert held(stock.raipur, stock.early) == 200
    assert StockJournal.objects.filter(operation="waste", by=keeper).count() == 1
    assert PhysicalCount.objects.count() == 1
