"""Doses come out of the batch that the clerk names, before the report or after it."""

import pytest
from django.urls import reverse

from districts.models import AuditEvent
from inventory import ledger
from inventory.giving import give, given_by_batch
from inventory.models import NamedBatch, StockMovement, Vaccine
from inventory.selectors.identity import identities
from inventory.services.naming import name_batch
from tests.inventory.depot import ago, ahead, depot

__all__ = ["depot"]


@pytest.fixture
def clerk(depot, block_clerk, client):
    """Reports for Abhanpur, whose vaccines come from the store of Raipur or, what it does not keep, of the state."""
    client.force_login(block_clerk, backend="django.contrib.auth.backends.ModelBackend")
    return block_clerk


@pytest.fixture
def both(depot):
    """Raipur has 2,150 of the batch that expires soon; now it gets 1,000 of the late one as well."""
    ledger.receive(
        store=depot.raipur,
        batch=depot.late,
        doses=1000,
        channel="free_of_cost",
        happened_on=ago(4),
        by=depot.officer,
    )
    return depot


def name(depot, batch, day=0):
    return name_batch(area=depot.tree.abhanpur, vaccine=depot.vaccine, day=ago(day), batch=batch, by=None)


def post(depot, doses, day=0):
    give(area=depot.tree.abhanpur, vaccine=depot.vaccine, doses=doses, happened_on=ago(day), by=None)


def given(depot, day=0):
    return {
        one.number: doses
        for one, doses in given_by_batch(depot.tree.abhanpur, depot.vaccine, ago(day)).items()
    }


def test_without_a_name_the_first_expiry_goes(both):
    post(both, 100)
    assert given(both) == {"SOON-1": 100}


def test_a_batch_named_before_the_report_goes_first(both):
    assert name(both, both.late)
    post(both, 1100)
    # 1,000 of it are there; the rest comes from what expires first.
    assert given(both) == {"LATE-9": 1000, "SOON-1": 100}


def test_a_batch_named_after_the_report_gives_the_same(both):
    post(both, 1100)
    assert name(both, both.late)
    assert given(both) == {"LATE-9": 1000, "SOON-1": 100}
    one = identities(areas=[both.tree.chhattisgarh])[both.tree.chhattisgarh.pk, both.vaccine.pk]
    assert one.holds and one.administered == 700 + 1100


def test_the_name_holds_for_its_day_and_unit_only(both):
    name(both, both.late)
    post(both, 10, day=1)
    assert given(both, day=1) == {"SOON-1": 10}
    give(area=both.tree.arang, vaccine=both.vaccine, doses=10, happened_on=ago(0), by=None)
    assert both.late not in given_by_batch(both.tree.arang, both.vaccine, ago(0))


def test_taking_the_name_away_goes_back_to_the_first_expiry(both):
    name(both, both.late)
    post(both, 100)
    name(both, None)
    assert given(both) == {"SOON-1": 100}
    assert not NamedBatch.objects.exists()


def test_a_correction_takes_back_from_the_named_batch(both):
    name(both, both.late)
    post(both, 100)
    post(both, -40)
    assert given(both) == {"LATE-9": 60}


def test_naming_the_same_again_moves_nothing(both):
    name(both, both.late)
    post(both, 100)
    before = StockMovement.objects.count()
    assert not name(both, both.late)
    assert StockMovement.objects.count() == before


def test_a_clerk_names_the_batch_on_a_page_and_comes_back_to_the_report(client, clerk, both):
    post(both, 100)
    address = reverse("stock-given", args=["B3693", ago(0).isoformat()])
    page = client.get(address, {"back": "/campaigns/"}).content.decode()
    assert "SOON-1 100" in page and "LATE-9, expires" in page
    field = f"batch-{both.vaccine.pk}"
    response = client.post(f"{address}?back=/campaigns/", {field: both.late.pk})
    assert response["Location"] == "/campaigns/"
    assert given(both) == {"LATE-9": 100}
    event = AuditEvent.objects.filter(action="stock.named_batch").get()
    assert (event.by, event.detail) == (clerk, {"batch": [None, "LATE-9"], "doses": 100})
    evil = client.post(f"{address}?back=https://evil.example/", {field: both.late.pk})
    assert evil["Location"] == address
    assert client.post(address, {field: "999999"}).status_code == 422
    assert client.get(reverse("stock-given", args=["B3693", ahead(1).isoformat()])).status_code == 404


def test_who_may_name_batches(client, both, auditor, state_officer, other_state_officer, block_clerk, tree):
    address = reverse("stock-given", args=["B3693", ago(0).isoformat()])
    for person, status in (
        (state_officer, 200),
        (block_clerk, 200),
        (auditor, 403),
        (other_state_officer, 404),
    ):
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        assert client.get(address).status_code == status, person
    client.logout()
    assert client.get(address).status_code == 302


def test_a_state_system_names_a_batch(client, both, api_client_user, auditor):
    client.force_login(api_client_user)
    body = {"area": "B3693", "date": ago(0).isoformat(), "vaccine": "covishield", "batch": both.late.pk}

    def send(**changes):
        return client.post("/api/v1/stock/given/", body | changes, content_type="application/json")

    assert send().json()["changed"] is True
    assert send().json()["changed"] is False
    post(both, 5)
    assert given(both) == {"LATE-9": 5}
    other = Vaccine.objects.create(code="covaxin", name_en="Covaxin", antigen="COVID-19")
    assert send(vaccine=other.code).status_code == 400
    assert send(area="D484").status_code == 404
    assert send(date=ahead(2).isoformat()).status_code == 422
    assert send(bach=1).status_code == 400
    client.force_login(auditor)
    assert send().status_code == 403
    assert NamedBatch.objects.count() == 1
