"""A campaign of the cast: Chhattisgarh by districts, but Raipur by its blocks."""

import datetime
from types import SimpleNamespace

import pytest
from django.utils import timezone

from campaigns.models import Campaign
from campaigns.services import sheet_changes
from campaigns.services.creation import create_campaign
from campaigns.services.setup import set_reporting_units, set_targets


def make_campaign(by, area, *, slug="teeka", preset="covid", days_back=30, days_on=30, **values):
    today = timezone.localdate()
    return create_campaign(
        by=by,
        preset=preset,
        slug=slug,
        name_en=values.pop("name_en", "Teeka"),
        name_hi=values.pop("name_hi", "टीका"),
        area=area,
        starts_on=today - datetime.timedelta(days_back),
        ends_on=today + datetime.timedelta(days_on),
        **values,
    )


@pytest.fixture
def campaign(tree, state_officer):
    """COVID preset over Chhattisgarh; reporting units: Bastar, and Abhanpur and Arang in Raipur."""
    made = make_campaign(state_officer, tree.chhattisgarh)
    set_reporting_units(campaign=made, areas=[tree.bastar, tree.abhanpur, tree.arang], by=state_officer)
    return Campaign.objects.select_related("area").get(pk=made.pk)


@pytest.fixture
def small(tree, state_officer):
    """An empty campaign to which two items without any split are added: two cells are easier to follow."""
    made = make_campaign(state_officer, tree.chhattisgarh, slug="small", preset="empty")
    sheet_changes.save_cohort(campaign=made, by=state_officer, code="all", name_en="All")
    for number, code in enumerate(("first", "second"), start=1):
        sheet_changes.save_item(
            campaign=made,
            by=state_officer,
            code=code,
            name_en=f"Dose {number}",
            antigen="X",
            dose_number=number,
            by_cohort=False,
        )
    set_reporting_units(campaign=made, areas=[tree.bastar, tree.abhanpur, tree.arang], by=state_officer)
    return Campaign.objects.select_related("area").get(pk=made.pk)


@pytest.fixture
def targets(campaign, tree, state_officer):
    """A thousand persons of each group in each unit."""
    units = [tree.bastar, tree.abhanpur, tree.arang]
    return set_targets(
        campaign=campaign,
        code="estimate",
        name_en="Estimate",
        source="Survey",
        year=2021,
        targets={(unit, cohort): 1000 for unit in units for cohort in campaign.cohorts.all()},
        by=state_officer,
    )


@pytest.fixture
def days():
    today = timezone.localdate()
    return SimpleNamespace(
        today=today,
        yesterday=today - datetime.timedelta(1),
        tomorrow=today + datetime.timedelta(1),
        last_week=today - datetime.timedelta(7),
    )
