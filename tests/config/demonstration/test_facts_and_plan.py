"""The published facts agree with themselves, and the plan made of them agrees with the facts."""

import csv
import datetime
from itertools import pairwise

import pytest

from config.demonstration import facts, irregularities
from config.demonstration.plan import LAST_OF_SERIES, Plan
from districts.shipped import rows_of

pytestmark = pytest.mark.once


@pytest.fixture(scope="module")
def plan():
    # Any adults will do: they weigh the states, and no total may depend on that.
    return Plan({state: 10_00_000 * number for number, state in enumerate(sorted(facts.states()), start=1)})


def to_date(plan, state, dose, day):
    return sum(
        sum(portion.groups.values())
        for number, days in enumerate(plan.stretches)
        if days[-1] <= day
        for portion in plan.portions(number)
        if portion.state == state and portion.dose == dose
    )


def test_the_groups_of_the_release_add_up_to_110_23_crore():
    assert sum(facts.RELEASE.values()) == facts.RELEASE_TOTAL == 1_10_23_34_225


def test_the_adults_of_the_groups_add_up_to_94_crore():
    assert sum(facts.ADULTS.values()) == facts.ADULTS_TOTAL == 94_00_00_000


def test_the_bulletin_of_chhattisgarh_adds_up_to_what_the_state_did_not_declare():
    assert sum(facts.BULLETIN.values()) == 1_15_608


def test_every_day_of_the_campaign_has_its_share_of_the_work():
    days = list(facts.days())
    assert days[0] == facts.FIRST_DAY and days[-1] == facts.AS_OF
    assert days == [facts.FIRST_DAY + datetime.timedelta(n) for n in range(300)]
    assert facts.days()[facts.AS_OF] == round(facts.RELEASE_LAST_24_HOURS / 1000)


def test_no_published_sum_to_date_ever_falls():
    for table in (
        facts.state_month_ends(),
        {("IN", day): row for day, row in facts.national_milestones().items()},
    ):
        latest = {}
        for (place, _day), row in sorted(table.items(), key=lambda item: item[0][1]):
            for key, count in row.items():
                # Until August the nation's milestones are in thousands.
                assert count >= latest.get((place, key), 0)
                latest[place, key] = count


def test_every_named_district_is_in_the_directory():
    known = {row["code"]: row["name_en"] for row in rows_of("districts")}
    for table in ("reviewed_districts", "over_full_districts"):
        with (facts.FOLDER / f"{table}.csv").open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                assert known[row["district"]] == row["name"]
    assert len(facts.reviewed_districts()) == 45
    assert not facts.reviewed_districts() & facts.over_full_districts().keys()
    for origin, heir, persons in facts.territory():
        assert heir in known and (not origin or origin in known) and persons > 0


def test_the_plan_comes_to_the_release_group_by_group(plan):
    assert plan.totals() == facts.RELEASE


def test_the_plan_follows_the_press_series_of_every_state_to_august(plan):
    for state in plan.states:
        for dose in facts.DOSES:
            published = facts.state_month_ends()[state, LAST_OF_SERIES][dose]
            assert to_date(plan, state, dose, LAST_OF_SERIES) == published


def test_the_plan_stands_where_the_releases_of_september_and_october_put_the_nation(plan):
    for day in (datetime.date(2021, 9, 30), datetime.date(2021, 10, 31)):
        for dose in facts.DOSES:
            released = sum(
                count for (_group, of), count in facts.national_milestones()[day].items() if of == dose
            )
            assert sum(to_date(plan, state, dose, day) for state in plan.states) == released


def test_the_last_day_has_the_doses_of_the_last_24_hours(plan):
    last = len(plan.stretches) - 1
    assert plan.stretches[last] == (facts.AS_OF,)
    doses = sum(sum(portion.groups.values()) for portion in plan.portions(last))
    assert doses == facts.RELEASE_LAST_24_HOURS


def test_nobody_is_planned_to_take_doses_back_or_to_come_before_the_turn_of_the_group(plan):
    for number, days in enumerate(plan.stretches):
        for portion in plan.portions(number):
            for group in facts.GROUPS:
                opened = group.opened if portion.dose == facts.FIRST else group.second_from
                assert portion.groups[group.code] >= 0
                assert opened <= days[-1] or portion.groups[group.code] == 0


@pytest.mark.parametrize("kind", irregularities.REASONS)
@pytest.mark.parametrize("count", [12, 33, 40, 100, 7654])
def test_what_is_corrected_was_first_reported_otherwise(kind, count):
    true = {("18-44", facts.FIRST): count}
    one = irregularities.Correction(None, None, None, kind)
    for corrections in ([one], [one, one]):
        versions = irregularities.versions(corrections, true)
        assert versions[-1] == true and len(versions) == len(corrections) + 1
        for earlier, later in pairwise(versions):
            assert min(earlier.values()) >= 0
            assert kind != "again" or earlier != later
        assert versions[0] != true


def test_a_nil_report_has_nothing_to_correct():
    one = irregularities.Correction(None, None, None, "register")
    assert irregularities.versions([one], {}) == [{}]
