"""The one door of the tally ledger: what it writes, what it refuses, and what it answers twice."""

import datetime

import pytest
from django.utils import timezone

from campaigns.errors import KeyReused, StaleVersion, TallyRefused
from campaigns.models import Campaign, FoldMark, Journal, Submission, TallyEntry
from campaigns.selectors.calendar import deadline
from campaigns.selectors.tallies import history, standing
from campaigns.services import changes, sheet_changes
from campaigns.services.setup import set_reporting_units
from campaigns.services.tallies import LARGEST_COUNT, Line, submit_tally
from districts.models import Area

COVAXIN = {"cohort": "18-44", "vaccine": "covaxin"}


def post(campaign, unit, day, lines=(), **values):
    values.setdefault("by", campaign.created_by)
    values.setdefault("source", "form")
    return submit_tally(campaign=campaign, unit=unit, day=day, lines=lines, **values)


def counts(campaign, unit, day, **options):
    """{cell key: count}"""
    keys = dict(campaign.cells.values_list("pk", "key"))
    return {keys[cell]: count for cell, count in standing(campaign, unit, day, **options).items()}


def refusal(campaign, unit, day, lines=(), **values):
    """[(field, code)] of what is refused; nothing may be left behind."""
    before = (
        Journal.objects.count(),
        Submission.objects.count(),
        TallyEntry.objects.count(),
        FoldMark.objects.count(),
    )
    with pytest.raises(TallyRefused) as refused:
        post(campaign, unit, day, lines, **values)
    after = (
        Journal.objects.count(),
        Submission.objects.count(),
        TallyEntry.objects.count(),
        FoldMark.objects.count(),
    )
    assert after == before
    assert all(problem.message for problem in refused.value.problems)
    return [(problem.field, problem.code) for problem in refused.value.problems]


# -- what is written -------------------------------------------------------------------------------------


def test_a_report_stands_as_posted(campaign, tree, days):
    receipt = post(
        campaign, tree.bastar, days.today, [Line("first_dose", 12, **COVAXIN), Line("households", 40)]
    )
    assert counts(campaign, tree.bastar, days.today) == {"first_dose|18-44|covaxin|": 12, "households|||": 40}
    assert (receipt.version, receipt.is_nil, receipt.replayed, receipt.changed) == (1, False, False, True)
    assert receipt.changes == [["first_dose|18-44|covaxin|", 0, 12], ["households|||", 0, 40]]


def test_submission_entries_and_fold_mark_are_written_together(campaign, tree, days, state_officer):
    post(campaign, tree.bastar, days.today, [Line("households", 40)], by=state_officer, source="api")
    submission = Submission.objects.get()
    journal = submission.journal
    assert (journal.by, journal.source, journal.campaign) == (state_officer, "api", campaign)
    assert FoldMark.objects.get().journal == journal
    entry = submission.entries.get()
    assert (entry.unit, entry.happened_on, entry.change) == (tree.bastar, days.today, 40)
    assert entry.recorded_at == journal.recorded_at


def test_a_correction_writes_only_what_changed_and_keeps_the_reason(campaign, tree, days):
    post(campaign, tree.bastar, days.today, [Line("households", 40), Line("sessions", 2)])
    receipt = post(
        campaign,
        tree.bastar,
        days.today,
        [Line("households", 37), Line("sessions", 2)],
        reason="  counted twice ",
    )
    assert receipt.changes == [["households|||", 40, 37]]
    latest = Submission.objects.get(version=2)
    assert (latest.reason, [entry.change for entry in latest.entries.all()]) == ("counted twice", [-3])


def test_a_cell_that_is_not_named_counts_nothing(campaign, tree, days):
    post(campaign, tree.bastar, days.today, [Line("households", 40), Line("sessions", 2)])
    post(campaign, tree.bastar, days.today, [Line("sessions", 2)], reason="wrong village")
    assert counts(campaign, tree.bastar, days.today) == {"sessions|||": 2}


def test_a_correction_needs_a_reason(campaign, tree, days):
    post(campaign, tree.bastar, days.today, [Line("households", 40)])
    assert refusal(campaign, tree.bastar, days.today, [Line("households", 41)], reason="  ") == [
        ("reason", "reason_required")
    ]


def test_the_same_counts_again_write_nothing_and_need_no_reason(campaign, tree, days):
    post(campaign, tree.bastar, days.today, [Line("households", 40)])
    receipt = post(campaign, tree.bastar, days.today, [Line("households", 40)])
    assert (receipt.version, receipt.changed) == (1, False)
    assert Submission.objects.count() == Journal.objects.count() == 1


