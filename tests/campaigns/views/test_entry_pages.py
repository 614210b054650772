"""The plain form of one unit's day, as a clerk meets it."""

import datetime
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from campaigns.models import Journal, Submission
from campaigns.selectors.tallies import history, standing
from campaigns.services import changes, sheet_changes
from campaigns.services.setup import set_reporting_units
from campaigns.services.tallies import Line, submit_tally


@pytest.fixture
def clerk(client, block_clerk):
    client.force_login(block_clerk, backend="django.contrib.auth.backends.ModelBackend")
    return client


def address(campaign, day, code="B3693"):
    return reverse("entry-form", args=[campaign.slug, code, day.isoformat()])


def cell(campaign, key):
    return campaign.cells.get(key=key).pk


def field(page, name):
    """The value of an input of the page."""
    found = re.search(rf'<input[^>]*name="{name}"[^>]*>', page)
    assert found, name
    value = re.search(r'value="([^"]*)"', found.group())
    return value.group(1) if value else ""


def fill(client, campaign, day, counts, **values):
    """Open the form, fill it in, send it."""
    page = client.get(address(campaign, day)).content.decode()
    data = {name: field(page, name) for name in ("version", "key")}
    data |= {f"cell-{cell(campaign, key)}": count for key, count in counts.items()} | values
    return client.post(address(campaign, day), data, follow=True)


def said(response):
    return " ".join(str(message) for message in response.context["messages"])


def stands(campaign, unit, day):
    keys = dict(campaign.cells.values_list("pk", "key"))
    return {keys[pk]: count for pk, count in standing(campaign, unit, day).items()}


def by_another(campaign, unit, day, lines, by, reason=""):
    return submit_tally(
        campaign=campaign, unit=unit, day=day, lines=lines, by=by, source="form", reason=reason
    )


def test_a_report_is_sent(clerk, campaign, tree, days):
    response = fill(clerk, campaign, days.today, {"households|||": "1,250", "sessions|||": " 3 "})
    assert stands(campaign, tree.abhanpur, days.today) == {"households|||": 1250, "sessions|||": 3}
    assert "The report is received." in said(response)
    assert f'href="/{campaign.slug}/B3693/"' in said(response), "a link to the area's dashboard"
    journal = Journal.objects.get()
    assert (journal.by.username, journal.source) == ("block_clerk", "form")


def test_devanagari_digits_are_digits(clerk, campaign, tree, days):
    fill(clerk, campaign, days.today, {"households|||": "१२५"})
    assert stands(campaign, tree.abhanpur, days.today) == {"households|||": 125}


def test_a_blank_form_is_not_sent_by_mistake(clerk, campaign, days):
    response = fill(clerk, campaign, days.today, {})
    assert "send a nil report" in response.content.decode()
    assert not Submission.objects.exists()


def test_a_nil_report_is_one_button(clerk, campaign, days):
    response = fill(clerk, campaign, days.today, {}, nil="1")
    assert "nil report is received" in said(response)
    assert Submission.objects.get().is_nil


def test_a_late_report_says_so(clerk, campaign, days):
    assert "It is late" in said(fill(clerk, campaign, days.last_week, {"households|||": "1"}))


@pytest.mark.parametrize("text", ["12a", "1.5", "-3", "1,2,3", "9" * 15])
def test_what_is_no_count_is_named_beside_its_field_and_nothing_typed_is_lost(clerk, campaign, days, text):
    response = fill(clerk, campaign, days.today, {"households|||": text, "sessions|||": "3"})
    page = response.content.decode()
    assert "Not saved." in page
    assert field(page, f"cell-{cell(campaign, 'households|||')}") == text
    assert field(page, f"cell-{cell(campaign, 'sessions|||')}") == "3"
    assert 'aria-invalid="true"' in page
    assert not Submission.objects.exists()


def test_counts_of_the_day_before_stand_beside(clerk, campaign, tree, days, state_officer):
    by_another(campaign, tree.abhanpur, days.yesterday, [Line("households", 4321)], state_officer)
    page = clerk.get(address(campaign, days.today)).content.decode()
    assert "4,321" in page
    assert "Small figures: the day before" in page


def test_a_silent_day_before_shows_no_zeros(clerk, campaign, days):
    assert "entry-before" not in clerk.get(address(campaign, days.today)).content.decode()


