"""POST tallies/ with the sheet that was overtaken: two counts and the choice between them."""

from campaigns.models import Submission
from campaigns.selectors.tallies import history
from districts.models import Role
from tests.campaigns.api.test_post_tallies import TALLIES, counts, refusal
from tests.plugins.cast import make_person


def history_of(campaign, unit, day):
    return [
        (one["version"], one["by"], one["changes"].get("households|||", 0))
        for one in history(campaign, unit, day)
    ]


def test_what_was_overtaken_and_the_choice_are_recorded_together(officer, api, sheet, campaign, tree, days):
    """Both counts and the third that a person types stay in the history."""
    district = api(make_person("bastar", role=Role.DISTRICT_OFFICER, area=tree.bastar))
    officer.post(TALLIES, sheet("D374", 40))
    assert district.post(TALLIES, sheet("D374", 43), key="k", if_match='"0"').status_code == 412
    overtaken = sheet("D374", 43)["lines"]
    choice = sheet("D374", 42, reason="counted again", overtaken=overtaken)
    response = district.post(TALLIES, choice, key="k2", if_match='"1"')
    assert (response.status_code, response.json()["version"]) == (200, 3)
    assert history_of(campaign, tree.bastar, days.today) == [
        (1, "state_officer", 40),
        (2, "bastar", 3),
        (3, "bastar", -1),
    ]
    assert counts(campaign, tree.bastar, days.today) == {"households|||": 42}
    again = district.post(TALLIES, choice, key="k2", if_match='"1"')
    assert again.headers["Idempotency-Replayed"] == "true"
    assert Submission.objects.count() == 3


def test_a_choice_that_is_overtaken_itself_writes_neither(officer, sheet, campaign, tree, days):
    officer.post(TALLIES, sheet("D374", 40))
    officer.post(TALLIES, sheet("D374", 41, reason="one more"))
    choice = sheet("D374", 42, reason="counted again", overtaken=sheet("D374", 43)["lines"])
    assert officer.post(TALLIES, choice, key="k", if_match='"1"').status_code == 412
    refused = sheet("D374", -1, reason="counted again", overtaken=sheet("D374", 43)["lines"])
    assert officer.post(TALLIES, refused, key="k", if_match='"2"').status_code == 422
    assert history_of(campaign, tree.bastar, days.today) == [
        (1, "state_officer", 40),
        (2, "state_officer", 1),
    ]


def test_choosing_what_was_overtaken_posts_it_once(officer, sheet, campaign, tree, days):
    officer.post(TALLIES, sheet("D374", 40))
    mine = sheet("D374", 43)["lines"]
    choice = sheet("D374", 43, reason="counted again", overtaken=mine)
    assert officer.post(TALLIES, choice, key="k", if_match='"1"').json()["version"] == 2
    assert Submission.objects.get(version=2).reason == "counted again"


def test_a_choice_that_is_overtaken_is_compared_itself(officer, sheet):
    officer.post(TALLIES, sheet("D374", 40))
    officer.post(TALLIES, sheet("D374", 41, reason="one more"))
    choice = sheet("D374", 42, reason="counted again", overtaken=sheet("D374", 43)["lines"])
    error = officer.post(TALLIES, choice, if_match='"1"').json()["error"]
    assert (error["standing"], error["submitted"]) == ({"households|||": 41}, {"households|||": 42})


def test_a_choice_names_the_version_that_was_compared(officer, sheet):
    choice = sheet("D374", 42, reason="counted again", overtaken=[])
    assert refusal(officer.post(TALLIES, choice), 400) == {"If-Match": "required"}
