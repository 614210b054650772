"""Reviewing days: who may, in which state, and what nobody slips past."""

import datetime
import itertools

import pytest

from campaigns.errors import ReviewRefused, TallyRefused
from campaigns.models import (
    DayReview,
    Review,
    ReviewAct,
    ReviewAction,
    ReviewMark,
    ReviewState,
    VerifiedEntry,
)
from campaigns.selectors.reviews import without_warnings
from campaigns.selectors.tallies import current_version
from campaigns.services import review_states, reviews
from campaigns.services.batches import Sheet, submit_batch
from campaigns.services.bulk import submit_tallies
from campaigns.services.grid import UnitSheet, submit_sheets
from campaigns.services.reviews import Day
from campaigns.services.tallies import Line, submit_tally
from campaigns.tasks import sweep_rule_marks
from districts.models import Notice, Role
from tests.plugins.cast import make_person

SUBMITTED, VERIFIED, RETURNED = ReviewState.SUBMITTED, ReviewState.VERIFIED, ReviewState.RETURNED
SILENT = "silent"
STATES = (SILENT, SUBMITTED, VERIFIED, RETURNED)
ACTIONS = (ReviewAction.VERIFY, ReviewAction.RETURN, ReviewAction.REOPEN)

# Written out, and not taken from the table that the code uses: state → action → what comes of it.
EXPECTED = {
    SILENT: {"verify": "not_reported", "return": "not_reported", "reopen": "not_reported"},
    SUBMITTED: {"verify": VERIFIED, "return": RETURNED, "reopen": SUBMITTED},
    VERIFIED: {"verify": VERIFIED, "return": "wrong_state", "reopen": SUBMITTED},
    RETURNED: {"verify": "wrong_state", "return": RETURNED, "reopen": SUBMITTED},
}
MAY_REVIEW = {Role.NATIONAL_OFFICER, Role.STATE_OFFICER, Role.DISTRICT_OFFICER}


def post(campaign, unit, day, first, *, by, reason="", **values):
    return submit_tally(
        campaign=campaign,
        unit=unit,
        day=day,
        lines=[Line("first", first)] if first else [],
        by=by,
        source="form",
        reason=reason,
        **values,
    )


def state_of(campaign, unit, day):
    row = DayReview.objects.filter(campaign=campaign, unit=unit, happened_on=day).first()
    return row.state if row else SUBMITTED


def verified(campaign):
    """{(unit code, cell key): verified} as the ledger of verified entries adds up."""
    sums = {}
    for entry in VerifiedEntry.objects.filter(cell__campaign=campaign).select_related("unit", "cell"):
        key = entry.unit.code, entry.cell.key
        sums[key] = sums.get(key, 0) + entry.change
    return {key: count for key, count in sums.items() if count}


def rows():
    models = (ReviewAct, Review, VerifiedEntry, ReviewMark, DayReview)
    return [list(model.objects.order_by("pk").values_list()) for model in models]


def codes(refused):
    return [(problem.field, problem.code) for problem in refused.value.problems]


@pytest.fixture
def officer(tree):
    return make_person("officer", role=Role.DISTRICT_OFFICER, area=tree.raipur)


@pytest.fixture
def clerk(tree):
    return make_person("clerk", role=Role.BLOCK_CLERK, area=tree.arang)


def bring_to(campaign, unit, day, state, *, clerk, officer):
    if state == SILENT:
        return
    post(campaign, unit, day, 5, by=clerk)
    if state == VERIFIED:
        reviews.verify(campaign=campaign, days=[Day(unit, day)], by=officer)
    elif state == RETURNED:
        reviews.return_(campaign=campaign, days=[Day(unit, day)], by=officer, comment="Look again")


@pytest.mark.parametrize("role", Role.values)
def test_every_role_in_every_state_with_every_action(role, small, tree, days, clerk, officer):
    """Also outside one's area: an officer of the same role elsewhere may nothing here."""
    home = {Role.NATIONAL_OFFICER: tree.india, Role.STATE_OFFICER: tree.chhattisgarh}.get(role, tree.raipur)
    away = {Role.NATIONAL_OFFICER: tree.maharashtra}.get(role, tree.bastar)
    people = {
        "here": make_person("here", role=role, area=home),
        "elsewhere": make_person("elsewhere", role=role, area=away),
    }
    dates = iter(days.today - datetime.timedelta(n) for n in range(1, 30))
    seen = 0
    for state, action, (place, person) in itertools.product(STATES, ACTIONS, people.items()):
        day = next(dates)
        bring_to(small, tree.arang, day, state, clerk=clerk, officer=officer)
        before = rows()
        wanted = EXPECTED[state][action] if role in MAY_REVIEW and place == "here" else "may_not_review"
        call = reviews.ACTIONS[action]
        arguments = {"campaign": small, "days": [Day(tree.arang, day)], "by": person, "comment": "A reason"}
        if wanted in ReviewState.values:
            outcome = call(**arguments)
            assert state_of(small, tree.arang, day) == wanted, (state, action, place)
            assert bool(outcome.changed) == (wanted != state)
            if wanted == state:
                assert rows() == before, "an act that changes nothing writes nothing"
        else:
            with pytest.raises(ReviewRefused) as refused:
                call(**arguments)
            assert codes(refused) == [("days[0]", wanted)], (state, action, place)
            assert rows() == before
        seen += 1
    assert seen == len(STATES) * len(ACTIONS) * 2


