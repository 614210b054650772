"""What happens between any two statements of a fold, a rebuild or a check: somebody posts, or the worker dies."""

import datetime
import itertools

import pytest
from django.db import connection, transaction

from campaigns.models import Campaign, FoldMark
from campaigns.services.bulk import submit_tallies
from campaigns.services.tallies import Line, submit_tally
from districts.models import Area
from reports import fold
from reports.selectors.sums import counts
from tests.concurrency.threads import Run
from tests.oracles import ledger as ledger_oracle
from tests.oracles import progress as progress_oracle
from tests.reports.sequences import Sequence, make_world

DAY = datetime.date(2021, 2, 1)


@pytest.fixture
def world(db):
    """Reports of some weeks: half of them folded, half of them waiting."""
    world = make_world("mixed")
    sequence = Sequence(world, seed=11)
    sequence.run(length=25)
    fold.fold_marks(world.campaign.pk)
    for number, unit in enumerate(world.units[:4]):
        post(world, unit, number + 1)
    return world


def post(world, unit, count, day=DAY):
    submit_tally(
        campaign=Campaign.objects.get(pk=world.campaign.pk),
        unit=unit,
        day=day,
        lines=[Line("dose-1", count, "old"), Line("dose-2", count, "young")],
        by=None,
        source="form",
        reason="counted again",
    )


def load(world, count):
    cell = world.campaign.cells.get(key="booster|old||").pk
    rows = [(unit.pk, DAY, cell, count) for unit in world.units[:3]]
    submit_tallies(campaign=Campaign.objects.get(pk=world.campaign.pk), rows=rows, by=None)


class AtStatement:
    """Call ``act`` before the statement of that number on this connection."""

    def __init__(self, number, act):
        self.number, self.act, self.seen = number, act, 0

    def __call__(self, execute, sql, params, many, context):
        self.seen += 1
        if self.seen == self.number:
            with connection.execute_wrapper(lambda execute, *rest: execute(*rest)):
                self.act()
        return execute(sql, params, many, context)


def statements_of(function):
    """How many statements a function takes; what it did is undone."""
    count = AtStatement(0, None)
    with transaction.atomic():
        with connection.execute_wrapper(count):
            function()
        transaction.set_rollback(True)
    assert count.seen > 10
    return count.seen


def agrees(world):
    """What is folded is what the unmarked part of the ledger comes to."""
    ledger = ledger_oracle.read(world.campaign)
    return progress_oracle.kept(world.campaign) == progress_oracle.tables(ledger)


JOBS = {
    "fold": lambda world: fold.fold_marks(world.campaign.pk),
    "rebuild": lambda world: fold.rebuild(world.campaign),
}


@pytest.mark.parametrize("job", JOBS)
@pytest.mark.django_db
def test_a_job_that_dies_between_any_two_statements_leaves_what_was(world, job):
    class Dies(Exception):
        pass

    def die():
        raise Dies

    before = progress_oracle.kept(world.campaign)
    marks = FoldMark.objects.count()
    assert marks == 4
    for number in range(1, statements_of(lambda: JOBS[job](world)) + 1):
        with pytest.raises(Dies), transaction.atomic(), connection.execute_wrapper(AtStatement(number, die)):
            JOBS[job](world)
        assert progress_oracle.kept(world.campaign) == before
        assert FoldMark.objects.count() == marks
    JOBS[job](world)
    assert FoldMark.objects.count() == 0
    assert agrees(world)


@pytest.mark.postgresql_only  # SQLite has one writer at a time
@pytest.mark.parametrize("job", JOBS)
@pytest.mark.django_db(transaction=True)
def test_what_is_posted_between_any_two_statements_of_a_job_counts_once(world, job):
    for number in itertools.count(1):

        def somebody_posts(number=number):
            # One corrects what is being folded, one reports anew, one loads a file.
            day = DAY + datetime.timedelta(days=number % 5)
            answers = [
                Run(lambda: post(world, world.units[0], 100 + number)).answer(),
                Run(lambda: post(world, world.units[number % 4], 200 + number, day)).answer(),
                Run(lambda: load(world, number)).answer(),
            ]
            assert answers == [None, None, None]

        post(world, world.units[2], 300 + number)
        at = AtStatement(number, somebody_posts)
        with connection.execute_wrapper(at):
            JOBS[job](world)
        if at.seen < number:
            break
        assert agrees(world), f"posted before statement {number}"
        fold.fold_marks(world.campaign.pk)
        assert FoldMark.objects.count() == 0
        assert agrees(world), f"posted before statement {number}, folded later"
    assert number > 20


@pytest.mark.postgresql_only
@pytest.mark.django_db(transaction=True)
def test_a_check_holds_up_no_fold_and_sees_it_whole_or_not_at_all(world):
    def somebody_posts_and_a_worker_folds():
        assert Run(lambda: post(world, world.units[1], 77)).answer() is None
        assert Run(lambda: fold.fold_marks(world.campaign.pk)).answer() > 0

    total = AtStatement(0, None)
    with connection.execute_wrapper(total):
        assert fold.verify(world.campaign).differences == 0
    for number in range(2, total.seen + 1):
        with connection.execute_wrapper(AtStatement(number, somebody_posts_and_a_worker_folds)):
            assert fold.verify(world.campaign).differences == 0
        post(world, world.units[2], number)


@pytest.mark.django_db
def test_a_fold_that_brings_a_later_day_does_not_change_the_day_asked_for(world):
    """The last day with a report was asked for just before; it is a hint, never a promise."""
    fold.fold_marks(world.campaign.pk)
    nation = Area.objects.get(code="IN")
    cells = [cell.pk for cell in world.campaign.cells.filter(total=None)]
    newest = world.campaign.fold.last_day
    before = counts(areas=[nation], cell_ids=cells, day=newest, newest_day=newest)
    post(world, world.units[0], 500, newest + datetime.timedelta(days=1))
    post(world, world.units[0], 500, world.campaign.ends_on)
    fold.fold_marks(world.campaign.pk)
    assert counts(areas=[nation], cell_ids=cells, day=newest, newest_day=newest) == before
    assert counts(areas=[nation], cell_ids=cells, day=newest) == before
