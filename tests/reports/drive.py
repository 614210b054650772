"""A public campaign over the cast's India whose figures are few enough to know by heart.

Units: Bastar, Abhanpur and Arang (Chhattisgarh), Nagpur and Pune (Maharashtra); 1,000 persons of each of the
three groups in each, so 3,000 a unit and 15,000 in all. All doses are Covishield for those of 45-59 years.

            1 Oct           8 Nov          9 Nov     11 Nov
Bastar      1,000 first     200 second               20 first taken off (negative day)
Abhanpur    450 first, reported as 500 and corrected on 11 Nov
Arang       3,600 first     (over 100 % by 600)      300 first
Nagpur      900 first                      nil       silent
Pune        100 first       150 second     150 second > first
                                                     80 first, after the deadline
"""

import datetime
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest

from campaigns.models import Campaign, Source
from campaigns.services.bulk import submit_tallies
from campaigns.services.creation import create_campaign
from campaigns.services.setup import set_reporting_units, set_targets
from campaigns.services.tallies import Line, submit_tally
from reports.fold import fold_marks

INDIA = ZoneInfo("Asia/Kolkata")
START, END = datetime.date(2021, 10, 1), datetime.date(2021, 12, 31)
LAST = datetime.date(2021, 11, 11)


def at(day, hour=18):
    return datetime.datetime.combine(day, datetime.time(hour), INDIA)


def line(item, count):
    return Line(item=item, count=count, cohort="45-59", vaccine="covishield")


def post(drive, unit, day, *lines, recorded=None, **kwargs):
    """Post a sheet as of the evening of its day, or at ``recorded``."""
    return submit_tally(
        campaign=drive.campaign,
        unit=unit,
        day=day,
        lines=lines,
        by=drive.by,
        source=Source.FORM,
        now=recorded or at(day),
        **kwargs,
    )


def fold(drive):
    fold_marks(drive.campaign.pk)


@pytest.fixture
def drive(tree, national_officer):
    made = create_campaign(
        by=national_officer,
        preset="covid",
        slug="drive",
        name_en="Har Ghar Dastak",
        name_hi="हर घर दस्तक",
        area=tree.india,
        starts_on=START,
        ends_on=END,
        is_public=True,
        is_simulated=True,
    )
    units = [tree.bastar, tree.abhanpur, tree.arang, tree.nagpur, tree.pune]
    set_reporting_units(campaign=made, areas=units, by=national_officer)
    for code, persons, is_default in (("estimate", 1000, True), ("census", 500, False)):
        set_targets(
            campaign=made,
            code=code,
            name_en=code.capitalize(),
            source="Survey",
            year=2021,
            targets={(unit, cohort): persons for unit in units for cohort in made.cohorts.all()},
            by=national_officer,
            is_default=is_default,
        )
    campaign = Campaign.objects.select_related("area").get(pk=made.pk)
    drive = SimpleNamespace(campaign=campaign, by=national_officer, tree=tree, units=units)
    _fill(drive, tree)
    fold(drive)
    return drive


def _fill(drive, tree):
    first = {tree.bastar: 1000, tree.abhanpur: 500, tree.arang: 3600, tree.nagpur: 900, tree.pune: 100}
    for unit, count in first.items():
        post(drive, unit, START, line("first_dose", count))
    post(drive, tree.bastar, datetime.date(2021, 11, 8), line("second_dose", 200))
    post(drive, tree.pune, datetime.date(2021, 11, 8), line("second_dose", 150))
    post(drive, tree.nagpur, datetime.date(2021, 11, 9))
    post(drive, tree.arang, LAST, line("first_dose", 300))
    submit_tallies(
        campaign=drive.campaign,
        rows=[(tree.bastar.pk, LAST, drive.campaign.cells.get(key="first_dose|45-59|covishield|").pk, -20)],
        by=drive.by,
        allow_negative=True,
        reason="counted twice",
        recorded_at=at(LAST),
    )
    post(drive, tree.abhanpur, LAST, line("first_dose", 0), recorded=at(LAST, 19))
    post(
        drive,
        tree.abhanpur,
        START,
        line("first_dose", 450),
        recorded=at(LAST, 20),
        reason="register was checked",
    )
    post(drive, tree.pune, LAST, line("first_dose", 80), recorded=at(datetime.date(2021, 11, 13)))
