"""The audit trail: visible to whom it concerns, in words, exportable, and beyond anybody's reach to change."""

import csv
import datetime
import io
import re

import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from python_calamine import CalamineWorkbook

from districts import addresses
from districts.audit import record
from districts.audit_trail import events_visible_to
from districts.models import AuditEvent
from districts.presenters.audit import WORDS, worded


@pytest.fixture
def ask(client):
    def ask(person, address="/audit/", **options):
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        return client.get(address, **options)

    return ask


@pytest.fixture
def trail(tree, national_officer, state_officer, district_officer, block_clerk, rf):
    """One act in each of several places, from an address of its own."""
    acts = [
        (national_officer, "areas.loaded", "reference", None),
        (national_officer, "campaign.create", "campaign pune", tree.pune),
        (state_officer, "posting.give", "user somebody", tree.raipur),
        (district_officer, "posting.end", "user else", tree.abhanpur),
        (block_clerk, "password.change", "user block_clerk", None),
    ]
    for number, (by, action, subject, area) in enumerate(acts, start=1):
        token = addresses.answering(rf.get("/", REMOTE_ADDR=f"203.0.113.{number}"))
        record(by=by, action=action, subject=subject, area=area, detail={"role": "block_clerk"})
        addresses.done(token)


def actions(response):
    return re.findall(r"<strong>([^<]+)</strong> <span class=\"act__subject\">", response.content.decode())


SEEN = {
    "national_officer": {"areas.loaded", "campaign.create", "posting.give", "posting.end", "password.change"},
    "state_officer": {"posting.give", "posting.end"},
    "other_state_officer": {"campaign.create"},
    "district_officer": {"posting.give", "posting.end"},
    "block_clerk": {"posting.end", "password.change"},  # of the own block, and the own act
    "auditor": {"posting.give", "posting.end"},
    "stranger": set(),
    "former_officer": set(),
}


@pytest.mark.parametrize("person", SEEN)
def test_everybody_sees_the_acts_in_their_area_and_their_own(request, trail, ask, person):
    response = ask(request.getfixturevalue(person))
    assert response.status_code == 200
    assert set(actions(response)) == {worded(action).replace("'", "&#x27;") for action in SEEN[person]}


def test_where_from_is_told_to_who_did_it_and_to_officers_and_auditors(trail, ask, block_clerk, auditor):
    page = ask(block_clerk).content.decode()
    assert "203.0.113.5" in page
    assert "203.0.113.4" not in page
    assert "203.0.113.4" in ask(auditor).content.decode()
    told = ask(block_clerk, "/audit/table.csv").content.decode()
    assert "203.0.113.4" not in told
    assert "203.0.113.5" in told


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=somebody", {"posting.give"}),
        ("q=district_officer", {"posting.end"}),
        ("action=posting.give", {"posting.give"}),
        ("action=people", {"posting.give", "posting.end"}),
        ("area=B3693", {"posting.end"}),
        ("area=D387&q=else", {"posting.end"}),
        ("first=2999-01-01", set()),
        ("last=2000-01-01", set()),
    ],
)
def test_acts_are_found_by_person_action_area_and_day(trail, ask, national_officer, query, found):
    response = ask(national_officer, f"/audit/?{query}")
    assert set(actions(response)) == {worded(action) for action in found}


@pytest.mark.parametrize("query", ["area=nowhere", "first=32-13-2021", "action=unknown"])
def test_a_question_that_is_not_understood_shows_nothing_and_says_so(trail, ask, national_officer, query):
    response = ask(national_officer, f"/audit/?{query}")
    assert response.status_code == 422
    assert "errorlist" in response.content.decode()
    assert actions(response) == []


def test_a_filter_by_an_area_elsewhere_reveals_nothing(trail, ask, district_officer):
    assert actions(ask(district_officer, "/audit/?area=D490")) == []
    assert actions(ask(district_officer, "/audit/?area=IN")) != []


