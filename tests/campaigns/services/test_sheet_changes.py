"""Changing what is counted, before and after the first report."""

import pytest

from campaigns.errors import SetupRefused
from campaigns.models import Campaign, Cohort, Item, SheetCell
from campaigns.selectors.sheets import sheet_of
from campaigns.selectors.tallies import standing
from campaigns.services import sheet_changes
from campaigns.services.tallies import Line, submit_tally
from districts.models import AuditEvent
from inventory.models import Vaccine


def open_keys(campaign, item):
    rows = sheet_of(Campaign.objects.get(pk=campaign.pk)).rows
    return {row["key"] for row in rows if row["item"] == item}


@pytest.fixture
def reported(small, tree, days, state_officer):
    """Bastar has counted five first doses today."""
    submit_tally(
        campaign=small,
        unit=tree.bastar,
        day=days.today,
        lines=[Line("first", 5)],
        by=state_officer,
        source="form",
    )
    return small


def change(function, campaign, by, **values):
    return getattr(sheet_changes, function)(campaign=campaign, by=by, **values)


# -- before the first report -----------------------------------------------------------------------------


def test_a_new_group_opens_cells_in_every_item_that_is_for_all_groups(campaign, state_officer):
    change("save_cohort", campaign, state_officer, code="12-17", name_en="12-17 years", name_hi="")
    assert "first_dose|12-17|covaxin|" in open_keys(campaign, "first_dose")
    assert campaign.cohorts.last().code == "12-17"


def test_an_item_may_change_its_split(small, state_officer):
    item = small.items.get(code="first")
    change("save_item", small, state_officer, code="first", item=item, by_sex=True)
    assert open_keys(small, "first") == {"first|||F", "first|||M", "first|||O"}
    assert not small.cells.get(key="first|||").is_open


def test_an_item_for_some_groups_asks_for_no_other(campaign, state_officer):
    item = campaign.items.get(code="second_dose")
    change(
        "save_item",
        campaign,
        state_officer,
        code="second_dose",
        item=item,
        cohorts=[campaign.cohorts.get(code="60-plus")],
        by_vaccine=False,
    )
    assert open_keys(campaign, "second_dose") == {"second_dose|60-plus||"}


def test_items_and_groups_can_be_removed(campaign, state_officer):
    change("remove", campaign, state_officer, row=campaign.items.get(code="households"))
    change("remove", campaign, state_officer, row=campaign.cohorts.get(code="60-plus"))
    assert not Item.objects.filter(campaign=campaign, code="households").exists()
    assert not Cohort.objects.filter(campaign=campaign, code="60-plus").exists()
    assert not SheetCell.objects.filter(campaign=campaign, key__contains="60-plus").exists()
    assert AuditEvent.objects.filter(action="campaign.remove").count() == 2


def test_the_only_group_of_an_item_cannot_be_removed(campaign, state_officer):
    """Without any, the item would suddenly be counted for every group."""
    item, cohort = campaign.items.get(code="first_dose"), campaign.cohorts.get(code="60-plus")
    item.cohorts.set([cohort])
    with pytest.raises(SetupRefused, match="for every group"):
        change("remove", campaign, state_officer, row=cohort)


def test_an_item_of_closed_groups_only_asks_for_nothing(campaign, state_officer):
    item, cohort = campaign.items.get(code="first_dose"), campaign.cohorts.get(code="60-plus")
    item.cohorts.set([cohort])
    change("set_open", campaign, state_officer, row=cohort, is_open=False)
    assert open_keys(campaign, "first_dose") == set()


def test_the_order_of_the_sheet_is_changed(small, state_officer):
    second = small.items.get(code="second")
    change("move", small, state_officer, row=second, steps=-1)
    assert [row["item"] for row in sheet_of(small).rows] == ["second", "first"]
    change("move", small, state_officer, row=second, steps=-1)
    assert list(small.items.values_list("code", flat=True)) == ["second", "first"]
    change("move", small, state_officer, row=second, steps=1)
    assert list(small.items.values_list("code", flat=True)) == ["first", "second"]


def test_vaccines_open_and_close_cells(campaign, state_officer):
    change("set_vaccines", campaign, state_officer, vaccines=[Vaccine.objects.get(code="covaxin")])
    assert {key.split("|")[2] for key in open_keys(campaign, "first_dose")} == {"covaxin"}
    change(
        "add_vaccine",
        campaign,
        state_officer,
        code="zycov-d",
        name_en="ZyCoV-D",
        name_hi="",
        antigen="COVID-19",
        manufacturer="",
        doses_per_vial=10,
    )
    assert {key.split("|")[2] for key in open_keys(campaign, "first_dose")} == {"covaxin", "zycov-d"}
    assert AuditEvent.objects.filter(action="vaccine.create", by=state_officer).exists()


