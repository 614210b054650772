"""What must not be used is not sent to be used, whatever reason is given; it may travel back."""

import pytest
from django.urls import reverse
from rest_framework.test import APIClient

from districts.models import Role
from inventory import ledger
from inventory.errors import StockRefused
from inventory.models import Batch, Channel, Dispatch, Earmark, StockMovement, StockPosition
from inventory.services.consignments import send
from inventory.services.observations import read_monitors
from tests.inventory.conftest import make_store
from tests.inventory.depot import ago, ahead, depot
from tests.plugins.cast import make_person

__all__ = ["depot"]
KEY = "0123456789abcdef" * 2
REASON = "They need it today"


@pytest.fixture
def old(depot):
    """A batch that expired yesterday: 50 doses in Raipur and 60 in the state's store, received while it was good."""
    batch = Batch.objects.create(vaccine=depot.vaccine, number="OLD-1", manufacturer="SII", expires_on=ago(1))
    for store, doses in ((depot.raipur, 50), (depot.state, 60)):
        ledger.receive(
            store=store, batch=batch, doses=doses, channel=Channel.DONATION, happened_on=ago(9), by=None
        )
    return batch


def stage(depot, store, number, day=None, reason=""):
    stages = {depot.soon: number}
    read_monitors(store=store, stages=stages, observed_on=day or ago(0), by=None, reason=reason)


def dispatch(from_store, to_store, batch, *, day=None, note=REASON):
    return send(
        from_store=from_store,
        to_store=to_store,
        lines=[(batch, Earmark.CAMPAIGN, 10)],
        sent_on=day or ago(0),
        by=None,
        note=note,
    )


@pytest.fixture
def capital(tree):
    return make_store(tree.india)


@pytest.fixture
def refuses(depot):
    """A dispatch that is refused leaves no trace: no voucher, no movement."""

    def check(*what, **options):
        before = Dispatch.objects.count(), StockMovement.objects.count()
        with pytest.raises(StockRefused) as refused:
            dispatch(*what, **options)
        assert before == (Dispatch.objects.count(), StockMovement.objects.count())
        return str(refused.value)

    return check


def test_an_expired_batch_is_not_sent_down_whatever_the_reason(depot, old, refuses):
    message = refuses(depot.state, depot.raipur, old)
    assert "Batch OLD-1 must not be used any more: it expired on" in message


@pytest.mark.parametrize("number", [3, 4])
def test_a_batch_at_the_discard_point_is_not_sent_down_whatever_the_reason(number, depot, refuses):
    stage(depot, depot.state, number)
    assert f"its vial monitors are at stage {number}" in refuses(depot.state, depot.raipur, depot.soon)


@pytest.mark.parametrize("number", [1, 2])
def test_stages_1_and_2_are_sent(number, depot):
    stage(depot, depot.state, number)
    dispatch(depot.state, depot.raipur, depot.soon)


def test_a_district_sends_it_to_no_neighbour_and_to_no_store_of_its_own(depot, old, refuses):
    refuses(depot.raipur, depot.bastar, old)
    second = ledger.Location.objects.create(
        area=depot.tree.raipur, kind="store", code="D387-2", name_en="Raipur hospital"
    )
    refuses(depot.raipur, second, old)


def test_it_travels_back_to_a_store_above_and_the_voucher_says_why(depot, old, capital, refuses):
    assert "say so in the note" in refuses(depot.raipur, depot.state, old, note=" ")
    assert dispatch(depot.raipur, depot.state, old, note="To be destroyed").note == "To be destroyed"
    dispatch(depot.raipur, capital, old)
    stage(depot, depot.raipur, 4)
    dispatch(depot.raipur, depot.state, depot.soon)


def test_the_day_of_sending_decides(depot, old, refuses):
    dispatch(depot.state, depot.raipur, old, day=ago(1))  # the last day on which it might be used
    stage(depot, depot.state, 3, day=ago(3))
    refuses(depot.state, depot.raipur, depot.soon, day=ago(3))
    dispatch(depot.state, depot.raipur, depot.soon, day=ago(4))


def test_the_newest_reading_and_that_of_the_sending_store_decides(depot, refuses):
    stage(depot, depot.raipur, 4)
    dispatch(depot.state, depot.raipur, depot.soon)
    stage(depot, depot.state, 3, day=ago(1))
    refuses(depot.state, depot.raipur, depot.soon)
    stage(depot, depot.state, 2, reason="that was another box")
    dispatch(depot.state, depot.raipur, depot.soon)


