"""The total of the paper report: a version of its own where it is all that is new, on each of the roads."""

import pytest
from django.urls import reverse

from campaigns.errors import StaleVersion, TallyRefused
from campaigns.models import DayReview, DeclaredTotal, RuleHit, Submission, TallyEntry
from campaigns.selectors.tallies import history, standing
from campaigns.services import reviews, sheet_changes
from campaigns.services.checking import Answers, ReasonsWanted
from campaigns.services.reviews import Day
from campaigns.services.settling import settle
from campaigns.services.setup import set_reporting_units
from campaigns.services.tallies import Line, submit_tally
from reports.fold import fold_marks
from tests.campaigns.api.conftest import Api
from tests.campaigns.conftest import make_campaign

LINES = [
    Line("first", 92857, "18-44"),
    Line("second", 6890, "18-44"),
    Line("first", 6932, "45-plus"),
    Line("second", 8929, "45-plus"),
]
WHY = "the paper leaves out one centre"


@pytest.fixture
def june(tree, state_officer):
    """Chhattisgarh by two age groups and two doses, reported for the state as a whole."""
    campaign = make_campaign(state_officer, tree.chhattisgarh, slug="june", preset="empty")
    for code in ("18-44", "45-plus"):
        sheet_changes.save_cohort(campaign=campaign, by=state_officer, code=code, name_en=code)
    for number, code in enumerate(("first", "second"), start=1):
        sheet_changes.save_item(
            campaign=campaign, by=state_officer, code=code, name_en=code, antigen="X", dose_number=number
        )
    set_reporting_units(campaign=campaign, areas=[tree.chhattisgarh], by=state_officer)
    campaign.refresh_from_db()
    return campaign


@pytest.fixture
def send(june, tree, days, state_officer):
    def send(declared=None, reason="", lines=LINES, **values):
        asked = {"by": state_officer, "source": "form"} | values
        answers = asked.pop("answers", Answers(declared=declared, reasons={"": WHY}))
        return submit_tally(
            campaign=june,
            unit=tree.chhattisgarh,
            day=days.today,
            lines=lines,
            reason=reason,
            answers=answers,
            **asked,
        )

    return send


def totals(campaign):
    rows = DeclaredTotal.objects.filter(submission__campaign=campaign).order_by("submission__version")
    return [
        (row.submission.version, row.declared, row.counted, row.reason)
        for row in rows.select_related("submission")
    ]


def test_the_total_of_22_june_2021_comes_after_its_counts(send, june, tree, days):
    send()
    entries = TallyEntry.objects.count()
    receipt = send(109353, reason="the bulletin came later")
    assert (receipt.version, receipt.changes, receipt.declared, receipt.changed) == (2, [], 109353, True)
    assert TallyEntry.objects.count() == entries, "no count has changed"
    assert totals(june) == [(2, 109353, 115608, WHY)]
    assert RuleHit.objects.get(rule="declared_total", version=2).observed["difference"] == 6255
    last = history(june, tree.chhattisgarh, days.today)[-1]
    assert (last["reason"], last["changes"]) == ("the bulletin came later", {})
    assert last["declared_total"] == {"declared": 109353, "counted": 115608, "reason": WHY}
    fold_marks(june.pk)
    assert sum(standing(june, tree.chhattisgarh, days.today).values()) == 115608


def test_the_same_total_again_writes_nothing_and_another_one_does(send, june):
    send(109353)
    assert not send(109353, reason="again").changed and not send(None, reason="nothing said").changed
    assert Submission.objects.filter(campaign=june).count() == 1
    assert send(115608, reason="they have put it right").version == 2
    assert [row[1] for row in totals(june)] == [109353, 115608]


def test_a_total_wants_a_reason_as_every_correction_and_one_for_its_difference(send, june):
    send()
    with pytest.raises(TallyRefused) as refused:
        send(109353)
    assert [problem.code for problem in refused.value.problems] == ["reason_required"]
    with pytest.raises(ReasonsWanted):
        send(reason="late", answers=Answers(declared=109353, must_ask=True))
    assert Submission.objects.filter(campaign=june).count() == 1


def test_a_total_is_withdrawn_where_the_sender_says_that_there_is_none(send, june):
    send(109353)
    assert send(reason="not ours", answers=Answers(says_total=True)).version == 2
    assert [row[0] for row in totals(june)] == [1]
    assert not send(reason="not ours", answers=Answers(says_total=True)).changed


