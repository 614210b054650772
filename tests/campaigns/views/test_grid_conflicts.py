"""Two people at one unit and day, one of them at the grid: both counts and the choice stay in the history."""

import re

import pytest

from campaigns.models import RuleHit
from campaigns.selectors.tallies import current_version, history
from campaigns.services import reviews
from campaigns.services.checking import Answers
from campaigns.services.reviews import Day
from campaigns.services.tallies import Line, submit_tally
from districts.models import Role
from tests.campaigns.views.grids import Grid, post, stands
from tests.plugins.cast import make_person


@pytest.fixture
def overtaken(officer, small, tree, days, block_clerk):
    """The clerk has reported 3 and 1 while the officer typed 4 and 2."""
    grid = Grid(officer, small, days.today)
    post(small, tree.abhanpur, days.today, block_clerk, first=3, second=1)
    return grid.fill(tree.abhanpur, {"first|||": 4, "second|||": 2}).press()


def versions(campaign, unit, day):
    """What each version said, by whom: the counts of the sheet's two cells."""
    told, sums = [], {"first|||": 0, "second|||": 0}
    for row in history(campaign, unit, day):
        for key, change in row["changes"].items():
            sums[key] += change
        told.append((row["by"], *sums.values()))
    return told


def test_rows_that_nobody_touched_are_no_conflict_though_somebody_has_reported_them_since(
    officer, small, tree, days, block_clerk
):
    """A second tab, opened before: only what was typed there is sent, and only that has to be settled."""
    today = days.today
    post(small, tree.bastar, today, block_clerk, first=7, second=1)
    tab = Grid(officer, small, today)
    post(small, tree.abhanpur, today, block_clerk, first=3, second=1)
    post(small, tree.bastar, today, block_clerk, reason="again", first=8, second=1)
    tab.fill(tree.arang, {"first|||": 5, "second|||": 0}).press()
    assert tab.outcome(tree.abhanpur) is tab.outcome(tree.bastar) is None
    assert "1 unit is received." in tab.said()
    assert stands(small, tree.abhanpur, today) == {"first|||": 3, "second|||": 1}
    assert stands(small, tree.bastar, today) == {"first|||": 8, "second|||": 1}

    late = Grid(officer, small, today).fill(tree.bastar, {"first|||": 9})
    post(small, tree.bastar, today, block_clerk, reason="once more", first=10, second=1)
    assert late.press(reason="mine").outcome(tree.bastar) == "conflict"


@pytest.mark.parametrize(
    ("choice", "settled"),
    [
        ({"all": "theirs"}, (3, 1)),
        ({"s-first": "theirs", "s-second": "theirs"}, (3, 1)),
        ({"s-first": "theirs", "s-second": "mine"}, (3, 2)),
        ({"t-first": "५", "t-second": "1"}, (5, 1)),
        ({"all": "mine", "t-second": "0"}, (4, 0)),
    ],
)
def test_after_a_conflict_both_counts_and_the_choice_stay_in_the_history(
    overtaken, small, tree, days, choice, settled
):
    unit, day = tree.abhanpur, days.today
    names = {"all": f"all{unit.pk}"}
    for item in ("first", "second"):
        cell = overtaken.cells[f"{item}|||"]
        names |= {f"s-{item}": f"s{unit.pk}-{cell}", f"t-{item}": f"t{unit.pk}-{cell}"}
    assert "Version 1 by block_clerk" in overtaken.page
    overtaken.press(**{names[name]: value for name, value in choice.items()}, reason="asked them")
    assert "1 unit is received." in overtaken.said()
    assert versions(small, unit, day) == [
        ("block_clerk", 3, 1),
        ("state_officer", 4, 2),
        ("state_officer", *settled),
    ]
    reasons = [row["reason"] for row in history(small, unit, day)]
    assert reasons[1].startswith("Counted at the same time") and reasons[2] == "asked them"


def test_a_choice_that_is_what_was_typed_is_written_once(overtaken, small, tree, days):
    overtaken.press(**{f"all{tree.abhanpur.pk}": "mine"}, reason="asked them")
    assert versions(small, tree.abhanpur, days.today)[1:] == [("state_officer", 4, 2)]


def test_without_a_choice_for_every_count_or_a_reason_nothing_is_written(overtaken, small, tree, days):
    unit = tree.abhanpur
    cell = overtaken.cells["first|||"]
    overtaken.press(**{f"s{unit.pk}-{cell}": "theirs"}, reason="asked them")
    assert overtaken.outcome(unit) == "conflict"
    assert re.search(rf'name="s{unit.pk}-{cell}" value="theirs" checked', overtaken.page)
    overtaken.press(**{f"all{unit.pk}": "mine", f"t{unit.pk}-{cell}": "4x"}, reason="asked them")
    assert overtaken.outcome(unit) == "conflict" and "is not a whole number" in overtaken.page
    overtaken.press(**{f"all{unit.pk}": "theirs", f"t{unit.pk}-{cell}": ""}, reason="")
    assert overtaken.outcome(unit) == "asked" and "say why in a few words" in overtaken.page
    assert f'name="all{unit.pk}" value="theirs" checked' in overtaken.page, "and the choice is kept"
    assert current_version(small, unit, days.today) == 1
    overtaken.press(**{f"all{unit.pk}": "theirs"}, reason="asked them")
    assert len(versions(small, unit, days.today)) == 3


