"""Adding and changing vaccines, batches and stores: by whom, what is refused, and what is kept of it."""

import datetime

import pytest
from django.urls import reverse
from django.utils import translation

from districts.models import AuditEvent, Role
from inventory.forms.setup import BatchForm
from inventory.models import Batch, Channel, Location, Vaccine, VialMonitorReading
from inventory.services.observations import read_monitors
from tests.inventory.depot import ago, ahead, depot
from tests.plugins.cast import make_person

__all__ = ["depot"]

VACCINE = {
    "code": "corbevax",
    "name_en": "Corbevax",
    "name_hi": "कॉर्बेवैक्स",
    "antigen": "COVID-19",
    "manufacturer": "BE",
    "doses_per_vial": "20",
    "open_vial": "end_of_session",
    "wastage_limit_percent": "10",
}


@pytest.fixture
def keeper(tree):
    return make_person("keeper", role=Role.STOCK_KEEPER, area=tree.raipur)


def signed_in(client, person):
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def last_event():
    return AuditEvent.objects.order_by("pk").last()


def of_batch(batch, **changes):
    return {
        "vaccine": batch.vaccine_id,
        "number": batch.number,
        "manufacturer": batch.manufacturer,
        "expires_on": batch.expires_on.isoformat(),
        "reason": "Misread on the carton",
        **changes,
    }


def test_a_national_officer_adds_a_vaccine_and_changes_it(client, national_officer):
    signed_in(client, national_officer)
    assert client.post(reverse("stock-vaccine-new"), VACCINE).status_code == 302
    client.post(reverse("stock-vaccine", args=["corbevax"]), VACCINE | {"wastage_limit_percent": "15"})
    assert Vaccine.objects.get(code="corbevax").wastage_limit_percent == 15
    event = last_event()
    assert (event.action, event.by, event.detail) == (
        "stock.vaccine",
        national_officer,
        {"wastage_limit_percent": [10, 15]},
    )
    assert "Corbevax" in client.get(reverse("stock-vaccines")).content.decode()


def test_saving_without_a_change_leaves_no_trace(client, national_officer):
    signed_in(client, national_officer)
    client.post(reverse("stock-vaccine-new"), VACCINE)
    before = AuditEvent.objects.count()
    client.post(reverse("stock-vaccine", args=["corbevax"]), VACCINE)
    assert AuditEvent.objects.count() == before


def test_the_doses_of_a_vial_stay_once_doses_are_booked(client, national_officer, depot):
    signed_in(client, national_officer)
    response = client.post(
        reverse("stock-vaccine", args=["covishield"]),
        VACCINE | {"code": "covishield", "doses_per_vial": "5"},
    )
    assert response.status_code == 422
    assert "Another presentation is another vaccine" in response.content.decode()
    depot.vaccine.refresh_from_db()
    assert depot.vaccine.doses_per_vial == 10


@pytest.mark.parametrize("changes", [{"doses_per_vial": "0"}, {"code": "Has Spaces"}, {"name_en": ""}])
def test_a_vaccine_that_makes_no_sense_is_refused(client, national_officer, changes):
    assert (
        signed_in(client, national_officer).post(reverse("stock-vaccine-new"), VACCINE | changes).status_code
        == 422
    )
    assert not Vaccine.objects.exists()


def test_vaccines_are_the_countrys(client, state_officer, keeper, auditor, depot):
    for person in (state_officer, keeper, auditor):
        signed_in(client, person)
        assert client.get(reverse("stock-vaccines")).status_code == 200
        assert client.post(reverse("stock-vaccine-new"), VACCINE).status_code == 403
        assert client.post(reverse("stock-vaccine", args=["covishield"]), VACCINE).status_code == 403
    assert Vaccine.objects.count() == 1


def test_a_keeper_adds_a_batch_before_it_comes(client, keeper, depot):
    signed_in(client, keeper)
    values = of_batch(depot.soon, number="NEW-1", expires_on=ahead(90).isoformat())
    client.post(reverse("stock-batch-new"), values)
    assert Batch.objects.get(number="NEW-1").expires_on == ahead(90)
    page = client.get(reverse("stock-batches"), {"number": "new"}).content.decode()
    assert "NEW-1" in page and "SOON-1" not in page
    assert client.post(reverse("stock-batch-new"), values).status_code == 422  # there is such a batch


def test_a_wrong_expiry_day_is_put_right_with_a_reason(client, state_officer, depot):
    signed_in(client, state_officer)
    address = reverse("stock-batch-change", args=[depot.soon.pk])
    without = of_batch(depot.soon, expires_on=ahead(50).isoformat(), reason="")
    assert client.post(address, without).status_code == 422
    before = depot.soon.expires_on
    client.post(address, without | {"reason": "Misread on the carton"})
    depot.soon.refresh_from_db()
    assert depot.soon.expires_on == ahead(50)
    assert last_event().detail == {
        "expires_on": [before.isoformat(), ahead(50).isoformat()],
        "reason": "Misread on the carton",
    }


def test_a_batch_of_booked_doses_stays_with_its_vaccine(client, state_officer, depot):
    other = Vaccine.objects.create(code="covaxin", name_en="Covaxin", antigen="COVID-19")
    response = signed_in(client, state_officer).post(
        reverse("stock-batch-change", args=[depot.soon.pk]), of_batch(depot.soon, vaccine=other.pk)
    )
    assert response.status_code == 422
    assert "stays a batch of the same vaccine" in response.content.decode()


