"""Reporting units, of which none lies under another, and the targets that hang on them."""

from decimal import Decimal

import pytest

from campaigns.errors import SetupRefused
from campaigns.models import Campaign, Target, UnitTotal
from campaigns.services.setup import set_reporting_units, set_targets
from campaigns.services.tallies import submit_tally
from campaigns.services.target_sets import choose_default, derive_targets, remove_target_set
from districts.models import AuditEvent, Population


def units(campaign):
    return set(campaign.units.values_list("area__code", flat=True))


def totals(campaign):
    return dict(campaign.unit_totals.values_list("area__code", "units"))


def target_totals(target_set, cohort):
    rows = target_set.totals.filter(cohort=cohort).values_list("area__code", "persons", "units")
    return {code: (persons, number) for code, persons, number in rows}


# -- units -----------------------------------------------------------------------------------------------


def test_units_of_several_levels_are_counted_in_every_area_above(campaign):
    assert units(campaign) == {"D374", "B3693", "B3694"}
    assert totals(campaign) == {"IN": 3, "S22": 3, "D387": 2, "D374": 1, "B3693": 1, "B3694": 1}


def test_a_list_replaces_the_one_before(campaign, tree, state_officer):
    set_reporting_units(campaign=campaign, areas=[tree.raipur, tree.jagdalpur], by=state_officer)
    assert units(campaign) == {"D387", "B3595"}
    assert totals(campaign) == {"IN": 2, "S22": 2, "D387": 1, "D374": 1, "B3595": 1}


@pytest.mark.parametrize("names", [("raipur", "arang"), ("arang", "raipur"), ("chhattisgarh", "jagdalpur")])
def test_one_unit_under_another_is_refused(campaign, tree, state_officer, names):
    before = units(campaign), totals(campaign), campaign.setup_version
    with pytest.raises(SetupRefused, match="lies under"):
        set_reporting_units(
            campaign=campaign, areas=[getattr(tree, name) for name in names], by=state_officer
        )
    assert (units(campaign), totals(campaign), campaign.setup_version) == before


def test_nesting_is_found_past_the_neighbours(campaign, tree, state_officer):
    """In order of path the district comes first and its blocks follow, with others in between."""
    with pytest.raises(SetupRefused, match="lies under"):
        set_reporting_units(
            campaign=campaign,
            areas=[tree.bastar, tree.raipur, tree.jagdalpur, tree.abhanpur],
            by=state_officer,
        )


def test_an_area_outside_the_campaign_is_refused(campaign, tree, state_officer):
    for area in (tree.nagpur, tree.india):
        with pytest.raises(SetupRefused, match="does not lie in"):
            set_reporting_units(campaign=campaign, areas=[area], by=state_officer)


def test_a_unit_that_has_reported_stays(campaign, tree, days, state_officer):
    submit_tally(
        campaign=campaign, unit=tree.arang, day=days.today, lines=[], by=state_officer, source="form"
    )
    with pytest.raises(SetupRefused, match="B3694"):
        set_reporting_units(campaign=campaign, areas=[tree.bastar, tree.raipur], by=state_officer)
    set_reporting_units(campaign=campaign, areas=[tree.arang], by=state_officer)
    assert units(campaign) == {"B3694"}


def test_a_list_made_from_an_old_page_is_refused(campaign, tree, state_officer, national_officer):
    seen = campaign.setup_version
    set_reporting_units(
        campaign=campaign, areas=[tree.raipur], by=national_officer, expected_setup_version=seen
    )
    other = Campaign.objects.get(pk=campaign.pk)
    with pytest.raises(SetupRefused, match="Somebody else"):
        set_reporting_units(
            campaign=other, areas=[tree.bastar], by=state_officer, expected_setup_version=seen
        )
    assert units(campaign) == {"D387"}


def test_a_refused_change_leaves_the_callers_setup_version_alone(campaign, tree, state_officer):
    """A higher one would file today's sheet in the cache under the number of tomorrow's."""
    before = campaign.setup_version
    with pytest.raises(SetupRefused):
        set_reporting_units(campaign=campaign, areas=[tree.nagpur], by=state_officer)
    assert campaign.setup_version == before == Campaign.objects.get(pk=campaign.pk).setup_version


def test_no_units_at_all_is_possible(campaign, state_officer):
    set_reporting_units(campaign=campaign, areas=[], by=state_officer)
    assert not UnitTotal.objects.filter(campaign=campaign).exists()