def test_a_choice_that_is_overtaken_itself_is_compared_again(overtaken, small, tree, days, block_clerk):
    unit = tree.abhanpur
    post(small, unit, days.today, block_clerk, first=9, second=1, reason="recount")
    overtaken.press(**{f"all{unit.pk}": "theirs"}, reason="asked them")
    assert overtaken.outcome(unit) == "conflict"
    assert "stands now: <strong>9</strong>" in overtaken.page and "recount" in overtaken.page
    assert " checked>" not in overtaken.page, "what was chosen was chosen of another count"
    assert current_version(small, unit, days.today) == 2
    overtaken.press(**{f"all{unit.pk}": "theirs"}, reason="asked them")
    assert versions(small, unit, days.today)[2:] == [("state_officer", 4, 2), ("state_officer", 9, 1)]


def test_what_the_rules_find_in_a_choice_is_asked_and_the_choice_kept(overtaken, small, tree, days):
    unit = tree.abhanpur
    third = {f"t{unit.pk}-{overtaken.cells['second|||']}": "7", f"all{unit.pk}": "theirs"}
    overtaken.press(**third, reason="asked them")
    assert overtaken.outcome(unit) == "asked" and "7 to date, above the 3" in overtaken.page
    assert current_version(small, unit, days.today) == 1
    overtaken.press(**third, reason="asked them", why="a camp")
    assert versions(small, unit, days.today)[1:] == [("state_officer", 4, 2), ("state_officer", 3, 7)]
    assert RuleHit.objects.get(version=3).reason == "a camp"


def test_a_choice_on_a_day_that_is_verified_meanwhile_opens_it_or_is_refused(
    overtaken, small, tree, days, national_officer, client, block_clerk
):
    unit = tree.abhanpur
    reviews.verify(campaign=small, days=[Day(unit, days.today)], by=national_officer)
    client.force_login(block_clerk, backend="django.contrib.auth.backends.ModelBackend")
    choice = {f"all{unit.pk}": "theirs", "reason": "asked them"}
    overtaken.press(**choice)
    assert overtaken.outcome(unit) == "refused" and "is verified and locked" in overtaken.page
    assert current_version(small, unit, days.today) == 1
    officer = make_person("other", role=Role.STATE_OFFICER, area=tree.chhattisgarh)
    client.force_login(officer, backend="django.contrib.auth.backends.ModelBackend")
    overtaken.press(**choice)
    assert len(versions(small, unit, days.today)) == 3


def test_taking_back_a_choice_leaves_what_stood_before_it(overtaken, small, tree, days):
    overtaken.press(**{f"all{tree.abhanpur.pk}": "mine", "reason": "ours"}).press("undo")
    assert stands(small, tree.abhanpur, days.today) == {"first|||": 3, "second|||": 1}


def test_taking_back_a_third_count_leaves_what_stood_and_not_what_came_too_late(overtaken, small, tree, days):
    unit = tree.abhanpur
    thirds = {f"t{unit.pk}-{overtaken.cells[key]}": "6" for key in ("first|||", "second|||")}
    overtaken.press(**thirds, reason="counted again").press("undo")
    assert "1 unit is taken back." in overtaken.said()
    assert versions(small, unit, days.today)[-1] == ("state_officer", 3, 1)


def test_two_declared_totals_are_settled_like_counts(officer, small, tree, days, block_clerk):
    unit = tree.abhanpur
    grid = Grid(officer, small, days.today)
    submit_tally(
        campaign=small,
        unit=unit,
        day=days.today,
        lines=[Line("first", 3)],
        by=block_clerk,
        source="form",
        answers=Answers(declared=3),
    )
    grid.fill(unit, {"first|||": 3}, **{f"d{unit.pk}": "5"}).press()
    assert grid.outcome(unit) == "conflict" and "yours: <strong>5</strong>" in grid.page
    grid.press(**{f"s{unit.pk}-total": "theirs"}, reason="theirs is signed", why="another paper")
    assert "1 unit is received." in grid.said()
    told = [
        (row["by"], row["changes"], row["declared_total"]["declared"])
        for row in history(small, unit, days.today)
    ]
    assert told == [
        ("block_clerk", {"first|||": 3}, 3),
        ("state_officer", {}, 5),
        ("state_officer", {}, 3),
    ]
