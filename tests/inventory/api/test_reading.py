"""Reading the stock by the API: what it says, to whom, at what cost."""

import csv
import datetime
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from inventory import ledger
from inventory.models import Channel, StockMovement, Vaccine, VialMonitorReading, WasteCause
from tests.inventory.conftest import TODAY
from tests.oracles.stock import identity_columns, replay

PATHS = ("stock/balances/", "stock/movements/", "stock/identity/", "stock/expiring/", "stock/plan/")


def ask(client, path, **query):
    response = client.get(f"/api/v1/{path}", query)
    assert response.status_code == 200, response.text
    return response.json()


def table(client, path, **query):
    response = client.get(f"/api/v1/{path}", {**query, "format": "csv"})
    assert response.status_code == 200 and response["Content-Type"].startswith("text/csv"), response.text
    return list(csv.DictReader(io.StringIO(response.text)))


def error(client, path, status, **query):
    response = client.get(f"/api/v1/{path}", query)
    assert response.status_code == status, response.text
    return response.json()["error"]


@pytest.mark.parametrize("path", PATHS)
def test_who_has_no_account_is_asked_for_one(client, stock, path):
    assert error(client, path, 401)["code"] == "not_authenticated"


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("national_officer", 200),
        ("state_officer", 200),
        ("district_officer", 200),
        ("keeper", 200),
        ("auditor", 200),
        ("other_state_officer", 404),
        ("block_clerk", 404),
        ("stranger", 404),
        ("former_officer", 404),
    ],
)
def test_the_stock_of_raipur_is_open_to_who_may_see_it(client, stock, request, path, who, status):
    client.force_login(request.getfixturevalue(who))
    assert client.get(f"/api/v1/{path}", {"area": "D387"}).status_code == status


@pytest.mark.parametrize("path", PATHS)
def test_a_clerk_who_sees_the_place_may_not_see_its_stock(client, stock, block_clerk, path):
    client.force_login(block_clerk)
    assert error(client, path, 403, area="B3693")["code"] == "permission_denied"
    assert error(client, path, 403)["code"] == "permission_denied"  # nowhere at all


@pytest.mark.parametrize("path", PATHS)
def test_what_does_not_exist_is_answered_like_what_one_may_not_see(client, stock, keeper, path):
    client.force_login(keeper)
    assert error(client, path, 404, area="D374") == error(client, path, 404, area="D999")


@pytest.mark.parametrize("path", PATHS)
def test_a_misspelt_parameter_is_refused(client, stock, keeper, path):
    client.force_login(keeper)
    assert error(client, path, 400, vacine="covishield")["details"][0]["field"] == "vacine"


def test_balances_are_those_of_a_replay_of_all_movements(client, stock, state_officer):
    client.force_login(state_officer)
    rows = ask(client, "stock/balances/")["results"]
    found = {(row["store"]["code"], row["batch"]["id"], row["earmark"]): row["doses"] for row in rows}
    held = {
        (place.code, batch, earmark): doses
        for (place, batch, earmark), doses in replay().items()
        if place.is_store and doses
    }
    assert found == held
    assert found["STORE-D387", stock.early.pk, "campaign"] == 250


def test_a_row_says_which_batch_until_when_and_how_urgent(client, stock, keeper):
    client.force_login(keeper)
    row = ask(client, "stock/balances/", date="2026-11-20")["results"][0]
    assert row["batch"] | {"id": 0} == {
        "id": 0,
        "number": "4121Z001",
        "vaccine": "covishield",
        "manufacturer": "SII",
        "expires_on": "2026-12-01",
    }
    assert row["expiry"] == {"days": 11, "urgency": "within_30"}
    assert row["store"]["area"] == "D387"


def test_a_past_day_and_an_earlier_instant_are_told_as_they_were(client, stock, state_officer):
    client.force_login(state_officer)
    eve = TODAY - datetime.timedelta(1)
    assert ask(client, "stock/balances/", date=eve.isoformat())["results"] == []
    moments = sorted(set(StockMovement.objects.values_list("recorded_at", flat=True)))
    rows = ask(client, "stock/balances/", as_of=moments[0].isoformat())["results"]
    assert [(row["store"]["code"], row["doses"]) for row in rows] == [("STORE-S22", 600)]
    ahead = (timezone.now() + datetime.timedelta(1)).isoformat()
    assert error(client, "stock/balances/", 400, as_of=ahead)["details"][0]["code"] == "in_the_future"


