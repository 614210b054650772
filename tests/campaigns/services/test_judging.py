"""Findings of reports that stand, after something that the rules read has changed, and the worker after it."""

import datetime

import pytest

from campaigns import tasks
from campaigns.models import DeclaredTotal, FollowUp, RuleHit, RuleMark
from campaigns.selectors import quality
from campaigns.selectors.reviews import open_hits, without_warnings
from campaigns.services import calendar_changes, changes, follow_ups, judging, sheet_changes, target_sets
from campaigns.services.bulk import submit_tallies
from campaigns.services.checking import Answers
from campaigns.services.grid import UnitSheet, submit_sheets
from campaigns.services.judging import judge_marked
from campaigns.services.rule_changes import set_rules
from campaigns.services.setup import set_targets
from campaigns.services.tallies import Line, submit_tally
from campaigns.services.undo import undo
from districts.models import Role
from tests.concurrency.threads import at_statement
from tests.oracles import true_findings
from tests.plugins.cast import make_person

ONE_DAY = datetime.timedelta(1)
RULE = "second_above_first"


@pytest.fixture
def post(small, state_officer):
    def post(unit, day, first, second=0, *, why="", declared=None):
        submit_tally(
            campaign=small,
            unit=unit,
            day=day,
            lines=[Line("first", first), Line("second", second)],
            by=state_officer,
            source="form",
            reason="counted again",
            answers=Answers(declared=declared, reasons={"": why}),
        )

    return post


def found(campaign):
    return sorted((hit.unit.code, hit.happened_on, hit.rule) for hit in open_hits(campaign))


def agrees(campaign):
    shown = {(hit.unit_id, hit.happened_on, hit.rule, hit.cell): hit.observed for hit in open_hits(campaign)}
    assert open_hits(campaign).count() == len(shown)
    return shown == true_findings.scan(campaign)


# -- a correction of an earlier day ------------------------------------------------------------------------


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


# -- a change of the setup -----------------------------------------------------------------------------------


def test_a_rule_that_is_switched_off_and_on_again(small, tree, days, post, state_officer):
    post(tree.arang, days.today, 5, 8, why="people from elsewhere")
    set_rules(campaign=small, by=state_officer, settings={RULE: ("off", {})})
    judge_marked(small.pk)
    assert found(small) == []
    set_rules(campaign=small, by=state_officer, settings={RULE: ("soft", {})})
    judge_marked(small.pk)
    assert open_hits(small).get().reason == "people from elsewhere"


def test_targets_and_days_off_count_for_what_is_reported_already(small, tree, days, post, state_officer):
    post(tree.arang, days.today, 80)
    asked = {"campaign": small, "name_en": "T", "source": "Survey", "year": 2021, "by": state_officer}
    targets = {(tree.arang, small.cohorts.get()): 50}
    low = set_targets(**asked, code="low", targets=targets)
    judge_marked(small.pk)
    assert found(small) == [("B3694", days.today, "coverage_passes")]
    high = set_targets(**asked, code="high", targets=dict.fromkeys(targets, 500))
    target_sets.choose_default(campaign=small, by=state_officer, target_set=high)
    target_sets.remove_target_set(campaign=small, by=state_officer, target_set=low)
    calendar_changes.set_days_off(campaign=small, by=state_officer, days={days.today: ("Holi", "")})
    judge_marked(small.pk)
    assert found(small) == [("B3694", days.today, "rest_day")]


