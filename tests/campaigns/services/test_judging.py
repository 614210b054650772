"""Findings of reports that stand, after something that the rules read has changed, and the worker after it."""

import datetime

import pytest

from campaigns.models import DeclaredTotal, FollowUp, RuleHit, RuleMark
from campaigns.selectors import quality
from campaigns.selectors.reviews import open_hits
from campaigns.services import follow_ups, judging
from campaigns.services.bulk import submit_tallies
from campaigns.services.grid import UnitSheet, submit_sheets
from campaigns.services.judging import judge_marked
from campaigns.services.rule_changes import set_rules
from campaigns.services.undo import undo
from districts.models import Role
from tests.campaigns.services.judged import RULE, agrees, found, poster
from tests.plugins.cast import make_person

ONE_DAY = datetime.timedelta(1)


@pytest.fixture
def post(small, state_officer):
    return poster(small, state_officer)


def test_a_correction_of_an_earlier_day_closes_what_no_longer_holds(small, tree, days, post):
    post(tree.arang, days.yesterday, 5)
    post(tree.arang, days.today, 0, 8, why="people from elsewhere")
    assert found(small) == [("B3694", days.today, RULE)]
    post(tree.arang, days.yesterday, 20)
    judge_marked(small.pk)
    assert found(small) == [] and not RuleMark.objects.exists()
    hit = RuleHit.objects.get()
    assert hit.closed_at and hit.reason == "people from elsewhere", "history keeps it"


def test_and_shows_what_has_come_to_hold(small, tree, days, post):
    post(tree.arang, days.yesterday, 20)
    post(tree.arang, days.today, 0, 8)
    post(tree.arang, days.yesterday, 5)
    judge_marked(small.pk)
    hit = RuleHit.objects.get()
    assert (hit.happened_on, hit.version, hit.reason) == (days.today, 1, "")
    assert hit.observed == {"today": 8, "later": 8, "earlier": 5}
    assert hit.submission.happened_on == days.today


def test_what_still_holds_keeps_its_reason_and_date_and_shows_the_sums_of_today(small, tree, days, post):
    post(tree.arang, days.yesterday, 5)
    post(tree.arang, days.today, 0, 8, why="people from elsewhere")
    before = RuleHit.objects.get()
    post(tree.arang, days.yesterday, 6)
    judge_marked(small.pk)
    after = RuleHit.objects.get()
    assert (after.pk, after.reason, after.recorded_at) == (before.pk, before.reason, before.recorded_at)
    assert after.observed["earlier"] == 6 and after.closed_at is None


def test_what_comes_up_again_is_another_finding_with_the_reason_given_before(small, tree, days, post):
    post(tree.arang, days.yesterday, 5)
    post(tree.arang, days.today, 0, 8, why="people from elsewhere")
    for first in (20, 5):
        post(tree.arang, days.yesterday, first)
        judge_marked(small.pk)
    hit = open_hits(small).get()
    assert hit.reason == "people from elsewhere" and RuleHit.objects.count() == 2


def test_what_somebody_has_settled_stays_settled_while_it_holds(small, tree, days, post):
    officer = make_person("reviewer", role=Role.STATE_OFFICER, area=tree.chhattisgarh)
    post(tree.arang, days.yesterday, 5)
    post(tree.arang, days.today, 0, 8)
    asked = {"campaign": small, "unit": tree.arang, "day": days.today, "by": officer}
    follow_ups.resolve(follow_up=follow_ups.open_(**asked, kind=RULE), by=officer, reason="seen")
    post(tree.arang, days.yesterday, 6)
    judge_marked(small.pk)
    assert found(small) == [] and FollowUp.objects.get().resolved_at
    for first in (20, 5):
        post(tree.arang, days.yesterday, first)
        judge_marked(small.pk)
    assert found(small) == [("B3694", days.today, RULE)], "gone in between, so it is another one"


def test_the_newest_day_and_days_that_change_nothing_leave_no_mark(small, tree, days, post):
    post(tree.arang, days.yesterday, 5)
    post(tree.arang, days.today, 5)
    post(tree.arang, days.today, 6)
    post(tree.arang, days.last_week, 0)
    assert not RuleMark.objects.exists()
    post(tree.arang, days.yesterday, 6)
    assert RuleMark.objects.values_list("unit", "since").get() == (tree.arang.pk, days.today)


