"""Every figure of the API against a slow and obvious second implementation."""

import datetime
import random

import pytest

from campaigns.models import Campaign
from campaigns.services.calendar_changes import set_days_off, set_rounds
from reports.fold import fold_marks
from tests.oracles import answers
from tests.reports.drive import END, LAST, START, at, fold, line, post

DAYS = [START, datetime.date(2021, 11, 8), datetime.date(2021, 11, 9), datetime.date(2021, 11, 10), LAST, END]


def ask(client, path="coverage", **query):
    response = client.get(f"/api/v1/{path}/", {"campaign": "drive", **query})
    assert response.status_code == 200, response.text
    return response.json()


def told(area):
    """Without what has tests of its own."""
    return {name: value for name, value in area.items() if name not in ("flags", "revised")}


def agrees(client, campaign, area, day, **options):
    query = {name: value if name == "as_of" else value.code for name, value in options.items()}
    if "target_set" in query:
        query["denominator"] = query.pop("target_set")
    asked = {**query, "as_of": query["as_of"].isoformat()} if "as_of" in query else query
    answer = ask(client, area=area.code, date=day.isoformat(), children="1", **asked)
    ledger = answers.Ledger(campaign, **options)
    assert told(answer["area"]) == answers.area_answer(ledger, area, day)
    expected = [answers.area_answer(ledger, one, day) for one in answers.children(campaign, area)]
    assert [told(child) for child in answer["children"]] == expected
    assert answer["silent_units"] == {"codes": answers.silent_codes(ledger, area, day), "is_complete": True}
    return True


@pytest.mark.parametrize("day", DAYS)
def test_every_area_says_what_its_ledger_says(client, drive, day):
    tree = drive.tree
    for area in (tree.india, tree.chhattisgarh, tree.maharashtra, tree.raipur, tree.bastar, tree.abhanpur):
        assert agrees(client, drive.campaign, area, day)


def test_an_area_below_a_unit_has_no_figures_of_its_own(client, drive):
    assert agrees(client, drive.campaign, drive.tree.jagdalpur, LAST)
    area = ask(client, area="B3595")["area"]
    assert area["items"]["first_dose"]["to_date"] == {"state": "not_applicable", "value": None}
    assert area["units"]["expected"] == 0


@pytest.mark.parametrize(
    "moment", [at(START), at(LAST, 18), at(LAST, 19), at(LAST, 20), at(datetime.date(2021, 11, 12))]
)
def test_an_earlier_state_of_knowledge_is_told_as_it_was(client, drive, moment):
    for area in (drive.tree.india, drive.tree.chhattisgarh, drive.tree.abhanpur, drive.tree.pune):
        assert agrees(client, drive.campaign, area, LAST, as_of=moment)
        assert agrees(client, drive.campaign, area, START, as_of=moment)


def test_one_cohort_is_counted_and_measured_by_itself(client, drive):
    for cohort in drive.campaign.cohorts.all():
        assert agrees(client, drive.campaign, drive.tree.india, LAST, cohort=cohort)


def test_another_denominator_is_used_and_named(client, drive):
    census = drive.campaign.target_sets.get(code="census")
    assert agrees(client, drive.campaign, drive.tree.india, LAST, target_set=census)
    answer = ask(client, denominator="census")
    assert answer["denominator"]["code"] == "census"
    coverage = answer["area"]["items"]["first_dose"]["coverage"]
    assert (coverage["denominator"], coverage["of"]) == (7500, "census")


def test_a_world_of_chance_says_what_its_ledger_says(client, drive):
    chance = random.Random(20211111)
    set_rounds(
        campaign=drive.campaign,
        by=drive.by,
        spans=[
            (START, datetime.date(2021, 10, 20)),
            (datetime.date(2021, 11, 5), datetime.date(2021, 12, 10)),
        ],
    )
    set_days_off(campaign=drive.campaign, by=drive.by, days={datetime.date(2021, 11, 9): ("Holiday", "")})
    drive.campaign = Campaign.objects.select_related("area").get(pk=drive.campaign.pk)
    moments = []
    for number in range(40):
        day = LAST - datetime.timedelta(chance.randrange(20))
        recorded = at(LAST, 21) + datetime.timedelta(minutes=number)
        lines = [
            line(item, chance.randrange(300))
            for item in ("first_dose", "second_dose")
            if chance.random() < 0.7
        ]
        post(drive, chance.choice(drive.units), day, *lines, recorded=recorded, reason="by chance")
        moments.append(recorded)
        if chance.random() < 0.3:
            fold(drive)
    for area in (drive.tree.india, drive.tree.chhattisgarh, drive.tree.pune):
        for day in (LAST, datetime.date(2021, 11, 2), datetime.date(2021, 10, 25)):
            assert agrees(client, drive.campaign, area, day, as_of=moments[25])
    fold_marks(drive.campaign.pk)
    for area in (drive.tree.india, drive.tree.chhattisgarh, drive.tree.raipur, drive.tree.pune):
        for day in (LAST, datetime.date(2021, 11, 2), datetime.date(2021, 10, 25)):
            assert agrees(client, drive.campaign, area, day)
        assert agrees(client, drive.campaign, area, LAST, as_of=moments[15])


@pytest.mark.parametrize("options", [{}, {"cohort": "45-59"}, {"cohort": "18-44"}, {"as_of": at(LAST, 19)}])
def test_progress_says_what_the_ledger_says(client, drive, options):
    campaign = drive.campaign
    ledger = answers.Ledger(
        campaign,
        as_of=options.get("as_of"),
        cohort=campaign.cohorts.get(code=options["cohort"]) if "cohort" in options else None,
    )
    query = {name: value if name == "cohort" else value.isoformat() for name, value in options.items()}
    for area in (drive.tree.india, drive.tree.nagpur, drive.tree.abhanpur):
        answer = ask(
            client, "progress", area=area.code, **{"from": "2021-10-01", "to": "2021-11-12"}, **query
        )
        expected = [
            answers.series_answer(ledger, area, item, START, datetime.date(2021, 11, 12))
            for item in ledger.items
        ]
        assert answer["series"] == expected


def test_a_series_may_begin_in_the_middle(client, drive):
    ledger, item = answers.Ledger(drive.campaign), drive.campaign.items.get(code="first_dose")
    answer = ask(client, "progress", item="first_dose", **{"from": "2021-11-07"})
    first = datetime.date(2021, 11, 7)
    assert answer["series"] == [answers.series_answer(ledger, drive.tree.india, item, first, LAST)]
    assert [point["count"]["state"] for point in answer["series"][0]["points"]] == [
        "no_data",
        "value",
        "value",
        "no_data",
        "value",
    ]
