"""Changing a campaign: dates, names, deadline, who sees it, and the working days."""

import datetime

import pytest

from campaigns.errors import SetupRefused
from campaigns.models import Campaign
from campaigns.selectors.calendar import calendar_of
from campaigns.selectors.readiness import missing, steps
from campaigns.services import changes
from campaigns.services.calendar_changes import set_days_off, set_rounds
from campaigns.services.tallies import submit_tally
from districts.models import AuditEvent
from tests.campaigns.conftest import make_campaign


def report(campaign, unit, day):
    submit_tally(campaign=campaign, unit=unit, day=day, lines=[], by=campaign.created_by, source="form")


def stored(campaign):
    return Campaign.objects.get(pk=campaign.pk)


def test_basics_are_changed_audited_and_raise_the_setup_version(campaign, state_officer):
    before = campaign.setup_version
    changes.change_basics(
        campaign=campaign,
        by=state_officer,
        name_en="Teeka 2",
        deadline_time=datetime.time(20),
        deadline_days=2,
    )
    assert (stored(campaign).name_en, stored(campaign).deadline_days) == ("Teeka 2", 2)
    assert stored(campaign).setup_version == campaign.setup_version == before + 1
    event = AuditEvent.objects.get(action="campaign.basics")
    assert event.detail == {
        "name_en": ["Teeka", "Teeka 2"],
        "deadline_time": ["17:00:00", "20:00:00"],
        "deadline_days": [1, 2],
    }


def test_saving_what_stands_writes_no_audit_row(campaign, state_officer):
    changes.change_basics(campaign=campaign, by=state_officer, name_en=campaign.name_en)
    assert not AuditEvent.objects.filter(action="campaign.basics").exists()


def test_the_slug_is_no_basic_and_cannot_be_changed(campaign, state_officer):
    """Its addresses are printed on posters and written into the programs of API clients."""
    with pytest.raises(TypeError):
        changes.change_basics(campaign=campaign, by=state_officer, slug="other")


def test_dates_must_contain_the_days_that_were_reported(campaign, tree, days, state_officer):
    report(campaign, tree.bastar, days.last_week)
    report(campaign, tree.bastar, days.yesterday)
    for values in ({"starts_on": days.last_week + datetime.timedelta(1)}, {"ends_on": days.last_week}):
        with pytest.raises(SetupRefused, match="Units have reported"):
            changes.change_basics(campaign=campaign, by=state_officer, **values)
    changes.change_basics(
        campaign=campaign, by=state_officer, starts_on=days.last_week, ends_on=days.yesterday
    )
    assert (stored(campaign).starts_on, stored(campaign).ends_on) == (days.last_week, days.yesterday)


def test_dates_must_contain_the_rounds(campaign, days, state_officer):
    set_rounds(campaign=campaign, by=state_officer, spans=[(days.last_week, days.yesterday)])
    with pytest.raises(SetupRefused, match="rounds would lie outside"):
        changes.change_basics(campaign=campaign, by=state_officer, starts_on=days.yesterday)


def test_the_last_day_cannot_come_first(campaign, state_officer):
    with pytest.raises(SetupRefused, match="before the first"):
        changes.change_basics(
            campaign=campaign, by=state_officer, ends_on=campaign.starts_on - datetime.timedelta(1)
        )


def test_what_is_refused_does_not_stay_in_the_callers_object(campaign, tree, days, state_officer):
    report(campaign, tree.bastar, days.last_week)
    first = campaign.starts_on
    with pytest.raises(SetupRefused):
        changes.change_basics(campaign=campaign, by=state_officer, name_en="X", starts_on=days.today)
    assert (campaign.starts_on, campaign.name_en) == (first, "Teeka") == (stored(campaign).starts_on, "Teeka")


def test_a_field_that_is_too_long_is_refused(campaign, state_officer):
    with pytest.raises(SetupRefused):
        changes.change_basics(campaign=campaign, by=state_officer, name_en="x" * 161)


# -- who sees it -----------------------------------------------------------------------------------------


def test_an_unready_campaign_cannot_be_opened_to_the_public(tree, state_officer):
    campaign = make_campaign(state_officer, tree.chhattisgarh)
    with pytest.raises(SetupRefused, match="Reporting units"):
        changes.publish(campaign=campaign, by=state_officer)
    assert not stored(campaign).is_public


def test_a_ready_campaign_is_opened_and_withdrawn(campaign, state_officer, stranger):
    changes.publish(campaign=campaign, by=state_officer)
    assert campaign in Campaign.objects.visible_to(stranger)
    changes.withdraw(campaign=campaign, by=state_officer)
    assert campaign not in Campaign.objects.visible_to(stranger)
    assert [event.action for event in AuditEvent.objects.all()[:2]] == [
        "campaign.withdraw",
        "campaign.publish",
    ]