def test_a_reported_day_opens_filled_in_with_zeros_as_zeros(clerk, campaign, tree, days, state_officer):
    page = clerk.get(address(campaign, days.today)).content.decode()
    assert field(page, f"cell-{cell(campaign, 'sessions|||')}") == ""
    by_another(campaign, tree.abhanpur, days.today, [Line("households", 40)], state_officer)
    page = clerk.get(address(campaign, days.today)).content.decode()
    assert field(page, f"cell-{cell(campaign, 'households|||')}") == "40"
    assert field(page, f"cell-{cell(campaign, 'sessions|||')}") == "0"


def test_a_correction_asks_why(clerk, campaign, tree, days, state_officer):
    by_another(campaign, tree.abhanpur, days.today, [Line("households", 40)], state_officer)
    response = fill(clerk, campaign, days.today, {"households|||": "41"})
    assert "say why" in response.content.decode()
    response = fill(clerk, campaign, days.today, {"households|||": "41"}, reason="Found one more")
    assert "correction is saved" in said(response)
    page = response.content.decode()
    assert "40 → <strong>41</strong>" in page and "Found one more" in page and "block_clerk" in page


def test_saving_what_stands_says_that_nothing_has_changed(clerk, campaign, tree, days, state_officer):
    by_another(campaign, tree.abhanpur, days.today, [Line("households", 40)], state_officer)
    by_another(campaign, tree.abhanpur, days.today, [Line("households", 41)], state_officer, reason="x")
    response = fill(clerk, campaign, days.today, {"households|||": "41"})
    assert "Nothing has changed" in said(response)
    assert Submission.objects.count() == 2


def test_sending_twice_by_a_double_press_counts_once(clerk, campaign, days):
    page = clerk.get(address(campaign, days.today)).content.decode()
    data = {name: field(page, name) for name in ("version", "key")}
    data[f"cell-{cell(campaign, 'households|||')}"] = "5"
    for _press in range(2):
        response = clerk.post(address(campaign, days.today), data, follow=True)
        assert "The report is received." in said(response)
    assert Submission.objects.count() == 1


def test_going_back_and_sending_other_counts_is_a_conflict_with_oneself_not_a_loss(
    clerk, campaign, tree, days
):
    page = clerk.get(address(campaign, days.today)).content.decode()
    data = {name: field(page, name) for name in ("version", "key")}
    name = f"cell-{cell(campaign, 'households|||')}"
    clerk.post(address(campaign, days.today), data | {name: "5"})
    response = clerk.post(address(campaign, days.today), data | {name: "6"})
    assert response.status_code == 409
    assert stands(campaign, tree.abhanpur, days.today) == {"households|||": 5}


# -- two people ------------------------------------------------------------------------------------------


@pytest.fixture
def conflict(clerk, campaign, tree, days, state_officer):
    """The clerk opens 40 and 2, somebody makes it 45 and 2; the clerk sends 40 and 3."""
    by_another(
        campaign, tree.abhanpur, days.today, [Line("households", 40), Line("sessions", 2)], state_officer
    )
    page = clerk.get(address(campaign, days.today)).content.decode()
    by_another(
        campaign,
        tree.abhanpur,
        days.today,
        [Line("households", 45), Line("sessions", 2)],
        state_officer,
        reason="five more",
    )
    data = {name: field(page, name) for name in ("version", "key")} | {
        f"cell-{cell(campaign, 'households|||')}": "40",
        f"cell-{cell(campaign, 'sessions|||')}": "3",
        "reason": "another session",
    }
    return clerk.post(address(campaign, days.today), data)


def test_a_conflict_shows_both_counts_and_who_and_why(conflict, campaign, tree, days):
    page = conflict.content.decode()
    assert conflict.status_code == 409
    assert "state_officer" in page and "five more" in page
    for theirs, mine in ((45, 40), (2, 3)):
        assert f"<strong>{theirs}</strong>" in page and f"<strong>{mine}</strong>" in page
    assert stands(campaign, tree.abhanpur, days.today) == {"households|||": 45, "sessions|||": 2}


def test_each_count_is_proposed_by_whoever_changed_it(conflict, campaign):
    proposed = {one.label: (one.theirs, one.mine, one.keep_mine) for one in conflict.context["differences"]}
    assert proposed == {"Households visited": (45, 40, False), "Sessions held": (2, 3, True)}