def test_the_identity_holds_and_its_parts_add_up(client, stock, state_officer, tree):
    client.force_login(state_officer)
    rows = ask(client, "stock/identity/", children="1")["results"]
    assert sorted(row["area"] for row in rows) == ["D374", "D387", "S22"] and rows[0]["area"] == "S22"
    batches = {stock.early.pk, stock.late.pk}
    for row in rows:
        area = {"S22": tree.chhattisgarh, "D387": tree.raipur, "D374": tree.bastar}[row["area"]]
        columns = (
            row["supplied"]["total"],
            row["transferred_in"],
            row["administered"],
            row["wasted"]["total"],
            row["balance"],
            row["in_transit"],
            row["unreported_residual"],
        )
        assert columns == identity_columns(area, batches)
        assert sum(columns[:2]) == sum(columns[2:])
    state = rows[0]
    assert state["supplied"] == {
        "total": 1000,
        "by_channel": {"free_of_cost": 600, "state_procurement": 400},
    }
    assert state["wasted"]["by_cause"] == {"open_leftover": 10}
    assert state["open_vial_wastage"] == {
        "numerator": 10,
        "denominator": 50,
        "of": "doses used",
        "percent": "20.0",
    }
    assert state["wastage_limit_percent"] == 10


def test_several_vaccines_have_a_row_each_and_one_together(client, stock, keeper):
    Vaccine.objects.create(code="covaxin", name_en="Covaxin", antigen="COVID-19")
    client.force_login(keeper)
    rows = ask(client, "stock/identity/")["results"]
    assert [row["vaccine"] for row in rows] == ["covishield", None]
    assert rows[0]["balance"] == rows[1]["balance"] == 250
    assert [row["vaccine"] for row in ask(client, "stock/identity/", vaccine="covishield")["results"]] == [
        "covishield"
    ]


def test_a_period_has_what_changed_in_it(client, stock, keeper):
    later = TODAY + datetime.timedelta(3)
    ledger.waste(
        store=stock.raipur,
        batch=stock.early,
        doses=5,
        cause=WasteCause.CLOSED_BROKEN,
        happened_on=later,
        by=None,
    )
    client.force_login(keeper)
    (row,) = ask(client, "stock/identity/", **{"from": later.isoformat()})["results"]
    assert (row["wasted"]["total"], row["balance"], row["transferred_in"]) == (5, -5, 0)
    backwards = {"from": later.isoformat(), "to": TODAY.isoformat()}
    assert error(client, "stock/identity/", 400, **backwards)["details"][0]["field"] == "from"


def test_expiring_tells_what_will_be_left_over(client, stock, keeper):
    VialMonitorReading.objects.create(location=stock.raipur, batch=stock.early, stage=2, observed_on=TODAY)
    client.force_login(keeper)
    # 40 doses in 28 days; 12 days to go: floor(12 × 40 / 28) = 17 will be used.
    (row,) = ask(client, "stock/expiring/", date="2026-11-20")["results"]
    assert (row["doses"], row["at_risk"], row["vvm_stage"]) == (250, 233, 2)
    assert row["expiry"] == {"days": 11, "urgency": "within_30"}


def test_what_lasts_long_and_will_be_used_is_not_expiring(client, stock, state_officer):
    client.force_login(state_officer)
    ledger.receive(
        store=stock.bastar,
        batch=stock.late,
        doses=3,
        channel=Channel.DONATION,
        happened_on=TODAY,
        by=None,
    )
    given = ledger.virtual(stock.bastar.area, "administered")
    ledger.administer(moves=[ledger.Move(stock.late, stock.bastar, given, 1)], happened_on=TODAY, by=None)
    rows = ask(client, "stock/expiring/", area="D374", date=TODAY.isoformat(), within="90")["results"]
    assert rows == []
    rows = ask(client, "stock/expiring/", area="D374", date=TODAY.isoformat(), within="300")["results"]
    assert [row["doses"] for row in rows] == [2]


def test_the_plan_moves_what_raipur_cannot_use_to_who_can(client, stock, state_officer):
    ledger.accept(
        consignment=stock.under_way,
        lines=[(stock.early, "campaign", 50, 0)],
        accepted_on=TODAY,
        by=None,
    )
    given = ledger.virtual(stock.bastar.area, "administered")
    ledger.administer(moves=[ledger.Move(stock.early, stock.bastar, given, 50)], happened_on=TODAY, by=None)
    client.force_login(state_officer)
    plan = ask(client, "stock/plan/", date=TODAY.isoformat())
    # Bastar uses 50 in 28 days, and has nothing left: floor(30 × 50 / 28) = 53 doses by 1 December, five whole vials.
    assert plan["saved"] == sum(row["doses"] for row in plan["results"]) == 50
    assert plan["at_risk"] > plan["saved"]
    assert {row["to_store"]["code"] for row in plan["results"]} == {"STORE-D374"}
    assert table(client, "stock/plan/", date=TODAY.isoformat())[0]["doses"] == str(
        plan["results"][0]["doses"]
    )


