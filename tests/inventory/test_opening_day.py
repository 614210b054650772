"""Pages, forms and the API of stock open on one day: today, or the last day of a ledger that is long quiet."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone
from rest_framework.test import APIClient

from districts.models import Role
from inventory import ledger
from inventory.models import Batch, Channel, Dispatch, Earmark, PhysicalCount, StockPosition
from inventory.selectors.shelf import shelf_at
from inventory.selectors.standing import StockQuery
from inventory.services.observations import count_store, read_monitors
from tests.inventory.depot import ago
from tests.oracles import stock as oracle
from tests.plugins.cast import make_person

LAST = 380  # days ago


@pytest.fixture
def past(tree, state_store, raipur_store, covishield):
    """A campaign that ended a year ago; its batch expired since. The last thing to move was a loss in Raipur."""
    batch = Batch.objects.create(
        vaccine=covishield, number="B-1", manufacturer="SII", expires_on=ago(LAST - 30)
    )
    ledger.receive(
        store=state_store,
        batch=batch,
        doses=900,
        channel=Channel.DONATION,
        happened_on=ago(LAST + 20),
        by=None,
    )
    sent = ledger.dispatch(
        from_store=state_store,
        to_store=raipur_store,
        lines=[(batch, Earmark.CAMPAIGN, 500)],
        sent_on=ago(LAST + 10),
        number="DV-1",
        by=None,
    )
    ledger.accept(
        consignment=sent, lines=[(batch, Earmark.CAMPAIGN, 500, 0)], accepted_on=ago(LAST + 8), by=None
    )
    waste(raipur_store, batch, 20, ago(LAST))
    return batch


def waste(store, batch, doses, day):
    ledger.waste(store=store, batch=batch, doses=doses, cause="closed_broken", happened_on=day, by=None)


@pytest.fixture
def keeper(client, tree, past):
    person = make_person("keeper", role=Role.STOCK_KEEPER, area=tree.chhattisgarh)
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return person


def page(client, store, **asked):
    return client.get(reverse("stock-store", args=[store.code]), asked)


def test_a_store_of_a_campaign_that_is_over_opens_on_the_day_of_its_area(client, keeper, raipur_store):
    response = page(client, raipur_store)
    area = client.get(reverse("stock-area", args=["D387"]))
    assert response.context["query"].day == area.context["query"].day == ago(LAST)
    text = response.content.decode()
    assert "in 30 days" in text and "expired" not in text.split("stock-query")[1].split("tbody")[1]
    assert "Nothing has moved here since" in text and f"date={ago(0).isoformat()}" in text
    assert [row.leaves for row in response.context["shelf"]] == ["1."]


def test_today_is_one_click_away(client, keeper, raipur_store):
    response = page(client, raipur_store, date=ago(0).isoformat())
    assert response.context["query"].day == ago(0) and not response.context["quiet"]
    assert [row.leaves for row in response.context["shelf"]] == ["do not use"]


def test_a_store_of_a_running_campaign_opens_on_today(client, keeper, raipur_store, past):
    ledger.receive(store=raipur_store, batch=past, doses=1, channel="donation", happened_on=ago(59), by=None)
    response = page(client, raipur_store)
    assert response.context["query"].day == ago(0) and not response.context["quiet"]


FORMS = {
    "receive": "happened_on",
    "waste": "happened_on",
    "earmark": "happened_on",
    "count": "counted_on",
    "monitors": "observed_on",
    "dispatch": "sent_on",
}


@pytest.mark.parametrize(("name", "field"), FORMS.items())
def test_forms_begin_with_the_opening_day(name, field, client, keeper, raipur_store, past):
    address = reverse(f"stock-{name}", args=[raipur_store.code])
    assert f'name="{field}" value="{ago(LAST).isoformat()}"' in client.get(address).content.decode()
    waste(raipur_store, past, 1, ago(3))
    assert f'name="{field}" value="{ago(0).isoformat()}"' in client.get(address).content.decode()


def test_the_form_for_accepting_begins_with_the_opening_day_of_the_receiver(
    client, keeper, state_store, raipur_store, past
):
    sent = ledger.dispatch(
        from_store=state_store,
        to_store=raipur_store,
        lines=[(past, Earmark.CAMPAIGN, 10)],
        sent_on=ago(LAST),
        number="DV-2",
        by=None,
    )
    text = client.get(reverse("stock-accept", args=[sent.pk])).content.decode()
    assert f'name="accepted_on" value="{ago(LAST).isoformat()}"' in text


def test_what_the_forms_propose_on_the_opening_day_is_booked(client, keeper, state_store, raipur_store, past):
    address = reverse("stock-dispatch", args=[state_store.code])
    asked = {"vaccine": past.vaccine_id, "earmark": "campaign", "doses": "40"}
    form = client.get(address, asked).context["form"]
    place = StockPosition.objects.get(location=state_store, batch=past, earmark="campaign")
    assert form.initial[f"n-{place.pk}"] == 40
    data = {
        "key": "a" * 32,
        "unit": "doses",
        "to_store": raipur_store.pk,
        "sent_on": form.initial["sent_on"].isoformat(),
        f"n-{place.pk}": 40,
    }
    assert client.post(address, data).status_code == 302
    assert Dispatch.objects.latest("pk").sent_on == form.initial["sent_on"]


def test_the_page_of_a_past_day_shows_that_day(client, keeper, state_store, raipur_store, past):
    line = [(past, Earmark.CAMPAIGN, 480)]
    count_store(store=raipur_store, counts=line, counted_on=ago(LAST), by=keeper, reason="", key="c")
    read_monitors(store=raipur_store, stages={past: 2}, observed_on=ago(LAST), by=keeper)
    before, after = (page(client, raipur_store, date=ago(LAST + n).isoformat()).context for n in (9, 0))
    assert (before["held"], after["held"]) == ("0", "480")
    assert [row.state for row in before["consignments"]] == ["on the way"]
    assert [row.state for row in after["consignments"]] == ["closed"]
    # It was taken in since: there is nothing to accept any more.
    assert [row.accept_url for row in before["consignments"]] == [""]
    assert (before["counts"], before["readings"]) == ([], [])
    assert len(after["counts"]) == len(after["readings"]) == PhysicalCount.objects.count() == 1
    assert page(client, raipur_store, date=ago(LAST + 11).isoformat()).context["consignments"] == ()


def test_the_page_takes_the_same_questions_as_that_of_the_area(client, keeper, raipur_store, past):
    response = page(client, raipur_store, vaccine="covishield", earmark="routine")
    assert response.context["shelf"] == ()
    assert 'name="as_of"' in response.content.decode() and 'name="date"' in response.content.decode()
    known = (timezone.now() - datetime.timedelta(1)).isoformat()
    then = page(client, raipur_store, as_of=known).context
    assert (then["held"], then["consignments"]) == ("0", ())
    now = page(client, raipur_store, as_of=timezone.now().isoformat()).context
    assert (now["held"], len(now["consignments"])) == ("480", 1)
    assert "is not a day" in page(client, raipur_store, date="31-31-2021").content.decode()
    text = b"".join(
        client.get(reverse("stock-store", args=[raipur_store.code]), {"file": "csv", "table": "shelf"})
    ).decode()
    assert "B-1" in text


@pytest.mark.parametrize("days", [LAST + 21, LAST + 9, LAST + 8, LAST + 1, LAST, 0])
def test_the_shelf_of_a_day_is_that_of_a_replay(days, tree, state_store, raipur_store, past):
    # Doses given before their supply was booked: a shelf below zero is shown as it is.
    given = ledger.virtual(tree.raipur, "administered")
    ledger.administer(moves=[ledger.Move(past, raipur_store, given, 7)], happened_on=ago(LAST + 9), by=None)
    expected = oracle.replay(last=ago(days))
    for store in (state_store, raipur_store):
        shelf = {
            (store, one.batch_id, one.earmark): one.doses for one in shelf_at(store, StockQuery(ago(days)))
        }
        assert shelf == {key: doses for key, doses in expected.items() if key[0] == store and doses}


def test_a_shelf_below_zero_is_shown_and_proposed_for_nothing(client, tree, keeper, raipur_store, past):
    given = ledger.virtual(tree.raipur, "administered")
    ledger.administer(moves=[ledger.Move(past, raipur_store, given, 7)], happened_on=ago(LAST + 9), by=None)
    (row,) = page(client, raipur_store, date=ago(LAST + 9).isoformat()).context["shelf"]
    assert row.doses == "−7" and row.leaves == "—"


@pytest.mark.parametrize("name", ["balances", "expiring", "identity", "plan"])
def test_the_api_answers_for_the_opening_day(name, keeper, raipur_store, past):
    client = APIClient()
    client.force_authenticate(keeper)

    def day():
        answer = client.get(f"/api/v1/stock/{name}/", {"area": "D387"}).json()
        return {"identity": answer.get("to"), "plan": answer.get("date")}.get(name) or answer["results"][0][
            "date"
        ]

    assert day() == ago(LAST).isoformat()
    waste(raipur_store, past, 1, ago(3))
    assert day() == ago(0).isoformat()


def test_the_api_still_takes_any_day(keeper, past):
    client = APIClient()
    client.force_authenticate(keeper)
    asked = {"area": "D387", "date": ago(0).isoformat()}
    (row,) = client.get("/api/v1/stock/balances/", asked).json()["results"]
    assert row["date"] == ago(0).isoformat() and row["expiry"]["days"] < 0
    answer = client.get("/api/v1/stock/identity/", {"area": "D387", "from": ago(5).isoformat()}).json()
    assert (answer["from"], answer["to"]) == (ago(5).isoformat(), ago(0).isoformat())


def test_the_plan_of_the_opening_day_can_be_sent(client, keeper, tree, state_store, raipur_store, past):
    response = client.get(reverse("stock-plan", args=["S22"]))
    assert response.context["query"].day == ago(LAST) and not response.context["is_past"]
    response = client.get(reverse("stock-plan", args=["S22"]), {"date": ago(LAST + 1).isoformat()})
    assert response.context["is_past"]


@pytest.mark.parametrize(
    ("role", "place", "status"),
    [
        (Role.STOCK_KEEPER, "raipur", 200),
        (Role.AUDITOR, "chhattisgarh", 200),
        (Role.STOCK_KEEPER, "bastar", 404),
        (Role.STATE_OFFICER, "maharashtra", 404),
        (Role.BLOCK_CLERK, "raipur", 403),
    ],
)
def test_a_day_opens_no_store_to_others(role, place, status, client, tree, raipur_store, past):
    person = make_person("visitor", role=role, area=getattr(tree, place))
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    assert page(client, raipur_store, date=ago(LAST).isoformat()).status_code == status