def test_a_nil_report_is_a_report(campaign, tree, days):
    receipt = post(campaign, tree.bastar, days.today)
    submission = Submission.objects.get()
    assert (submission.version, submission.is_nil, receipt.is_nil) == (1, True, True)
    assert not TallyEntry.objects.exists()
    assert FoldMark.objects.count() == 1, "a nil report changes who has reported, so it must be folded too"


def test_a_sheet_of_zeros_is_a_nil_report(campaign, tree, days):
    assert post(campaign, tree.bastar, days.today, [Line("households", 0)]).is_nil


def test_units_and_days_do_not_mix(campaign, tree, days):
    post(campaign, tree.bastar, days.today, [Line("households", 1)])
    post(campaign, tree.bastar, days.yesterday, [Line("households", 2)])
    post(campaign, tree.arang, days.today, [Line("households", 4)])
    assert counts(campaign, tree.bastar, days.today) == {"households|||": 1}
    assert counts(campaign, tree.bastar, days.yesterday) == {"households|||": 2}


def test_two_campaigns_of_one_unit_do_not_mix(campaign, small, tree, days):
    post(campaign, tree.bastar, days.today, [Line("households", 1)])
    receipt = post(small, tree.bastar, days.today, [Line("first", 7)])
    assert receipt.version == 1
    assert counts(small, tree.bastar, days.today) == {"first|||": 7}


# -- late or not -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("microseconds", "is_late"), [(-1, False), (0, False), (1, True)])
def test_late_begins_just_after_the_deadline(campaign, tree, days, microseconds, is_late):
    instant = deadline(campaign, days.last_week) + datetime.timedelta(microseconds=microseconds)
    assert post(campaign, tree.bastar, days.last_week, now=instant).is_late is is_late
    assert Submission.objects.get().is_late is is_late


def test_the_deadline_is_17_hours_of_the_next_day_in_india(campaign, days):
    due = timezone.localtime(deadline(campaign, days.last_week))
    assert due.isoformat() == f"{days.last_week + datetime.timedelta(1)}T17:00:00+05:30"


# -- what is refused -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        (Line("third_dose", 1), ("lines[0].item", "unknown_item")),
        (Line("first_dose", 1, "12-14", "covaxin"), ("lines[0].cohort", "unknown_cohort")),
        (Line("first_dose", 1, "", "covaxin"), ("lines[0].cohort", "unknown_cohort")),
        (Line("households", 1, "18-44"), ("lines[0].cohort", "unknown_cohort")),
        (Line("first_dose", 1, "18-44", "zycov-d"), ("lines[0].vaccine", "unknown_vaccine")),
        (Line("first_dose", 1, "18-44", "covaxin", "F"), ("lines[0].sex", "unknown_sex")),
        (Line("households", -1), ("lines[0].count", "not_a_count")),
        (Line("households", 1.0), ("lines[0].count", "not_a_count")),
        (Line("households", 1.5), ("lines[0].count", "not_a_count")),
        (Line("households", "12"), ("lines[0].count", "not_a_count")),
        (Line("households", True), ("lines[0].count", "not_a_count")),
        (Line("households", None), ("lines[0].count", "not_a_count")),
        (Line("households", LARGEST_COUNT + 1), ("lines[0].count", "count_too_large")),
    ],
)
def test_a_bad_line_is_named(campaign, tree, days, line, problem):
    assert refusal(campaign, tree.bastar, days.today, [line]) == [problem]


def test_the_largest_count_is_taken(campaign, tree, days):
    post(campaign, tree.bastar, days.today, [Line("households", LARGEST_COUNT)])
    assert counts(campaign, tree.bastar, days.today) == {"households|||": LARGEST_COUNT}


def test_a_total_cell_cannot_be_counted_into(campaign, tree, days):
    assert refusal(campaign, tree.bastar, days.today, [Line("first_dose", 5, "*")]) == [
        ("lines[0].cohort", "unknown_cohort")
    ]


def test_a_cell_named_twice_is_refused(campaign, tree, days):
    lines = [Line("households", 1), Line("households", 1)]
    assert refusal(campaign, tree.bastar, days.today, lines) == [("lines[1]", "named_twice")]


def test_every_bad_line_is_named_at_once(campaign, tree, days):
    lines = [Line("third_dose", 1), Line("households", 3), Line("sessions", -2)]
    assert refusal(campaign, tree.bastar, days.tomorrow, lines) == [
        ("lines[0].item", "unknown_item"),
        ("lines[2].count", "not_a_count"),
        ("date", "in_the_future"),
    ]