def test_what_was_sent_is_answered_the_same_when_it_is_sent_again(depot):
    """The key of a form that came twice: between the two a reading was made."""
    lines = [(depot.soon, Earmark.CAMPAIGN, 10)]
    line = {
        "from_store": depot.state,
        "to_store": depot.raipur,
        "lines": lines,
        "sent_on": ago(0),
        "by": None,
    }
    sent = send(**line, key="once")
    stage(depot, depot.state, 3)
    assert send(**line, key="once") == sent


@pytest.fixture
def keeper(client, tree, depot):
    person = make_person("keeper", role=Role.STOCK_KEEPER, area=tree.chhattisgarh)
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return person


def post_form(client, from_store, to_store, batch, **more):
    place = StockPosition.objects.get(location=from_store, batch=batch, earmark="campaign")
    data = {
        "key": KEY,
        "unit": "doses",
        "to_store": to_store.pk,
        "sent_on": ago(0).isoformat(),
        f"n-{place.pk}": 10,
        **more,
    }
    return place, client.post(reverse("stock-dispatch", args=[from_store.code]), data)


def test_the_form_refuses_it_at_its_row_and_asks_for_no_reason(client, keeper, depot, old):
    place, response = post_form(client, depot.state, depot.raipur, old, override=REASON)
    assert response.status_code == 422
    assert list(response.context["form"].errors) == [f"n-{place.pk}"]
    assert "OLD-1 must not be used any more" in response.content.decode()
    assert Dispatch.objects.count() == 2
    stage(depot, depot.state, 4)
    _place, response = post_form(client, depot.state, depot.bastar, depot.soon, override=REASON)
    assert "its vial monitors are at stage 4" in response.content.decode()
    assert Dispatch.objects.count() == 2


def test_the_form_sends_it_back_with_a_reason(client, keeper, depot, old):
    _place, response = post_form(client, depot.raipur, depot.state, old)
    assert response.status_code == 422 and "override" in response.context["form"].errors
    _place, response = post_form(client, depot.raipur, depot.state, old, override="To be destroyed")
    assert response.status_code == 302
    assert "To be destroyed" in Dispatch.objects.latest("pk").note


def test_a_reason_still_changes_the_order_of_expiry(client, keeper, depot):
    _place, response = post_form(
        client, depot.state, depot.bastar, depot.late, override="Long-dated asked for"
    )
    assert response.status_code == 302


def body(from_store, to_store, batch, **more):
    lines = [{"batch": batch.pk, "doses": 10}]
    day = ago(0).isoformat()
    return {
        "operation": "dispatch",
        "store": from_store.code,
        "to_store": to_store.code,
        "date": day,
        "lines": lines,
        **more,
    }


def test_the_api_refuses_it_and_takes_a_return(keeper, depot, old):
    client = APIClient()
    client.force_authenticate(keeper)
    address = "/api/v1/stock/movements/"
    response = client.post(address, body(depot.state, depot.raipur, old, note=REASON), format="json")
    assert (response.status_code, response.json()["error"]["code"]) == (422, "refused")
    assert "OLD-1 must not be used any more" in response.json()["error"]["message"]
    response = client.post(address, body(depot.raipur, depot.state, old), format="json")
    assert (response.status_code, response.json()["error"]["code"]) == (422, "refused")
    response = client.post(address, body(depot.raipur, depot.state, old, note="Destroy"), format="json")
    assert response.status_code == 201


@pytest.mark.parametrize(
    ("role", "place", "status"), [(Role.STOCK_KEEPER, "bastar", 404), (Role.AUDITOR, "raipur", 403)]
)
def test_rights_come_before_the_state_of_a_batch(role, place, status, tree, depot, old):
    client = APIClient()
    client.force_authenticate(make_person("other", role=role, area=getattr(tree, place)))
    response = client.post(
        "/api/v1/stock/movements/", body(depot.raipur, depot.state, old, note=REASON), format="json"
    )
    assert response.status_code == status and "OLD-1" not in response.content.decode()


def test_it_is_booked_as_a_loss(depot, old):
    ledger.waste(store=depot.raipur, batch=old, doses=50, cause="closed_expired", happened_on=ago(0), by=None)
    assert ahead(1) > old.expires_on
