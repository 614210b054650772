"""What a dashboard costs: a fixed number of queries, whatever it shows, and none twice for the same figures."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from campaigns.services.calendar_changes import set_days_off
from campaigns.services.setup import set_targets
from reports.bodies import Remembered, bodies
from reports.selectors import overdue
from tests.reports.drive import LAST, at, fold, line, post

# Changed on purpose only. The first opening of a page after a fold, and every one that follows.
DRAWN = {"/drive/": 12, "/drive/S22/": 12, "/drive/D387/": 12}
REMEMBERED = {"/drive/": 2, "/drive/S22/": 2, "/drive/D387/": 2}


def forget():
    bodies.clear()
    overdue._overdue_units.cache_clear()


def queries(client, path):
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path).status_code == 200
    return len(captured)


@pytest.mark.parametrize("path", DRAWN)
def test_a_page_is_drawn_with_a_fixed_number_of_queries(client, drive, path):
    queries(client, path)
    forget()
    assert queries(client, path) == DRAWN[path]
    assert queries(client, path) == REMEMBERED[path]


def test_more_children_cost_no_more_queries(client, drive):
    from campaigns.services.setup import set_reporting_units
    from districts.models import Level
    from districts.tree import add_area

    queries(client, "/drive/S22/")
    more = [
        add_area(parent=drive.tree.chhattisgarh, code=f"D9{n:02}", level=Level.DISTRICT, name_en=f"New {n}")
        for n in range(20)
    ]
    set_reporting_units(campaign=drive.campaign, areas=[*drive.units, *more], by=drive.by)
    queries(client, "/drive/S22/")
    forget()
    assert queries(client, "/drive/S22/") == DRAWN["/drive/S22/"]


def test_a_fold_makes_the_page_be_drawn_anew(client, drive):
    queries(client, "/drive/")
    assert queries(client, "/drive/") == REMEMBERED["/drive/"]
    post(drive, drive.tree.nagpur, LAST, line("first_dose", 5), recorded=at(datetime.date(2021, 11, 14)))
    fold(drive)
    assert queries(client, "/drive/") > REMEMBERED["/drive/"]


def test_a_change_of_the_setup_is_on_the_page_at_once(client, drive):
    def silent():
        html = client.get("/drive/").content.decode()
        return html[html.index('id="silent-title"') : html.index('id="daily-title"')]

    assert "Nagpur" in silent()
    set_days_off(campaign=drive.campaign, by=drive.by, days={LAST: ("Holiday", "")})
    assert "Nagpur" not in silent()
    html = client.get("/drive/").content.decode()
    assert "Survey of 2022" not in html
    set_targets(
        campaign=drive.campaign,
        code="another",
        name_en="Another",
        source="Survey of 2022",
        year=2022,
        targets={(drive.tree.pune, drive.campaign.cohorts.first()): 10},
        by=drive.by,
    )
    assert "Survey of 2022" in client.get("/drive/").content.decode()


def test_every_language_and_view_is_remembered_apart(client, drive):
    english = client.get("/drive/").content
    client.cookies["abhiyan_language"] = "hi"
    assert "भारत" in client.get("/drive/").content.decode()
    client.cookies["abhiyan_language"] = "en-in"
    assert client.get("/drive/").content.count(b"<tr>") == english.count(b"<tr>")
    assert "drop-out" in client.get("/drive/", {"measure": "drop-out"}).content.decode()
    assert "भारत" not in client.get("/drive/").content.decode()


def test_the_store_keeps_the_newest_and_forgets_with_time():
    store = Remembered(most=2, seconds=60)
    made = []

    def make(name):
        return lambda: made.append(name) or name

    for name in ("a", "b", "a", "c", "a", "b"):
        assert store.get(name, make(name)) == name
    assert made == ["a", "b", "c", "b"]
    short = Remembered(most=2, seconds=0)
    short.get("a", make("again"))
    short.get("a", make("again"))
    assert made[-2:] == ["again", "again"]