def test_an_area_that_does_not_report_is_refused(campaign, tree, days):
    for area in (tree.raipur, tree.chhattisgarh, tree.jagdalpur, tree.nagpur):
        assert refusal(campaign, area, days.today) == [("unit", "not_a_unit")]


def test_days_outside_the_campaign_are_refused(campaign, tree):
    one = datetime.timedelta(1)
    for day in (campaign.starts_on - one, campaign.ends_on + one):
        assert refusal(campaign, tree.bastar, day) == [("date", "outside_campaign")]
    post(campaign, tree.bastar, campaign.starts_on)


def test_tomorrow_has_not_come(campaign, tree, days):
    assert refusal(campaign, tree.bastar, days.tomorrow) == [("date", "in_the_future")]


def test_the_day_turns_at_midnight_in_india_not_in_greenwich(campaign, tree, days):
    night = timezone.make_aware(datetime.datetime.combine(days.yesterday, datetime.time(0, 30)))
    assert night.astimezone(datetime.UTC).date() < days.yesterday
    post(campaign, tree.bastar, days.yesterday, now=night)


def test_days_before_the_unit_existed_and_after_it_ended_are_refused(campaign, tree, days):
    Area.objects.filter(pk=tree.bastar.pk).update(valid_from=days.yesterday)
    Area.objects.filter(pk=tree.arang.pk).update(valid_until=days.today)
    bastar, arang = Area.objects.get(pk=tree.bastar.pk), Area.objects.get(pk=tree.arang.pk)
    assert refusal(campaign, bastar, days.last_week) == [("date", "before_unit_existed")]
    assert refusal(campaign, arang, days.today) == [("date", "after_unit_ended")]
    post(campaign, bastar, days.yesterday)
    post(campaign, arang, days.yesterday)


def test_counts_come_too_late_for_a_closed_window(campaign, tree, days, state_officer):
    changes.change_basics(campaign=campaign, by=state_officer, late_window_days=7)
    post(campaign, tree.bastar, days.last_week)
    older = days.last_week - datetime.timedelta(1)
    assert refusal(campaign, tree.bastar, older) == [("date", "window_closed")]


def test_an_archived_campaign_takes_no_counts_until_it_is_restored(campaign, tree, days, state_officer):
    changes.archive(campaign=campaign, by=state_officer)
    assert refusal(campaign, tree.bastar, days.today) == [("campaign", "archived")]
    changes.restore(campaign=campaign, by=state_officer)
    post(campaign, tree.bastar, days.today)


def test_a_closed_item_is_refused_and_keeps_what_it_has_counted(campaign, tree, days, state_officer):
    post(campaign, tree.bastar, days.today, [Line("households", 40), Line("sessions", 2)])
    item = campaign.items.get(code="households")
    sheet_changes.set_open(campaign=campaign, by=state_officer, row=item, is_open=False)
    assert refusal(campaign, tree.bastar, days.today, [Line("households", 41)]) == [
        ("lines[0].item", "unknown_item")
    ]
    post(campaign, tree.bastar, days.today, [Line("sessions", 3)], reason="one more")
    assert counts(campaign, tree.bastar, days.today) == {"households|||": 40, "sessions|||": 3}


# -- a setup that changed since the campaign was read ----------------------------------------------------


def test_a_caller_with_an_old_campaign_object_is_held_to_the_new_sheet(campaign, tree, days, state_officer):
    old = Campaign.objects.get(pk=campaign.pk)
    item = campaign.items.get(code="households")
    sheet_changes.set_open(campaign=campaign, by=state_officer, row=item, is_open=False)
    assert refusal(old, tree.bastar, days.today, [Line("households", 1)]) == [
        ("lines[0].item", "unknown_item")
    ]


def test_a_caller_with_an_old_campaign_object_is_held_to_the_new_dates(campaign, tree, days, state_officer):
    old = Campaign.objects.get(pk=campaign.pk)
    changes.change_basics(campaign=campaign, by=state_officer, starts_on=days.yesterday)
    assert refusal(old, tree.bastar, days.last_week) == [("date", "outside_campaign")]


def test_a_unit_that_was_taken_out_is_refused(campaign, tree, days, state_officer):
    old = Campaign.objects.get(pk=campaign.pk)
    set_reporting_units(campaign=campaign, areas=[tree.bastar], by=state_officer)
    assert refusal(old, tree.arang, days.today) == [("unit", "not_a_unit")]


# -- the same again --------------------------------------------------------------------------------------