def test_who_may_change_a_batch(client, depot, national_officer, keeper, auditor, block_clerk, tree):
    address = reverse("stock-batch-change", args=[depot.soon.pk])
    elsewhere = make_person("mh", role=Role.STATE_OFFICER, area=tree.maharashtra)
    for person, status in (
        (national_officer, 200),
        (keeper, 403),
        (auditor, 403),
        (block_clerk, 403),
        (elsewhere, 404),
    ):
        assert signed_in(client, person).get(address).status_code == status, person


def test_a_state_does_not_change_a_batch_that_another_state_holds(client, depot, state_officer, tree):
    from inventory import ledger
    from tests.inventory.conftest import make_store

    nagpur = make_store(tree.nagpur)
    ledger.receive(
        store=nagpur,
        batch=depot.soon,
        doses=10,
        channel=Channel.PRIVATE,
        happened_on=ago(1),
        by=state_officer,
    )
    signed_in(client, state_officer)
    address = reverse("stock-batch-change", args=[depot.soon.pk])
    assert client.get(address).status_code == 403
    assert address not in client.get(reverse("stock-batches")).content.decode()


def test_a_state_officer_opens_a_store_and_it_is_on_the_list(client, state_officer, tree):
    signed_in(client, state_officer)
    values = {
        "area": "b3693",
        "code": "ccp-abhanpur",
        "name_en": "Abhanpur cold chain point",
        "capacity_doses": "1,200",
    }
    response = client.post(reverse("stock-store-new", args=["S22"]), values)
    store = Location.objects.get(code="CCP-ABHANPUR")
    assert response["Location"] == reverse("stock-store", args=[store.code])
    assert (store.area, store.capacity_doses, store.kind) == (tree.abhanpur, 1200, "store")
    assert last_event().action == "stock.store" and last_event().area == tree.abhanpur
    assert "Abhanpur cold chain point" in client.get(reverse("stock-stores", args=["S22"])).content.decode()


@pytest.mark.parametrize("changes", [{"area": "S27"}, {"area": "XX"}, {"code": "=x"}, {"name_en": ""}])
def test_a_store_that_makes_no_sense_is_refused(client, state_officer, changes):
    values = {"area": "S22", "code": "NEW", "name_en": "New store"} | changes
    response = signed_in(client, state_officer).post(reverse("stock-store-new", args=["S22"]), values)
    assert response.status_code == 422
    assert not Location.objects.exists()


def test_a_store_that_holds_doses_is_not_closed(client, state_officer, depot):
    signed_in(client, state_officer)
    address = reverse("stock-store-change", args=[depot.raipur.code])
    values = {"name_en": "Raipur depot", "closed_on": ago(0).isoformat()}
    response = client.post(address, values)
    assert response.status_code == 422
    assert "still holds doses" in response.content.decode()
    depot.raipur.refresh_from_db()
    assert depot.raipur.closed_on is None
    client.post(address, {"name_en": "Raipur depot"})
    depot.raipur.refresh_from_db()
    assert depot.raipur.name_en == "Raipur depot"


def test_an_empty_store_is_closed_after_its_last_movement_only(client, state_officer, raipur_store):
    signed_in(client, state_officer)
    address = reverse("stock-store-change", args=[raipur_store.code])
    tomorrow = {"name_en": "Raipur store", "closed_on": ahead(1).isoformat()}
    assert client.post(address, tomorrow).status_code == 422
    client.post(address, tomorrow | {"closed_on": ago(1).isoformat()})
    raipur_store.refresh_from_db()
    assert raipur_store.closed_on == ago(1)


def test_who_may_set_up_stores(client, raipur_store, national_officer, keeper, auditor, other_state_officer):
    change, new = (
        reverse("stock-store-change", args=[raipur_store.code]),
        reverse("stock-store-new", args=["D387"]),
    )
    for person, status in (
        (national_officer, 200),
        (keeper, 403),
        (auditor, 403),
        (other_state_officer, 404),
    ):
        signed_in(client, person)
        assert client.get(change).status_code == client.get(new).status_code == status, person
    assert signed_in(client, keeper).get(reverse("stock-stores", args=["D387"])).status_code == 200


def test_readings_sent_twice_are_kept_once(raipur_store, early_batch, late_batch, state_officer):
    day = datetime.date(2026, 11, 1)
    for stages in ({early_batch: 2}, {early_batch: 2, late_batch: 1}):
        read_monitors(store=raipur_store, stages=stages, observed_on=day, by=state_officer, key="form-1")
    kept = VialMonitorReading.objects.order_by("pk").values_list("batch", "stage")
    assert list(kept) == [(early_batch.pk, 2), (late_batch.pk, 1)]
    read_monitors(
        store=raipur_store, stages={early_batch: 3}, observed_on=day, by=state_officer, key="form-2"
    )
    assert VialMonitorReading.objects.count() == 3


def test_the_form_of_a_batch_asks_in_hindi(db):
    with translation.override("hi"):
        assert str(BatchForm().fields["vaccine"].label) == "टीका"