def test_a_trace_shows_the_parts_in_ones_own_area_and_the_sum_of_all(client, stock, keeper, stranger):
    client.force_login(keeper)
    trace = ask(client, f"batches/{stock.early.pk}/trace/")
    assert trace["everywhere"] == {
        "store": 500,
        "supply": -600,
        "administered": 40,
        "wasted": 10,
        "in_transit": 50,
        "unaccounted": 0,
    }
    assert {(row["place"]["kind"], row["doses"]) for row in trace["places"]} == {
        ("store", 250),
        ("administered", 40),
        ("wasted", 10),
    }
    assert {row["to"]["area"] for row in trace["results"]} == {"D387"}
    assert error(client, f"batches/{stock.late.pk}/trace/", 404)["code"] == "not_found"  # never in Raipur
    assert error(client, "batches/999999/trace/", 404)["code"] == "not_found"
    client.force_login(stranger)
    assert error(client, f"batches/{stock.early.pk}/trace/", 403)["code"] == "permission_denied"


def test_movements_are_followed_page_by_page_without_a_gap(client, stock, state_officer):
    client.force_login(state_officer)
    response = client.get("/api/v1/stock/movements/", {"limit": "3"})
    seen = []
    while True:
        body = response.json()
        seen += [row["id"] for row in body["results"]]
        if body["next"] is None:
            break
        assert f'<{body["next"]}>; rel="next"' == response["Link"]
        response = client.get(body["next"])
    assert seen == list(StockMovement.objects.order_by("recorded_at", "pk").values_list("pk", flat=True))
    assert len(seen) == 7


def test_movements_since_an_instant_are_those_recorded_then_or_later(client, stock, keeper, state_officer):
    client.force_login(state_officer)
    last = StockMovement.objects.order_by("-recorded_at").first()
    rows = ask(client, "stock/movements/", updated_since=last.recorded_at.isoformat())["results"]
    assert [(row["id"], row["operation"], row["doses"]) for row in rows] == [(last.pk, "administer", 40)]
    client.force_login(keeper)
    assert {row["to"]["code"] for row in ask(client, "stock/movements/")["results"]} >= {"STORE-D387"}
    assert len(ask(client, "stock/movements/")["results"]) == 4
    assert error(client, "stock/movements/", 400, cursor="nonsense")["details"][0]["field"] == "cursor"


@pytest.mark.parametrize(
    "path",
    [
        "stock/balances/",
        "stock/identity/",
        "stock/expiring/",
        "stock/plan/",
        "stock/movements/",
        "batches/{batch}/trace/",
    ],
)
def test_an_answer_that_has_not_changed_is_not_sent_again(client, stock, state_officer, path):
    path = "/api/v1/" + path.format(batch=stock.early.pk)
    client.force_login(state_officer)
    tag = client.get(path)["ETag"]
    again = client.get(path, headers={"If-None-Match": tag})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", tag)
    ledger.waste(
        store=stock.raipur,
        batch=stock.early,
        doses=1,
        cause=WasteCause.CLOSED_BROKEN,
        happened_on=TODAY,
        by=None,
    )
    changed = client.get(path, headers={"If-None-Match": tag})
    assert changed.status_code == 200 and changed["ETag"] != tag


def test_every_list_is_a_table_as_well(client, stock, state_officer):
    client.force_login(state_officer)
    assert table(client, "stock/balances/")[0]["batch.number"] == "4121Z001"
    assert table(client, "stock/identity/")[0]["supplied.by_channel.free_of_cost"] == "600"
    assert table(client, "stock/identity/")[0]["open_vial_wastage.percent"] == "20.0"
    assert table(client, "stock/movements/")[0]["from.kind"] == "supply"
    assert "at_risk" in table(client, "stock/expiring/")[0]
    assert len(table(client, f"batches/{stock.early.pk}/trace/")) == 6


# Statements on stock tables, however many rows there are. Changed only on purpose.
QUERIES = {
    "stock/balances/": 5,  # the opening day; in, out; stores and batches of the page
    "stock/identity/": 3,  # the opening day, vaccines, the sums
    "stock/expiring/": 9,
    "stock/plan/": 6,
    "stock/movements/": 1,
}


@pytest.mark.parametrize("path", QUERIES)
def test_the_cost_in_queries_does_not_grow_with_the_stock(client, stock, state_officer, tree, path):
    client.force_login(state_officer)

    def queries():
        with CaptureQueriesContext(connection) as captured:
            ask(client, path)
        return len([query for query in captured if "inventory_" in query["sql"]])

    few = queries()
    for number in range(20):
        batch = stock.early.vaccine.batches.create(
            number=f"N{number}", manufacturer="SII", expires_on=datetime.date(2026, 12, 20)
        )
        for store in (stock.state, stock.raipur, stock.bastar):
            ledger.receive(
                store=store, batch=batch, doses=100, channel=Channel.DONATION, happened_on=TODAY, by=None
            )
    assert queries() == few == QUERIES[path]