def test_changes_of_units_are_audited(campaign, tree, state_officer):
    set_reporting_units(campaign=campaign, areas=[tree.bastar, tree.raipur], by=state_officer)
    event = AuditEvent.objects.filter(action="campaign.units").first()
    assert event.detail == {"units": 2, "added": 1, "removed": 2}
    assert (event.by, event.area) == (state_officer, tree.chhattisgarh)


# -- targets ---------------------------------------------------------------------------------------------


def test_targets_add_up_in_every_area_above(campaign, targets):
    cohort = campaign.cohorts.first()
    assert target_totals(targets, cohort) == {
        "IN": (3000, 3),
        "S22": (3000, 3),
        "D387": (2000, 2),
        "D374": (1000, 1),
        "B3693": (1000, 1),
        "B3694": (1000, 1),
    }


def test_the_targets_of_a_unit_that_leaves_go_with_it(campaign, targets, tree, state_officer):
    """Replacing two blocks by their district must not leave their people in its denominator."""
    cohort = campaign.cohorts.first()
    set_reporting_units(campaign=campaign, areas=[tree.bastar, tree.raipur], by=state_officer)
    assert target_totals(targets, cohort) == {"IN": (1000, 1), "S22": (1000, 1), "D374": (1000, 1)}
    assert not Target.objects.filter(unit__in=[tree.arang, tree.abhanpur]).exists()


def test_targets_of_areas_that_do_not_report_are_refused(campaign, tree, state_officer):
    with pytest.raises(SetupRefused, match="D387"):
        set_targets(
            campaign=campaign,
            code="x",
            name_en="X",
            source="x",
            year=2021,
            targets={(tree.raipur, campaign.cohorts.first()): 5},
            by=state_officer,
        )


def another_set(campaign, tree, by, **values):
    return set_targets(
        campaign=campaign,
        code="other",
        name_en="Other",
        source="Census",
        year=2011,
        targets={(tree.bastar, campaign.cohorts.first()): 5},
        by=by,
        **values,
    )


def default_codes(campaign):
    return list(campaign.target_sets.filter(is_default=True).values_list("code", flat=True))


def test_the_first_set_is_the_default_and_a_second_one_is_not(campaign, targets, tree, state_officer):
    another_set(campaign, tree, state_officer)
    assert default_codes(campaign) == ["estimate"]


def test_there_is_always_one_default(campaign, targets, tree, state_officer):
    other = another_set(campaign, tree, state_officer, is_default=True)
    assert default_codes(campaign) == ["other"]
    choose_default(campaign=campaign, by=state_officer, target_set=targets)
    assert default_codes(campaign) == ["estimate"]
    with pytest.raises(SetupRefused, match="Choose another"):
        remove_target_set(campaign=campaign, by=state_officer, target_set=targets)
    remove_target_set(campaign=campaign, by=state_officer, target_set=other)
    assert list(campaign.target_sets.values_list("code", flat=True)) == ["estimate"]


def test_targets_are_derived_as_shares_rounded_half_up_by_unit(campaign, tree, state_officer):
    young, *_rest = cohorts = list(campaign.cohorts.all())
    for area, persons in ((tree.bastar, 1001), (tree.arang, 11)):
        Population.objects.create(area=area, source="Census", year=2011, persons=persons)
    Population.objects.create(area=tree.bastar, source="Census", year=2021, persons=9)
    target_set, without = derive_targets(
        campaign=campaign,
        by=state_officer,
        code="adults",
        name_en="Adults",
        source="Census",
        year=2011,
        group="total",
        shares={young: Decimal("50"), cohorts[1]: Decimal("12.5")},
    )
    assert without == 1
    rows = {
        (unit, cohort): persons
        for unit, cohort, persons in target_set.targets.values_list("unit__code", "cohort__code", "persons")
    }
    # 500.5 and 5.5 are rounded up, 125.125 and 1.375 down; each unit for itself.
    assert rows == {
        ("D374", "18-44"): 501,
        ("B3694", "18-44"): 6,
        ("D374", "45-59"): 125,
        ("B3694", "45-59"): 1,
    }
    assert target_totals(target_set, young)["S22"] == (507, 2)


def test_a_population_that_no_unit_has_is_refused(campaign, tree, state_officer):
    Population.objects.create(area=tree.raipur, source="Census", year=2011, persons=10)
    with pytest.raises(SetupRefused, match="No reporting unit has"):
        derive_targets(
            campaign=campaign,
            by=state_officer,
            code="adults",
            name_en="Adults",
            source="Census",
            year=2011,
            group="total",
            shares={campaign.cohorts.first(): Decimal(50)},
        )
    assert not campaign.target_sets.exists()