READ_BY_RULES = {
    "rules": lambda **campaign: set_rules(**campaign, settings={RULE: ("off", {})}),
    "days off": lambda **campaign: calendar_changes.set_days_off(**campaign, days={}),
    "rounds": lambda **campaign: calendar_changes.set_rounds(**campaign, spans=[]),
    "rest days": lambda **campaign: changes.change_basics(**campaign, rest_weekdays="7"),
    "items": lambda campaign, by: sheet_changes.set_open(
        campaign=campaign, by=by, row=campaign.items.get(code="second"), is_open=False
    ),
    "targets": lambda **campaign: set_targets(
        **campaign, code="x", name_en="X", source="S", year=2021, targets={}
    ),
}
NOT_READ = {
    "names": lambda **campaign: changes.change_basics(**campaign, name_en="Another"),
    "the public": changes.withdraw,
    "the archive": changes.archive,
    "the order": lambda campaign, by: sheet_changes.move(
        campaign=campaign, by=by, row=campaign.items.get(code="second"), steps=-1
    ),
}


@pytest.mark.parametrize("what", READ_BY_RULES)
def test_what_the_rules_read_marks_every_unit(small, tree, days, post, state_officer, what):
    post(tree.arang, days.today, 5)
    READ_BY_RULES[what](campaign=small, by=state_officer)
    units = {tree.arang.pk, tree.abhanpur.pk, tree.bastar.pk}
    assert set(RuleMark.objects.values_list("unit", flat=True)) == units
    judge_marked(small.pk)
    assert not RuleMark.objects.exists() and agrees(small)


@pytest.mark.parametrize("what", NOT_READ)
def test_what_no_rule_reads_marks_nothing(small, tree, days, post, state_officer, what):
    post(tree.arang, days.today, 5)
    NOT_READ[what](campaign=small, by=state_officer)
    assert not RuleMark.objects.exists()


@pytest.mark.parametrize("what", READ_BY_RULES)
def test_before_the_first_report_there_is_nothing_to_look_at(small, state_officer, what):
    READ_BY_RULES[what](campaign=small, by=state_officer)
    assert not RuleMark.objects.exists()


def test_days_that_wait_for_another_look_are_not_taken_for_days_without_warnings(
    small, tree, days, post, state_officer
):
    officer = make_person("reviewer", role=Role.STATE_OFFICER, area=tree.chhattisgarh)
    span = {"first": days.yesterday, "last": days.today, "by": officer}
    post(tree.arang, days.yesterday, 5)
    post(tree.arang, days.today, 5)
    assert without_warnings(small, tree.raipur, **span).count() == 2
    post(tree.arang, days.yesterday, 6)
    assert [one.happened_on for one in without_warnings(small, tree.raipur, **span)] == [days.yesterday]
    judge_marked(small.pk)
    assert without_warnings(small, tree.raipur, **span).count() == 2


# -- workers that die, and what comes while they judge ---------------------------------------------------------


class Killed(Exception):
    pass


def kill():
    raise Killed


@pytest.fixture
def three_wrong_units(small, tree, days, post, monkeypatch):
    """Each has been found to be wrong, is right since yesterday was corrected, and nobody has looked again."""
    monkeypatch.setattr(judging, "UNITS_AT_ONCE", 1)
    for unit in (tree.arang, tree.abhanpur, tree.bastar):
        post(unit, days.yesterday, 5)
        post(unit, days.today, 0, 8)
        post(unit, days.yesterday, 20)
    assert len(found(small)) == 3
    return small


WRITES = ["SELECT", "UPDATE", "DELETE"]


@pytest.mark.parametrize("write", WRITES)
@pytest.mark.parametrize("batch", [0, 1, 2])
def test_a_worker_that_is_killed_between_two_statements_loses_nothing(three_wrong_units, write, batch):
    table = {"SELECT": "reportingunit", "UPDATE": "rulehit", "DELETE": "rulemark"}[write]
    seen = []

    def is_it(sql):
        if sql.startswith(write) and table in sql and (write != "SELECT" or "setup" not in sql):
            seen.append(sql)
        return len(seen) > batch

    with at_statement(is_it, kill), pytest.raises(Killed):
        judge_marked(three_wrong_units.pk)
    assert len(found(three_wrong_units)) == RuleMark.objects.count() == 3 - batch
    judge_marked(three_wrong_units.pk)
    assert found(three_wrong_units) == [] and not RuleMark.objects.exists()
    assert RuleHit.objects.count() == 3


