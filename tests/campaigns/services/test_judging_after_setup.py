"""Findings of reports that stand, after the rules, the targets or the calendar have been changed."""

import pytest

from campaigns.models import RuleMark
from campaigns.selectors.reviews import open_hits, without_warnings
from campaigns.services import calendar_changes, changes, sheet_changes, target_sets
from campaigns.services.judging import judge_marked
from campaigns.services.rule_changes import set_rules
from campaigns.services.setup import set_targets
from districts.models import Role
from tests.campaigns.services.judged import RULE, agrees, found, poster
from tests.plugins.cast import make_person


@pytest.fixture
def post(small, state_officer):
    return poster(small, state_officer)


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
