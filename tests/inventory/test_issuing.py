"""Which batch leaves first: vial monitor stage 2 before 1, never 3 or 4, then first expiry."""

import datetime

from inventory.issuing import OnShelf, departs_from_order, issue_order, suggest

TODAY = datetime.date(2026, 11, 1)


def on_shelf(key, days, doses=10, stage=None, vaccine=1, earmark="campaign"):
    return OnShelf(key, key, vaccine, earmark, TODAY + datetime.timedelta(days), doses, stage)


def test_what_expires_first_leaves_first():
    shelf = [on_shelf(1, 90), on_shelf(2, 10), on_shelf(3, 40)]
    assert [one.key for one in issue_order(shelf, TODAY)] == [2, 3, 1]


def test_stage_2_leaves_before_stage_1_whatever_expires_first():
    shelf = [on_shelf(1, 10, stage=1), on_shelf(2, 200, stage=2), on_shelf(3, 5)]
    assert [one.key for one in issue_order(shelf, TODAY)] == [2, 3, 1]


def test_stages_3_and_4_and_expired_batches_never_leave():
    shelf = [on_shelf(1, 10, stage=3), on_shelf(2, 10, stage=4), on_shelf(3, -1), on_shelf(4, 0)]
    assert [one.key for one in issue_order(shelf, TODAY)] == [4]


def test_a_suggestion_takes_whole_rows_in_order_and_a_part_of_the_last():
    shelf = [on_shelf(1, 10, doses=30), on_shelf(2, 20, doses=30)]
    assert suggest(shelf, 45, TODAY) == {1: 30, 2: 15}
    assert suggest(shelf, 100, TODAY) == {1: 30, 2: 30}


def test_taking_a_later_batch_departs_from_the_order():
    shelf = [on_shelf(1, 10), on_shelf(2, 20)]
    assert departs_from_order(shelf, {2: 5}, TODAY)
    assert not departs_from_order(shelf, {1: 5}, TODAY)
    assert not departs_from_order(shelf, {1: 10, 2: 3}, TODAY)


def test_sending_what_must_be_discarded_departs_from_the_order():
    assert departs_from_order([on_shelf(1, 10, stage=3)], {1: 5}, TODAY)


def test_each_vaccine_and_each_earmark_has_an_order_of_its_own():
    shelf = [on_shelf(1, 10, earmark="routine"), on_shelf(2, 20), on_shelf(3, 5, vaccine=2)]
    assert not departs_from_order(shelf, {2: 5}, TODAY)
