"""Who posts a whole history asks no worker for each of its journals: the marks stand, and one fold takes them all."""

import datetime

import pytest

from campaigns.models import Campaign, FoldMark, Item
from campaigns.services.setup import build_sheet, set_reporting_units
from campaigns.services.tallies import Line, submit_tally
from reports import fold
from reports.models import ProgressToDate
from reports.receivers import fold_later

FIRST = datetime.date(2024, 3, 4)


@pytest.fixture
def campaign(tree):
    campaign = Campaign.objects.create(
        slug="history",
        name_en="History",
        area=tree.india,
        starts_on=FIRST,
        ends_on=FIRST + datetime.timedelta(30),
    )
    Item.objects.create(campaign=campaign, code="dose", name_en="Dose", by_cohort=False)
    build_sheet(campaign=campaign, by=None)
    set_reporting_units(campaign=campaign, areas=[tree.nagpur], by=None)
    return campaign


def post(campaign, tree, day):
    submit_tally(
        campaign=campaign,
        unit=tree.nagpur,
        day=FIRST + datetime.timedelta(day),
        lines=[Line("dose", 5)],
        by=None,
        source="api",
    )


def test_inside_no_worker_is_asked_and_afterwards_again(campaign, tree, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as asked, fold_later():
        post(campaign, tree, 0)
    assert asked == []
    with django_capture_on_commit_callbacks() as asked:
        post(campaign, tree, 1)
    assert len(asked) == 1


def test_an_error_inside_does_not_silence_what_comes_after(
    campaign, tree, django_capture_on_commit_callbacks
):
    with pytest.raises(ZeroDivisionError), fold_later():
        raise ZeroDivisionError
    with django_capture_on_commit_callbacks() as asked:
        post(campaign, tree, 0)
    assert len(asked) == 1


def test_the_marks_stand_and_one_fold_takes_them_all(campaign, tree):
    with fold_later():
        for day in range(3):
            post(campaign, tree, day)
    assert FoldMark.objects.filter(campaign=campaign).count() == 3
    fold.fold_marks(campaign.pk)
    assert ProgressToDate.objects.get(area=tree.india, cell__key="dose|*").count == 15
