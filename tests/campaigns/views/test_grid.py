"""The grid of many units, as a district officer meets it."""

import re

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from campaigns.models import Cohort, DeclaredTotal, Draft, Journal, RuleHit, Submission
from campaigns.selectors.tallies import current_version, history
from campaigns.services import sheet_changes
from campaigns.services.setup import set_reporting_units
from tests.campaigns.conftest import make_campaign
from tests.campaigns.views.grids import Grid, post, stands


def test_many_units_are_sent_at_once_and_rows_left_blank_are_not(officer, small, tree, days):
    grid = Grid(officer, small, days.today)
    grid.fill(tree.abhanpur, {"first|||": "1,20,085", "second|||": 5})
    grid.fill(tree.arang, {"first|||": "१२"}).press()
    assert "2 units are received." in grid.said()
    assert stands(small, tree.abhanpur, days.today) == {"first|||": 120085, "second|||": 5}
    assert stands(small, tree.arang, days.today) == {"first|||": 12}
    assert current_version(small, tree.bastar, days.today) == 0
    assert Journal.objects.count() == 1, "one journal for all of them"
    assert grid.page.count(">reported</span>") == 2
    assert grid.fields[grid.name(tree.arang, "second|||")] == "0", "a blank of a row with counts is a 0"


def test_each_unit_is_answered_by_itself(officer, small, tree, days, block_clerk):
    post(small, tree.arang, days.today, block_clerk, first=7)
    grid = Grid(officer, small, days.today)
    post(small, tree.abhanpur, days.today, block_clerk, first=3)
    grid.fill(tree.abhanpur, {"first|||": 4}).fill(tree.arang, {"first|||": 8})
    grid.fill(tree.bastar, {"first|||": 5, "second|||": 9}).press()
    assert [grid.outcome(unit) for unit in (tree.abhanpur, tree.arang, tree.bastar)] == [
        "conflict",
        "asked",
        "asked",
    ]
    assert "3 units still need you." in grid.said()
    assert "stands now: <strong>3</strong>" in grid.page and "yours: <strong>4</strong>" in grid.page
    assert "This corrects a report: say why in a few words." in grid.page
    assert "9 to date, above the 5 of the dose before." in grid.page
    assert Submission.objects.count() == 2, "nothing of it is written"
    assert grid.fields[grid.name(tree.bastar, "second|||")] == "9", "and what was typed is still there"

    grid.press(
        **{
            f"s{tree.abhanpur.pk}-{grid.cells['first|||']}": "mine",
            f"r{tree.arang.pk}": "counted again",
            f"r{tree.abhanpur.pk}": "ours is right",
            f"why{tree.bastar.pk}-second_above_first:second": "people from the next district",
        }
    )
    assert "3 units are received." in grid.said()
    assert stands(small, tree.abhanpur, days.today) == {"first|||": 4}
    assert history(small, tree.arang, days.today)[1]["reason"] == "counted again"
    hit = RuleHit.objects.get(unit=tree.bastar)
    assert (hit.rule, hit.cell, hit.reason) == (
        "second_above_first",
        "second",
        "people from the next district",
    )
    assert (hit.version, hit.observed) == (1, {"today": 9, "later": 9, "earlier": 5})


def test_a_correction_is_asked_for_all_its_reasons_at_once(officer, small, tree, days, block_clerk):
    post(small, tree.arang, days.today, block_clerk, first=7)
    grid = Grid(officer, small, days.today).fill(tree.arang, {"second|||": 9}).press()
    assert "This corrects a report" in grid.page and "9 to date, above the 7" in grid.page
    grid.press(why="so it was")
    assert current_version(small, tree.arang, days.today) == 1, "why it is right is not why it is corrected"
    grid.press(why="so it was", reason="forgotten sheet")
    assert current_version(small, tree.arang, days.today) == 2


