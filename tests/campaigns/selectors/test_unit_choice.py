"""Choosing reporting units by level with exceptions, or by code."""

import datetime

import pytest

from campaigns.errors import SetupRefused
from campaigns.selectors.unit_choice import choose_by_code, choose_by_level, day_of_choice, preview
from campaigns.services.setup import set_reporting_units
from districts.models import Area, Level
from districts.tree import add_area

TODAY = datetime.date(2021, 11, 11)


def codes(choice):
    return [area.code for area in choice.areas]


def test_every_district(tree):
    choice = choose_by_level(tree.india, Level.DISTRICT, [], TODAY)
    assert codes(choice) == ["D387", "D374", "D484", "D490"]
    assert choice.by_level() == [(Level.DISTRICT, 4)]


def test_districts_but_blocks_in_one_state(tree):
    choice = choose_by_level(tree.india, Level.DISTRICT, [(tree.chhattisgarh, Level.BLOCK)], TODAY)
    assert codes(choice) == ["B3693", "B3694", "B3593", "B3595", "D484", "D490"]
    assert choice.by_level() == [(Level.DISTRICT, 2), (Level.BLOCK, 4)]


def test_an_exception_inside_an_exception(tree):
    exceptions = [(tree.raipur, Level.DISTRICT), (tree.chhattisgarh, Level.BLOCK)]
    choice = choose_by_level(tree.india, Level.STATE, exceptions, TODAY)
    assert codes(choice) == ["D387", "B3593", "B3595", "S27"]


def test_an_area_may_be_left_out(tree):
    choice = choose_by_level(
        tree.india, Level.DISTRICT, [(tree.maharashtra, None), (tree.raipur, None)], TODAY
    )
    assert codes(choice) == ["D374"]


def test_an_exception_inside_a_unit_is_refused(tree):
    with pytest.raises(SetupRefused, match="lies inside the reporting unit"):
        choose_by_level(tree.india, Level.STATE, [(tree.arang, Level.BLOCK)], TODAY)


def test_an_exception_elsewhere_is_refused(tree):
    with pytest.raises(SetupRefused, match="does not lie in"):
        choose_by_level(tree.chhattisgarh, Level.DISTRICT, [(tree.pune, Level.BLOCK)], TODAY)


def test_a_district_without_blocks_reports_itself(tree):
    """Left out, its people would be in nobody's count."""
    korba = add_area(parent=tree.chhattisgarh, code="D383", level=Level.DISTRICT, name_en="Korba")
    choice = choose_by_level(tree.chhattisgarh, Level.BLOCK, [], TODAY)
    assert codes(choice) == ["B3693", "B3694", "B3593", "B3595", "D383"]
    assert choice.stand_ins == [korba]


def test_a_site_right_under_a_district_of_blocks_reports_itself(tree):
    add_area(parent=tree.raipur, code="AIIMS", level=Level.SITE, name_en="AIIMS Raipur")
    add_area(parent=tree.arang, code="PHC1", level=Level.SITE, name_en="PHC")
    choice = choose_by_level(tree.raipur, Level.BLOCK, [], TODAY)
    assert codes(choice) == ["B3693", "B3694", "AIIMS"]


def test_nothing_of_the_level_at_all_leaves_the_area_itself(tree):
    choice = choose_by_level(tree.arang, Level.SITE, [], TODAY)
    assert (codes(choice), choice.stand_ins) == (["B3694"], [tree.arang])
    assert codes(choose_by_level(tree.arang, Level.DISTRICT, [], TODAY)) == ["B3694"]


def test_only_areas_that_exist_on_the_day_are_chosen(tree):
    Area.objects.filter(pk=tree.arang.pk).update(valid_from=TODAY + datetime.timedelta(1))
    Area.objects.filter(pk=tree.abhanpur.pk).update(valid_until=TODAY)
    choice = choose_by_level(tree.chhattisgarh, Level.BLOCK, [], TODAY)
    assert codes(choice) == ["D387", "B3593", "B3595"]


@pytest.mark.parametrize("level", [Level.STATE, Level.DISTRICT, Level.BLOCK, Level.SITE])
@pytest.mark.parametrize("exception", [None, ("chhattisgarh", Level.BLOCK), ("raipur", Level.SITE)])
def test_a_choice_can_always_be_saved(campaign, tree, state_officer, level, exception):
    """No choice nests, whatever the tree looks like."""
    add_area(parent=tree.chhattisgarh, code="D383", level=Level.DISTRICT, name_en="Korba")
    add_area(parent=tree.raipur, code="AIIMS", level=Level.SITE, name_en="AIIMS Raipur")
    exceptions = [(getattr(tree, exception[0]), exception[1])] if exception else []
    try:
        choice = choose_by_level(tree.chhattisgarh, level, exceptions, TODAY)
    except SetupRefused:
        assert level == Level.STATE, "only there lies an exception inside a unit"
        assert exception[0] == "raipur"
        return
    set_reporting_units(campaign=campaign, areas=choice.areas, by=state_officer)
    assert campaign.units.count() == len(choice.areas) > 0


def test_codes_are_read_from_lines_and_commas(tree):
    assert codes(choose_by_code(" D374, B3694\nB3693;B3694\tB3693 ")) == ["B3693", "B3694", "D374"]


def test_unknown_codes_are_named(tree):
    with pytest.raises(SetupRefused, match="D9, X1"):
        choose_by_code("D374 D9 X1")


def test_a_preview_counts_what_comes_and_goes(campaign, tree):
    seen = preview(campaign, choose_by_level(tree.chhattisgarh, Level.DISTRICT, [], TODAY))
    assert (seen.total, seen.added, seen.removed, seen.kept) == (2, 1, 2, 1)
    assert seen.states == [(tree.raipur, [(Level.DISTRICT, 1)]), (tree.bastar, [(Level.DISTRICT, 1)])]


def test_the_day_of_choice_lies_in_the_campaign(campaign):
    one = datetime.timedelta(1)
    assert day_of_choice(campaign, campaign.starts_on - one) == campaign.starts_on
    assert day_of_choice(campaign, campaign.starts_on + one) == campaign.starts_on + one
    assert day_of_choice(campaign, campaign.ends_on + one) == campaign.ends_on
