"""The journeys of a store keeper through the forms: booked once, refused in plain words, nothing typed lost."""

import re

import pytest
from django.urls import reverse

from districts.models import AuditEvent, Role
from inventory import ledger
from inventory.giving import give
from inventory.models import (
    Batch,
    Dispatch,
    Location,
    PhysicalCount,
    Requisition,
    RequisitionState,
    StockJournal,
    StockLevel,
    StockMovement,
    StockPosition,
    VialMonitorReading,
)
from inventory.services.observations import read_monitors
from inventory.services.requisitions import ask
from tests.inventory.depot import ago, ahead, depot
from tests.plugins.cast import make_person

__all__ = ["depot"]
KEY = "0123456789abcdef" * 2


@pytest.fixture
def keeper(client, tree, depot):
    """Signed in; keeps the stock of all of Chhattisgarh."""
    person = make_person("keeper", role=Role.STOCK_KEEPER, area=tree.chhattisgarh)
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return person


def held(store, batch, earmark="campaign"):
    row = StockPosition.objects.filter(location=store, batch=batch, earmark=earmark).first()
    return row.doses if row else 0


def position(store, batch, earmark="campaign"):
    return StockPosition.objects.get(location=store, batch=batch, earmark=earmark).pk


def send(client, name, target, data, query=""):
    return client.post(reverse(name, args=[target]) + query, {"key": KEY, "unit": "doses", **data})


def supply(depot, **changes):
    return {
        "vaccine": depot.vaccine.pk,
        "number": "NEW-7",
        "expires_on": ahead(100).isoformat(),
        "amount": "1,200",
        "channel": "state_procurement",
        "earmark": "campaign",
        "document": "CH/12",
        "happened_on": ago(0).isoformat(),
        **changes,
    }


def as_shown(form):
    """What a browser sends when nothing is changed."""
    initial = {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}
    return {name: "" if value is None else value for name, value in initial.items()}


def test_supply_of_a_new_batch_is_received_in_vials(client, keeper, depot):
    response = send(client, "stock-receive", depot.raipur.code, supply(depot, amount="12", unit="vials"))
    assert response.status_code == 302
    batch = Batch.objects.get(number="NEW-7")
    assert (held(depot.raipur, batch), batch.manufacturer) == (120, "SII")
    journal = StockJournal.objects.latest("pk")
    assert (journal.by, journal.document) == (keeper, "CH/12")


def test_a_form_sent_twice_is_booked_once(client, keeper, depot):
    for _twice in range(2):
        assert send(client, "stock-receive", depot.raipur.code, supply(depot)).status_code == 302
    assert held(depot.raipur, Batch.objects.get(number="NEW-7")) == 1200


def test_a_form_changed_after_it_was_booked_is_not_taken_for_the_same(client, keeper, depot):
    send(client, "stock-receive", depot.raipur.code, supply(depot))
    response = send(client, "stock-receive", depot.raipur.code, supply(depot, amount="900"))
    page = response.content.decode()
    assert response.status_code == 422
    assert "those are booked" in page
    new_key = re.search(r'name="key" value="(\w+)"', page).group(1)
    assert new_key != KEY
    again = {**supply(depot, amount="900"), "key": new_key}
    assert send(client, "stock-receive", depot.raipur.code, again).status_code == 302
    assert held(depot.raipur, Batch.objects.get(number="NEW-7")) == 2100


def test_a_known_batch_needs_no_expiry_day_and_a_wrong_one_is_refused(client, keeper, depot):
    known = supply(depot, number="LATE-9", expires_on="")
    assert send(client, "stock-receive", depot.raipur.code, known).status_code == 302
    assert held(depot.raipur, depot.late) == 1200
    wrong = supply(depot, number="LATE-9", key="f" * 32)
    response = send(client, "stock-receive", depot.raipur.code, wrong)
    assert "Look at the vial again" in response.content.decode()
    unknown = supply(depot, number="NEW-8", expires_on="", key="e" * 32)
    assert (
        "This batch is new here" in send(client, "stock-receive", depot.raipur.code, unknown).content.decode()
    )


