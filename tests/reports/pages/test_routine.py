"""A routine-immunisation round: items go by their own names, and n/a stands where a figure has no meaning."""

import datetime
import re

import pytest

from campaigns.models import Source
from campaigns.services.creation import create_campaign
from campaigns.services.setup import set_reporting_units, set_targets
from campaigns.services.tallies import Line, submit_tally
from reports.bodies import bodies
from reports.fold import fold_marks

FIRST, LAST = datetime.date(2021, 10, 1), datetime.date(2021, 12, 31)


@pytest.fixture
def round_(tree, national_officer):
    """Arang gives 100 first and 30 third doses of Penta on 1 October, and 50 more first ones on 10 November."""
    bodies.clear()
    campaign = create_campaign(
        by=national_officer,
        preset="routine",
        slug="round",
        name_en="Round",
        area=tree.raipur,
        starts_on=FIRST,
        ends_on=LAST,
        is_public=True,
    )
    set_reporting_units(campaign=campaign, areas=[tree.arang, tree.abhanpur], by=national_officer)
    set_targets(
        campaign=campaign,
        code="line-list",
        name_en="Line list",
        source="Survey",
        year=2021,
        targets={(tree.arang, cohort): 1000 for cohort in campaign.cohorts.all()},
        by=national_officer,
    )
    for day, counts in ((FIRST, {"penta1": 100, "penta3": 30, "zero_dose": 7}), (LAST, {"penta1": 50})):
        submit_tally(
            campaign=campaign,
            unit=tree.arang,
            day=day,
            lines=[Line(item, count, cohort="under-1") for item, count in counts.items()],
            by=national_officer,
            source=Source.FORM,
            now=datetime.datetime.combine(day, datetime.time(18), datetime.UTC),
        )
    fold_marks(campaign.pk)
    return campaign


def words(client, **query):
    response = client.get("/round/", query)
    assert response.status_code == 200
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def row(text, name):
    """What the table of all that is counted says of an item."""
    table = text[text.index("Everything that is counted") :]
    return table[table.index(name) + len(name) :][:60]


def test_overdue_doses_go_by_the_names_of_the_items_and_by_both_intervals(client, round_):
    """28 days lie between Penta 1 and 2 and 28 more between 2 and 3: who is due for the third waited 56."""
    early = words(client, date="2021-11-25")
    assert "Overdue: Penta 3 0 Penta 1 at least 56 days ago" in early, "55 days after the first doses"
    due = words(client, date="2021-11-26")
    assert "Overdue: Penta 3 70 Penta 1 at least 56 days ago left out (no Penta 1): 1,900" in due
    assert "second doses" not in due
    assert "first dose" not in due


def test_who_is_only_listed_is_measured_against_no_target(client, round_):
    text = words(client, date="2021-11-26")
    assert row(text, "Zero-dose children line-listed").startswith(" — No data 7 n/a n/a n/a n/a n/a n/a")
    # Of 1,000 children under one; persons have no plan by days.
    assert row(text, "Fully immunised children").startswith(" — No data 0 1,000 0.0% n/a n/a n/a n/a")
    assert row(text, "Penta 1").startswith(" — No data 100 2,000 5.0% ")


def test_without_a_working_day_nothing_is_expected(client, round_):
    round_.rest_weekdays = "1,2,3,4,5,6,7"
    round_.save()
    text = words(client, date="2021-11-26")
    assert "expected by now" not in text
    assert re.match(r" — No data 100 2,000 5\.0% n/a n/a — No data n/a", row(text, "Penta 1"))
