"""Files and batches are taken first and looked through after, unless an officer has made a rule refuse."""

import pytest
from django.utils import timezone

from campaigns.errors import TallyRefused
from campaigns.models import Journal, RuleHit, RuleMark, Submission
from campaigns.services import judging
from campaigns.services.bulk import submit_tallies
from campaigns.services.judging import judge_marked
from campaigns.services.rule_changes import set_rules
from campaigns.services.tallies import Line, submit_tally
from campaigns.tasks import sweep_rule_marks


def load(campaign, tree, days, by, **options):
    """Three units, two days: Arang has more second doses than first on the second day."""
    cells = dict(campaign.cells.values_list("key", "pk"))
    rows = [
        (unit.pk, day, cells[key], count)
        for unit in (tree.abhanpur, tree.arang, tree.bastar)
        for day in (days.yesterday, days.today)
        for key, count in (
            ("first|||", 5),
            ("second|||", 8 if (unit, day) == (tree.arang, days.today) else 5),
        )
    ]
    return submit_tallies(campaign=campaign, rows=rows, by=by, **options)


def found():
    return sorted(
        (hit.unit.code, hit.happened_on, hit.rule, hit.cell, hit.observed["later"])
        for hit in RuleHit.objects.select_related("unit")
    )


def test_a_load_is_taken_and_looked_through_by_a_worker(small, tree, days, state_officer):
    load(small, tree, days, state_officer)
    assert set(RuleMark.objects.values_list("unit", "since")) == {
        (unit.pk, days.yesterday) for unit in (tree.abhanpur, tree.arang, tree.bastar)
    }
    assert not RuleHit.objects.exists()
    sweep_rule_marks()
    assert found() == [("B3694", days.today, "second_above_first", "second", 13)]
    assert not RuleMark.objects.exists()
    judge_marked(small.pk)
    assert len(found()) == 1


def test_a_history_that_is_replayed_is_not_looked_through(small, tree, days, state_officer):
    load(small, tree, days, state_officer, recorded_at=timezone.now())
    assert Submission.objects.exists() and not RuleMark.objects.exists()


def test_of_a_long_history_only_the_last_days_are_looked_through(
    small, tree, days, state_officer, monkeypatch
):
    monkeypatch.setattr(judging, "LAST_DAYS", 1)
    cells = dict(small.cells.values_list("key", "pk"))
    rows = [
        (tree.arang.pk, day, cells[key], count)
        for day in (days.yesterday, days.today)
        for key, count in (("first|||", 1), ("second|||", 9))
    ]
    submit_tallies(campaign=small, rows=rows, by=state_officer)
    judge_marked(small.pk)
    assert [hit.happened_on for hit in RuleHit.objects.all()] == [days.today]


def test_a_load_that_changes_nothing_leaves_no_mark(small, tree, days, state_officer):
    load(small, tree, days, state_officer)
    judge_marked(small.pk)
    load(small, tree, days, state_officer)
    assert not RuleMark.objects.exists() and Journal.objects.count() == 1


def test_a_day_that_was_corrected_meanwhile_is_not_judged_by_the_load(small, tree, days, state_officer):
    load(small, tree, days, state_officer)
    submit_tally(
        campaign=small,
        unit=tree.arang,
        day=days.today,
        lines=[Line("first", 9), Line("second", 8)],
        by=state_officer,
        source="form",
        reason="recount",
    )
    judge_marked(small.pk)
    assert found() == []


def test_a_rule_that_was_made_hard_refuses_the_whole_load(small, tree, days, state_officer):
    set_rules(campaign=small, by=state_officer, settings={"second_above_first": ("hard", {})})
    with pytest.raises(TallyRefused) as refusal:
        load(small, tree, days, state_officer)
    assert [problem.code for problem in refusal.value.problems] == ["second_above_first"]
    assert not Submission.objects.exists() and not RuleMark.objects.exists()


def test_looking_through_a_load_takes_a_few_queries(
    small, tree, days, state_officer, django_assert_num_queries
):
    load(small, tree, days, state_officer)
    # However many days, and up to 50 units: eight to judge, eight to write what is still as it was judged, and a look
    # for further marks.
    with django_assert_num_queries(17):
        judge_marked(small.pk)
