"""While much waits to be added up, a dashboard says so at its top: figures of 0 that are none deceive."""

import datetime
from io import BytesIO

import pytest
from python_calamine import CalamineWorkbook

from reports.bodies import bodies
from reports.models import CampaignFold
from reports.selectors.freshness import HANDFUL, freshness, waiting
from tests.reports.drive import LAST, fold, line, post

SAYS = "Not all counts are added up yet: these figures are not complete."
PATHS = ["/drive/", "/drive/S22/", "/drive/D387/", "/drive/S22/?as_of=2021-11-11T10:00"]


@pytest.fixture(autouse=True)
def forget():
    bodies.clear()


def text(response):
    assert response.status_code == 200
    return response.content.decode()


def post_days(drive, number):
    """So many first reports of two units, each of one count."""
    for n in range(number):
        unit = (drive.tree.nagpur, drive.tree.bastar)[n % 2]
        post(drive, unit, LAST + datetime.timedelta(1 + n // 2), line("first_dose", 1))


@pytest.fixture
def unfolded(drive):
    """The drive as it stands right after its counts came and before any fold ran."""
    CampaignFold.objects.all().delete()
    post_days(drive, 1)
    return drive


@pytest.mark.parametrize("path", PATHS)
def test_before_the_first_fold_one_report_is_enough_for_the_page_to_say_so(client, unfolded, path):
    html = text(client.get(path))
    assert SAYS in html.partition('class="tiles"')[0]
    assert "Counts waiting: 1. Reports waiting: 1." in html
    assert '<noscript><meta http-equiv="refresh"' in html


def test_the_foot_promises_no_figures_while_there_are_none(client, unfolded):
    pulse = text(client.get("/drive/pulse/"))
    assert "Figures as of" not in pulse
    assert "Reports that come in are safe and wait to be added." in pulse


def test_a_handful_waits_without_a_word_and_more_does_not(client, drive):
    post_days(drive, HANDFUL)
    assert not freshness(drive.campaign).is_incomplete
    assert SAYS not in text(client.get("/drive/"))
    post(drive, drive.tree.pune, datetime.date(2021, 10, 2), line("first_dose", 1), line("second_dose", 1))
    fresh = freshness(drive.campaign)
    assert fresh.is_incomplete
    found = waiting(drive.campaign, fresh)
    assert (found.reports, found.counts) == (HANDFUL + 1, HANDFUL + 2)
    assert f"Counts waiting: {HANDFUL + 2}. Reports waiting: {HANDFUL + 1}." in text(client.get("/drive/"))


def test_the_page_is_told_to_renew_itself_when_all_is_in_and_then_says_nothing(client, drive):
    post_days(drive, HANDFUL + 1)
    html = text(client.get("/drive/"))
    assert SAYS in html
    seen = html.partition("pulse/?seen=")[2].partition('"')[0]
    fold(drive)
    assert client.get("/drive/pulse/", {"seen": seen})["HX-Trigger"] == "figures-changed"
    html = text(client.get("/drive/"))
    assert SAYS not in html
    assert "<noscript><meta" not in html


def test_the_file_of_the_table_says_it_too(client, drive):
    post_days(drive, HANDFUL + 1)
    workbook = CalamineWorkbook.from_filelike(BytesIO(client.get("/drive/IN/table.xlsx").content))
    assert ["Note", SAYS] in workbook.get_sheet_by_name("About").to_python()