def test_a_refusal_stands_at_the_amount_and_keeps_what_was_typed(client, keeper, depot):
    data = {
        "position": position(depot.raipur, depot.soon),
        "amount": "9,999",
        "cause": "closed_broken",
        "reason": "The shelf fell over",
        "happened_on": ago(0).isoformat(),
    }
    response = send(client, "stock-waste", depot.raipur.code, data)
    page = response.content.decode()
    assert response.status_code == 422
    assert "holds 2,150 doses of batch SOON-1; 9,999 are to leave it" in page
    assert re.search(r'name="amount"[^>]*aria-invalid="true"', page)
    assert 'value="9,999"' in page
    assert "The shelf fell over" in page
    data["amount"] = "10"
    assert send(client, "stock-waste", depot.raipur.code, data).status_code == 302
    assert held(depot.raipur, depot.soon) == 2140


def test_a_day_that_has_not_come_is_refused(client, keeper, depot):
    response = send(
        client, "stock-receive", depot.raipur.code, supply(depot, happened_on=ahead(1).isoformat())
    )
    assert "This day has not come yet" in response.content.decode()


def dispatch_data(depot, store, **numbers):
    rows = {
        f"n-{position(depot.state, getattr(depot, name))}": str(number) for name, number in numbers.items()
    }
    return {"to_store": store.pk, "sent_on": ago(0).isoformat(), **rows}


def test_batches_are_suggested_in_the_order_of_issue(client, keeper, depot):
    page = reverse("stock-dispatch", args=[depot.state.code])
    asked = {"vaccine": depot.vaccine.pk, "earmark": "campaign", "doses": "5,000"}
    form = client.get(page, asked).context["form"]
    assert form.initial[f"n-{position(depot.state, depot.soon)}"] == 4000
    assert form.initial[f"n-{position(depot.state, depot.late)}"] == 1000
    read_monitors(store=depot.state, stages={depot.soon: 3, depot.late: 2}, observed_on=ago(0), by=None)
    form = client.get(page, asked).context["form"]
    assert f"n-{position(depot.state, depot.soon)}" not in form.initial
    assert form.initial[f"n-{position(depot.state, depot.late)}"] == 5000


def test_a_dispatch_in_the_suggested_order_needs_no_reason(client, keeper, depot):
    data = dispatch_data(depot, depot.bastar, soon=300)
    assert send(client, "stock-dispatch", depot.state.code, data).status_code == 302
    sent = Dispatch.objects.latest("pk")
    assert (sent.to_store, sent.number, sent.note) == (depot.bastar, f"STORE-S22/{ago(0).year}/0003", "")
    assert held(depot.state, depot.soon) == 3700


def test_a_requisition_that_nothing_usable_can_fill_is_said_to_be_one(client, keeper, depot):
    asked = ask(
        to_store=depot.bastar,
        from_store=depot.state,
        vaccine=depot.vaccine,
        doses=500,
        wanted_by=ahead(3),
        by=depot.officer,
    )
    address = f"{reverse('stock-dispatch', args=[depot.state.code])}?requisition={asked.pk}"
    words = "No usable Covishield lies in this store."
    assert words not in client.get(address).content.decode()
    read_monitors(store=depot.state, stages={depot.soon: 3, depot.late: 4}, observed_on=ago(0), by=None)
    assert words in client.get(address).content.decode()


def test_another_order_needs_a_reason_which_stands_in_the_voucher(client, keeper, depot):
    data = dispatch_data(depot, depot.bastar, late=300)
    response = send(client, "stock-dispatch", depot.state.code, data)
    assert response.status_code == 422
    assert "Take the suggested ones or say why" in response.content.decode()
    assert Dispatch.objects.count() == 2
    data["override"] = "Bastar asked for long-dated stock"
    assert send(client, "stock-dispatch", depot.state.code, data).status_code == 302
    assert "Bastar asked for long-dated stock" in Dispatch.objects.latest("pk").note


def test_more_than_is_here_is_refused_at_its_row(client, keeper, depot):
    response = send(client, "stock-dispatch", depot.state.code, dispatch_data(depot, depot.bastar, soon=4001))
    assert "Only 4,000 doses are here." in response.content.decode()


def test_a_consignment_is_accepted_in_full_with_one_click(client, keeper, depot):
    page = client.get(reverse("stock-accept", args=[depot.under_way.pk]))
    form = page.context["form"]
    response = client.post(reverse("stock-accept", args=[depot.under_way.pk]), as_shown(form))
    assert response.status_code == 302
    assert held(depot.bastar, depot.soon) == 1000


