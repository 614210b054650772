"""What the rules find when a sheet is posted: the form asks, the API takes it and says so; both keep it."""

import re

import pytest
from django.urls import reverse
from rest_framework.test import APIClient

from campaigns.models import DeclaredTotal, RuleHit, Submission
from campaigns.selectors.tallies import current_version, standing
from campaigns.services.rule_changes import set_rules
from campaigns.services.tallies import Line, submit_tally


class Form:
    def __init__(self, client, campaign, unit, day):
        self.client, self.campaign = client, campaign
        self.address = reverse("entry-form", args=[campaign.slug, unit.code, day.isoformat()])
        self.show(client.get(self.address))

    def show(self, response):
        self.response, self.page = response, response.content.decode()
        self.fields = dict(re.findall(r'<input[^>]*?name="([^"]+)"[^>]*?value="([^"]*)"', self.page))

    def send(self, counts=None, **values):
        cells = dict(self.campaign.cells.values_list("key", "pk"))
        data = self.fields | {f"cell-{cells[key]}": str(count) for key, count in (counts or {}).items()}
        self.show(self.client.post(self.address, data | values, follow=True))
        return self


@pytest.fixture
def form(client, block_clerk, small, tree, days):
    client.force_login(block_clerk, backend="django.contrib.auth.backends.ModelBackend")
    return Form(client, small, tree.abhanpur, days.today)


def test_the_form_asks_beside_the_cell_and_takes_the_report_with_a_reason(form, small, tree, days):
    form.send({"first|||": 4, "second|||": 6})
    assert not Submission.objects.exists()
    assert "Not saved yet" in form.page
    pk = small.cells.get(key="second|||").pk
    beside = re.search(rf'id="cell-{pk}".*?</td>', form.page, re.DOTALL)[0]
    assert "6 to date, above the 4 of the dose before." in beside
    form.send(**{"why-second_above_first:second": "people from Raipur came"})
    assert current_version(small, tree.abhanpur, days.today) == 1
    hit = RuleHit.objects.get()
    assert (hit.rule, hit.reason, hit.version) == ("second_above_first", "people from Raipur came", 1)
    assert hit.submission == Submission.objects.get() and hit.happened_on == days.today


def test_a_count_that_is_corrected_instead_needs_no_reason(form):
    form.send({"first|||": 4, "second|||": 6}).send({"second|||": 3})
    assert Submission.objects.count() == 1 and not RuleHit.objects.exists()


def test_a_declared_total_that_differs_is_asked_about_and_kept_beside_the_sum(form):
    form.send({"first|||": 4, "second|||": 3}, declared="9")
    assert "The lines add to 7, the declared total is 9; the difference is 2." in form.page
    form.send(**{"why-declared_total:": "two forms came later"})
    declared = DeclaredTotal.objects.get()
    assert (declared.declared, declared.counted, declared.reason) == (9, 7, "two forms came later")
    assert 'name="declared" id="declared" value="9"' in form.page, "and the page shows it again"


def test_a_declared_total_that_agrees_is_kept_without_a_question(form):
    form.send({"first|||": 4}, declared="4")
    assert DeclaredTotal.objects.get().reason == "" and not RuleHit.objects.exists()


def test_a_declared_total_that_is_no_number_is_named(form):
    form.send({"first|||": 4}, declared="four")
    assert "is not a whole number" in form.page and not Submission.objects.exists()


def test_a_hard_rule_refuses_at_the_form_too(form, small, state_officer):
    set_rules(campaign=small, by=state_officer, settings={"second_above_first": ("hard", {})})
    form.send({"first|||": 4, "second|||": 6}, **{"why-second_above_first:second": "let me"})
    assert not Submission.objects.exists() and "above the 4 of the dose before" in form.page


@pytest.fixture
def api(api_client_user):
    client = APIClient()
    client.force_authenticate(api_client_user)
    return client


def body(day, first, second, **values):
    lines = [{"item": "first", "count": first}, {"item": "second", "count": second}]
    return {"campaign": "small", "unit": "B3694", "date": day.isoformat(), "lines": lines} | values


def test_the_api_takes_the_report_records_what_it_found_and_names_it(api, small, days):
    answer = api.post("/api/v1/tallies/", body(days.today, 4, 6), format="json")
    assert answer.status_code == 201
    (warning,) = answer.json()["warnings"]
    assert warning["name"] == "second_above_first:second"
    assert warning["observed"] == {"today": 6, "later": 6, "earlier": 4}
    assert warning["message"] == "6 to date, above the 4 of the dose before."
    assert RuleHit.objects.get().reason == "" == warning["reason"]


def test_the_api_takes_reasons_by_finding_by_rule_or_for_all(api, small, days):
    def reason(number, **values):
        api.post("/api/v1/tallies/", body(days.today, number, number + 2, **values), format="json")
        return RuleHit.objects.order_by("-version").first().reason

    assert reason(4, reasons={"second_above_first:second": "exact", "second_above_first": "rule"}) == "exact"
    assert reason(5, reason="all", reasons={"second_above_first": "rule"}) == "rule"
    assert reason(6, reason="all") == "all"


def test_the_api_answers_a_repeated_key_with_the_same_warnings(api, small, days):
    send = {"format": "json", "HTTP_IDEMPOTENCY_KEY": "k1"}
    one = api.post("/api/v1/tallies/", body(days.today, 4, 6, declared_total=11), **send)
    other = api.post("/api/v1/tallies/", body(days.today, 4, 6, declared_total=11), **send)
    assert other["Idempotency-Replayed"] == "true"
    assert one.json()["warnings"] == other.json()["warnings"] and len(one.json()["warnings"]) == 2
    assert RuleHit.objects.count() == 2 and DeclaredTotal.objects.get().declared == 11
    changed = api.post("/api/v1/tallies/", body(days.today, 4, 6, declared_total=12), **send)
    assert changed.status_code == 409, "another total is another submission"


@pytest.mark.parametrize(
    "values",
    [
        {"declared_total": -1},
        {"declared_total": "11"},
        {"declared_total": True},
        {"reasons": ["x"]},
        {"reasons": {"x": 5}},
        {"reasons": {"x": "y" * 501}},
    ],
)
def test_the_api_names_what_is_not_of_the_documented_shape(api, small, days, values):
    answer = api.post("/api/v1/tallies/", body(days.today, 4, 3, **values), format="json")
    assert answer.status_code == 400 and not Submission.objects.exists()


def test_an_unusual_count_is_found_in_the_units_own_days(small, tree, days, state_officer):
    for back in range(1, 9):
        day = days.today - (days.today - days.yesterday) * back
        submit_tally(
            campaign=small,
            unit=tree.arang,
            day=day,
            lines=[Line("first", 95 + back), Line("second", 40)],
            by=state_officer,
            source="api",
        )
    receipt = submit_tally(
        campaign=small,
        unit=tree.arang,
        day=days.today,
        lines=[Line("first", 1300), Line("second", 300)],
        by=state_officer,
        source="api",
    )
    assert [(rule, cell) for rule, cell, *_ in receipt.warnings] == [("unusual_value", "first|||")]
    assert RuleHit.objects.get().observed["expected"] == 99
    assert sum(standing(small, tree.arang, days.today).values()) == 1600, "nothing is changed by a finding"