def test_no_state_and_no_action_is_missing_from_the_table():
    assert set(review_states.FROM) == set(review_states.TO) == set(ReviewAction)
    assert set(EXPECTED) - {SILENT} == set(ReviewState)
    reachable = {state for action in ReviewAction for state in [review_states.TO[action]]}
    assert reachable == set(ReviewState)
    for state in ReviewState:
        assert review_states.actions_in(state), f"nobody could do anything with a {state} day"


def test_nobody_verifies_what_they_reported_alone(small, tree, days, officer, state_officer):
    post(small, tree.arang, days.today, 5, by=officer)
    with pytest.raises(ReviewRefused) as refused:
        reviews.verify(campaign=small, days=[Day(tree.arang, days.today)], by=officer)
    assert codes(refused) == [("days[0]", "own_report")]
    reviews.verify(campaign=small, days=[Day(tree.arang, days.today)], by=state_officer)
    assert state_of(small, tree.arang, days.today) == VERIFIED


def test_a_return_and_a_reopening_need_words(small, tree, days, clerk, officer):
    post(small, tree.arang, days.today, 5, by=clerk)
    for call in (reviews.return_, reviews.reopen):
        with pytest.raises(ReviewRefused) as refused:
            call(campaign=small, days=[Day(tree.arang, days.today)], by=officer, comment="  ")
        assert codes(refused) == [("comment", "comment_required")]


def test_a_return_reaches_the_clerk_and_nobody_else(small, tree, days, clerk, officer):
    make_person("other", role=Role.BLOCK_CLERK, area=tree.abhanpur)
    post(small, tree.arang, days.today, 5, by=clerk)
    reviews.return_(campaign=small, days=[Day(tree.arang, days.today)], by=officer, comment="50 or 5?")
    notice = Notice.objects.get()
    assert (notice.user, notice.kind, notice.params["comment"]) == (clerk, "day_returned", "50 or 5?")
    assert notice.path.endswith(f"/entry/B3694/{days.today.isoformat()}/")


def test_a_returned_day_is_submitted_again_by_its_posting(small, tree, days, clerk, officer):
    bring_to(small, tree.arang, days.today, RETURNED, clerk=clerk, officer=officer)
    post(small, tree.arang, days.today, 6, by=clerk, reason="Counted again")
    assert state_of(small, tree.arang, days.today) == SUBMITTED
    assert Review.objects.order_by("pk").last().act.action == ReviewAction.RESUBMIT


def test_a_clerk_can_say_that_a_returned_day_is_right_as_it_is(small, tree, days, clerk, officer):
    bring_to(small, tree.arang, days.today, RETURNED, clerk=clerk, officer=officer)
    post(small, tree.arang, days.today, 5, by=clerk)
    assert state_of(small, tree.arang, days.today) == RETURNED, (
        "the same counts without a word answer nothing"
    )
    receipt = post(small, tree.arang, days.today, 5, by=clerk, reason="Really 5")
    assert (receipt.version, state_of(small, tree.arang, days.today)) == (1, SUBMITTED)


# -- verified days are locked ----------------------------------------------------------------------------


def by_form(campaign, unit, day, count, by, reason):
    post(campaign, unit, day, count, by=by, reason=reason)


def by_batch(campaign, unit, day, count, by, reason):
    sheets = [Sheet(unit, day, [Line("first", count)])]
    submit_batch(campaign=campaign, sheets=sheets, by=by, reason=reason)


def by_file(campaign, unit, day, count, by, reason):
    cell = campaign.cells.get(key="first|||").pk
    submit_tallies(campaign=campaign, rows=[(unit.pk, day, cell, count)], by=by, reason=reason)


def by_grid(campaign, unit, day, count, by, reason):
    cell = campaign.cells.get(key="first|||").pk
    sheet = UnitSheet(unit, {cell: count}, current_version(campaign, unit, day), reason=reason)
    (outcome,) = submit_sheets(campaign=campaign, day=day, sheets=[sheet], by=by).outcomes
    if outcome.problems:
        raise TallyRefused(outcome.problems)


ROADS = [by_form, by_batch, by_file, by_grid]