def test_what_is_damaged_or_missing_must_be_explained(client, keeper, depot):
    data = {"good-0": "900", "damaged-0": "60", "accepted_on": ago(0).isoformat(), "reason": ""}
    response = send(client, "stock-accept", depot.under_way.pk, data)
    assert response.status_code == 422
    assert "say what happened" in response.content.decode()
    data["reason"] = "Van stood in the sun"
    assert send(client, "stock-accept", depot.under_way.pk, data).status_code == 302
    assert held(depot.bastar, depot.soon) == 900
    receipt = client.get(reverse("stock-receipt", args=[depot.under_way.pk])).content.decode()
    assert "Van stood in the sun" in receipt
    data["good-0"] = "2,000"
    assert (
        "Nothing of this consignment is on the way"
        in send(client, "stock-accept", depot.under_way.pk, {**data, "key": "a" * 32}).content.decode()
    )


def test_a_count_books_the_differences_and_keeps_what_agreed(client, keeper, depot):
    soon, late = (f"n-{position(depot.state, one)}" for one in (depot.soon, depot.late))
    data = {soon: "3,990", late: "5000", "counted_on": ago(0).isoformat(), "reason": ""}
    response = send(client, "stock-count", depot.state.code, data)
    assert "differs from the book for SOON-1: say why" in response.content.decode()
    assert not PhysicalCount.objects.exists()
    data["reason"] = "One vial rolled behind the freezer"
    assert send(client, "stock-count", depot.state.code, data).status_code == 302
    assert held(depot.state, depot.soon) == 3990
    assert PhysicalCount.objects.count() == 2


def test_stock_moves_to_the_other_earmark(client, keeper, depot):
    data = {
        "position": position(depot.state, depot.late),
        "amount": "20",
        "unit": "vials",
        "reason": "Routine sessions",
        "happened_on": ago(0).isoformat(),
    }
    assert send(client, "stock-earmark", depot.state.code, data).status_code == 302
    assert (held(depot.state, depot.late), held(depot.state, depot.late, "routine")) == (4800, 200)


def test_a_monitor_never_grows_lighter_but_a_wrong_reading_is_corrected(client, keeper, depot):
    read_monitors(store=depot.raipur, stages={depot.soon: 4}, observed_on=ago(1), by=None)
    data = {f"stage-{depot.soon.pk}": "1", "observed_on": ago(0).isoformat()}
    refused = send(client, "stock-monitors", depot.raipur.code, data)
    assert "never grows lighter" in refused.content.decode()
    assert VialMonitorReading.objects.get().stage == 4
    corrected = data | {"reason": "that was another box"}
    assert send(client, "stock-monitors", depot.raipur.code, corrected).status_code == 302
    assert set(VialMonitorReading.objects.values_list("stage", flat=True)) == {4, 1}
    detail = AuditEvent.objects.get(action="stock.monitor").detail
    assert (detail["reason"], *detail["batches"].values()) == ("that was another box", [4, 1])


def test_readings_and_levels_are_saved(client, keeper, depot):
    data = {f"stage-{depot.soon.pk}": "2", "observed_on": ago(0).isoformat()}
    assert send(client, "stock-monitors", depot.raipur.code, data).status_code == 302
    assert VialMonitorReading.objects.get().stage == 2
    low, high = f"minimum-{depot.vaccine.pk}", f"maximum-{depot.vaccine.pk}"
    assert send(client, "stock-levels", depot.raipur.code, {low: "500", high: "100"}).status_code == 422
    assert send(client, "stock-levels", depot.raipur.code, {low: "5,000", high: "9,000"}).status_code == 302
    assert StockLevel.objects.get().minimum == 5000
    assert (
        "below the minimum" in client.get(reverse("stock-store", args=[depot.raipur.code])).content.decode()
    )
    assert send(client, "stock-levels", depot.raipur.code, {low: "", high: ""}).status_code == 302
    assert not StockLevel.objects.exists()


def test_undoing_names_what_depends_on_it_and_is_refused_while_it_does(client, keeper, depot):
    accepted = depot.arrived.journals.get(operation="accept")
    address = reverse("stock-undo", args=[accepted.pk])
    page = client.get(address).content.decode()
    assert "700 of batch SOON-1 to Administered · Raipur" in page
    response = client.post(address, {"key": KEY, "reason": "Counted wrongly"})
    assert response.status_code == 422
    assert "holds 2,150 doses of batch SOON-1; 2,900 are to leave it" in response.content.decode()