def test_the_same_key_twice_changes_nothing_and_answers_the_same(campaign, tree, days):
    lines = [Line("households", 40)]
    first = post(campaign, tree.bastar, days.today, lines, idempotency_key="k")
    again = post(campaign, tree.bastar, days.today, lines, idempotency_key="k")
    assert (first.replayed, again.replayed) == (False, True)
    assert again.changes == first.changes and again.recorded_at == first.recorded_at
    assert Submission.objects.count() == Journal.objects.count() == 1


def test_the_same_key_still_answers_after_others_have_posted(campaign, tree, days):
    first = post(
        campaign, tree.bastar, days.today, [Line("households", 40)], idempotency_key="k", expected_version=0
    )
    post(campaign, tree.bastar, days.today, [Line("households", 50)], reason="more")
    again = post(
        campaign, tree.bastar, days.today, [Line("households", 40)], idempotency_key="k", expected_version=0
    )
    assert again.version == first.version == 1
    assert counts(campaign, tree.bastar, days.today) == {"households|||": 50}


def test_the_order_of_lines_is_no_other_content(campaign, tree, days):
    lines = [Line("households", 40), Line("sessions", 2)]
    post(campaign, tree.bastar, days.today, lines, idempotency_key="k")
    assert post(campaign, tree.bastar, days.today, lines[::-1], idempotency_key="k").replayed


@pytest.mark.parametrize("other", ["count", "day", "unit", "reason"])
def test_a_key_with_other_content_is_refused(campaign, tree, days, other):
    post(campaign, tree.bastar, days.today, [Line("households", 40)], idempotency_key="k")
    with pytest.raises(KeyReused):
        post(
            campaign,
            tree.arang if other == "unit" else tree.bastar,
            days.yesterday if other == "day" else days.today,
            [Line("households", 41 if other == "count" else 40)],
            reason="why" if other == "reason" else "",
            idempotency_key="k",
        )
    assert Submission.objects.count() == 1


def test_a_refused_submission_leaves_its_key_free(campaign, tree, days):
    refusal(campaign, tree.bastar, days.today, [Line("households", -1)], idempotency_key="k")
    assert not post(campaign, tree.bastar, days.today, [Line("households", 1)], idempotency_key="k").replayed


def test_keys_of_two_campaigns_do_not_meet(campaign, small, tree, days):
    post(campaign, tree.bastar, days.today, [Line("households", 1)], idempotency_key="k")
    assert not post(small, tree.bastar, days.today, [Line("first", 1)], idempotency_key="k").replayed


# -- two people at one day -------------------------------------------------------------------------------


def test_a_stale_version_is_refused_with_both_values(campaign, tree, days):
    post(campaign, tree.bastar, days.today, [Line("households", 40), Line("sessions", 2)])
    with pytest.raises(StaleVersion) as stale:
        post(campaign, tree.bastar, days.today, [Line("households", 41)], expected_version=0)
    assert (stale.value.expected, stale.value.current) == (0, 1)
    assert stale.value.standing == {"households|||": 40, "sessions|||": 2}
    assert stale.value.submitted == {"households|||": 41}
    assert Submission.objects.count() == 1


def test_the_expected_version_is_posted_on(campaign, tree, days):
    post(campaign, tree.bastar, days.today, [Line("households", 40)], expected_version=0)
    receipt = post(
        campaign, tree.bastar, days.today, [Line("households", 41)], expected_version=1, reason="one more"
    )
    assert receipt.version == 2


# -- as of an instant ------------------------------------------------------------------------------------


def test_every_earlier_state_can_be_read_again(campaign, tree, days):
    start = timezone.now()
    moments = [start + datetime.timedelta(minutes=n) for n in range(3)]
    for number, moment in enumerate(moments):
        post(campaign, tree.bastar, days.today, [Line("households", 10 * number)], reason="again", now=moment)
    assert counts(campaign, tree.bastar, days.today, as_of=start - datetime.timedelta(seconds=1)) == {}
    for number, moment in enumerate(moments):
        known = counts(campaign, tree.bastar, days.today, as_of=moment)
        assert known == ({"households|||": 10 * number} if number else {})


def test_the_history_says_who_when_and_why(campaign, tree, days, block_clerk):
    post(campaign, tree.bastar, days.today, [Line("households", 40)])
    post(campaign, tree.bastar, days.today, [Line("households", 30)], by=block_clerk, reason="typing error")
    first, second = history(campaign, tree.bastar, days.today)
    assert (first["by"], first["changes"]) == ("state_officer", {"households|||": 40})
    assert (second["by"], second["reason"], second["changes"]) == (
        "block_clerk",
        "typing error",
        {"households|||": -10},
    )
