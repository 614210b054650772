"""The pages of review and data quality: who comes in, what they show, what they cost."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from campaigns.models import DayReview, FollowUp, ReviewAct, ReviewState, RuleHit, RuleMark, Submission
from campaigns.services.reviews import Day, return_, verify
from campaigns.services.tallies import Line, submit_tally
from districts.models import Notice, Role
from tests.plugins.cast import make_person

HOME = "/campaigns/small"


@pytest.fixture
def people(tree):
    return {
        "national": make_person("national", role=Role.NATIONAL_OFFICER, area=tree.india),
        "officer": make_person("officer", role=Role.DISTRICT_OFFICER, area=tree.raipur),
        "auditor": make_person("auditor", role=Role.AUDITOR, area=tree.chhattisgarh),
        "clerk": make_person("clerk", role=Role.BLOCK_CLERK, area=tree.arang),
        "keeper": make_person("keeper", role=Role.STOCK_KEEPER, area=tree.raipur),
        "elsewhere": make_person("elsewhere", role=Role.DISTRICT_OFFICER, area=tree.bastar),
        "stranger": make_person("stranger"),
    }


@pytest.fixture
def reported(small, tree, days, people):
    def post(unit, day, first, second=0):
        return submit_tally(
            campaign=small,
            unit=unit,
            day=day,
            lines=[Line("first", first), Line("second", second)],
            by=people["clerk"],
            source="form",
            reason="counted again",
        )

    post(tree.arang, days.today, 5)
    post(tree.arang, days.yesterday, 6)
    post(tree.abhanpur, days.today, 7)
    return post


@pytest.fixture
def go(client, people):
    def get(who, path, **query):
        client.force_login(people[who])
        return client.get(f"{HOME}{path}", query)

    return get


READ = {"national": 200, "officer": 200, "auditor": 200, "clerk": 403, "keeper": 403, "elsewhere": 404}


@pytest.mark.parametrize("who", [*READ, "stranger"])
def test_who_may_look_at_an_area_and_its_days(go, reported, people, days, who):
    paths = [
        "/review/D387/",
        f"/review/B3694/{days.today}/",
        "/quality/D387/",
        "/quality/D387/table.csv",
        "/quality/D387/table.xlsx",
    ]
    wanted = dict.fromkeys(paths, READ.get(who, 404))
    if who == "clerk":
        wanted |= {path: 404 for path in paths if "D387" in path}  # above one's own area nothing exists
    assert {path: go(who, path).status_code for path in paths} == wanted


def test_nobody_comes_in_without_signing_in(client, reported, days):
    for path in ("/review/", "/quality/", "/review/D387/verify/", f"/review/B3694/{days.today}/"):
        assert client.get(f"{HOME}{path}").status_code == 302


@pytest.mark.parametrize(("who", "status"), [("auditor", 403), ("clerk", 403), ("elsewhere", 404)])
def test_who_may_not_decide_changes_nothing(client, reported, people, days, who, status):
    client.force_login(people[who])
    for path, data in {
        f"/review/B3694/{days.today}/": {"action": "verify", "version": 1},
        "/review/B3694/verify/": {"until": 10**9},
        "/review/B3694/chosen/": {"day": f"B3694:{days.today}:1"},
        "/quality/B3694/open/": {"day": str(days.today), "kind": "late"},
    }.items():
        assert client.post(f"{HOME}{path}", data).status_code == status, path
    assert not ReviewAct.objects.exists() and not FollowUp.objects.exists()


def test_warnings_come_first_then_late_days(go, reported, small, tree, days):
    submission = Submission.objects.get(unit=tree.arang, happened_on=days.yesterday)
    RuleHit.objects.create(
        submission=submission,
        campaign=small,
        unit=tree.arang,
        happened_on=days.yesterday,
        version=1,
        rule="no_sessions",
        recorded_at=submission.journal.recorded_at,
    )
    page = go("officer", "/review/D387/").context["page"]
    assert next((row.unit.code, row.happened_on, row.warnings) for row in page) == (
        "B3694",
        days.yesterday,
        1,
    )
    assert len(page) == 3
    only = go("officer", "/review/D387/", show="warnings").context["page"]
    assert [row.happened_on for row in only] == [days.yesterday]


def test_a_correction_that_is_right_has_no_warning_left(go, reported, small, tree, days):
    submission = Submission.objects.get(unit=tree.arang, happened_on=days.yesterday)
    RuleHit.objects.create(
        submission=submission,
        campaign=small,
        unit=tree.arang,
        happened_on=days.yesterday,
        version=1,
        rule="rest_day",
        recorded_at=submission.journal.recorded_at,
    )
    RuleHit.objects.exclude(rule="rest_day").delete()
    assert len(go("officer", "/review/D387/", show="warnings").context["page"]) == 1
    reported(tree.arang, days.yesterday, 4)
    RuleHit.objects.exclude(rule="rest_day").delete()
    assert len(go("officer", "/review/D387/", show="warnings").context["page"]) == 0


def nothing_is_found():
    """The rules have looked at everything, and found nothing."""
    RuleMark.objects.all().delete()
    RuleHit.objects.all().delete()


def test_only_what_was_shown_is_verified_at_once(client, reported, people, tree, days):
    client.force_login(people["officer"])
    nothing_is_found()
    shown = client.get(f"{HOME}/review/D387/verify/")
    assert shown.context["number"] == 3
    reported(tree.abhanpur, days.yesterday, 9)  # comes in while the officer reads
    reported(tree.arang, days.today, 50)  # and so does a correction of one of the three
    nothing_is_found()
    response = client.post(f"{HOME}/review/D387/verify/", {"until": shown.context["until"]}, follow=True)
    assert "2 days are verified." in response.content.decode()
    assert set(DayReview.objects.values_list("unit__code", "happened_on")) == {
        ("B3694", days.yesterday),
        ("B3693", days.today),
    }
    act = ReviewAct.objects.get()
    response = client.post(f"{HOME}/review/act/{act.pk}/", follow=True)
    assert "2 days are open again." in response.content.decode()
    assert set(DayReview.objects.values_list("state", flat=True)) == {ReviewState.SUBMITTED}


def test_a_day_that_changed_since_it_was_opened_is_not_verified(client, reported, people, tree, days):
    client.force_login(people["officer"])
    reported(tree.arang, days.today, 50)
    response = client.post(f"{HOME}/review/B3694/{days.today}/", {"action": "verify", "version": 1})
    assert "it now stands at 2" in response.content.decode()
    assert not ReviewAct.objects.exists()


def test_an_act_outside_ones_area_does_not_exist(client, reported, people, small, tree, days):
    reported(tree.bastar, days.today, 3)
    act = verify(campaign=small, days=[Day(tree.bastar, days.today)], by=people["national"]).act
    client.force_login(people["officer"])
    assert client.get(f"{HOME}/review/act/{act.pk}/").status_code == 404
    assert client.post(f"{HOME}/review/act/{act.pk}/").status_code == 404
    assert DayReview.objects.get().state == ReviewState.VERIFIED


def test_a_clerk_sees_what_is_returned_at_the_top_of_the_list(go, reported, people, small, tree, days):
    return_(
        campaign=small,
        days=[Day(tree.arang, days.yesterday)],
        by=people["officer"],
        comment="<b>Fifty</b> or five?",
    )
    page = go("clerk", "/entry/").content.decode()
    assert "&lt;b&gt;Fifty&lt;/b&gt; or five?" in page
    assert page.index("Returned to you") < page.index("Day and units")
    sheet = go("clerk", f"/entry/B3694/{days.yesterday}/").content.decode()
    assert "This day is returned: please look again." in sheet


def test_a_verified_day_cannot_be_typed_into_by_a_clerk(go, reported, people, small, tree, days):
    verify(campaign=small, days=[Day(tree.arang, days.today)], by=people["officer"])
    sheet = go("clerk", f"/entry/B3694/{days.today}/").content.decode()
    assert "verified and locked" in sheet and 'name="reason"' not in sheet
    officers = go("officer", f"/entry/B3694/{days.today}/").content.decode()
    assert 'name="reason"' in officers


def test_nobody_is_offered_to_verify_their_own_report(go, reported, people, small, tree, days):
    submit_tally(
        campaign=small,
        unit=tree.arang,
        day=days.today,
        lines=[],
        by=people["officer"],
        source="form",
        reason="counted twice",
    )
    page = go("officer", f"/review/B3694/{days.today}/").content.decode()
    assert 'value="verify"' not in page and "another officer has to verify it" in page
    assert 'value="return"' in page


def test_names_and_numbers_are_for_who_may_act_on_them(go, reported, people, days):
    people["clerk"].phone = "+91 98765 43210"
    people["clerk"].save()
    asked = {"kind": "silent", "date": str(days.yesterday - (days.today - days.yesterday))}
    assert "+91 98765 43210" in go("officer", "/quality/D387/", **asked).content.decode()
    assert "+91 98765 43210" in go("officer", "/quality/D387/table.csv", **asked).content.decode()
    assert "+91 98765 43210" not in go("auditor", "/quality/D387/", **asked).content.decode()
    assert "+91 98765 43210" not in go("auditor", "/quality/D387/table.csv", **asked).content.decode()


def test_the_page_says_while_findings_are_still_to_come(go, reported, small, tree, days):
    RuleMark.objects.all().delete()
    words = "The numbers of warnings follow in a moment"
    assert words not in go("officer", "/quality/D387/").content.decode()
    RuleMark.objects.create(campaign=small, unit=tree.arang, since=days.today)
    assert words in go("officer", "/quality/D387/").content.decode()
    assert words not in go("officer", "/quality/B3693/").content.decode()


def test_nobody_is_told_to_call_themselves(go, reported, people, days):
    """The officer answers for the blocks that have no clerk, and knows it."""
    people["officer"].phone = "+91 11111 22222"
    people["officer"].save()
    asked = {"kind": "silent", "date": str(days.yesterday)}
    page = go("officer", "/quality/D387/", **asked).content.decode()
    assert "Abhanpur" in page and "+91 11111 22222" not in page
    assert "Nobody else is posted there or in its district." in page


def test_a_finding_is_looked_after_talked_about_and_settled(client, reported, people, tree, days):
    client.force_login(people["officer"])
    kind = {"kind": "silent", "day": str(days.yesterday)}
    client.post(f"{HOME}/quality/B3693/open/", kind)
    found = FollowUp.objects.get()
    path = f"{HOME}/quality/finding/{found.pk}/"
    helper = make_person("helper", role=Role.BLOCK_CLERK, area=tree.abhanpur)
    assert client.post(path, {"act": "assign", "to": people["clerk"].pk}).status_code == 400
    client.post(path, {"act": "assign", "to": helper.pk})
    assert Notice.objects.get(user=helper).kind == "follow_up_assigned"

    client.force_login(helper)
    client.post(path, {"act": "comment", "text": "No network there"})
    assert client.post(path, {"act": "resolve", "text": "x"}).status_code == 400
    assert Notice.objects.get(user=people["officer"]).params["text"] == "No network there"
    client.force_login(people["clerk"])
    assert client.get(path).status_code == 404

    client.force_login(people["officer"])
    asked = {"kind": "silent", "date": str(days.yesterday)}
    before = client.get(f"{HOME}/quality/D387/", asked).context["cards"][0]
    client.post(path, {"act": "resolve", "text": "Reported by telephone"})
    after = client.get(f"{HOME}/quality/D387/", asked).context["cards"][0]
    assert (before[0], before[2], after[2]) == ("silent", "1", "0")
    settled = client.get(f"{HOME}/quality/D387/", asked | {"kind": "resolved"}).content.decode()
    assert "Reported by telephone" in settled
    client.post(path, {"act": "reopen"})
    assert client.get(f"{HOME}/quality/D387/", asked).context["cards"][0][2] == "1"


@pytest.mark.parametrize(
    "path",
    ["/review/", *(f"/quality/?kind={kind}" for kind in ("silent", "late", "falling", "no_sessions"))],
)
def test_a_page_costs_the_same_queries_for_few_days_and_many(
    client, reported, people, small, tree, days, path
):
    client.force_login(people["national"])

    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert client.get(HOME + path).status_code == 200
        return len(captured)

    reported(tree.arang, days.last_week, 9)
    reported(tree.arang, days.last_week, 2)
    first = queries()
    for back in range(8, 13):
        day = days.today - (days.today - days.yesterday) * back
        for unit in (tree.arang, tree.abhanpur, tree.bastar):
            reported(unit, day, 9)
            reported(unit, day, 2)
    assert queries() == first <= 30
