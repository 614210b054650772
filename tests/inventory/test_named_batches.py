"""Doses come out of the batch that the clerk names, before the report or after it."""

import pytest
from django.urls import reverse

from districts.models import AuditEvent
from inventory import ledger
from inventory.errors import StockRefused
from inventory.giving import Named, give, given_by_batch
from inventory.models import Batch, NamedBatch, StockMovement, Vaccine
from inventory.selectors.identity import identities
from inventory.services.naming import name_batches
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


def name(depot, rest=None, day=0, **doses):
    """``soon=60`` names 60 doses of that batch, ``rest`` is the batch of all others."""
    named = Named({getattr(depot, batch): number for batch, number in doses.items()}, rest)
    return name_batches(area=depot.tree.abhanpur, vaccine=depot.vaccine, day=ago(day), named=named, by=None)


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


def test_several_batches_give_what_is_named_of_each(both):
    post(both, 100)
    assert name(both, late=60, soon=40)
    assert given(both) == {"LATE-9": 60, "SOON-1": 40}
    one = identities(areas=[both.tree.chhattisgarh])[both.tree.chhattisgarh.pk, both.vaccine.pk]
    assert one.holds and one.administered == 700 + 100


def test_what_is_not_named_comes_out_of_the_other_batches(both):
    name(both, late=60)
    post(both, 100)
    assert given(both) == {"LATE-9": 60, "SOON-1": 40}
    name(both, soon=10)
    assert given(both) == {"LATE-9": 90, "SOON-1": 10}
    name(both, both.soon, late=25)
    assert given(both) == {"LATE-9": 25, "SOON-1": 75}


def test_more_reported_later_takes_nothing_twice_from_a_named_number(both):
    name(both, late=60)
    post(both, 50)
    assert given(both) == {"LATE-9": 50}
    post(both, 30)
    assert given(both) == {"LATE-9": 60, "SOON-1": 20}


def test_a_correction_leaves_what_was_named_to_the_last(both):
    name(both, late=60)
    post(both, 100)
    post(both, -30)
    assert given(both) == {"LATE-9": 60, "SOON-1": 10}
    post(both, -30)
    assert given(both) == {"LATE-9": 40}


def test_a_named_number_that_no_store_has_is_no_way_out_of_the_book(both):
    post(both, 1100)
    name(both, late=1050)
    # 1,000 of it are there: the book does not become wrong because the page says so.
    assert given(both) == {"LATE-9": 1000, "SOON-1": 100}
    post(both, 2150)
    assert given(both) == {"LATE-9": 1000 + 50, "SOON-1": 2150 + 50}  # 100 of them without stock


@pytest.mark.parametrize(
    ("doses", "why"),
    [({"late": 60, "soon": 41}, "Together 101 doses"), ({"late": 101}, "Together 101 doses")],
)
def test_more_than_was_given_cannot_be_named(both, doses, why):
    post(both, 100)
    with pytest.raises(StockRefused, match=why):
        name(both, **doses)
    assert given(both) == {"SOON-1": 100} and not NamedBatch.objects.exists()


def test_a_batch_is_named_once_and_is_one_of_the_vaccine(both):
    other = Vaccine.objects.create(code="covaxin", name_en="Covaxin", antigen="COVID-19")
    stranger = Batch.objects.create(vaccine=other, number="X", manufacturer="", expires_on=ahead(9))
    with pytest.raises(StockRefused, match="named twice"):
        name(both, both.late, late=5)
    with pytest.raises(StockRefused, match="not one of"):
        name(both, stranger)


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


def test_a_clerk_names_several_batches_on_the_page(client, clerk, both):
    post(both, 100)
    address = reverse("stock-given", args=["B3693", ago(0).isoformat()])
    late, soon = (f"doses-{both.vaccine.pk}-{batch.pk}" for batch in (both.late, both.soon))
    rest = f"batch-{both.vaccine.pk}"
    refused = client.post(address, {late: "60", soon: "50"})
    assert refused.status_code == 422
    assert "Together 110 doses of Covishield are named, and 100 were given." in refused.content.decode()
    assert 'value="50"' in refused.content.decode()  # what was typed stays
    twice = client.post(address, {late: "60", rest: both.late.pk})
    assert "This batch has a number of doses above" in twice.content.decode()
    assert client.post(address, {late: "-1"}).status_code == 422
    assert not NamedBatch.objects.exists()
    assert client.post(address, {late: "60", soon: "", rest: ""}).status_code == 302
    assert given(both) == {"LATE-9": 60, "SOON-1": 40}
    shown = client.get(address).context["form"]
    assert shown[late].initial == 60 and shown[rest].initial == ""
    event = AuditEvent.objects.filter(action="stock.named_batch").get()
    assert event.detail == {"batch": [None, "LATE-9: 60"], "doses": 100}


def test_one_vaccine_that_is_refused_leaves_the_others_as_they_were(client, clerk, both):
    covaxin = Vaccine.objects.create(code="covaxin", name_en="Covaxin", antigen="COVID-19")
    batches = [
        Batch.objects.create(vaccine=covaxin, number=number, manufacturer="BB", expires_on=ahead(90))
        for number in ("C-1", "C-2")
    ]
    for batch in batches:
        ledger.receive(
            store=both.raipur, batch=batch, doses=50, channel="donation", happened_on=ago(4), by=None
        )
    post(both, 100)
    address = reverse("stock-given", args=["B3693", ago(0).isoformat()])
    data = {
        f"batch-{covaxin.pk}": batches[1].pk,
        f"doses-{both.vaccine.pk}-{both.late.pk}": "101",
    }
    assert client.post(address, data).status_code == 422
    assert not NamedBatch.objects.exists()


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
    assert send(batches=[{"batch": both.late.pk, "doses": 5}]).status_code == 400  # and batch: one of the two
    client.force_login(auditor)
    assert send().status_code == 403
    assert NamedBatch.objects.count() == 1


def test_a_state_system_names_several_batches(client, both, api_client_user):
    client.force_login(api_client_user)
    post(both, 100)

    def send(*lines):
        body = {
            "area": "B3693",
            "date": ago(0).isoformat(),
            "vaccine": "covishield",
            "batches": [{"batch": batch, "doses": doses} for batch, doses in lines],
        }
        return client.post("/api/v1/stock/given/", body, content_type="application/json")

    late, soon = both.late.pk, both.soon.pk
    answer = send((late, 60), (soon, None)).json()
    assert answer["batches"] == [{"batch": late, "doses": 60}, {"batch": soon, "doses": None}]
    assert answer["changed"] is True and answer["batch"] == soon
    assert given(both) == {"LATE-9": 60, "SOON-1": 40}
    assert send((late, 60), (soon, None)).json()["changed"] is False
    assert send((late, 101)).status_code == 422
    for wrong in ([(late, 0)], [(late, 1), (late, 2)], [(late, None), (soon, None)], [(999_999, 1)]):
        assert send(*wrong).status_code == 400, wrong
    assert given(both) == {"LATE-9": 60, "SOON-1": 40}
    assert send().json()["batches"] == [] and given(both) == {"SOON-1": 100}
