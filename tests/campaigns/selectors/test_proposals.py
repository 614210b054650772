"""Holidays and rounds as they are proposed."""

import csv
import datetime
from itertools import pairwise
from pathlib import Path

import holidays
import pytest
from django.conf import settings

from campaigns.selectors.proposals import _subdivision, propose_rounds, public_holidays
from districts.models import Area, Level
from districts.tree import add_area

D = datetime.date


def names(area, first, last):
    return {holiday.day: holiday.name_en for holiday in public_holidays(area, first, last)}


def test_the_nations_holidays_are_proposed_in_both_languages(tree):
    found = public_holidays(tree.india, D(2021, 1, 20), D(2021, 1, 31))
    assert [(one.day, one.name_en, one.name_hi) for one in found] == [
        (D(2021, 1, 26), "Republic Day", "गणतंत्र दिवस")
    ]


def test_a_district_has_the_holidays_of_its_state(tree):
    for area in (tree.chhattisgarh, tree.raipur, tree.arang):
        assert names(area, D(2021, 10, 1), D(2021, 11, 30)) == names(
            tree.raipur, D(2021, 10, 1), D(2021, 11, 30)
        )
    everywhere = names(tree.india, D(2021, 1, 1), D(2021, 12, 31))
    maharashtra = names(tree.pune, D(2021, 1, 1), D(2021, 12, 31))
    assert D(2021, 5, 1) in maharashtra and D(2021, 5, 1) not in everywhere, "Maharashtra Day"


def test_holidays_end_with_the_period(tree):
    assert names(tree.india, D(2021, 8, 15), D(2021, 8, 15)) == {D(2021, 8, 15): "Independence Day"}
    assert names(tree.india, D(2021, 8, 16), D(2021, 8, 16)) == {}


def test_a_campaign_over_new_year_has_the_holidays_of_both_years(tree):
    days = names(tree.india, D(2019, 12, 1), D(2020, 2, 1))
    assert {D(2019, 12, 25), D(2020, 1, 26)} <= days.keys()


def states():
    with (Path(settings.BASE_DIR) / "districts/reference/states.csv").open(encoding="utf-8") as file:
        return [row["iso_code"] for row in csv.DictReader(file) if row["iso_code"] != "IN"]


@pytest.mark.parametrize("iso_code", [*states(), "IN-CT", "IN-OR", "IN-TG", "IN-UT", "IN-DD", "IN-DN"])
def test_every_state_is_known_under_its_codes_of_today_and_of_yesterday(tree, iso_code):
    Area.objects.filter(iso_code__in=["IN-CT", "IN-MH"]).update(iso_code="")
    state = add_area(parent=tree.india, code="S99", level=Level.STATE, name_en="State", iso_code=iso_code)
    assert _subdivision(state) in holidays.India.subdivisions


def sundays_and(*weekdays, off=()):
    return lambda day: day.isoweekday() in {7, *weekdays} or day in off


def test_the_rounds_of_imi_2():
    """Four rounds from 2 December 2019, seven working days each, without Sundays, RI days and holidays."""
    off = {D(2020, 1, 15)}
    rounds = propose_rounds(first=D(2019, 12, 2), rounds=4, working_days=7, is_off=sundays_and(3, 6, off=off))
    assert rounds == [
        (D(2019, 12, 2), D(2019, 12, 12)),
        (D(2020, 1, 2), D(2020, 1, 13)),
        (D(2020, 2, 3), D(2020, 2, 13)),
        (D(2020, 3, 2), D(2020, 3, 12)),
    ]
    for first, last in rounds:
        days = [first + datetime.timedelta(n) for n in range((last - first).days + 1)]
        assert sum(not sundays_and(3, 6, off=off)(day) for day in days) == 7


def test_a_round_begins_on_a_working_day():
    assert propose_rounds(first=D(2021, 8, 15), rounds=1, working_days=1, is_off=sundays_and()) == [
        (D(2021, 8, 16), D(2021, 8, 16))
    ]


def test_months_that_are_too_short_take_their_last_day():
    firsts = [
        first
        for first, _last in propose_rounds(
            first=D(2021, 1, 31), rounds=3, working_days=1, is_off=lambda day: False
        )
    ]
    assert firsts == [D(2021, 1, 31), D(2021, 2, 28), D(2021, 3, 31)]


def test_rounds_never_overlap():
    rounds = propose_rounds(first=D(2021, 1, 1), rounds=4, working_days=31, is_off=sundays_and(5, 6))
    assert len(rounds) == 4
    for (_first, last), (following, _last) in pairwise(rounds):
        assert last < following


def test_where_no_day_is_a_working_day_nothing_is_proposed():
    assert propose_rounds(first=D(2021, 1, 1), rounds=2, working_days=7, is_off=lambda day: True) == []