def test_on_a_verified_day_it_is_a_correction_like_any_other(
    send, june, tree, days, national_officer, block_clerk
):
    send()
    reviews.verify(campaign=june, days=[Day(tree.chhattisgarh, days.today)], by=national_officer)
    with pytest.raises(TallyRefused, match="verified and locked"):
        send(109353, reason="late", by=block_clerk)
    assert send(109353, reason="late").version == 2
    assert DayReview.objects.get(campaign=june).state == "submitted"


def test_a_total_that_comes_too_late_is_told_and_settled_with_both_in_the_history(
    send, june, tree, days, state_officer
):
    send()
    send(109353, reason="bulletin")
    with pytest.raises(StaleVersion) as stale:
        send(115608, reason="mine", expected_version=1)
    assert (stale.value.current, stale.value.declared) == (2, 109353)
    mine, theirs = (Answers(declared=total, reasons={"": WHY}) for total in (115608, 109353))
    receipt = settle(
        campaign=june,
        unit=tree.chhattisgarh,
        day=days.today,
        lines=LINES,
        overtaken=LINES,
        by=state_officer,
        source="form",
        reason="asked them",
        idempotency_key="",
        expected_version=2,
        answers=theirs,
        overtaken_answers=mine,
    )
    assert receipt.version == 4
    assert [row[:2] for row in totals(june)] == [(2, 109353), (3, 115608), (4, 109353)]


def test_the_form_records_it_shows_it_and_takes_it_only_once(client, send, june, tree, days, state_officer):
    send()
    client.force_login(state_officer, backend="django.contrib.auth.backends.ModelBackend")
    address = reverse("entry-form", args=[june.slug, tree.chhattisgarh.code, days.today.isoformat()])
    cells = {f"cell-{cell}": count for cell, count in standing(june, tree.chhattisgarh, days.today).items()}
    sheet = cells | {"version": 1, "declared": "1,09,353", "reason": "bulletin"}
    asked = client.post(address, sheet).content.decode()
    assert "The lines add to 1,15,608, the declared total is 1,09,353; the difference is 6,255." in asked
    page = client.post(address, sheet | {"why-": WHY}, follow=True).content.decode()
    assert "The correction is saved." in page
    assert "Declared total 1,09,353; the lines add to 1,15,608. The difference is 6,255." in page
    page = client.post(address, sheet | {"why-": WHY, "version": 2}, follow=True).content.decode()
    assert "Nothing has changed: these counts stand already." in page
    assert [row[:2] for row in totals(june)] == [(2, 109353)]


def test_two_totals_are_compared_on_the_form_and_all_stay(client, send, june, tree, days, state_officer):
    send()
    client.force_login(state_officer, backend="django.contrib.auth.backends.ModelBackend")
    address = reverse("entry-form", args=[june.slug, tree.chhattisgarh.code, days.today.isoformat()])
    cells = {f"cell-{cell}": count for cell, count in standing(june, tree.chhattisgarh, days.today).items()}
    send(109353, reason="bulletin")
    sheet = cells | {"version": 1, "declared": "115608", "reason": "mine", "why-": WHY}
    response = client.post(address, sheet)
    page = response.content.decode()
    assert response.status_code == 409
    assert 'name="declared" value="109353"' in page and 'name="declared" value="115608" checked' in page
    overtaken = {f"overtaken-{name[5:]}": count for name, count in cells.items()}
    choice = cells | overtaken | {"version": 2, "declared": "109353", "overtaken-declared": "115608"}
    client.post(address, choice | {"reason": "asked them", "why-": WHY})
    assert [row[:2] for row in totals(june)] == [(2, 109353), (3, 115608), (4, 109353)]


def test_the_api_records_it_and_tells_it(send, june, days, state_officer):
    send()
    body = {
        "campaign": "june",
        "unit": "S22",
        "date": days.today.isoformat(),
        "lines": [{"item": line.item, "cohort": line.cohort, "count": line.count} for line in LINES],
        "reason": "bulletin",
        "declared_total": 109353,
    }
    officer = Api(state_officer)
    first = officer.post("tallies/", body)
    assert (first.status_code, first.json()["version"], first.json()["declared_total"]) == (200, 2, 109353)
    again = officer.post("tallies/", body)
    assert (again.json()["version"], again.json()["declared_total"]) == (2, None)
    told = officer.get("tallies/", campaign="june", unit="S22", date=days.today.isoformat()).json()
    wanted = {"declared": 109353, "counted": 115608, "reason": "bulletin"}
    assert [one["declared_total"] for one in told["history"]] == [None, wanted]
    followed = officer.get("tallies/", campaign="june").json()["results"]
    assert [one["declared_total"] for one in followed] == [None, wanted]
