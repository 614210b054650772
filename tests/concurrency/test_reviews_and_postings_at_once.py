"""Officers, clerks, files and workers at the same days at the same time: nothing slips past a verification."""

import random

import pytest
from django.db import connection

from campaigns.errors import ReviewRefused, TallyRefused
from campaigns.models import Campaign, DayReview, ReviewMark, Submission, VerifiedEntry
from campaigns.selectors.entry_grid import standings
from campaigns.services import grid, reviews
from campaigns.services.bulk import submit_tallies
from campaigns.services.reviews import Day
from campaigns.services.tallies import Line, submit_tally
from districts.models import Role, User
from reports import fold
from tests.concurrency.test_posting_and_folding_at_once import DAYS
from tests.concurrency.threads import Held, Run, together, wait_for_a_blocked_connection
from tests.plugins.cast import make_person
from tests.reports.sequences import make_world

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

ROUNDS = 5 if connection.vendor == "postgresql" else 2
ACTS = 8


@pytest.fixture
def world():
    world = make_world("mixed")
    for name, role in (("clerk", Role.BLOCK_CLERK), ("officer", Role.NATIONAL_OFFICER)):
        make_person(name, role=role, area=world.areas["IN"])
    return world


def posts(world, seed, name):
    chance = random.Random(seed)

    def run():
        campaign = Campaign.objects.get(pk=world.campaign.pk)
        by = User.objects.get(username=name)
        for _number in range(ACTS):
            lines = [Line("dose-1", chance.randint(1, 10**6), "old")]
            unit, day = chance.choice(world.units[:2]), chance.choice(DAYS)
            try:
                submit_tally(
                    campaign=campaign, unit=unit, day=day, lines=lines, by=by, source="form", reason="again"
                )
            except TallyRefused as refused:
                assert {problem.code for problem in refused.problems} == {"day_verified"}
        return "done"

    return run