def test_a_long_look_lets_others_have_their_turn_and_asks_for_the_rest(three_wrong_units, monkeypatch):
    asked = []
    monkeypatch.setattr(tasks, "JUDGE_SECONDS", 0)
    monkeypatch.setattr(tasks.judge, "delay", lambda *args: asked.append(args))
    for left in (2, 1, 0):
        tasks.judge(three_wrong_units.pk)
        assert RuleMark.objects.count() == len(found(three_wrong_units)) == left
    assert asked == [(three_wrong_units.pk, None)] * 2


def test_a_posting_asks_for_a_look_at_its_own_unit_only(
    small, tree, days, post, monkeypatch, django_capture_on_commit_callbacks
):
    asked = []
    monkeypatch.setattr(tasks.judge, "delay", lambda *args: asked.append(args))
    for unit in (tree.arang, tree.bastar):
        post(unit, days.yesterday, 5)
        post(unit, days.today, 0, 8)
        with django_capture_on_commit_callbacks(execute=True):
            post(unit, days.yesterday, 20)
    assert asked == [(small.pk, [tree.arang.pk]), (small.pk, [tree.bastar.pk])]
    judge_marked(*asked[0])
    assert found(small) == [("D374", days.today, RULE)]


def test_a_report_that_comes_while_it_is_judged_is_not_overwritten(small, tree, days, post):
    post(tree.arang, days.yesterday, 5)
    post(tree.arang, days.today, 0, 8)
    post(tree.arang, days.yesterday, 20)

    def somebody_posts():
        post(tree.arang, days.today, 0, 50, why="a camp")
        post(tree.arang, days.yesterday, 10)

    with at_statement(lambda sql: 'FROM "campaigns_reportingunit"' in sql, somebody_posts) as done:
        judge_marked(small.pk)
    assert done and agrees(small)
    hit = open_hits(small).get()
    assert (hit.version, hit.reason, hit.observed["earlier"]) == (2, "a camp", 10)


def test_a_report_that_was_judged_before_the_change_and_comes_in_after_it_is_judged_again(
    small, tree, days, post, state_officer
):
    post(tree.arang, days.today, 0, 8)
    set_rules(campaign=small, by=state_officer, settings={RULE: ("off", {})})

    def it_comes_in():
        post(tree.arang, days.today, 0, 9)
        hit = RuleHit.objects.get()
        hit.pk, hit.version, hit.submission_id = None, 2, small.journals.last().submissions.get().pk
        hit.save()

    with at_statement(lambda sql: 'FROM "campaigns_reportingunit"' in sql, it_comes_in):
        judge_marked(small.pk)
    assert RuleHit.objects.count() == 2 and found(small) == [] and agrees(small)


def test_neither_is_a_change_of_the_rules(small, tree, days, post, state_officer):
    post(tree.arang, days.yesterday, 20)
    post(tree.arang, days.today, 0, 8)
    post(tree.arang, days.yesterday, 5)

    def an_officer_and_a_faster_worker():
        set_rules(campaign=small, by=state_officer, settings={RULE: ("off", {})})
        judge_marked(small.pk)

    with at_statement(lambda sql: 'FROM "campaigns_reportingunit"' in sql, an_officer_and_a_faster_worker):
        judge_marked(small.pk)
    assert found(small) == [] and agrees(small)


def test_the_page_shows_it(small, tree, days, post):
    span = {"first": days.yesterday, "last": days.today}
    post(tree.arang, days.yesterday, 5)
    post(tree.arang, days.today, 0, 8)
    assert quality.numbers(small, tree.raipur, **span)[RULE] == 1
    post(tree.arang, days.yesterday, 20)
    judge_marked(small.pk)
    assert quality.numbers(small, tree.raipur, **span)[RULE] == 0