def test_one_reason_may_answer_for_all_rows(officer, small, tree, days):
    grid = Grid(officer, small, days.today)
    for unit in (tree.abhanpur, tree.arang):
        grid.fill(unit, {"first|||": 1, "second|||": 2})
    grid.press(why="a camp for second doses")
    assert set(RuleHit.objects.values_list("reason", flat=True)) == {"a camp for second doses"}


def test_what_cannot_be_read_is_named_and_the_other_rows_are_taken(officer, small, tree, days):
    grid = Grid(officer, small, days.today)
    grid.fill(tree.abhanpur, {"first|||": "12a"}).fill(tree.arang, {"first|||": 5}).press()
    assert "is not a whole number" in grid.page and "1 unit still needs you." in grid.said()
    assert current_version(small, tree.abhanpur, days.today) == 0
    assert stands(small, tree.arang, days.today) == {"first|||": 5}


def test_a_nil_report_is_one_tap_and_leaves_the_rest_as_typed(officer, small, tree, days):
    grid = Grid(officer, small, days.today)
    grid.fill(tree.abhanpur, {"first|||": 4}).press("nil", tree.bastar.pk)
    assert Submission.objects.get().is_nil
    assert current_version(small, tree.bastar, days.today) == 1
    assert grid.fields[grid.name(tree.abhanpur, "first|||")] == "4"
    assert current_version(small, tree.abhanpur, days.today) == 0


def test_a_draft_comes_back_to_whoever_typed_it_and_goes_when_it_is_sent(
    officer, small, tree, days, district_officer, client
):
    grid = Grid(officer, small, days.today)
    grid.fill(tree.abhanpur, {"first|||": "12 or so"}, **{f"d{tree.abhanpur.pk}": "30"}).press("draft")
    assert Submission.objects.count() == 0
    assert Draft.objects.get().texts == {str(grid.cells["first|||"]): "12 or so", "declared": "30"}
    grid = Grid(officer, small, days.today)
    assert "1 unit shows your draft of" in grid.page
    assert grid.fields[grid.name(tree.abhanpur, "first|||")] == "12 or so"
    assert grid.fields[f"d{tree.abhanpur.pk}"] == "30"
    client.force_login(district_officer, backend="django.contrib.auth.backends.ModelBackend")
    assert "your draft" not in Grid(client, small, days.today).page, "it is nobody else's"
    client.force_login(Draft.objects.get().user, backend="django.contrib.auth.backends.ModelBackend")
    grid.fill(tree.abhanpur, {"first|||": 12}, **{f"d{tree.abhanpur.pk}": "12"}).press()
    assert stands(small, tree.abhanpur, days.today) == {"first|||": 12}
    assert not Draft.objects.exists()


def test_a_draft_can_be_discarded(officer, small, tree, days):
    Grid(officer, small, days.today).fill(tree.abhanpur, {"first|||": 12}).press("draft")
    grid = Grid(officer, small, days.today).press("discard")
    assert "The draft is discarded." in grid.said() and not Draft.objects.exists()
    assert grid.fields[grid.name(tree.abhanpur, "first|||")] == ""


def test_a_draft_begun_on_a_report_that_was_overtaken_says_so_and_overwrites_nothing(
    officer, small, tree, days, block_clerk
):
    Grid(officer, small, days.today).fill(tree.abhanpur, {"first|||": 12}).press("draft")
    post(small, tree.abhanpur, days.today, block_clerk, first=3)
    grid = Grid(officer, small, days.today)
    assert "changed since by somebody else" in grid.page
    grid.press(reason="x")
    assert grid.outcome(tree.abhanpur) == "conflict"
    assert stands(small, tree.abhanpur, days.today) == {"first|||": 3}