@pytest.mark.parametrize(
    ("function", "values"),
    [
        ("save_cohort", {"code": "18-44", "name_en": "Again"}),
        ("save_cohort", {"code": "a b", "name_en": "Bad code"}),
        ("save_cohort", {"code": "new", "name_en": ""}),
        ("save_item", {"code": "first_dose", "name_en": "Again"}),
        ("save_item", {"code": "x", "name_en": "X", "kind": "unknown"}),
        ("add_vaccine", {"code": "covaxin", "name_en": "Again", "antigen": "COVID-19"}),
    ],
)
def test_bad_rows_are_refused(campaign, state_officer, function, values):
    before = Campaign.objects.get(pk=campaign.pk).setup_version
    with pytest.raises(SetupRefused):
        change(function, campaign, state_officer, **values)
    assert Campaign.objects.get(pk=campaign.pk).setup_version == before


def test_a_group_of_another_campaign_is_refused(campaign, small, state_officer):
    with pytest.raises(SetupRefused, match="another campaign"):
        change(
            "save_item",
            campaign,
            state_officer,
            code="x",
            name_en="X",
            cohorts=[small.cohorts.first()],
        )


def test_the_code_of_a_row_does_not_change(small, state_officer):
    item = small.items.get(code="first")
    change("save_item", small, state_officer, code="renamed", item=item, name_en="Renamed")
    item.refresh_from_db()
    assert (item.code, item.name_en) == ("first", "Renamed")


# -- after the first report ------------------------------------------------------------------------------


def test_nothing_is_removed_any_more(reported, state_officer):
    for row in (reported.items.get(code="second"), reported.cohorts.get()):
        with pytest.raises(SetupRefused, match="closed but not removed"):
            change("remove", reported, state_officer, row=row)


@pytest.mark.parametrize("split", ["by_sex", "by_cohort"])
def test_the_split_of_an_item_stays(reported, tree, days, state_officer, split):
    """Counts of the old split and of the new would stand beside each other and count twice."""
    item = reported.items.get(code="first")
    with pytest.raises(SetupRefused, match="can no longer change"):
        change("save_item", reported, state_officer, code="first", item=item, **{split: True})
    assert open_keys(reported, "first") == {"first|||"}
    assert sum(standing(reported, tree.bastar, days.today).values()) == 5


def test_the_first_vaccine_cannot_split_what_was_counted_without(small, tree, days, state_officer):
    item = small.items.get(code="first")
    change("save_item", small, state_officer, code="first", item=item, by_vaccine=True)
    assert open_keys(small, "first") == {"first|||"}, "no vaccine is named yet"
    submit_tally(
        campaign=small,
        unit=tree.bastar,
        day=days.today,
        lines=[Line("first", 5)],
        by=state_officer,
        source="form",
    )
    vaccine = Vaccine.objects.create(code="covaxin", name_en="Covaxin", antigen="COVID-19")
    with pytest.raises(SetupRefused, match="can no longer change"):
        change("set_vaccines", small, state_officer, vaccines=[vaccine])
    assert not small.vaccines.exists()


def test_names_and_meaning_may_still_change(reported, state_officer):
    item = reported.items.get(code="first")
    change("save_item", reported, state_officer, code="first", item=item, name_hi="पहली", dose_number=3)
    assert Item.objects.get(pk=item.pk).name_hi == "पहली"


def test_a_new_item_may_still_come(reported, state_officer):
    change("save_item", reported, state_officer, code="aefi", name_en="AEFI", kind="person", by_cohort=False)
    assert open_keys(reported, "aefi") == {"aefi|||"}


def test_a_closed_item_keeps_its_counts_and_can_be_opened_again(reported, tree, days, state_officer):
    item = reported.items.get(code="first")
    change("set_open", reported, state_officer, row=item, is_open=False)
    assert open_keys(reported, "first") == set()
    assert sum(standing(reported, tree.bastar, days.today).values()) == 5
    change("set_open", reported, state_officer, row=item, is_open=True)
    assert open_keys(reported, "first") == {"first|||"}


def test_a_vaccine_that_leaves_keeps_its_counts_through_a_correction(campaign, tree, days, state_officer):
    lines = [Line("first_dose", 5, "18-44", "covaxin"), Line("first_dose", 7, "18-44", "covishield")]
    values = {
        "campaign": campaign,
        "unit": tree.bastar,
        "day": days.today,
        "by": state_officer,
        "source": "form",
    }
    submit_tally(lines=lines, **values)
    change("set_vaccines", campaign, state_officer, vaccines=[Vaccine.objects.get(code="covishield")])
    submit_tally(lines=[Line("first_dose", 8, "18-44", "covishield")], reason="one more", **values)
    keys = dict(campaign.cells.values_list("pk", "key"))
    assert {keys[cell]: count for cell, count in standing(campaign, tree.bastar, days.today).items()} == {
        "first_dose|18-44|covaxin|": 5,
        "first_dose|18-44|covishield|": 8,
    }