def test_an_archived_campaign_leaves_the_lists_and_loses_nothing(campaign, tree, days, state_officer):
    report(campaign, tree.bastar, days.today)
    changes.archive(campaign=campaign, by=state_officer)
    assert campaign not in Campaign.objects.in_service()
    assert campaign.units.count() == 3
    changes.restore(campaign=campaign, by=state_officer)
    assert campaign in Campaign.objects.in_service()


# -- the checklist ---------------------------------------------------------------------------------------


def open_steps(campaign):
    return [(step.section, step.is_essential) for step in steps(campaign) if not step.is_done]


def test_an_empty_campaign_needs_everything(tree, state_officer):
    campaign = make_campaign(state_officer, tree.chhattisgarh, preset="empty", name_hi="")
    assert open_steps(campaign) == [
        ("cohorts", True),
        ("items", True),
        ("units", True),
        ("targets", False),
        ("basics", False),
    ]


def test_a_preset_needs_units_and_then_only_targets(campaign):
    assert missing(campaign) == []
    assert open_steps(campaign) == [("targets", False)]


def test_units_without_a_target_are_counted_by_group(campaign, targets, tree):
    assert open_steps(campaign) == []
    targets.targets.filter(unit=tree.arang, cohort__code="60-plus").delete()
    step = next(step for step in steps(campaign) if step.section == "targets" and not step.is_done)
    assert step.detail == "60 years and above: missing in 1 unit"


def test_a_campaign_without_vaccines_misses_them_only_where_items_ask(campaign, small, state_officer):
    campaign.vaccines.clear()
    small.vaccines.clear()
    assert [step.section for step in missing(campaign)] == ["vaccines"]
    assert missing(small) == []


def test_a_campaign_of_days_off_has_no_working_day(campaign, state_officer):
    changes.change_basics(campaign=campaign, by=state_officer, rest_weekdays="1,2,3,4,5,6,7")
    assert [step.section for step in missing(campaign)] == ["calendar"]


# -- working days ----------------------------------------------------------------------------------------


def test_rounds_are_numbered_in_order_and_make_the_working_days(campaign, days, state_officer):
    later = (days.today, days.tomorrow)
    earlier = (days.last_week, days.last_week + datetime.timedelta(2))
    set_rounds(campaign=campaign, by=state_officer, spans=[later, earlier])
    assert list(campaign.rounds.values_list("number", "starts_on", "ends_on")) == [(1, *earlier), (2, *later)]
    assert calendar_of(campaign).total == 5
    set_rounds(campaign=campaign, by=state_officer, spans=[])
    assert calendar_of(campaign).total == 61


def test_rounds_that_overlap_or_leave_the_campaign_are_refused(campaign, days, state_officer):
    one = datetime.timedelta(1)
    for spans, words in (
        ([(days.last_week, days.today), (days.today, days.tomorrow)], "Two rounds contain"),
        ([(days.today, days.yesterday)], "before it begins"),
        ([(campaign.starts_on - one, days.today)], "outside the campaign"),
        ([(days.today, campaign.ends_on + one)], "outside the campaign"),
    ):
        with pytest.raises(SetupRefused, match=words):
            set_rounds(campaign=campaign, by=state_officer, spans=spans)
    assert not campaign.rounds.exists()


def test_days_off_are_no_working_days(campaign, days, state_officer):
    set_days_off(campaign=campaign, by=state_officer, days={days.today: ("Holi", "होली")})
    assert not calendar_of(campaign).is_working(days.today)
    assert campaign.days_off.get().name_hi == "होली"
    set_days_off(campaign=campaign, by=state_officer, days={})
    assert calendar_of(campaign).is_working(days.today)


def test_a_day_off_outside_the_campaign_is_refused(campaign, state_officer):
    day = campaign.ends_on + datetime.timedelta(1)
    with pytest.raises(SetupRefused, match="outside the campaign"):
        set_days_off(campaign=campaign, by=state_officer, days={day: ("Holi", "")})


@pytest.mark.parametrize("write", ["rounds", "days", "basics"])
def test_a_list_made_from_an_old_page_is_refused(campaign, days, state_officer, write):
    seen = campaign.setup_version
    changes.change_basics(campaign=campaign, by=state_officer, name_en="Changed meanwhile")
    with pytest.raises(SetupRefused, match="Somebody else"):
        if write == "rounds":
            set_rounds(campaign=campaign, by=state_officer, spans=[], expected_setup_version=seen)
        elif write == "days":
            set_days_off(campaign=campaign, by=state_officer, days={}, expected_setup_version=seen)
        else:
            changes.change_basics(
                campaign=campaign, by=state_officer, name_en="Mine", expected_setup_version=seen
            )
    assert stored(campaign).name_en == "Changed meanwhile"
