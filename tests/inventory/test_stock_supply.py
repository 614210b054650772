"""The identity for any channel and period, the plan of a past day, and what was published beside it all."""

import datetime
from collections import Counter

import pytest
from django.urls import reverse
from django.utils import timezone

from inventory import ledger
from inventory.models import Batch, Channel, DeclaredFigure, StockMovement, Vaccine
from inventory.selectors.identity import identities
from inventory.selectors.observations import unfit_positions
from inventory.selectors.plan import redistribution
from inventory.services.observations import read_monitors
from tests.inventory.depot import ago, ahead, depot

__all__ = ["depot"]


@pytest.fixture
def officer(client, state_officer):
    client.force_login(state_officer, backend="django.contrib.auth.backends.ModelBackend")
    return state_officer


@pytest.fixture
def bought(depot):
    """1,000 doses of a batch that the state bought, 100 of them lost, and 60 more of it as a donation."""
    batch = Batch.objects.create(
        vaccine=depot.vaccine, number="BOUGHT-1", manufacturer="SII", expires_on=ahead(60)
    )
    for channel, doses in ((Channel.STATE_PROCUREMENT, 1000), (Channel.DONATION, 60)):
        ledger.receive(
            store=depot.state,
            batch=batch,
            doses=doses,
            channel=channel,
            happened_on=ago(7),
            by=depot.officer,
        )
    ledger.waste(
        store=depot.state,
        batch=batch,
        doses=100,
        cause="closed_broken",
        happened_on=ago(2),
        by=depot.officer,
    )
    return batch


def of_state(depot, **asked):
    rows = identities(areas=[depot.tree.chhattisgarh], **asked)
    return rows[depot.tree.chhattisgarh.pk, depot.vaccine.pk]


def test_a_channel_shows_the_batches_that_came_through_it(depot, bought):
    one = of_state(depot, channel=Channel.STATE_PROCUREMENT)
    assert one.holds
    # What of the same batch was given as a donation stands in its own column.
    assert one.supplied == {Channel.STATE_PROCUREMENT: 1000, Channel.DONATION: 60}
    assert (one.total_wasted, one.balance, one.administered) == (100, 960, 0)


def test_channels_that_share_no_batch_add_up_to_the_whole(depot, bought):
    whole = of_state(depot)
    parts = [of_state(depot, channel=one) for one in (Channel.FREE_OF_COST, Channel.STATE_PROCUREMENT)]
    for column in ("total_supplied", "administered", "total_wasted", "balance", "in_transit", "residual"):
        assert sum(getattr(one, column) for one in parts) == getattr(whole, column), column


def test_periods_add_up_to_the_whole(depot, bought):
    whole = of_state(depot, last=ago(0))
    parts = [of_state(depot, last=ago(8)), of_state(depot, first=ago(7), last=ago(0))]
    assert all(one.holds for one in parts)
    by_channel = Counter()
    for one in parts:
        by_channel.update(one.supplied)
    assert by_channel == whole.supplied
    for column in ("administered", "total_wasted", "balance", "in_transit", "residual"):
        assert sum(getattr(one, column) for one in parts) == getattr(whole, column), column


def test_the_page_of_the_identity_takes_period_channel_and_day(client, officer, depot, bought):
    address = reverse("stock-identity", args=["S22"])
    page = client.get(address, {"channel": "state_procurement", "from": ago(7).isoformat()})
    [table] = page.context["tables"]
    assert [text for text, _css in table.total.cells][:2] == ["1,000", "60"]
    assert "Of the batches that came through this channel" in page.content.decode()
    odd = client.get(address, {"from": ahead(3).isoformat(), "channel": "gift"})
    assert "The first day lies after the last" in odd.content.decode()
    assert odd.context["query"].first is None and odd.context["query"].channel == ""


