"""Clerks, files, workers and rebuilds at the same campaign at the same time, on connections of their own."""

import datetime
import random

import pytest
from django.db import connection

from campaigns.errors import StaleVersion
from campaigns.models import Campaign, FoldMark, Submission
from campaigns.services.bulk import submit_tallies
from campaigns.services.tallies import Line, submit_tally
from reports import fold
from tests.concurrency.threads import together
from tests.oracles import ledger as ledger_oracle
from tests.oracles import progress as progress_oracle
from tests.reports.sequences import make_world

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

ROUNDS = 12 if connection.vendor == "postgresql" else 5
POSTS = 8
DAYS = [datetime.date(2021, 1, 30) + datetime.timedelta(days=number) for number in range(3)]


class Clerk:
    """Posts at random; each count is a number of its own, so that a lost or doubled one shows."""

    def __init__(self, world, seed):
        self.world, self.random, self.seed = world, random.Random(seed), seed

    def __call__(self):
        campaign = Campaign.objects.get(pk=self.world.campaign.pk)
        for number in range(POSTS):
            # Two clerks may send the very same request: an impatient client, a retrying proxy.
            shared = number % 3 == 0
            chance = random.Random(f"{self.seed // 2} {number}") if shared else self.random
            arguments = {
                "campaign": campaign,
                "unit": chance.choice(self.world.units[:4]),
                "day": chance.choice(DAYS),
                "lines": [Line("dose-1", chance.randint(1, 10**6), "old")],
                "by": None,
                "source": "api",
                "reason": "counted again",
                "idempotency_key": f"{self.seed // 2}-{number}" if shared else "",
                "expected_version": None if shared else chance.choice((None, None, 1)),
            }
            try:
                receipt = submit_tally(**arguments)
            except StaleVersion:
                continue
            if shared:
                again = submit_tally(**arguments)
                assert (again.replayed, again.version) == (True, receipt.version)
        return "done"


def loads_files(world, seed):
    chance = random.Random(seed)
    cells = [cell.pk for cell in world.campaign.cells.filter(total__isnull=False)]

    def run():
        campaign = Campaign.objects.get(pk=world.campaign.pk)
        for _number in range(POSTS // 2):
            rows = [
                (unit.pk, day, cell, chance.randint(1, 10**6))
                for unit in world.units[:4]
                for day in DAYS
                for cell in chance.sample(cells, 2)
            ]
            submit_tallies(campaign=campaign, rows=rows, by=None)
        return "done"

    return run


def folds(world):
    def run():
        for _number in range(POSTS * 2):
            fold.fold_marks(world.campaign.pk)
        return "done"

    return run


def rebuilds_and_checks(world):
    def run():
        for _number in range(3):
            fold.rebuild(world.campaign)
            assert fold.verify(world.campaign).differences == 0
        return "done"

    return run


def test_nothing_is_lost_or_doubled_whoever_comes_first():
    world = make_world("mixed")
    for number in range(ROUNDS):
        answers = together(
            Clerk(world, 4 * number),
            Clerk(world, 4 * number + 1),
            loads_files(world, number),
            folds(world),
            folds(world),
            rebuilds_and_checks(world),
        )
        assert answers == ["done"] * 6
        ledger = ledger_oracle.read(world.campaign)
        assert progress_oracle.kept(world.campaign) == progress_oracle.tables(ledger)
        _what_stands_is_what_was_last_said(world, ledger)
    fold.fold_marks(world.campaign.pk)
    assert not FoldMark.objects.exists()
    ledger = ledger_oracle.read(world.campaign)
    assert progress_oracle.kept(world.campaign) == progress_oracle.tables(ledger)
    assert fold.rebuild(world.campaign) == 0
    # They did meet: somebody corrected what somebody else had posted.
    assert Submission.objects.filter(version__gt=3).exists()


def _what_stands_is_what_was_last_said(world, ledger):
    """Versions run without a gap, and no cell holds less than nothing: a doubled correction would show."""
    versions = {}
    for submission in ledger.submissions:
        versions.setdefault((submission["unit_id"], submission["happened_on"]), []).append(
            submission["version"]
        )
    for key, found in versions.items():
        assert sorted(found) == list(range(1, len(found) + 1))
        assert all(count > 0 for count in ledger_oracle.standing(ledger, *key).values())
