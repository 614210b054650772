"""The plan of transfers: saves what can be saved, moves nothing that need not move, invents no dose."""

import random
from collections import Counter

import pytest

from inventory.redistribution import AtRisk, Need, plan


def risk(store, state, doses, *, batch=1, vaccine=1, last_day=30):
    return AtRisk(store, state, batch, vaccine, last_day, doses)


def need(store, state, doses, *, vaccine=1, day=30, space=None):
    return Need(store, state, vaccine, ((day, doses),), space)


def test_doses_go_to_the_store_that_can_use_them_in_time():
    [transfer] = plan([risk(1, 22, 100)], [need(2, 22, 80)])
    assert (transfer.from_store, transfer.to_store, transfer.doses, transfer.across_states) == (
        1,
        2,
        80,
        False,
    )


def test_the_own_state_comes_before_another():
    transfers = plan([risk(1, 22, 100)], [need(2, 27, 100), need(3, 22, 60)])
    assert [(one.to_store, one.doses, one.across_states) for one in transfers] == [
        (3, 60, False),
        (2, 40, True),
    ]


def test_a_store_that_cannot_use_them_before_they_expire_gets_none():
    assert plan([risk(1, 22, 100, last_day=10)], [need(2, 22, 80, day=30)]) == []


def test_doses_of_one_vaccine_do_not_fill_the_need_of_another():
    assert plan([risk(1, 22, 100, vaccine=1)], [need(2, 22, 80, vaccine=2)]) == []


def test_cold_chain_space_is_respected_over_all_vaccines():
    transfers = plan(
        [risk(1, 22, 100, batch=1, vaccine=1), risk(1, 22, 100, batch=2, vaccine=2)],
        [need(2, 22, 100, vaccine=1, space=120), need(2, 22, 100, vaccine=2, space=120)],
    )
    assert sum(one.doses for one in transfers) == 120


def test_two_batches_share_what_a_store_can_use_by_each_day():
    taker = Need(2, 22, 1, ((10, 50), (30, 90)), None)
    transfers = plan([risk(1, 22, 80, batch=1, last_day=10), risk(1, 22, 80, batch=2, last_day=30)], [taker])
    doses = Counter()
    for one in transfers:
        doses[one.batch] += one.doses
    assert doses[1] <= 50
    assert doses[1] + doses[2] == 90


def test_only_whole_vials_travel():
    (transfer,) = plan([risk(1, 22, 119)], [need(2, 22, 95)], {1: 10})
    assert transfer.doses == 90
    (transfer,) = plan([risk(1, 22, 59)], [need(2, 22, 95)], {1: 20})
    assert transfer.doses == 40
    assert plan([risk(1, 22, 9)], [need(2, 22, 95)], {1: 10}) == []
    assert plan([risk(1, 22, 95)], [need(2, 22, 9)], {1: 10}) == []


def test_what_is_left_of_several_stores_makes_no_vial():
    assert plan([risk(1, 22, 9), risk(3, 22, 9)], [need(2, 22, 95)], {1: 10}) == []


def test_a_vial_is_worth_its_doses_when_space_is_short():
    """30 doses fit: three vials of ten save more than one of twenty, and of one vaccine alone none is broken."""
    risks = [risk(1, 22, 40, batch=1, vaccine=1), risk(1, 22, 40, batch=2, vaccine=2)]
    needs = [need(2, 22, 40, vaccine=1, space=30), need(2, 22, 40, vaccine=2, space=30)]
    doses = {one.batch: one.doses for one in plan(risks, needs, {1: 10, 2: 20})}
    assert sum(doses.values()) >= 20 and doses.get(1, 0) % 10 == 0 and doses.get(2, 0) % 20 == 0
    assert sum(doses.values()) <= 30


@pytest.mark.parametrize("seed", range(12))
def test_as_many_doses_are_saved_as_whole_vials_could(seed):
    """Two stores, one taker: worked out by trying every number of vials."""
    chance = random.Random(seed)
    sizes = {1: chance.choice([1, 5, 10]), 2: chance.choice([10, 20])}
    risks = [risk(store, 22, chance.randint(0, 60), batch=b, vaccine=b) for b in (1, 2) for store in (1, 3)]
    needs = [need(2, 22, chance.randint(0, 90), vaccine=b) for b in (1, 2)]
    best = sum(
        max(
            (a + b) * sizes[v]
            for a in range(61 // sizes[v] + 1)
            for b in range(61 // sizes[v] + 1)
            if a * sizes[v] <= mine[0].doses
            and b * sizes[v] <= mine[1].doses
            and (a + b) * sizes[v] <= needed.by_day[0][1]
        )
        for v, needed in enumerate(needs, start=1)
        for mine in [[one for one in risks if one.vaccine == v]]
    )
    found = plan(risks, needs, sizes)
    assert sum(one.doses for one in found) == best
    assert all(one.doses % sizes[one.batch] == 0 for one in found)


def test_nothing_to_do_is_no_plan():
    assert plan([], []) == []
    assert plan([risk(1, 22, 100)], []) == []


@pytest.mark.parametrize("vials", [{}, {0: 10, 1: 10}, {0: 5, 1: 20}])
@pytest.mark.parametrize("seed", range(10))
def test_no_plan_takes_more_than_is_at_risk_or_brings_more_than_can_be_used(seed, vials):
    chance = random.Random(seed)
    stores = [(number, number % 4) for number in range(30)]
    risks = [
        risk(store, state, chance.randint(1, 500), batch=batch, vaccine=batch % 2, last_day=10 + 10 * batch)
        for batch in range(5)
        for store, state in stores
        if chance.random() < 0.3
    ]
    needs = [
        Need(
            store,
            state,
            vaccine,
            tuple((day, rate * day) for day in (10, 20, 30, 40, 50)),
            chance.choice([None, 300]),
        )
        for vaccine in range(2)
        for store, state in stores
        for rate in [chance.randint(0, 9)]
    ]
    leaving, arriving, space = Counter(), Counter(), Counter()
    for one in plan(risks, needs, vials):
        assert one.doses % vials.get(one.batch % 2, 1) == 0
        leaving[one.from_store, one.batch] += one.doses
        arriving[one.to_store, one.batch % 2] += one.doses
        space[one.to_store] += one.doses
    assert leaving
    assert all(
        doses <= sum(r.doses for r in risks if (r.store, r.batch) == key) for key, doses in leaving.items()
    )
    for one in needs:
        assert arriving[one.store, one.vaccine] <= one.by_day[-1][1]
        # The capacity is the store's: the tightest that was named binds.
        named = [other.space for other in needs if other.store == one.store and other.space is not None]
        if named:
            assert space[one.store] <= max(named)