def test_the_api_takes_a_channel_and_refuses_one_that_does_not_exist(client, officer, depot, bought):
    rows = client.get("/api/v1/stock/identity/?area=S22&channel=state_procurement").json()
    assert rows["channel"] == "state_procurement"
    assert rows["results"][0]["supplied"]["by_channel"] == {"donation": 60, "state_procurement": 1000}
    moved = client.get("/api/v1/stock/movements/?area=S22&channel=donation").json()["results"]
    by_hand = StockMovement.objects.filter(batch=bought)
    assert {one["id"] for one in moved} == set(by_hand.values_list("pk", flat=True))
    assert client.get("/api/v1/stock/identity/?channel=gift").status_code == 400


def test_the_plan_from_the_movements_is_the_plan_from_the_kept_balances(depot, bought):
    state, today = depot.tree.chhattisgarh, ago(0)
    from_balances, at_risk, *_rest = redistribution(state, today)
    again, at_risk_again, *_rest = redistribution(state, today, from_movements=True)
    assert at_risk == at_risk_again > 0
    assert sorted(map(repr, from_balances)) == sorted(map(repr, again))


def test_the_plan_of_a_past_day_knows_nothing_of_what_came_after(client, officer, depot):
    address = reverse("stock-plan", args=["S22"])
    empty = client.get(address, {"date": ago(30).isoformat()})
    assert "Nothing is at risk that could still be moved" in empty.content.decode()
    past = client.get(address, {"date": ago(1).isoformat()})
    assert "it can no longer be sent" in past.content.decode()
    assert past.context["at_risk"] > 0
    assert not any(row.dispatch_url for row in past.context["rows"])


def test_what_does_not_reconcile_is_named_beside_the_published_figures(client, officer, depot):
    for measure, value in (("supplied", 12000), ("consumption", 700), ("balance", 11000), ("wasted", -5)):
        DeclaredFigure.objects.create(
            area=depot.tree.chhattisgarh, as_of=ago(1), measure=measure, value=value, source="Ministry"
        )
    page = client.get(reverse("stock-area", args=["S22"]))
    text = page.content.decode()
    assert "supplied − consumption − balance is +300 and not 0: it does not reconcile" in text
    assert "wastage below 0" in text
    # By hand: 13,000 less 1,000 on the way, 60 damaged, 40 short, 700 given, 50 lost.
    beside = {row[0]: row[2:5] for row in page.context["page"].declared}
    assert beside["Balance"] == ("11,000", "11,150", "+150")


def test_all_vaccines_together_stand_above_the_tables(client, officer, depot, bought):
    other = Vaccine.objects.create(code="covaxin", name_en="Covaxin", antigen="COVID-19", doses_per_vial=20)
    batch = Batch.objects.create(vaccine=other, number="CX", manufacturer="BB", expires_on=ahead(90))
    ledger.receive(
        store=depot.state,
        batch=batch,
        doses=500,
        channel=Channel.FREE_OF_COST,
        happened_on=ago(3),
        by=officer,
    )
    for name in ("stock-area", "stock-identity"):
        page = client.get(reverse(name, args=["S22"]))
        whole = page.context["page"].whole if name == "stock-area" else page.context["whole"]
        assert whole.sum_text == "14,560"  # 13,000 + 1,060 + 500
        # 13,000 less 1,000 on the way, 60 damaged, 40 short, 700 given, 50 lost; 1,060 less 100; 500
        assert dict(whole.equation_out)["Balance"] == "12,610"


def test_an_instant_before_anything_was_recorded_knows_of_no_risk_and_no_plan(client, officer, depot):
    before = (timezone.now() - datetime.timedelta(hours=1)).isoformat()
    for address in ("expiring", "plan"):
        now = client.get(f"/api/v1/stock/{address}/?area=S22").json()["results"]
        then = client.get(f"/api/v1/stock/{address}/", {"area": "S22", "as_of": before}).json()["results"]
        assert then == [] and (now or address == "plan"), address


def test_a_reading_of_a_later_day_is_not_known_on_the_day_before(depot):
    read_monitors(store=depot.raipur, stages={depot.soon: 3}, observed_on=ago(1), by=depot.officer)
    assert unfit_positions([depot.raipur], last=ago(1)) == {(depot.raipur.pk, depot.soon.pk)}
    assert unfit_positions([depot.raipur], last=ago(2)) == set()
