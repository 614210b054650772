"""What a file of counts costs follows the days in it, not the days that the campaign has seen."""

import datetime
from contextlib import contextmanager

import pytest
from django.db import connection

from campaigns.models import Campaign, Cohort, Item
from campaigns.services.bulk import submit_tallies
from campaigns.services.setup import build_sheet, set_reporting_units

FIRST = datetime.date(2024, 1, 1)


@pytest.fixture
def campaign(tree):
    campaign = Campaign.objects.create(
        slug="long", name_en="Long", area=tree.india, starts_on=FIRST, ends_on=datetime.date(2025, 12, 31)
    )
    Cohort.objects.create(campaign=campaign, code="all", name_en="All")
    Item.objects.create(campaign=campaign, code="dose", name_en="Dose")
    build_sheet(campaign=campaign, by=None)
    set_reporting_units(campaign=campaign, areas=[tree.nagpur, tree.pune, tree.raipur, tree.bastar], by=None)
    return campaign


def post(campaign, *, days, count=5):
    cell = campaign.cells.get(is_open=True).pk
    units = campaign.units.values_list("area_id", flat=True)
    rows = [(unit, FIRST + datetime.timedelta(day), cell, count) for unit in units for day in days]
    return submit_tallies(campaign=campaign, rows=rows, by=None)


@contextmanager
def counted_steps():
    """How many steps SQLite's machine takes inside, in tens: unlike seconds, the same on every run."""
    steps = []
    connection.ensure_connection()
    connection.connection.set_progress_handler(lambda: steps.append(1), 10)
    try:
        yield steps
    finally:
        connection.connection.set_progress_handler(None, 0)


# It counts the steps of SQLite's machine; PostgreSQL has statistics, which the planner of SQLite lacks here.
@pytest.mark.sqlite_only
@pytest.mark.parametrize("what", ["new days", "days that stand"])
def test_a_small_file_costs_the_same_after_a_week_and_after_a_year(campaign, what):
    def cost(day):
        with counted_steps() as steps:
            assert post(campaign, days=[day], count=7)["changes"] == 4
        return len(steps)

    post(campaign, days=range(10))
    after_a_week = cost(20 if what == "new days" else 3)
    post(campaign, days=range(30, 395))
    after_a_year = cost(25 if what == "new days" else 4)
    assert after_a_year <= after_a_week * 1.2