@pytest.mark.parametrize("road", ROADS)
def test_a_verified_day_is_locked_to_clerks_and_clients(road, small, tree, days, clerk, officer):
    client = make_person("client", role=Role.API_CLIENT, area=tree.chhattisgarh)
    bring_to(small, tree.arang, days.today, VERIFIED, clerk=clerk, officer=officer)
    before = rows()
    for person in (clerk, client, None):
        with pytest.raises(TallyRefused) as refused:
            road(small, tree.arang, days.today, 9, person, "Counted again")
        assert {problem.code for problem in refused.value.problems} == {"day_verified"}
        assert "Arang" in str(refused.value)
    assert rows() == before
    road(small, tree.arang, days.today, 5, clerk, "The same")  # what stands may be sent again
    assert rows() == before


@pytest.mark.parametrize("road", ROADS)
def test_an_officers_correction_reopens_a_verified_day_with_its_reason(
    road, small, tree, days, clerk, officer
):
    bring_to(small, tree.arang, days.today, VERIFIED, clerk=clerk, officer=officer)
    assert verified(small) == {("B3694", "first|||"): 5}
    with pytest.raises(TallyRefused):
        road(small, tree.arang, days.today, 9, officer, "")
    assert verified(small) == {("B3694", "first|||"): 5}
    road(small, tree.arang, days.today, 9, officer, "The register says 9")
    assert state_of(small, tree.arang, days.today) == SUBMITTED
    assert verified(small) == {}
    last = Review.objects.order_by("pk").last()
    assert (last.act.action, last.act.comment) == (ReviewAction.REOPEN, "The register says 9")
    assert (last.act.by, last.version) == (officer, 1)


@pytest.mark.parametrize("road", ROADS)
def test_every_road_submits_a_returned_day_again(road, small, tree, days, clerk, officer):
    bring_to(small, tree.arang, days.today, RETURNED, clerk=clerk, officer=officer)
    road(small, tree.arang, days.today, 9, clerk, "Counted again")
    assert state_of(small, tree.arang, days.today) == SUBMITTED


def test_a_batch_names_the_sheet_that_is_locked(small, tree, days, clerk, officer):
    bring_to(small, tree.arang, days.today, VERIFIED, clerk=clerk, officer=officer)
    sheets = [
        Sheet(tree.abhanpur, days.today, [Line("first", 1)]),
        Sheet(tree.arang, days.today, [Line("first", 9)]),
    ]
    with pytest.raises(TallyRefused) as refused:
        submit_batch(campaign=small, sheets=sheets, by=clerk, reason="Counted again")
    assert codes(refused) == [("reports[1].date", "day_verified")]


# -- many at once ----------------------------------------------------------------------------------------


def test_many_days_are_reviewed_all_or_none(small, tree, days, clerk, officer):
    for day in (days.today, days.yesterday):
        post(small, tree.arang, day, 5, by=clerk)
    chosen = [Day(tree.arang, days.today, version=1), Day(tree.arang, days.yesterday, version=2)]
    with pytest.raises(ReviewRefused) as refused:
        reviews.verify(campaign=small, days=chosen, by=officer)
    assert codes(refused) == [("days[1]", "stale_version")]
    assert not ReviewAct.objects.exists()
    outcome = reviews.verify(campaign=small, days=[chosen[0], Day(tree.arang, days.yesterday)], by=officer)
    assert len(outcome.changed) == 2
    assert outcome.act.reviews.count() == 2
    assert verified(small) == {("B3694", "first|||"): 10}


def test_an_act_is_undone_where_it_still_stands(small, tree, days, clerk, officer):
    for day in (days.today, days.yesterday):
        post(small, tree.arang, day, 5, by=clerk)
    act = reviews.verify(
        campaign=small, days=[Day(tree.arang, days.today), Day(tree.arang, days.yesterday)], by=officer
    ).act
    post(small, tree.arang, days.today, 7, by=officer, reason="Wrong")
    outcome = reviews.undo(act=act, by=officer)
    assert [day.day for day in outcome.changed] == [days.yesterday]
    assert verified(small) == {}


def test_reviewing_costs_the_same_queries_for_one_day_and_for_many(
    small, tree, days, clerk, officer, django_assert_max_num_queries
):
    dates = [days.today - datetime.timedelta(n) for n in range(20)]
    for day in dates:
        post(small, tree.arang, day, 5, by=clerk)
    officer.postings.count()
    with django_assert_max_num_queries(16):
        reviews.verify(campaign=small, days=[Day(tree.arang, day) for day in dates], by=officer)


def test_a_load_that_the_rules_have_not_looked_through_is_not_taken_for_one_without_warnings(
    small, tree, days, clerk, officer
):
    cell = small.cells.get(key="first|||").pk
    submit_tallies(campaign=small, rows=[(tree.arang.pk, days.yesterday, cell, 4)], by=clerk)
    span = {"first": days.yesterday, "last": days.today, "by": officer}
    assert not without_warnings(small, tree.raipur, **span).exists()
    sweep_rule_marks()
    assert without_warnings(small, tree.raipur, **span).count() == 1