def test_what_was_sent_last_is_taken_back_by_a_correction(officer, small, tree, days, block_clerk):
    post(small, tree.arang, days.today, block_clerk, first=7)
    grid = Grid(officer, small, days.today)
    grid.fill(tree.abhanpur, {"first|||": 4}).fill(tree.arang, {"first|||": 70}).press(reason="slip")
    grid.press("undo")
    assert "2 units are taken back." in grid.said()
    assert stands(small, tree.arang, days.today) == {"first|||": 7}
    assert stands(small, tree.abhanpur, days.today) == {}
    told = [row["reason"] for row in history(small, tree.arang, days.today)]
    assert told == ["", "slip", "Taken back by the person who had sent it."]
    assert "There is nothing of this session to take back." in grid.press("undo").said()


def test_taking_back_leaves_alone_what_somebody_has_posted_since(officer, small, tree, days, block_clerk):
    grid = Grid(officer, small, days.today).fill(tree.abhanpur, {"first|||": 4}).press()
    post(small, tree.abhanpur, days.today, block_clerk, first=5, reason="recount")
    assert "1 could not be" in grid.press("undo").said()
    assert stands(small, tree.abhanpur, days.today) == {"first|||": 5}


def test_the_declared_total_of_22_june_2021_in_chhattisgarh(officer, tree, days, state_officer):
    campaign = make_campaign(state_officer, tree.chhattisgarh, slug="june", preset="empty")
    for code in ("18-44", "45-plus"):
        sheet_changes.save_cohort(campaign=campaign, by=state_officer, code=code, name_en=code)
    for number, code in enumerate(("first", "second"), start=1):
        sheet_changes.save_item(
            campaign=campaign, by=state_officer, code=code, name_en=code, antigen="X", dose_number=number
        )
    set_reporting_units(campaign=campaign, areas=[tree.chhattisgarh], by=state_officer)
    assert Cohort.objects.filter(campaign=campaign).count() == 2
    lines = {
        "first|18-44||": 92857,
        "second|18-44||": 6890,
        "first|45-plus||": 6932,
        "second|45-plus||": 8929,
    }
    state = tree.chhattisgarh
    grid = Grid(officer, campaign, days.today).fill(state, lines, **{f"d{state.pk}": "1,09,353"}).press()
    assert grid.outcome(state) == "asked"
    assert "The lines add to 1,15,608, the declared total is 1,09,353; the difference is 6,255." in grid.page
    grid.press(**{f"why{state.pk}-declared_total:": "the paper leaves out one centre"})
    assert sum(stands(campaign, state, days.today).values()) == 115608
    declared = DeclaredTotal.objects.get()
    assert (declared.declared, declared.counted) == (109353, 115608)
    assert declared.reason == "the paper leaves out one centre"
    hit = RuleHit.objects.get()
    assert (hit.rule, hit.observed["difference"]) == ("declared_total", 6255)


def test_a_declared_total_alone_is_sent_for_a_reported_day_and_taken_back(
    officer, small, tree, days, block_clerk
):
    unit = tree.arang
    post(small, unit, days.today, block_clerk, first=7)
    grid = Grid(officer, small, days.today)
    grid.fill(unit, {}, **{f"d{unit.pk}": "9"}).press()
    assert grid.outcome(unit) == "asked" and "This corrects a report" in grid.page
    assert "The lines add to 7, the declared total is 9" in grid.page
    grid.press(reason="the paper came", why="two forms came later")
    assert current_version(small, unit, days.today) == 2
    assert DeclaredTotal.objects.get().declared == 9
    assert grid.fields[f"d{unit.pk}"] == "9", "and it stands in its place"
    assert "Nothing is filled in that does not stand already." in grid.press().said()
    grid.press("undo")
    assert "1 unit is taken back." in grid.said() and grid.fields[f"d{unit.pk}"] == ""
    assert current_version(small, unit, days.today) == 3


