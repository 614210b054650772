"""The whole nation, to the last dose. Takes about a minute."""

import pytest
from django.db.models import Sum

from campaigns.models import Submission, TargetTotal
from config.demonstration import facts, load, stock
from districts.models import Area
from inventory.selectors.declared import statements
from reports.models import DailyProgress, DailyReporting, ProgressToDate

# The demonstration lives on SQLite; on PostgreSQL test_load_demo loads a small part of it.
pytestmark = [pytest.mark.slow, pytest.mark.django_db, pytest.mark.sqlite_only]


@pytest.fixture(scope="module", autouse=True)
def campaign(load_for_the_module):
    with load_for_the_module(None) as campaign:
        yield campaign


def test_the_nation_has_the_doses_of_the_ministrys_release(campaign):
    figures = load.doses_to_date(campaign)
    assert sum(figures.values()) == 1_10_23_34_225
    assert sum(count for (_group, dose), count in figures.items() if dose == "first_dose") == 74_52_57_963
    assert sum(count for (_group, dose), count in figures.items() if dose == "second_dose") == 35_70_76_262
    assert figures == facts.RELEASE


def test_the_states_add_up_to_the_nation(campaign):
    totals = ProgressToDate.objects.filter(cell__campaign=campaign, cell__key="first_dose|*")
    states = totals.filter(area__parent=campaign.area)
    assert states.count() == 36
    assert states.aggregate(sum=Sum("count"))["sum"] == totals.get(area=campaign.area).count == 74_52_57_963


def test_the_last_day_has_the_doses_of_the_last_24_hours(campaign):
    day = DailyProgress.objects.filter(
        area=campaign.area, day=facts.AS_OF, cell__key__in=["first_dose|*", "second_dose|*"]
    )
    assert day.aggregate(sum=Sum("count"))["sum"] == 57_54_817


def test_diwali_is_the_quietest_day_of_the_autumn_and_17_september_the_busiest_of_all(campaign):
    days = dict(
        DailyProgress.objects.filter(area=campaign.area, cell__item__code__in=facts.DOSES, cell__total=None)
        .values_list("day")
        .annotate(doses=Sum("count"))
    )
    autumn = {day: count for day, count in days.items() if day.month in (10, 11)}
    assert str(min(autumn, key=autumn.get)) == "2021-11-04"
    assert str(max(days, key=days.get)) == "2021-09-17"


def test_three_in_a_hundred_units_are_silent_on_the_last_day(campaign):
    row = DailyReporting.objects.get(area=campaign.area, campaign=campaign, day=facts.AS_OF)
    units = campaign.units.count()
    assert units == 857
    assert units - row.reported == 25


def test_the_45_reviewed_districts_and_no_others_are_below_half(campaign):
    below = _where(campaign, lambda doses, adults: doses * 2 < adults)
    assert below == facts.reviewed_districts()


def test_a_few_districts_are_over_full(campaign):
    over_full = _where(campaign, lambda doses, adults: doses > adults)
    assert over_full >= facts.over_full_districts().keys()
    assert len(over_full) <= 15


def test_the_adults_of_the_default_denominator_are_94_crore(campaign):
    totals = TargetTotal.objects.filter(target_set__campaign=campaign, target_set__is_default=True)
    assert totals.filter(area=campaign.area).aggregate(sum=Sum("persons"))["sum"] == 94_00_00_000


def test_the_ledger_is_small_enough_for_a_laptop(campaign):
    assert Submission.objects.filter(campaign=campaign).count() < 3_00_000


def test_the_stock_meets_the_three_published_identities(campaign):
    assert stock.check(campaign, is_whole=True, has_chhattisgarh=True) == {
        "supplied by 2021-06-29": (31_83_36_450, 31_83_36_450),
        "balance of 2021-06-29": (78_44_885, 78_44_885),
        "supplied by 2021-11-11": (1_20_08_58_170, 1_20_08_58_170),
        "balance of 2021-11-11": (16_74_03_871, 16_74_03_871),
        "administered": (1_10_23_34_225, 1_10_23_34_225),
        "balance of Chhattisgarh": (18_40_130, 18_40_130),
    }


def test_all_statements_published_agree_with_the_ledger_but_for_consumption(campaign):
    for one in statements([campaign.area]):
        for measure, told, own, difference in one.beside:
            assert difference == 0 or measure == "consumption", (one.as_of, told, own)


def _where(campaign, holds):
    doses = dict(
        ProgressToDate.objects.filter(cell__campaign=campaign, cell__key="first_dose|*").values_list(
            "area_id", "count"
        )
    )
    targets = TargetTotal.objects.filter(target_set__campaign=campaign, target_set__is_default=True)
    adults = dict(targets.values_list("area_id").annotate(persons=Sum("persons")).order_by())
    districts = Area.objects.filter(level=2, pk__in=adults).values_list("pk", "code")
    return {code for pk, code in districts if holds(doses.get(pk, 0), adults[pk])}
