"""Workers that die while they look again, take turns, or meet those who post and change the rules."""

import pytest

from campaigns import tasks
from campaigns.models import RuleHit, RuleMark
from campaigns.selectors.reviews import open_hits
from campaigns.services import judging
from campaigns.services.judging import judge_marked
from campaigns.services.rule_changes import set_rules
from tests.campaigns.services.judged import RULE, agrees, found, poster
from tests.concurrency.threads import at_statement


@pytest.fixture
def post(small, state_officer):
    return poster(small, state_officer)


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