def test_a_grid_of_an_earlier_day_and_its_taking_back_do_the_same(small, tree, days, post, state_officer):
    for unit in (tree.arang, tree.bastar):
        post(unit, days.today, 0, 8)
    cell = small.cells.get(key="first|||").pk
    sheets = [UnitSheet(unit=unit, counts={cell: 20}, version=0) for unit in (tree.arang, tree.bastar)]
    asked = {"campaign": small, "day": days.yesterday, "by": state_officer}
    receipt = submit_sheets(**asked, sheets=sheets)
    judge_marked(small.pk)
    assert found(small) == [] and agrees(small)
    undo(**asked, journal_ids=receipt.journal_ids, units=[tree.arang, tree.bastar])
    judge_marked(small.pk)
    assert [code for code, _day, _rule in found(small)] == ["B3694", "D374"] and agrees(small)


def test_a_load_of_an_earlier_day_does_the_same(small, tree, days, post, state_officer):
    post(tree.arang, days.today, 0, 8)
    assert found(small) == [("B3694", days.today, RULE)]
    cell = small.cells.get(key="first|||").pk
    submit_tallies(campaign=small, rows=[(tree.arang.pk, days.yesterday, cell, 9)], by=state_officer)
    judge_marked(small.pk)
    assert found(small) == [] and agrees(small)


def test_older_findings_are_looked_at_again_and_older_days_get_no_new_ones(
    small, tree, days, post, monkeypatch
):
    monkeypatch.setattr(judging, "LAST_DAYS", 2)
    first = days.today - ONE_DAY * 9
    post(tree.arang, first, 5)
    post(tree.arang, first + ONE_DAY, 0, 8)
    post(tree.arang, first + ONE_DAY * 2, 50, 0)
    post(tree.arang, first + ONE_DAY * 3, 0, 30)
    post(tree.arang, days.today, 1)
    assert found(small) == [("B3694", first + ONE_DAY, RULE)]
    post(tree.arang, first + ONE_DAY * 2, 0)
    judge_marked(small.pk)
    assert found(small) == [("B3694", first + ONE_DAY, RULE)], "nobody follows the fourth day up any more"
    post(tree.arang, first, 90)
    judge_marked(small.pk)
    assert found(small) == []


def test_the_declared_total_is_judged_with_the_paper_of_the_report_that_stands(small, tree, days, post):
    post(tree.arang, days.yesterday, 5)
    post(tree.arang, days.today, 7, declared=9)
    post(tree.arang, days.yesterday, 6)
    judge_marked(small.pk)
    assert DeclaredTotal.objects.count() == 1 and agrees(small)
    assert found(small) == [("B3694", days.today, "declared_total")]
    post(tree.arang, days.today, 9, declared=9)
    post(tree.arang, days.yesterday, 7)
    judge_marked(small.pk)
    assert found(small) == []


def test_what_the_store_held_is_not_known_any_more_and_stays_as_it_was_found(
    small, tree, days, post, state_officer
):
    post(tree.arang, days.yesterday, 5)
    post(tree.arang, days.today, 7)
    hit = RuleHit.objects.create(
        submission=small.journals.last().submissions.get(),
        campaign=small,
        unit=tree.arang,
        happened_on=days.today,
        version=1,
        rule="above_stock",
        cell="covishield",
        observed={"doses": 7, "usable": 3},
        reason="from the neighbour's store",
        recorded_at=small.journals.last().recorded_at,
    )
    post(tree.arang, days.yesterday, 6)
    judge_marked(small.pk)
    assert open_hits(small).get() == hit
    for severity, seen in (("off", []), ("soft", [("B3694", days.today, "above_stock")])):
        set_rules(campaign=small, by=state_officer, settings={"above_stock": (severity, {})})
        judge_marked(small.pk)
        assert found(small) == seen
    assert open_hits(small).get().reason == hit.reason


def test_the_page_shows_it(small, tree, days, post):
    span = {"first": days.yesterday, "last": days.today}
    post(tree.arang, days.yesterday, 5)
    post(tree.arang, days.today, 0, 8)
    assert quality.numbers(small, tree.raipur, **span)[RULE] == 1
    post(tree.arang, days.yesterday, 20)
    judge_marked(small.pk)
    assert quality.numbers(small, tree.raipur, **span)[RULE] == 0