def test_days_are_days_in_india(trail, ask, state_officer):
    today = timezone.localdate()
    assert actions(ask(state_officer, f"/audit/?first={today}&last={today}"))
    tomorrow = today + datetime.timedelta(1)
    assert not actions(ask(state_officer, f"/audit/?first={tomorrow}"))


def test_the_trail_is_taken_along_as_csv_and_as_a_workbook_and_that_is_an_act_too(trail, ask, state_officer):
    record(
        by=state_officer,
        action="person.correct",
        subject="=HYPERLINK(1)",
        area=state_officer.postings.get().area,
    )
    table = list(csv.reader(io.StringIO(ask(state_officer, "/audit/table.csv").content.decode("utf-8-sig"))))
    # What is written now is not in it yet: the file is read as it stood.
    assert [row[4] for row in table[1:]][-2:] == ["posting.end", "posting.give"]
    assert "'=HYPERLINK(1)" in [row[5] for row in table]
    content = ask(state_officer, "/audit/table.xlsx?action=people").content
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    sheet = book.get_sheet_by_name("Table").to_python()
    assert {row[4] for row in sheet[1:]} == {"posting.end", "posting.give", "person.correct"}
    exports = AuditEvent.objects.filter(action="audit.export")
    assert [event.by for event in exports] == [state_officer] * 2


def test_the_list_comes_in_pages_at_one_price(
    trail, ask, tree, state_officer, django_assert_max_num_queries, client
):
    for number in range(60):
        record(by=state_officer, action="posting.give", subject=f"user {number}", area=tree.arang)
    ask(state_officer)
    with django_assert_max_num_queries(8):
        assert len(actions(client.get("/audit/"))) == 50
    assert len(actions(client.get("/audit/?page=2"))) == 12


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE districts_auditevent SET subject = 'x'",
        "DELETE FROM districts_auditevent",
        "UPDATE districts_auditevent SET address = NULL WHERE 1 = 1",
    ],
)
def test_nothing_in_the_trail_can_be_changed_or_taken_away(trail, sql):
    before = AuditEvent.objects.count()
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        AuditEvent.objects.all().delete()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        AuditEvent.objects.first().save()
    assert AuditEvent.objects.count() == before


def test_a_person_with_a_past_cannot_be_deleted_and_take_it_along(trail, district_officer):
    with pytest.raises(DatabaseError), transaction.atomic():
        district_officer.delete()
    assert AuditEvent.objects.filter(by=district_officer).exists()


def test_outside_a_request_an_act_has_no_address(tree, national_officer):
    assert record(by=national_officer, action="areas.loaded", subject="x").address is None


def test_the_address_of_one_request_is_not_left_over_for_the_next(tree, client, national_officer, ask):
    ask(national_officer, REMOTE_ADDR="203.0.113.99")
    assert addresses.current() is None


def test_anonymous_visitors_see_no_trail(client, trail):
    assert client.get("/audit/").status_code == 302
    assert client.get("/audit/table.csv").status_code == 302
    assert not events_visible_to(AnonymousUser()).exists()


@pytest.mark.once
def test_what_an_act_is_about_is_told_in_the_language_of_the_reader(client, tree, national_officer, ask):
    record(by=national_officer, action="posting.give", subject="user kavita", area=tree.arang)
    assert "Account kavita" in ask(national_officer).content.decode()
    client.post("/language/", {"language": "hi"})
    assert "खाता kavita" in ask(national_officer).content.decode()


def test_every_action_that_the_code_records_has_words():
    """A code such as posting.give tells an auditor less than a sentence, and Hindi readers nothing."""
    found = set()
    for app in ("districts", "inventory", "campaigns", "reports", "config"):
        for path in (settings.BASE_DIR / app).rglob("*.py"):
            source = path.read_text(encoding="utf-8")
            if "record(" in source:
                found |= set(re.findall(r"action=\(?\"([a-z_]+\.[a-z_]+)\"", source))
                found |= set(re.findall(r"_record\(\s*\w+, (?:by, )?\"([a-z_]+\.[a-z_]+)\"", source))
    assert len(found) > 30
    assert found - WORDS.keys() == set()
