"""The rules look again while others post, change the rules or judge too, and while workers are killed."""

import datetime
from contextlib import closing, contextmanager

import psycopg2
import pytest
from django.utils import timezone

from campaigns.models import Campaign, RuleHit, RuleMark
from campaigns.selectors.reviews import open_hits
from campaigns.services.bulk import submit_tallies
from campaigns.services.judging import judge_marked
from campaigns.services.rule_changes import set_rules
from campaigns.services.setup import set_reporting_units
from campaigns.services.tallies import Line, submit_tally
from campaigns.tasks import sweep_rule_marks
from districts.models import Level
from districts.tree import add_areas
from tests.concurrency.threads import Held, Run, together, wait_for_a_blocked_connection
from tests.oracles import true_findings
from tests.plugins.workers import test_database_url, wait_until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

RULE = "second_above_first"
UNITS = 120


def fresh(campaign):
    return Campaign.objects.select_related("area").get(pk=campaign.pk)


def posting(campaign, unit, day, first, second=0):
    return lambda: submit_tally(
        campaign=fresh(campaign),
        unit=unit,
        day=day,
        lines=[Line("first", first), Line("second", second)],
        by=None,
        source="api",
        reason="counted again",
    )


def switching_off(campaign, by):
    return lambda: set_rules(campaign=fresh(campaign), by=by, settings={RULE: ("off", {})})


@contextmanager
def held_row(unit):
    """Somebody posts to this unit: whoever writes of it waits, and has done what came before."""
    with closing(psycopg2.connect(test_database_url())) as holder:
        holder.cursor().execute(
            "SELECT 1 FROM campaigns_reportingunit WHERE area_id = %s FOR UPDATE", [unit.pk]
        )
        yield
        holder.rollback()


def is_right(campaign):
    shown = {(hit.unit_id, hit.happened_on, hit.rule, hit.cell): hit.observed for hit in open_hits(campaign)}
    return shown == true_findings.scan(campaign) and open_hits(campaign).count() == len(shown)


@pytest.mark.postgresql_only
@pytest.mark.parametrize("is_first", [True, False])
def test_a_report_judged_by_the_old_rules_that_comes_in_after_the_new_ones(
    small, tree, days, state_officer, is_first
):
    if not is_first:
        posting(small, tree.bastar, days.today, 5)()
    held = Held(posting(small, tree.arang, days.today, 0, 8), lambda sql: "INTO campaigns_submission" in sql)
    # The first report of all is waited for: otherwise nothing would tell that there is any to be looked at.
    officer = Run(switching_off(small, state_officer))
    if is_first:
        wait_for_a_blocked_connection()
        held.let_go()
        officer.answer()
        assert open_hits(small).count() == 1
        judge_marked(small.pk)
    else:
        officer.answer()
        worker = Run(lambda: judge_marked(small.pk))
        wait_for_a_blocked_connection()
        held.let_go()
        assert worker.answer() is True
    assert RuleHit.objects.count() == 1 and is_right(small)
    assert not open_hits(small).exists() and not RuleMark.objects.exists()


@pytest.mark.postgresql_only
def test_a_file_beside_a_report_of_a_later_day(small, tree, days, state_officer):
    """Neither sees the other: the report is judged without the file, the file without the report."""
    cell = small.cells.get(key="first|||").pk
    held = Held(posting(small, tree.arang, days.today, 0, 8), lambda sql: "INTO campaigns_submission" in sql)
    submit_tallies(campaign=small, rows=[(tree.arang.pk, days.yesterday, cell, 20)], by=state_officer)
    worker = Run(lambda: judge_marked(small.pk))
    wait_for_a_blocked_connection()
    held.let_go()
    worker.answer()
    assert RuleHit.objects.count() == 1 and is_right(small) and not open_hits(small).exists()


def test_two_workers_at_once_write_everything_once(small, tree, days, state_officer):
    cells = dict(small.cells.values_list("key", "pk"))
    rows = [
        (unit.pk, day, cells[key], count)
        for unit in (tree.arang, tree.abhanpur, tree.bastar)
        for day in (days.yesterday, days.today)
        for key, count in (("first|||", 2), ("second|||", 9))
    ]
    submit_tallies(campaign=small, rows=rows, by=state_officer)
    assert together(*[lambda: judge_marked(small.pk)] * 3) == [True] * 3
    assert RuleHit.objects.count() == 6 and is_right(small) and not RuleMark.objects.exists()


@pytest.mark.postgresql_only
def test_a_worker_killed_between_two_batches_loses_nothing(small, tree, state_officer, start_worker):
    units = _many_wrong_units(small, tree, state_officer)
    worker = start_worker()
    with held_row(units[-1]):
        switching_off(small, state_officer)()
        wait_for_a_blocked_connection()
        worker.kill()
    left = set(RuleMark.objects.values_list("unit", flat=True))
    assert left and left == set(open_hits(small).values_list("unit", flat=True)), (
        "a batch is whole or not at all"
    )
    assert RuleHit.objects.count() == len(units)
    start_worker()
    sweep_rule_marks.delay()
    wait_until(lambda: not RuleMark.objects.exists(), seconds=60, what="the sweep")
    assert is_right(small) and not open_hits(small).exists()


def _many_wrong_units(small, tree, by):
    """More than two batches of units with more second doses than first, found by the worker."""
    blocks = add_areas(
        parent=tree.raipur,
        rows=[
            {"code": f"B{90_000 + number}", "level": Level.BLOCK, "name_en": f"Block {number}"}
            for number in range(UNITS)
        ],
    )
    set_reporting_units(campaign=small, areas=blocks, by=by)
    second, day = small.cells.get(key="second|||").pk, timezone.localdate() - datetime.timedelta(1)
    submit_tallies(campaign=fresh(small), rows=[(unit.pk, day, second, 5) for unit in blocks], by=by)
    judge_marked(small.pk)
    assert open_hits(small).count() == UNITS and not RuleMark.objects.exists()
    return blocks