def loads(world, seed):
    chance = random.Random(seed)
    cell = world.campaign.cells.get(key="dose-1|young||").pk

    def run():
        campaign = Campaign.objects.get(pk=world.campaign.pk)
        by = User.objects.get(username="clerk")
        for _number in range(ACTS // 2):
            rows = [
                (unit.pk, day, cell, chance.randint(1, 10**6)) for unit in world.units[:2] for day in DAYS
            ]
            try:
                submit_tallies(campaign=campaign, rows=chance.sample(rows, 3), by=by, reason="file")
            except TallyRefused as refused:
                assert {problem.code for problem in refused.problems} == {"day_verified"}
        return "done"

    return run


def fills_the_grid(world, seed):
    chance = random.Random(seed)
    cell = world.campaign.cells.get(key="dose-1|young||").pk

    def run():
        campaign = Campaign.objects.get(pk=world.campaign.pk)
        by = User.objects.get(username="officer")
        for _number in range(ACTS // 2):
            day = chance.choice(DAYS)
            stands = standings(campaign, [unit.pk for unit in world.units[:2]], day, [cell])
            sheets = [
                grid.UnitSheet(unit, {cell: chance.randint(1, 10**6)}, stands[unit.pk].version, "grid")
                for unit in chance.sample(world.units[:2], 2)
            ]
            for outcome in grid.submit_sheets(campaign=campaign, day=day, sheets=sheets, by=by).outcomes:
                assert outcome.status in ("accepted", "conflict", "refused")
                assert {problem.code for problem in outcome.problems} <= {"stale_version"}
        return "done"

    return run


def decides(world, seed):
    chance = random.Random(seed)

    def run():
        campaign = Campaign.objects.get(pk=world.campaign.pk)
        by = User.objects.get(username="officer")
        for _number in range(ACTS):
            act = chance.choice((reviews.verify, reviews.verify, reviews.return_, reviews.reopen))
            days = [Day(unit, day) for unit in world.units[:2] for day in DAYS]
            try:
                act(campaign=campaign, days=chance.sample(days, chance.randint(1, 4)), by=by, comment="x")
            except ReviewRefused:
                continue
        return "done"

    return run


def folds(world):
    def run():
        for _number in range(ACTS):
            fold.fold_marks(world.campaign.pk)
        return "done"

    return run


def check(world):
    """What is verified of a day is what stands, and nobody has posted it since."""
    for day in DayReview.objects.filter(state="verified").select_related("review"):
        of_day = {"unit": day.unit_id, "happened_on": day.happened_on}
        newest = Submission.objects.filter(**of_day).order_by("-version").first()
        assert newest.version == day.review.version
        counts = {}
        for entry in VerifiedEntry.objects.filter(**of_day):
            counts[entry.cell_id] = counts.get(entry.cell_id, 0) + entry.change
        standing = {}
        for submission in Submission.objects.filter(**of_day):
            for entry in submission.entries.all():
                standing[entry.cell_id] = standing.get(entry.cell_id, 0) + entry.change
        assert {cell: n for cell, n in counts.items() if n} == {cell: n for cell, n in standing.items() if n}
    fold.fold_marks(world.campaign.pk)
    assert not ReviewMark.objects.exists()
    assert fold.verify(world.campaign).differences == 0
    assert fold.rebuild(world.campaign) == 0


def test_everybody_at_once(world):
    for number in range(ROUNDS):
        answers = together(
            posts(world, number, "clerk"),
            posts(world, number + 100, "officer"),
            loads(world, number),
            fills_the_grid(world, number),
            decides(world, number),
            decides(world, number + 100),
            folds(world),
        )
        assert answers == ["done"] * 7
        check(world)
    assert DayReview.objects.exists()


def test_a_file_and_a_correction_of_a_returned_day_follow_one_another(world):
    """Both write the report and then the state of its review: in two orders each would wait for the other."""
    unit, day = world.units[0], DAYS[0]
    clerk, officer = (User.objects.get(username=name) for name in ("clerk", "officer"))
    asked = {"campaign": world.campaign, "by": clerk, "reason": "again"}
    submit_tally(**asked, unit=unit, day=day, lines=[Line("dose-1", 5, "old")], source="form")
    reviews.return_(campaign=world.campaign, days=[Day(unit, day)], by=officer, comment="look")
    cell = world.campaign.cells.get(key="dose-1|old||").pk

    def correct():
        return submit_tally(**asked, unit=unit, day=day, lines=[Line("dose-1", 6, "old")], source="form")

    correcting = Held(correct, lambda sql: "campaigns_reviewact" in sql)
    loading = Run(lambda: submit_tallies(**asked, rows=[(unit.pk, day, cell, 7)]))
    if connection.vendor == "postgresql":  # on SQLite it cannot even begin before the correction has ended
        wait_for_a_blocked_connection()
    assert correcting.let_go().version == 2
    assert loading.answer()["submissions"] == 1
    assert DayReview.objects.get().state == "submitted"
    check(world)


@pytest.mark.parametrize("road", ["form", "file"])
def test_a_verification_waits_for_a_posting_that_has_begun(world, road):
    """Whoever posts has looked at the state of the day, and has not written yet: the officer must wait."""
    unit, day = world.units[0], DAYS[0]
    clerk, officer = (User.objects.get(username=name) for name in ("clerk", "officer"))
    asked = {"campaign": world.campaign, "by": clerk, "reason": "again"}
    submit_tally(**asked, unit=unit, day=day, lines=[Line("dose-1", 5, "old")], source="form")
    cell = world.campaign.cells.get(key="dose-1|old||").pk

    def post():
        if road == "form":
            return submit_tally(**asked, unit=unit, day=day, lines=[Line("dose-1", 6, "old")], source="form")
        return submit_tallies(**asked, rows=[(unit.pk, day, cell, 6)])

    held = Held(post, lambda sql: "INSERT INTO campaigns_submission" in sql)
    verifying = Run(lambda: reviews.verify(campaign=world.campaign, days=[Day(unit, day, 1)], by=officer))
    if connection.vendor == "postgresql":  # on SQLite it cannot even begin before the posting has ended
        wait_for_a_blocked_connection()
    held.let_go()
    refused = verifying.answer()
    assert isinstance(refused, ReviewRefused)
    assert [problem.code for problem in refused.problems] == ["stale_version"]
    assert not DayReview.objects.exists()
