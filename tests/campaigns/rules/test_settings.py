"""Officers say what the rules of their campaign do."""

import pytest
from django.urls import reverse

from campaigns.errors import SetupRefused, TallyRefused
from campaigns.models import RuleHit, RuleSetting, Submission
from campaigns.services.rule_changes import set_rules
from campaigns.services.tallies import Line, submit_tally
from districts.models import AuditEvent


def post(campaign, tree, day, by, **counts):
    lines = [Line(item, count) for item, count in counts.items()]
    return submit_tally(campaign=campaign, unit=tree.arang, day=day, lines=lines, by=by, source="api")


def test_a_rule_set_to_refuse_takes_nothing(small, tree, days, state_officer):
    set_rules(campaign=small, by=state_officer, settings={"second_above_first": ("hard", {})})
    with pytest.raises(TallyRefused) as refusal:
        post(small, tree, days.today, state_officer, first=1, second=2)
    assert [problem.code for problem in refusal.value.problems] == ["second_above_first"]
    assert not Submission.objects.exists()


def test_a_rule_set_off_says_nothing(small, tree, days, state_officer):
    set_rules(campaign=small, by=state_officer, settings={"second_above_first": ("off", {})})
    assert post(small, tree, days.today, state_officer, first=1, second=2).warnings == []


def test_a_rule_as_it_comes_is_recorded_and_lets_through(small, tree, days, state_officer):
    receipt = post(small, tree, days.today, state_officer, first=1, second=2)
    assert [row[:2] for row in receipt.warnings] == [["second_above_first", "second"]]
    assert RuleHit.objects.get().reason == ""


def test_a_changed_rule_is_in_the_audit_trail_and_raises_the_setup_version(small, state_officer):
    before = small.setup_version
    settings = {"coverage_passes": ("soft", {"percent": 110}), "rest_day": ("soft", {})}
    set_rules(campaign=small, by=state_officer, settings=settings)
    assert small.setup_version == before + 1
    assert RuleSetting.objects.get().thresholds == {"percent": 110}, "what is as it comes has no row"
    entry = AuditEvent.objects.filter(action="campaign.rules").get()
    assert entry.detail == {"coverage_passes": [["soft", {"percent": 100}], ["soft", {"percent": 110}]]}


@pytest.mark.parametrize(
    "settings",
    [
        {"whole_number": ("off", {})},
        {"no_such_rule": ("off", {})},
        {"rest_day": ("perhaps", {})},
        {"coverage_passes": ("soft", {"percent": 0})},
        {"coverage_passes": ("soft", {"percents": 5})},
    ],
)
def test_what_always_holds_and_what_makes_no_sense_cannot_be_set(small, state_officer, settings):
    with pytest.raises(SetupRefused):
        set_rules(campaign=small, by=state_officer, settings=settings)
    assert not RuleSetting.objects.exists()


def test_the_page_shows_the_rules_and_saves_them(client, small, state_officer):
    client.force_login(state_officer, backend="django.contrib.auth.backends.ModelBackend")
    address = reverse("setup-rules", args=[small.slug])
    form = client.get(address).context["form"]
    data = {name: form[name].value() for name in form.fields}
    data |= {"setup_version": small.setup_version, "unusual_value": "hard", "unusual_value-z": "4.5"}
    response = client.post(address, data, follow=True)
    assert [str(message) for message in response.context["messages"]] == ["Saved."]
    setting = RuleSetting.objects.get()
    assert (setting.rule, setting.severity, setting.thresholds["z"]) == ("unusual_value", "hard", 4.5)
    client.post(address, data | {"unusual_value": "off"})
    assert RuleSetting.objects.get().severity == "hard", "the page was made before somebody changed the setup"


def test_only_who_may_set_the_campaign_up_may_set_its_rules(
    client, small, district_officer, other_state_officer
):
    for person in (district_officer, other_state_officer):
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        assert client.get(reverse("setup-rules", args=[small.slug])).status_code in (403, 404)
