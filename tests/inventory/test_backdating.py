"""What leaves a store on a past day must have been there: on that day and on every day since."""

import datetime
from collections import defaultdict

import pytest
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from rest_framework.test import APIClient

from districts.models import Role
from inventory import ledger
from inventory.backdating import shortage
from inventory.errors import InsufficientStock, NotHeldThen
from inventory.giving import give
from inventory.ledger import Move
from inventory.models import (
    Batch,
    Channel,
    Dispatch,
    Earmark,
    Operation,
    StockJournal,
    StockMovement,
    StockPosition,
)
from inventory.services.history import Past, book
from tests.inventory.depot import ago
from tests.inventory.test_properties import FIRST, Life
from tests.oracles import stock as oracle
from tests.plugins.cast import make_person

KEY = "0123456789abcdef" * 2


@pytest.fixture
def shelf(tree, state_store, raipur_store, early_batch):
    """Raipur got 100 doses 20 days ago, sent 80 away 10 days ago and got 100 more 8 days ago: 120 are there."""
    receive(raipur_store, early_batch, 100, ago(20))
    ledger.dispatch(
        from_store=raipur_store,
        to_store=state_store,
        lines=[(early_batch, Earmark.CAMPAIGN, 80)],
        sent_on=ago(10),
        number="DV-1",
        by=None,
    )
    receive(raipur_store, early_batch, 100, ago(8))
    return raipur_store


def receive(store, batch, doses, day, earmark=Earmark.CAMPAIGN):
    return ledger.receive(
        store=store,
        batch=batch,
        doses=doses,
        channel=Channel.DONATION,
        happened_on=day,
        by=None,
        earmark=earmark,
    )


def waste(store, batch, doses, day, **options):
    return ledger.waste(
        store=store, batch=batch, doses=doses, cause="closed_broken", happened_on=day, by=None, **options
    )


def count(store, batch, doses, day):
    return ledger.count(store=store, batch=batch, doses=doses, counted_on=day, by=None, reason="counted")


def refusal(act, *what, **options):
    before = StockMovement.objects.count(), dict(StockPosition.objects.values_list("pk", "doses"))
    with pytest.raises(NotHeldThen) as refused:
        act(*what, **options)
    after = StockMovement.objects.count(), dict(StockPosition.objects.values_list("pk", "doses"))
    assert {key: doses for key, doses in after[1].items() if doses} == {
        key: doses for key, doses in before[1].items() if doses
    }
    assert before[0] == after[0]
    return refused.value


@given(
    start=st.integers(0, 50),
    changes=st.lists(st.integers(-20, 20), max_size=12),
    number=st.integers(0, 11),
    wanted=st.integers(1, 40),
)
def test_a_shortage_is_found_as_by_going_through_the_days(start, changes, number, wanted):
    days = {FIRST + datetime.timedelta(n): change for n, change in enumerate(changes)}
    day, last = FIRST + datetime.timedelta(number), FIRST + datetime.timedelta(13)
    balances, each = {}, day
    while each <= last:
        balances[each] = start + sum(change for other, change in days.items() if other <= each)
        each += datetime.timedelta(1)
    short = [each for each, balance in balances.items() if balance < wanted]
    found = shortage(start + sum(changes), {on: n for on, n in days.items() if on > day}, day, wanted)
    if not short:
        assert found is None
        return
    assert (found.day, found.held) == (short[0], balances[short[0]])
    assert found.enough_on == (None if short[-1] == last else short[-1] + datetime.timedelta(1))


def test_nothing_is_lost_on_a_day_before_the_store_held_it(shelf, early_batch):
    refused = refusal(waste, shelf, early_batch, 7, ago(21))
    assert (refused.held, refused.wanted, refused.day) == (0, 7, ago(21))
    assert f"Raipur store held 0 doses of batch {early_batch}" in str(refused)
    assert f"{ago(21):%Y}" in str(refused)


def test_nothing_leaves_a_store_that_other_doses_had_left_by_a_later_day(shelf, early_batch):
    refused = refusal(waste, shelf, early_batch, 21, ago(15))
    assert (refused.held, refused.wanted, refused.day) == (20, 21, ago(10))
    assert "but at the end of" in str(refused) and "it held only 20" in str(refused)
    waste(shelf, early_batch, 20, ago(15))
    refusal(waste, shelf, early_batch, 1, ago(15))
    waste(shelf, early_batch, 100, ago(8))


