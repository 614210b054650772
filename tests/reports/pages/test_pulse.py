"""The line at the foot: how fresh the figures are, and when a page should fetch itself."""

import datetime

import pytest
from django.utils import timezone

from reports.models import WorkerHeartbeat
from tests.reports.drive import LAST, at, fold, line, post

PULSE = "/drive/pulse/"


@pytest.fixture
def beating(drive):
    WorkerHeartbeat.objects.update_or_create(id=1, defaults={"beat_at": timezone.now()})


def text(response):
    assert response.status_code == 200
    return response.content.decode()


def seen(client):
    """What a page that was just opened has seen."""
    html = client.get("/drive/").content.decode()
    return html.partition("pulse/?seen=")[2].partition('"')[0]


def test_the_foot_says_up_to_when_the_figures_hold(client, drive, beating):
    assert "Figures as of 13 Nov 2021, 18:00" in text(client.get(PULSE))


def test_without_a_worker_the_page_never_pretends(client, drive):
    WorkerHeartbeat.objects.update_or_create(
        id=1, defaults={"beat_at": timezone.now() - datetime.timedelta(minutes=5)}
    )
    for path in (PULSE, "/drive/", "/drive/S22/"):
        html = text(client.get(path))
        assert "Nobody is adding up at the moment." in html
        assert "Figures as of 13 Nov 2021, 18:00" in html


def test_a_pulse_that_has_not_changed_is_a_304_without_a_body(client, drive, beating):
    first = client.get(PULSE)
    again = client.get(PULSE, headers={"if-none-match": first["ETag"]})
    assert again.status_code == 304
    assert again.content == b""
    assert again["ETag"] == first["ETag"]


def test_the_tag_changes_with_a_fold_a_dead_worker_and_the_language(client, drive, beating):
    tags = {client.get(PULSE)["ETag"]}
    client.cookies["abhiyan_language"] = "hi"
    tags.add(client.get(PULSE)["ETag"])
    post(drive, drive.tree.nagpur, LAST, line("first_dose", 5), recorded=at(datetime.date(2021, 11, 14)))
    fold(drive)
    tags.add(client.get(PULSE)["ETag"])
    WorkerHeartbeat.objects.all().delete()
    tags.add(client.get(PULSE)["ETag"])
    assert len(tags) == 4


def test_a_page_is_told_to_fetch_itself_once_the_figures_have_moved_on(client, drive, beating):
    before = seen(client)
    assert before
    assert "HX-Trigger" not in client.get(PULSE, {"seen": before})
    post(drive, drive.tree.nagpur, LAST, line("first_dose", 5), recorded=at(datetime.date(2021, 11, 14)))
    fold(drive)
    answer = client.get(PULSE, {"seen": before})
    assert answer["HX-Trigger"] == "figures-changed"
    # The line that comes along has seen the new figures, so the page is told once.
    after = text(answer).partition("?seen=")[2].partition('"')[0]
    assert after != before
    assert "HX-Trigger" not in client.get(PULSE, {"seen": after})