def test_the_choice_is_saved_as_a_correction(clerk, conflict, campaign, tree, days):
    page = conflict.content.decode()
    data = {name: field(page, name) for name in ("version", "key", "reason")}
    data |= {f"cell-{pk}": str(count) for pk, count in conflict.context["agreed"]}
    data |= {
        f"cell-{cell(campaign, 'households|||')}": "45",
        f"cell-{cell(campaign, 'sessions|||')}": "3",
    }
    response = clerk.post(address(campaign, days.today), data, follow=True)
    assert "correction is saved" in said(response)
    assert stands(campaign, tree.abhanpur, days.today) == {"households|||": 45, "sessions|||": 3}
    assert Submission.objects.get(version=3).reason == "another session"


def test_a_third_count_is_typed_and_all_stay_in_the_history(clerk, conflict, campaign, tree, days):
    page = conflict.content.decode()
    data = {name: field(page, name) for name in ("version", "key", "reason")}
    data |= {f"cell-{pk}": str(count) for pk, count in conflict.context["agreed"]}
    data |= {f"overtaken-{pk}": str(count) for pk, count in conflict.context["overtaken"]}
    households, sessions = (cell(campaign, key) for key in ("households|||", "sessions|||"))
    data |= {f"cell-{households}": "45", f"third-{households}": "43", f"cell-{sessions}": "2"}
    response = clerk.post(address(campaign, days.today), data, follow=True)
    assert "correction is saved" in said(response)
    assert stands(campaign, tree.abhanpur, days.today) == {"households|||": 43, "sessions|||": 2}
    kept = [
        (one.version, {entry.cell.key: entry.change for entry in one.entries.all()})
        for one in Submission.objects.filter(version__gte=3).order_by("version")
    ]
    # First what the clerk had sent, 40 and 3, then what was chosen.
    assert kept == [
        (3, {"households|||": -5, "sessions|||": 1}),
        (4, {"households|||": 3, "sessions|||": -1}),
    ]


def test_who_leaves_everything_as_it_stands_leaves_the_own_counts_in_the_history(
    clerk, conflict, campaign, tree, days
):
    page = conflict.content.decode()
    data = {name: field(page, name) for name in ("version", "key")} | {"keep": "theirs", "reason": ""}
    data |= {f"cell-{pk}": str(count) for pk, count in conflict.context["agreed"]}
    data |= {f"overtaken-{pk}": str(count) for pk, count in conflict.context["overtaken"]}
    for one in conflict.context["differences"]:
        data |= {f"cell-{one.id}": str(one.mine), f"theirs-{one.id}": field(page, f"theirs-{one.id}")}
    assert "correction is saved" in said(clerk.post(address(campaign, days.today), data, follow=True))
    assert stands(campaign, tree.abhanpur, days.today) == {"households|||": 45, "sessions|||": 2}
    told = [
        (row["by"], row["changes"], row["reason"]) for row in history(campaign, tree.abhanpur, days.today)
    ]
    assert [row[:2] for row in told[2:]] == [
        ("block_clerk", {"households|||": -5, "sessions|||": 1}),
        ("block_clerk", {"households|||": 5, "sessions|||": -1}),
    ]
    assert told[3][2] == "Compared with the other report"


def test_a_conflict_without_a_difference_is_none(clerk, campaign, tree, days, state_officer):
    page = clerk.get(address(campaign, days.today)).content.decode()
    by_another(campaign, tree.abhanpur, days.today, [Line("households", 40)], state_officer)
    data = {name: field(page, name) for name in ("version", "key")}
    data[f"cell-{cell(campaign, 'households|||')}"] = "40"
    response = clerk.post(address(campaign, days.today), data, follow=True)
    assert "exactly these counts" in said(response)
    assert Submission.objects.count() == 1


@pytest.mark.parametrize("version", ["", "x", "-1", "99999999999999999999", "²"])
def test_a_form_without_its_version_has_seen_nothing(clerk, campaign, tree, days, state_officer, version):
    by_another(campaign, tree.abhanpur, days.today, [Line("households", 40)], state_officer)
    data = {f"cell-{cell(campaign, 'households|||')}": "41", "reason": "x", "version": version}
    assert clerk.post(address(campaign, days.today), data).status_code == 409
    assert stands(campaign, tree.abhanpur, days.today) == {"households|||": 40}


# -- days and lists --------------------------------------------------------------------------------------