def test_every_way_out_of_a_store_is_refused_on_a_day_before_it_held_the_doses(
    shelf, state_store, early_batch
):
    line = [(early_batch, Earmark.CAMPAIGN, 5)]
    refusal(
        ledger.dispatch,
        from_store=shelf,
        to_store=state_store,
        lines=line,
        sent_on=ago(30),
        number="DV-2",
        by=None,
    )
    assert not Dispatch.objects.filter(number="DV-2").exists()
    refusal(count, shelf, early_batch, 115, ago(30))
    refusal(
        ledger.move_earmark,
        store=shelf,
        batch=early_batch,
        doses=5,
        source_earmark=Earmark.CAMPAIGN,
        destination_earmark=Earmark.ROUTINE,
        happened_on=ago(30),
        by=None,
        reason="outbreak",
    )
    count(shelf, early_batch, 115, ago(1))


def test_a_supply_whose_doses_left_is_undone_on_the_day_from_which_others_were_there(shelf, early_batch):
    first, second = StockJournal.objects.filter(operation=Operation.RECEIVE).order_by("pk")
    undone = ledger.reverse(journal=first, by=None, reason="Booked twice")
    assert undone.movements.get().happened_on == ago(8)
    with pytest.raises(InsufficientStock) as refused:
        ledger.reverse(journal=second, by=None, reason="Booked twice")
    assert not isinstance(refused.value, NotHeldThen) and refused.value.held == 20


def test_what_still_lies_there_is_undone_on_its_own_day(shelf, early_batch):
    lost = waste(shelf, early_batch, 20, ago(15))
    second = StockJournal.objects.filter(operation=Operation.RECEIVE).last()
    for journal, day in ((second, ago(8)), (lost, ago(15))):
        assert ledger.reverse(journal=journal, by=None, reason="x").movements.get().happened_on == day


def test_an_undoing_on_a_day_that_is_asked_for_is_held_to_it(shelf, early_batch):
    first = StockJournal.objects.filter(operation=Operation.RECEIVE).first()
    refused = refusal(ledger.reverse, journal=first, by=None, reason="x", happened_on=ago(9))
    assert (refused.day, refused.held, refused.wanted, refused.enough_on) == (ago(9), 20, 100, ago(8))


def test_each_use_is_held_apart(shelf, early_batch):
    receive(shelf, early_batch, 50, ago(25), earmark=Earmark.ROUTINE)
    refusal(waste, shelf, early_batch, 5, ago(22))
    waste(shelf, early_batch, 5, ago(22), earmark=Earmark.ROUTINE)


def test_what_came_in_before_is_entered_first_and_then_its_issue(shelf, early_batch):
    refusal(waste, shelf, early_batch, 7, ago(40))
    receive(shelf, early_batch, 10, ago(41))
    waste(shelf, early_batch, 7, ago(40))


def test_doses_given_are_booked_whenever_they_were_given(tree, shelf, early_batch):
    """The tallies are no loss: what was given was given, and its supply was booked with a later day."""
    give(area=tree.raipur, vaccine=early_batch.vaccine, doses=30, happened_on=ago(25), by=None)
    give(area=tree.raipur, vaccine=early_batch.vaccine, doses=-10, happened_on=ago(25), by=None)
    assert StockPosition.objects.get(location=shelf, batch=early_batch).doses == 100
    # On the days before the supply the book is short already; nothing else may leave on them.
    refused = refusal(waste, shelf, early_batch, 1, ago(24))
    assert refused.held == -20


def test_a_book_taken_over_is_held_to_the_same(tree, shelf, early_batch):
    lost = ledger.virtual(tree.raipur, "wasted", "closed_broken")
    supply = ledger.virtual(tree.raipur, "supply", Channel.DONATION)
    now = timezone.now()

    def past(operation, source, destination, doses, day):
        return Past(operation, [Move(early_batch, source, destination, doses)], day, now)

    refused = refusal(book, [past(Operation.WASTE, shelf, lost, 21, ago(15))])
    assert (refused.day, refused.held) == (ago(10), 20)
    out, came = (
        past(Operation.WASTE, shelf, lost, 7, ago(40)),
        past(Operation.RECEIVE, supply, shelf, 7, ago(41)),
    )
    refusal(book, [out, came])
    book([came, out])
    book([past(Operation.ADMINISTER, shelf, ledger.virtual(tree.raipur, "administered"), 3, ago(50))])


@pytest.fixture
def keeper(client, tree, shelf):
    person = make_person("keeper", role=Role.STOCK_KEEPER, area=tree.raipur)
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return person


@pytest.mark.parametrize("name", ["waste", "earmark", "count", "dispatch"])
def test_the_forms_say_at_the_day_what_was_there_then(name, client, keeper, shelf, state_store, early_batch):
    place = StockPosition.objects.get(location=shelf, batch=early_batch)
    day = ago(30).isoformat()
    fields = {
        "waste": {"position": place.pk, "amount": 5, "cause": "closed_broken", "happened_on": day},
        "earmark": {"position": place.pk, "amount": 5, "reason": "outbreak", "happened_on": day},
        "count": {f"n-{place.pk}": 115, "reason": "fewer", "counted_on": day},
        "dispatch": {f"n-{place.pk}": 5, "to_store": state_store.pk, "sent_on": day},
    }[name]
    address = reverse(f"stock-{name}", args=[shelf.code])
    before = StockMovement.objects.count()
    response = client.post(address, {"key": KEY, "unit": "doses", **fields})
    assert response.status_code == 422 and StockMovement.objects.count() == before
    form = response.context["form"]
    (field,) = [one for one in form.errors if one.endswith("_on")]
    (message,) = form.errors[field]
    assert "Raipur store held 0 doses of batch 4121Z001" in message
    assert message in response.content.decode()


