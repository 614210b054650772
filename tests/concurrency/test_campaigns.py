"""Officers and clerks at the same thing at the same instant, each on a connection of its own."""

import datetime
import threading
from collections import Counter

import pytest
from django.utils import timezone

from campaigns.errors import SetupRefused, StaleVersion, TallyRefused
from campaigns.models import Campaign, Journal, Submission
from campaigns.selectors.tallies import standing
from campaigns.services import changes, setup, sheet_changes
from campaigns.services.bulk import submit_tallies
from campaigns.services.setup import set_reporting_units
from campaigns.services.tallies import Line, Receipt, submit_tally
from tests.campaigns.conftest import make_campaign
from tests.concurrency.threads import (
    PATIENCE,
    Held,
    Run,
    at_statement,
    together,
    wait_for_a_blocked_connection,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def campaign(tree, state_officer):
    """Two items without any split; Raipur's two blocks and Bastar report."""
    made = make_campaign(state_officer, tree.chhattisgarh, preset="empty")
    for code in ("first", "second"):
        sheet_changes.save_item(campaign=made, by=state_officer, code=code, name_en=code, by_cohort=False)
    set_reporting_units(campaign=made, areas=[tree.bastar, tree.abhanpur, tree.arang], by=state_officer)
    return made


@pytest.fixture
def today():
    return timezone.localdate()


def fresh(campaign):
    """As another request would read it."""
    return Campaign.objects.get(pk=campaign.pk)


def setting(campaign, officer, *areas, seen=None):
    return lambda: set_reporting_units(
        campaign=fresh(campaign), areas=areas, by=officer, expected_setup_version=seen
    )


def posting(campaign, unit, day, count, *, expected=None, reason="", key="", by=None):
    return lambda: submit_tally(
        campaign=fresh(campaign),
        unit=unit,
        day=day,
        lines=[Line("first", count)],
        by=by,
        source="form",
        reason=reason,
        expected_version=expected,
        idempotency_key=key,
    )


def loading(campaign, unit, day, count):
    cell = campaign.cells.get(key="first|||").pk
    return lambda: submit_tallies(campaign=fresh(campaign), rows=[(unit.pk, day, cell, count)], by=None)


def writes_journal(sql):
    """By the ORM or in plain SQL."""
    return "INSERT INTO campaigns_journal" in sql.replace('"', "")


def units(campaign):
    return set(campaign.units.values_list("area__code", flat=True))


def nested(campaign):
    areas = [unit.area for unit in campaign.units.select_related("area")]
    return [(upper, lower) for upper in areas for lower in areas if upper != lower and upper.contains(lower)]


def count_of(campaign, unit, day):
    return sum(standing(campaign, unit, day).values())


# -- two officers ----------------------------------------------------------------------------------------


@pytest.mark.postgresql_only
def test_the_race_of_two_officers_is_real(campaign, tree, state_officer, national_officer, monkeypatch):
    """What the lock prevents: without it (and without the totals, which happen to collide) both lists stand.

    SQLite cannot show it: IMMEDIATE gives a whole transaction the only right to write from its beginning.
    """
    set_reporting_units(campaign=campaign, areas=[], by=state_officer)
    both = threading.Barrier(2)
    monkeypatch.setattr(setup, "lock", lambda campaign, **options: None)
    monkeypatch.setattr(setup, "_rewrite_unit_totals", lambda campaign, areas: both.wait(PATIENCE))
    answers = together(
        setting(campaign, state_officer, tree.raipur), setting(campaign, national_officer, tree.arang)
    )
    assert answers == [None, None]
    assert units(campaign) == {"D387", "B3694"}
    assert nested(campaign) == [(tree.raipur, tree.arang)], "every dose of Arang would count twice"


def test_two_officers_cannot_both_set_nested_units(campaign, tree, state_officer, national_officer):
    for _attempt in range(5):
        seen = fresh(campaign).setup_version
        answers = together(
            setting(campaign, state_officer, tree.raipur, seen=seen),
            setting(campaign, national_officer, tree.arang, tree.bastar, seen=seen),
        )
        assert Counter(type(answer) for answer in answers) == {type(None): 1, SetupRefused: 1}
        winner = answers.index(None)
        assert units(campaign) == [{"D387"}, {"B3694", "D374"}][winner]
        assert nested(campaign) == []


def test_lists_of_programs_that_saw_no_page_follow_one_another_whole(campaign, tree, state_officer):
    answers = together(
        setting(campaign, state_officer, tree.raipur), setting(campaign, state_officer, tree.arang)
    )
    assert answers == [None, None]
    assert units(campaign) in ({"D387"}, {"B3694"})
    assert nested(campaign) == []


# -- two clerks ------------------------------------------------------------------------------------------


def test_of_two_clerks_with_the_same_blank_form_one_is_told(campaign, tree, today):
    for back in range(5):
        day = today - datetime.timedelta(back)
        answers = together(
            posting(campaign, tree.arang, day, 5, expected=0),
            posting(campaign, tree.arang, day, 7, expected=0),
        )
        assert Counter(type(answer) for answer in answers) == {Receipt: 1, StaleVersion: 1}
        stale = next(answer for answer in answers if isinstance(answer, StaleVersion))
        posted = [5, 7][[type(answer) for answer in answers].index(Receipt)]
        assert (stale.current, stale.standing) == (1, {"first|||": posted})
        assert count_of(campaign, tree.arang, day) == posted


def test_without_an_expected_version_they_follow_one_another(campaign, tree, today):
    counts = list(range(1, 7))
    answers = together(*(posting(campaign, tree.arang, today, count, reason="again") for count in counts))
    versions = {answer.version: count for answer, count in zip(answers, counts, strict=True)}
    assert sorted(versions) == counts, "each got a version of its own"
    assert count_of(campaign, tree.arang, today) == versions[max(versions)]


def test_the_same_key_from_two_connections_writes_once(campaign, tree, today):
    answers = together(*(posting(campaign, tree.arang, today, 5, key="k") for _ in range(4)))
    assert sorted(answer.replayed for answer in answers) == [False, True, True, True]
    assert {answer.recorded_at for answer in answers} == {answers[0].recorded_at}
    assert Journal.objects.count() == Submission.objects.count() == 1


def test_different_units_do_not_wait_for_one_another(campaign, tree, today):
    answers = together(
        *(posting(campaign, unit, today, 5, expected=0) for unit in (tree.arang, tree.abhanpur, tree.bastar))
    )
    assert [answer.version for answer in answers] == [1, 1, 1]


# -- a clerk and a file ----------------------------------------------------------------------------------


def test_a_clerk_and_a_file_at_one_day_leave_one_of_the_two_counts(campaign, tree, today):
    for back in range(5):
        day = today - datetime.timedelta(back)
        posting(campaign, tree.arang, day, 5)()
        clerk, file = together(
            posting(campaign, tree.arang, day, 6, reason="counted again"),
            loading(campaign, tree.arang, day, 7),
        )
        assert (clerk.changed, file["changes"]) == (True, 1)
        last = Submission.objects.get(happened_on=day, version=3)
        assert count_of(campaign, tree.arang, day) == (7 if last.journal.source == "file" else 6)


@pytest.mark.postgresql_only
def test_a_posting_between_the_statements_of_a_load_is_noticed(campaign, tree, today):
    """The load has read version 1 and is about to compare: 5 becomes 6 meanwhile, and 7 must stand, not 8."""
    posting(campaign, tree.arang, today, 5)()
    load = Held(loading(campaign, tree.arang, today, 7), lambda sql: "TEMP TABLE tally_difference" in sql)
    assert posting(campaign, tree.arang, today, 6, reason="counted again")().version == 2
    assert load.let_go()["changes"] == 1
    assert count_of(campaign, tree.arang, today) == 7
    changes_made = Submission.objects.get(version=3).entries.values_list("change", flat=True)
    assert list(changes_made) == [1], "compared with what the clerk had posted"


@pytest.mark.postgresql_only
def test_a_load_between_the_statements_of_a_posting_is_noticed(campaign, tree, today):
    """The posting has compared 7 with 5 and is about to write +2: 5 becomes 6 meanwhile, and 7 must stand."""
    posting(campaign, tree.arang, today, 5)()
    clerk = Held(posting(campaign, tree.arang, today, 7, reason="counted again"), writes_journal)
    assert loading(campaign, tree.arang, today, 6)()["changes"] == 1
    assert clerk.let_go().version == 3
    assert count_of(campaign, tree.arang, today) == 7


@pytest.mark.postgresql_only
def test_a_load_that_commits_first_makes_a_waiting_form_stale(campaign, tree, today):
    posting(campaign, tree.arang, today, 5)()
    clerk = Held(
        posting(campaign, tree.arang, today, 7, expected=1, reason="counted again"),
        writes_journal,
    )
    loading(campaign, tree.arang, today, 6)()
    stale = clerk.let_go()
    assert isinstance(stale, StaleVersion)
    assert stale.standing == {"first|||": 6}
    assert count_of(campaign, tree.arang, today) == 6


# -- a clerk and an officer ------------------------------------------------------------------------------


@pytest.mark.postgresql_only
def test_a_unit_cannot_be_taken_out_under_a_posting(campaign, tree, state_officer, today):
    """The posting has its unit's row: the officer's change waits for it, and then finds a report."""
    clerk = Held(posting(campaign, tree.arang, today, 5), writes_journal)
    officer = Run(setting(campaign, state_officer, tree.bastar))
    wait_for_a_blocked_connection()
    assert clerk.let_go().version == 1
    assert isinstance(officer.answer(), SetupRefused)
    assert "B3694" in units(campaign)


@pytest.mark.postgresql_only
def test_the_dates_cannot_be_narrowed_past_a_posting(campaign, tree, state_officer, today):
    clerk = Held(posting(campaign, tree.arang, campaign.starts_on, 5), writes_journal)
    officer = Run(lambda: changes.change_basics(campaign=fresh(campaign), by=state_officer, starts_on=today))
    wait_for_a_blocked_connection()
    assert clerk.let_go().version == 1
    assert isinstance(officer.answer(), SetupRefused)
    assert fresh(campaign).starts_on < today


@pytest.mark.postgresql_only
def test_a_posting_that_waited_for_a_change_of_dates_is_held_to_them(campaign, tree, state_officer, today):
    """It was checked against the old dates before it waited."""
    officer = Held(
        lambda: changes.change_basics(campaign=fresh(campaign), by=state_officer, starts_on=today),
        lambda sql: sql.startswith("INSERT") and "auditevent" in sql,
    )
    clerk = Run(posting(campaign, tree.arang, campaign.starts_on, 5))
    wait_for_a_blocked_connection()
    assert officer.let_go() is None
    refused = clerk.answer()
    assert isinstance(refused, TallyRefused)
    assert [problem.code for problem in refused.problems] == ["outside_campaign"]


@pytest.mark.postgresql_only
def test_a_load_holds_the_setup_and_no_posting(campaign, tree, state_officer, today):
    load = Held(loading(campaign, tree.bastar, today, 7), writes_journal)
    officer = Run(setting(campaign, state_officer, tree.arang, tree.abhanpur))
    wait_for_a_blocked_connection()
    assert posting(campaign, tree.arang, today, 5)().version == 1, "a clerk need not wait for a file"
    assert load.let_go()["changes"] == 1
    assert isinstance(officer.answer(), SetupRefused), "Bastar has reported by now"
    assert "D374" in units(campaign)


def test_the_tool_that_holds_a_statement_finds_it(campaign, tree, today):
    seen = []
    with at_statement(writes_journal, lambda: seen.append(True)) as statements:
        posting(campaign, tree.arang, today, 5)()
    assert seen == [True] and len(statements) == 1