def test_days_that_cannot_be_posted_say_why_and_have_no_form(clerk, campaign, days, state_officer):
    for day, words in (
        (days.tomorrow, "has not come yet"),
        (campaign.starts_on - datetime.timedelta(1), "outside the campaign"),
    ):
        page = clerk.get(address(campaign, day)).content.decode()
        assert words in page and "data-entry" not in page
    changes.archive(campaign=campaign, by=state_officer)
    page = clerk.get(address(campaign, days.today)).content.decode()
    assert "archived" in page and "data-entry" not in page


def test_what_the_door_refuses_is_told(clerk, campaign, days):
    response = clerk.post(address(campaign, days.tomorrow), {"nil": "1", "version": "0"})
    assert "has not come yet" in response.content.decode()
    assert not Submission.objects.exists()


def test_counts_of_a_closed_item_are_shown_and_kept(clerk, campaign, tree, days, state_officer):
    by_another(
        campaign, tree.abhanpur, days.today, [Line("households", 40), Line("sessions", 2)], state_officer
    )
    item = campaign.items.get(code="households")
    sheet_changes.set_open(campaign=campaign, by=state_officer, row=item, is_open=False)
    page = clerk.get(address(campaign, days.today)).content.decode()
    assert "No longer on the sheet" in page and "Households visited: 40" in page
    fill(clerk, campaign, days.today, {"sessions|||": "3"}, reason="one more")
    assert stands(campaign, tree.abhanpur, days.today) == {"households|||": 40, "sessions|||": 3}


def units_shown(response):
    return [unit.area.code for unit in response.context["page"]]


def entry_list(client, campaign, **query):
    return client.get(reverse("entry-list", args=[campaign.slug]), query)


def test_the_list_shows_my_units_and_nobody_elses(client, clerk, campaign, district_officer):
    assert units_shown(entry_list(client, campaign)) == ["B3693"]
    client.force_login(district_officer, backend="django.contrib.auth.backends.ModelBackend")
    assert units_shown(entry_list(client, campaign)) == ["B3693", "B3694"]


def test_the_list_is_narrowed_by_state_and_name(client, campaign, tree, days, state_officer):
    client.force_login(state_officer, backend="django.contrib.auth.backends.ModelBackend")
    day = days.last_week.isoformat()
    by_another(campaign, tree.arang, days.last_week, [], state_officer)
    submit_tally(
        campaign=campaign,
        unit=tree.bastar,
        day=days.last_week,
        lines=[],
        by=state_officer,
        source="form",
        now=datetime.datetime.combine(days.last_week, datetime.time(12), datetime.UTC),
    )
    assert units_shown(entry_list(client, campaign, date=day, state="silent")) == ["B3693"]
    assert units_shown(entry_list(client, campaign, date=day, state="reported")) == ["B3694", "D374"]
    assert units_shown(entry_list(client, campaign, date=day, state="late")) == ["B3694"]
    assert units_shown(entry_list(client, campaign, date=day, q="raip")) == ["B3693", "B3694"]
    assert units_shown(entry_list(client, campaign, date=day, q="आरंग")) == ["B3694"]
    assert units_shown(entry_list(client, campaign, date=day, q="d374")) == ["D374"]
    response = entry_list(client, campaign, date=day)
    assert (response.context["mine"], response.context["reported"]) == (3, 2)


@pytest.mark.parametrize("date", ["", "nonsense", "1999-01-01", "2999-01-01"])
def test_the_list_always_shows_a_day_of_the_campaign(clerk, campaign, days, date):
    response = entry_list(clerk, campaign, date=date)
    assert response.context["day"] in (campaign.starts_on, days.today)


def test_the_list_costs_the_same_for_every_number_of_units(client, campaign, tree, state_officer):
    """Measured with one unit and with three: not a query more."""
    client.force_login(state_officer, backend="django.contrib.auth.backends.ModelBackend")
    entry_list(client, campaign)
    with CaptureQueriesContext(connection) as three:
        entry_list(client, campaign)
    set_reporting_units(campaign=campaign, areas=[tree.bastar], by=state_officer)
    with CaptureQueriesContext(connection) as one:
        entry_list(client, campaign)
    assert len(three) == len(one)


def test_the_whole_page_speaks_to_a_phone(clerk, campaign, days):
    page = clerk.get(address(campaign, days.today)).content.decode()
    inputs = re.findall(r'<input[^>]*name="cell-\d+"[^>]*>', page)
    assert len(inputs) == 21
    assert all('inputmode="numeric"' in one and "aria-label=" in one for one in inputs)
    assert 'aria-label="First dose, 18–44 years, Covaxin"' in page
