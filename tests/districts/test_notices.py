"""Notices: told once, read by whom they are for, and mailed once a day in the reader's language."""

import datetime

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext, override_settings
from django.utils import timezone

from districts import notice_mail, notices
from districts.models import Notice, NoticeChoice, Role
from tests.plugins.cast import make_person

KIND = notices.Kind("test_kind", "Tests", lambda params: f"Word {params['number']}")
OFFICIAL = notices.Kind(
    "test_official", "Officials", lambda params: "Official", frozenset({Role.DISTRICT_OFFICER})
)


@pytest.fixture(autouse=True)
def kinds(monkeypatch):
    monkeypatch.setattr(notices, "_kinds", {})
    notices.register(KIND)
    notices.register(OFFICIAL)


@pytest.fixture
def reader(tree):
    reader = make_person("reader", role=Role.BLOCK_CLERK, area=tree.arang)
    reader.email, reader.language = "reader@example.org", "hi"
    reader.save()
    return reader


def tell(*users, kind="test_kind", key="1", number=1):
    return notices.tell(users=users, kind=kind, key=key, params={"number": number}, path="/notices/")


def test_the_same_thing_is_told_once(reader):
    assert [tell(reader), tell(reader), tell(reader, key="2")] == [1, 0, 1]


def test_a_kind_of_a_role_reaches_others_once_they_choose_it(reader):
    assert tell(reader, kind="test_official") == 0
    notices.choose(by=reader, kind="test_official", in_app=True, by_email=False)
    assert tell(reader, kind="test_official") == 1
    notices.choose(by=reader, kind="test_official", in_app=False, by_email=False)
    assert tell(reader, kind="test_official", key="2") == 0
    assert dict(notices.choices_of(reader)) == {
        KIND: notices.Channels(True, True),
        OFFICIAL: notices.Channels(False, False),
    }


def test_a_person_reads_their_own_notices_only(client, reader, tree):
    other = make_person("other")
    tell(reader), tell(other, number=2)
    client.force_login(reader)
    page = client.get("/notices/").content.decode()
    assert "Word 1" in page and "Word 2" not in page
    theirs = Notice.objects.get(user=other)
    assert client.post(f"/notices/{theirs.pk}/read/").status_code == 404
    client.post("/notices/read/")
    assert [notice.read_at is None for notice in Notice.objects.order_by("pk")] == [False, True]


def test_the_head_counts_what_is_unread_and_asks_after_the_page(client, reader):
    tell(reader), tell(reader, key="2")
    client.force_login(reader)
    assert "2" in client.get("/notices/count/").content.decode()
    with CaptureQueriesContext(connection) as captured:
        page = client.get("/notices/choices/").content.decode()
    assert "/notices/count/" in page
    assert not any("districts_notice" in one["sql"] and "COUNT" in one["sql"] for one in captured)
    mine = Notice.objects.first()
    assert client.post(f"/notices/{mine.pk}/read/", {"open": "1"}).url == "/notices/"
    assert client.get("/notices/count/").content.decode().count("1") == 2  # for eyes and for ears
    notices.choose(by=reader, kind="test_kind", in_app=False, by_email=True)
    assert client.get("/notices/count/").content.decode().strip() == ""


def test_nobody_else_learns_the_count(client, reader):
    tell(reader)
    assert client.get("/notices/count/").content.decode().strip() == ""
    assert client.get("/notices/").status_code == 302


def test_choices_are_saved(client, reader):
    client.force_login(reader)
    client.post("/notices/choices/", {"test_kind-by_email": "on", "test_official-in_app": "on"})
    assert dict(notices.choices_of(reader)) == {
        KIND: notices.Channels(False, True),
        OFFICIAL: notices.Channels(True, False),
    }


def test_nobody_is_asked_about_what_never_reaches_them(client, reader, tree):
    """A block clerk keeps no stock: five boxes about batches and stores would only be in the way."""
    keeping = notices.Kind("test_keeping", "Stock", lambda params: "Stock", right="keep_stock")
    notices.register(keeping)
    keeper = make_person("keeper", role=Role.STOCK_KEEPER, area=tree.raipur)
    assert keeping in dict(notices.choices_of(keeper)) and keeping not in dict(notices.choices_of(reader))
    client.force_login(reader)
    assert "test_keeping" not in client.get("/notices/choices/").content.decode()
    client.post("/notices/choices/", {"test_keeping-in_app": "on"})
    assert not NoticeChoice.objects.filter(kind="test_keeping").exists()


def test_a_person_gets_one_mail_a_day_however_often_it_runs(reader):
    tell(reader), tell(reader, key="2", number=2)
    now = timezone.now()
    assert [notice_mail.mail_everybody(now=now) for _run in range(3)] == [1, 0, 0]
    message = mail.outbox[0]
    assert message.to == ["reader@example.org"]
    assert "Word 1" in message.body and "Word 2" in message.body
    assert "http://testserver/notices/" in message.body
    tell(reader, key="3", number=3)
    assert notice_mail.mail_everybody(now=now) == 0
    assert notice_mail.mail_everybody(now=now + datetime.timedelta(days=1)) == 1
    assert "Word 3" in mail.outbox[1].body and "Word 1" not in mail.outbox[1].body


def test_what_somebody_wants_in_no_mail_is_in_none(reader):
    notices.choose(by=reader, kind="test_kind", in_app=True, by_email=False)
    tell(reader)
    assert notice_mail.mail_everybody() == 0 and not mail.outbox


def test_a_mail_that_fails_is_sent_by_the_next_run_and_stops_nobody_elses(reader, tree, monkeypatch):
    second = make_person("second", role=Role.BLOCK_CLERK, area=tree.arang)
    second.email = "second@example.org"
    second.save()
    tell(reader, second)
    send = notice_mail.EmailMessage.send

    def fails(message, *args, **kwargs):
        if message.to == ["reader@example.org"]:
            raise OSError("connection refused")
        return send(message, *args, **kwargs)

    monkeypatch.setattr(notice_mail.EmailMessage, "send", fails)
    assert notice_mail.mail_everybody() == 1
    assert Notice.objects.get(user=reader).mailed_at is None
    monkeypatch.undo()
    notices.register(KIND)
    assert notice_mail.mail_everybody() == 1
    assert [message.to for message in mail.outbox] == [["second@example.org"], ["reader@example.org"]]


@override_settings(EMAIL_BACKEND="django.core.mail.backends.console.EmailBackend")
def test_the_demonstration_prints_the_mail(reader, capsys):
    tell(reader)
    assert notice_mail.mail_everybody() == 1
    assert "To: reader@example.org" in capsys.readouterr().out