def test_yesterday_and_the_median_of_seven_days_stand_beside_each_cell(
    officer, small, tree, days, state_officer
):
    for back, count in enumerate((30, 10, 20, 0), start=1):
        day = days.today - (days.today - days.yesterday) * back
        post(small, tree.arang, day, state_officer, first=count)
    grid = Grid(officer, small, days.today)
    cell = re.search(rf'name="{grid.name(tree.arang, "first|||")}".*?</td>', grid.page)[0]
    assert "<small>30 · 15</small>" in cell
    other = re.search(rf'name="{grid.name(tree.bastar, "first|||")}".*?</td>', grid.page)[0]
    assert "<small>" not in other, "no report, no figure: a blank is not a zero"


def test_columns_that_are_not_shown_keep_what_stands(officer, small, tree, days, state_officer):
    post(small, tree.arang, days.today, state_officer, first=9, second=3)
    grid = Grid(officer, small, days.today, item="first")
    assert "second" not in {name.split("-")[-1] for name in grid.fields}
    grid.fill(tree.arang, {"first|||": 10}).press(reason="recount")
    assert stands(small, tree.arang, days.today) == {"first|||": 10, "second|||": 3}


def test_a_late_report_is_taken_and_marked(officer, small, tree, days):
    grid = Grid(officer, small, days.last_week).fill(tree.arang, {"first|||": 1}).press()
    assert "1 is late and marked so." in grid.said()
    assert Submission.objects.get().is_late


def test_a_clerk_sees_and_sends_only_units_of_the_own_area(client, block_clerk, small, tree, days):
    client.force_login(block_clerk, backend="django.contrib.auth.backends.ModelBackend")
    grid = Grid(client, small, days.today)
    assert f"c{tree.abhanpur.pk}-" in grid.page and f"c{tree.bastar.pk}-" not in grid.page
    grid.fields["units"] += f",{tree.bastar.pk}"
    grid.fill(tree.bastar, {"first|||": 5}).press()
    assert not Submission.objects.exists()
    assert client.post(grid.address, grid.fields | {"nil": tree.bastar.pk}).status_code == 404


def test_the_history_of_a_cell_tells_value_who_when_and_why(officer, small, tree, days, block_clerk, client):
    post(small, tree.abhanpur, days.today, block_clerk, first=3)
    post(small, tree.abhanpur, days.today, block_clerk, first=4, reason="one more")
    post(small, tree.abhanpur, days.today, block_clerk, first=4, second=1, reason="another cell")
    cell = small.cells.get(key="first|||").pk
    asked = {"date": days.today.isoformat(), "unit": tree.abhanpur.pk, "cell": cell}
    address = reverse("entry-grid-history", args=[small.slug])
    page = officer.get(address, asked).content.decode()
    assert page.count("<li") == 2 and "one more" in page and "another cell" not in page
    assert "block_clerk" in page and "<strong>3</strong>" in page and "<strong>4</strong>" in page
    client.force_login(block_clerk, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(address, asked | {"unit": tree.bastar.pk}).status_code == 404


def queries(act):
    with CaptureQueriesContext(connection) as captured:
        act()
    return len(captured)


def test_opening_and_sending_cost_the_same_for_any_number_of_units(officer, small, tree, days, state_officer):
    def at_work(units, day):
        set_reporting_units(campaign=small, areas=units, by=state_officer)
        small.refresh_from_db()
        Grid(officer, small, days.last_week)  # the sheet and the rules are read once
        opening = queries(lambda: Grid(officer, small, day))
        asking = queries(lambda: officer.get(reverse("entry-grid-context", args=[small.slug])))
        grid = Grid(officer, small, day)
        for unit in units:
            grid.fill(unit, {"first|||": 5, "second|||": 6})
        sending = queries(lambda: grid.press(why="so it was"))
        assert RuleHit.objects.filter(unit__in=units, happened_on=day).count() == len(units)
        return opening, asking, sending

    few = at_work([tree.bastar], days.yesterday)
    assert at_work([tree.bastar, tree.abhanpur, tree.arang], days.today) == few
    assert few == (18, 10, 44)