def test_an_undoing_moves_everything_back_once(client, keeper, depot):
    lost = StockJournal.objects.get(operation="waste")
    address = reverse("stock-undo", args=[lost.pk])
    assert "Nothing depends on it" in client.get(address).content.decode()
    for _twice in range(2):
        assert client.post(address, {"key": KEY, "reason": "Found again"}).status_code == 302
    assert held(depot.raipur, depot.soon) == 2200
    assert "This was undone before" in client.get(address).content.decode()


def test_doses_given_are_corrected_in_the_tallies_not_here(client, keeper, depot):
    given = StockMovement.objects.filter(destination__kind="administered").first().journal
    # Its keeper is the store that gave.
    response = client.post(reverse("stock-undo", args=[given.pk]), {"key": KEY, "reason": "x"})
    assert "correct the report of that day" in response.content.decode()
    assert not StockJournal.objects.filter(operation="reverse").exists()


def test_a_requisition_is_filled_in_part_then_whole(client, keeper, depot):
    asked = {
        "from_store": depot.state.pk,
        "vaccine": depot.vaccine.pk,
        "amount": "60",
        "unit": "vials",
        "wanted_by": ahead(5).isoformat(),
        "reason": "Weekend drive",
    }
    for _twice in range(2):
        assert send(client, "stock-request", depot.bastar.code, asked).status_code == 302
    requisition = Requisition.objects.get()
    assert requisition.doses == 600
    query = f"?requisition={requisition.pk}"
    form = client.get(reverse("stock-dispatch", args=[depot.state.code]) + query).context["form"]
    assert form.initial[f"n-{position(depot.state, depot.soon)}"] == 600

    first = dispatch_data(depot, depot.bastar, soon=200)
    assert send(client, "stock-dispatch", depot.state.code, first, query).status_code == 302
    requisition.refresh_from_db()
    assert requisition.state == RequisitionState.PART_FILLED
    rest = {**dispatch_data(depot, depot.bastar, soon=400), "key": "b" * 32}
    assert send(client, "stock-dispatch", depot.state.code, rest, query).status_code == 302
    requisition.refresh_from_db()
    assert requisition.state == RequisitionState.FILLED

    called_back = Dispatch.objects.latest("pk").journals.get(operation="dispatch")
    client.post(reverse("stock-undo", args=[called_back.pk]), {"key": "c" * 32, "reason": "Wrong cartons"})
    requisition.refresh_from_db()
    assert requisition.state == RequisitionState.PART_FILLED
    page = client.get(reverse("stock-requisition", args=[requisition.pk])).content.decode()
    assert "Sent: 200 of 600 doses" in page
    closed = client.post(
        reverse("stock-requisition-close", args=[requisition.pk]), {"reason": "Drive is over"}
    )
    assert closed.status_code == 302
    requisition.refresh_from_db()
    assert requisition.state == RequisitionState.CLOSED


def test_a_proposed_transfer_is_one_click_from_its_dispatch(client, keeper, depot):
    # Bastar has used up nearly all that it had; the state store has more than it can use in time.
    lines = [(depot.soon, "campaign", 1000, 0)]
    ledger.accept(consignment=depot.under_way, lines=lines, accepted_on=ago(7), by=keeper)
    give(area=depot.tree.bastar, vaccine=depot.vaccine, doses=950, happened_on=ago(2), by=None)
    plan = client.get(reverse("stock-plan", args=["S22"]))
    row = next(one for one in plan.context["rows"] if one.to_store == depot.bastar.name)
    form = client.get(row.dispatch_url).context["form"]
    assert client.post(row.dispatch_url, as_shown(form)).status_code == 302
    sent = Dispatch.objects.latest("pk")
    assert sent.to_store == depot.bastar
    assert sum(sent.journals.get().movements.values_list("doses", flat=True)) == int(
        row.doses.replace(",", "")
    )


def test_who_may_not_send_gets_no_button(client, depot, auditor):
    client.force_login(auditor, backend="django.contrib.auth.backends.ModelBackend")
    for row in client.get(reverse("stock-plan", args=["S22"])).context["rows"]:
        assert row.dispatch_url == ""


def test_a_closed_store_takes_nothing(client, keeper, depot):
    Location.objects.filter(pk=depot.raipur.pk).update(closed_on=ago(0))
    response = send(client, "stock-receive", depot.raipur.code, supply(depot))
    assert response.status_code == 422
    assert "was closed on" in response.content.decode()
