"""Two grids, a clerk and a file at the same units and day at once: one of each pair is told, nothing is lost."""

from collections import Counter

import pytest
from django.utils import timezone

from campaigns.models import Campaign, Submission, TallyEntry
from campaigns.selectors.tallies import standing
from campaigns.services import grid, reviews, sheet_changes
from campaigns.services.bulk import submit_tallies
from campaigns.services.reviews import Day
from campaigns.services.setup import set_reporting_units
from campaigns.services.tallies import Line, submit_tally
from districts.models import Role
from tests.campaigns.conftest import make_campaign
from tests.concurrency.threads import at_statement, together
from tests.plugins.cast import make_person

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def campaign(tree, state_officer):
    made = make_campaign(state_officer, tree.chhattisgarh, preset="empty")
    for code in ("first", "second"):
        sheet_changes.save_item(campaign=made, by=state_officer, code=code, name_en=code, by_cohort=False)
    set_reporting_units(campaign=made, areas=[tree.bastar, tree.abhanpur, tree.arang], by=state_officer)
    return made


def sending(campaign, units, day, count, by):
    """A grid that has seen no report of the units."""
    cell = campaign.cells.get(key="first|||").pk

    def send():
        sheets = [grid.UnitSheet(unit=unit, counts={cell: count}, version=0) for unit in units]
        receipt = grid.submit_sheets(
            campaign=Campaign.objects.get(pk=campaign.pk), day=day, sheets=sheets, by=by
        )
        return Counter(outcome.status for outcome in receipt.outcomes)

    return send


def sums_of_entries(campaign, units, day):
    return {
        unit: sum(TallyEntry.objects.filter(unit=unit, happened_on=day).values_list("change", flat=True))
        for unit in units
    }


def test_two_grids_over_the_same_units_in_opposite_order(campaign, tree, state_officer):
    units, day = [tree.bastar, tree.abhanpur, tree.arang], timezone.localdate()
    answers = together(
        sending(campaign, units, day, 5, state_officer),
        sending(campaign, units[::-1], day, 7, state_officer),
    )
    assert sorted(map(dict, answers), key=str) == [{"accepted": 3}, {"conflict": 3}]
    assert Submission.objects.count() == 3
    won = 5 if answers[0]["accepted"] else 7
    assert sums_of_entries(campaign, units, day) == dict.fromkeys(units, won)


def test_the_reports_of_a_grid_are_written_in_the_order_of_their_units(campaign, tree, state_officer):
    """That of a file's load, which takes no unit's row: in another each would wait for a report of the other."""
    units = sorted([tree.bastar, tree.abhanpur, tree.arang], key=lambda unit: -unit.pk)
    sending(campaign, units, timezone.localdate(), 5, state_officer)()
    written = Submission.objects.order_by("pk").values_list("unit_id", flat=True)
    assert list(written) == [unit.pk for unit in reversed(units)]


def test_a_reviewed_day_that_is_posted_during_the_writing_is_told_and_not_overwritten(
    campaign, tree, state_officer
):
    """Returned days go by the road of single postings, after the others: somebody may come before them."""
    day, unit = timezone.localdate(), tree.arang
    asked = {"campaign": campaign, "unit": unit, "day": day, "by": state_officer, "source": "form"}
    submit_tally(**asked, lines=[Line("first", 1)])
    officer = make_person("other", role=Role.NATIONAL_OFFICER, area=tree.india)
    reviews.return_(campaign=campaign, days=[Day(unit, day)], by=officer, comment="look")
    cell = campaign.cells.get(key="first|||").pk
    sheet = grid.UnitSheet(unit=unit, counts={cell: 5}, version=1, reason="mine")

    def somebody_else():
        submit_tally(**asked, lines=[Line("first", 3)], reason="theirs")

    readings = []

    def is_the_second_reading(sql):
        readings.extend(
            ["of what stands"] if sql.startswith("SELECT") and "campaigns_submission" in sql else []
        )
        return len(readings) == 2

    with at_statement(is_the_second_reading, somebody_else):
        outcome = grid.submit_sheets(campaign=campaign, day=day, sheets=[sheet], by=state_officer).outcomes[0]
    assert (outcome.status, outcome.version, outcome.standing) == ("conflict", 2, {cell: 3})
    assert standing(campaign, unit, day) == {cell: 3}


def test_a_choice_that_is_overtaken_during_the_writing_writes_neither_count(campaign, tree, state_officer):
    day, unit = timezone.localdate(), tree.arang
    asked = {"campaign": campaign, "unit": unit, "day": day, "by": state_officer, "source": "form"}
    submit_tally(**asked, lines=[Line("first", 1)])
    cell = campaign.cells.get(key="first|||").pk
    sheet = grid.UnitSheet(unit=unit, counts={cell: 1}, version=1, reason="theirs", overtaken={cell: 5})
    readings = []

    def is_the_second_reading(sql):
        readings.extend(
            ["of what stands"] if sql.startswith("SELECT") and "campaigns_submission" in sql else []
        )
        return len(readings) == 2

    with at_statement(
        is_the_second_reading, lambda: submit_tally(**asked, lines=[Line("first", 3)], reason="recount")
    ):
        outcome = grid.submit_sheets(campaign=campaign, day=day, sheets=[sheet], by=state_officer).outcomes[0]
    assert (outcome.status, outcome.version, outcome.standing) == ("conflict", 2, {cell: 3})
    assert [one["reason"] for one in outcome.since] == ["recount"]
    assert Submission.objects.count() == 2 and standing(campaign, unit, day) == {cell: 3}


@pytest.mark.parametrize("_again", range(3))
def test_a_grid_a_clerk_and_a_file(campaign, tree, state_officer, _again):
    units, day = [tree.bastar, tree.abhanpur, tree.arang], timezone.localdate()
    cell = campaign.cells.get(key="first|||").pk

    def clerk():
        return submit_tally(
            campaign=Campaign.objects.get(pk=campaign.pk),
            unit=tree.arang,
            day=day,
            lines=[Line("first", 9)],
            by=state_officer,
            source="form",
            reason="mine",
        )

    def file():
        rows = [(unit.pk, day, cell, 30) for unit in units]
        return submit_tallies(
            campaign=Campaign.objects.get(pk=campaign.pk), rows=rows, by=state_officer, reason="file"
        )

    answers = together(sending(campaign, units, day, 5, state_officer), clerk, file)
    assert not [one for one in answers if isinstance(one, Exception)], answers
    assert set(answers[0]) <= {"accepted", "conflict"}
    for unit in units:
        stands = standing(campaign, unit, day)[cell]
        assert stands in (5, 9, 30)
        assert stands == sums_of_entries(campaign, [unit], day)[unit]
        versions = Submission.objects.filter(unit=unit, happened_on=day).values_list("version", flat=True)
        assert sorted(versions) == list(range(1, len(versions) + 1))