def post(user, body):
    client = APIClient()
    client.force_authenticate(user)
    return client.post("/api/v1/stock/movements/", body, format="json")


def body_of_loss(shelf, batch, day):
    return {
        "operation": "waste",
        "store": shelf.code,
        "date": day.isoformat(),
        "batch": batch.pk,
        "doses": 7,
        "cause": "closed_broken",
    }


def test_the_api_refuses_it_as_too_little_stock(keeper, shelf, early_batch):
    response = post(keeper, body_of_loss(shelf, early_batch, ago(30)))
    assert response.status_code == 422
    error = response.json()["error"]
    assert error["code"] == "insufficient_stock" and "held 0 doses of batch 4121Z001" in error["message"]
    assert post(keeper, body_of_loss(shelf, early_batch, ago(20))).status_code == 201


@pytest.mark.parametrize(
    ("role", "place"), [(Role.STOCK_KEEPER, "bastar"), (Role.STATE_OFFICER, "maharashtra")]
)
def test_who_does_not_see_the_store_is_not_told_what_it_held(role, place, tree, shelf, early_batch):
    stranger = make_person("other", role=role, area=getattr(tree, place))
    assert post(stranger, body_of_loss(shelf, early_batch, ago(30))).status_code == 404


def test_an_auditor_is_refused_before_the_day_is_looked_at(auditor, shelf, early_batch):
    assert post(auditor, body_of_loss(shelf, early_batch, ago(30))).status_code == 403


class Backdated(Life):
    """As every life, but doses given are undone only by their own road, as everywhere in the project."""

    def reverse(self, number):
        journals = list(StockJournal.objects.exclude(operation=Operation.ADMINISTER).order_by("id"))
        if journals:
            ledger.reverse(journal=self.random.choice(journals), by=None, reason="mistake")


class WithoutGiving(Backdated):
    def give(self, number):
        self.receive(number)

    take_back = name = give


def balances_by_day():
    """[(day, (store, batch id, earmark), doses)] at the end of every day of a life, worked out slowly."""
    for n in range(31):
        day = FIRST + datetime.timedelta(n)
        for key, doses in oracle.replay(last=day).items():
            if key[0].is_store:
                yield day, key, doses


@pytest.mark.parametrize("seed", range(5))
def test_whatever_is_booked_for_whatever_day_no_store_was_ever_below_zero(
    seed, tree, state_store, raipur_store, bastar_store, early_batch, late_batch
):
    units = [tree.abhanpur, tree.bastar]
    life = WithoutGiving(seed, [state_store, raipur_store, bastar_store], [early_batch, late_batch], units)
    for number in range(70):
        life.step(number)
    assert life.done > 20 and life.refused > 5
    assert [row for row in balances_by_day() if row[2] < 0] == []


@pytest.mark.parametrize("seed", range(5))
def test_only_doses_given_take_a_store_below_zero_on_a_past_day_and_only_by_as_many(
    seed, tree, state_store, raipur_store, bastar_store, early_batch, late_batch
):
    units = [tree.abhanpur, tree.arang, tree.bastar]
    life = Backdated(seed, [state_store, raipur_store, bastar_store], [early_batch, late_batch], units)
    for number in range(70):
        life.step(number)
    given_out = defaultdict(int)
    for one in StockMovement.objects.filter(journal__operation=Operation.ADMINISTER).select_related(
        "source", "destination"
    ):
        given_out[one.source, one.batch_id, one.source_earmark, one.happened_on] += one.doses
        given_out[one.destination, one.batch_id, one.destination_earmark, one.happened_on] -= one.doses
    for day, key, doses in balances_by_day():
        given = sum(n for (*place, on), n in given_out.items() if tuple(place) == key and on <= day)
        assert doses + given >= 0, (day, key)


def test_a_loss_of_today_costs_no_look_into_the_past(shelf, early_batch, django_assert_max_num_queries):
    today = timezone.localdate()
    ledger.virtual(shelf.area, "wasted", "closed_broken")
    with django_assert_max_num_queries(9):
        waste(shelf, early_batch, 1, today)
    with pytest.raises(InsufficientStock):
        waste(shelf, early_batch, 1_000, today)
    assert Batch.objects.count() == 1
