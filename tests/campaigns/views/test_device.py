"""The entry pages on a device: what is served of them, to whom, and at what cost."""

import datetime
import json
import re

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from campaigns.models import Campaign, Submission
from campaigns.presenters.device_words import device_words
from campaigns.services.tallies import Line, submit_tally

KIT = "/campaigns/teeka/entry/kit/"
# As the list of units: who may enter counts somewhere in the campaign.
MAY_FETCH = {
    "national_officer": 200,
    "state_officer": 200,
    "other_state_officer": 404,
    "district_officer": 200,
    "block_clerk": 200,
    "auditor": 403,
    "api_client_user": 200,
    "stranger": 404,
    "former_officer": 404,
    None: 302,
}


def kit_of(client, person):
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    response = client.get(KIT)
    assert response.status_code == 200
    return response.json()


@pytest.fixture
def reported(campaign, tree, days, state_officer):
    """Yesterday was reported in Abhanpur and in Bastar."""
    for unit, count in ((tree.abhanpur, 40), (tree.bastar, 70)):
        submit_tally(
            campaign=campaign,
            unit=unit,
            day=days.yesterday,
            lines=[Line("households", count)],
            by=state_officer,
            source="form",
        )
    return campaign


@pytest.fixture
def ask(client, request):
    """ask(person, address) → the answer"""

    def ask(person, address):
        if person:
            user = request.getfixturevalue(person)
            client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client.get(address)

    return ask


@pytest.mark.parametrize("person", MAY_FETCH)
def test_a_kit_is_for_those_who_may_enter_counts(campaign, ask, person):
    assert ask(person, KIT).status_code == MAY_FETCH[person]


def test_the_shell_is_the_same_for_everybody(campaign, ask):
    texts = {ask(person, "/campaigns/device/hi/").text for person in (None, "state_officer", "stranger")}
    assert len(texts) == 1
    assert "csrf" not in texts.pop()
    assert not ask("block_clerk", "/campaigns/device/hi/").cookies


def test_a_kit_holds_the_units_of_the_user_and_no_others(client, reported, tree, days, block_clerk):
    kit = kit_of(client, block_clerk)
    yesterday = days.yesterday.isoformat()
    assert [unit["code"] for unit in kit["units"]] == ["B3693"]
    assert list(kit["reports"]) == list(kit["contexts"]) == ["B3693"]
    households = next(n for n, cell in enumerate(kit["cells"]) if cell["key"] == "households|||")
    assert kit["reports"]["B3693"] == {
        yesterday: {
            "version": 1,
            "late": Submission.objects.first().is_late,
            "counts": {str(households): 40},
            "review": "",
            "declared": None,
        }
    }
    assert [one["day"] for one in kit["days"]] == [
        (days.today - datetime.timedelta(back)).isoformat() for back in range(6, -1, -1)
    ]
    assert "D374" not in json.dumps(kit)


def test_a_kit_names_no_person(client, reported, block_clerk, state_officer):
    text = json.dumps(kit_of(client, block_clerk))
    assert state_officer.username not in text
    assert block_clerk.username not in text


def test_a_kit_speaks_both_languages(client, campaign, block_clerk):
    kit = kit_of(client, block_clerk)
    assert kit["units"][0]["name"] == {"en": "Abhanpur", "hi": "अभनपुर"}
    assert kit["name"] == {"en": "Teeka", "hi": "टीका"}
    assert kit["cells"][0]["name"]["hi"] != kit["cells"][0]["name"]["en"]


def test_a_kit_says_which_days_take_no_counts(client, campaign, days, block_clerk):
    Campaign.objects.filter(pk=campaign.pk).update(late_window_days=2, setup_version=99)
    closed = {one["day"]: bool(one["closed"]["en"]) for one in kit_of(client, block_clerk)["days"]}
    assert closed[days.today.isoformat()] is False
    assert closed[(days.today - datetime.timedelta(3)).isoformat()] is True


def test_the_sums_of_a_kit_are_those_before_its_first_day(client, campaign, tree, days, block_clerk):
    for back, count in ((8, 5), (7, 6), (6, 100)):
        submit_tally(
            campaign=campaign,
            unit=tree.abhanpur,
            day=days.today - datetime.timedelta(back),
            lines=[Line("first_dose", count, "18-44", "covaxin")],
            by=block_clerk,
            source="form",
        )
    assert kit_of(client, block_clerk)["contexts"]["B3693"]["to_date"] == {"first_dose|18-44|covaxin|": 11}


def test_the_queries_of_a_kit_do_not_grow_with_its_units(client, reported, block_clerk, state_officer):
    numbers = []
    for person in (block_clerk, block_clerk, state_officer):
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get(KIT).status_code == 200
        numbers.append(len(queries))
    _cold, one_unit, three_units = numbers
    assert one_unit == three_units


def test_who_is_asked_by_anybody_and_tells_only_an_id(client, block_clerk):
    nobody = client.get("/campaigns/device/who/")
    assert nobody.json()["user"] is None
    client.force_login(block_clerk, backend="django.contrib.auth.backends.ModelBackend")
    me = client.get("/campaigns/device/who/")
    assert me.json().keys() == {"user", "csrf"}
    assert me.json()["user"] == block_clerk.pk
    assert "no-store" in me.headers["Cache-Control"]


def test_a_language_that_the_site_does_not_speak_has_no_shell(client, db):
    assert client.get("/campaigns/device/fr/").status_code == 404


def test_the_installed_app_starts_in_the_language_of_the_user(client, db):
    client.cookies["abhiyan_language"] = "hi"
    assert client.get(reverse("device")).headers["Location"] == "/campaigns/device/hi/"


def test_the_worker_answers_for_the_whole_site_and_names_files_that_exist(client, db):
    response = client.get("/sw.js")
    assert response.headers["Content-Type"].startswith("text/javascript")
    assert response.headers["Cache-Control"] == "no-cache"
    kept = json.loads(response.text.split("self.kept = ")[1].split(";\n")[0])
    assert len(kept["files"]) > 10
    for address in [*kept["files"], *kept["shells"].values()]:
        assert client.get(address).status_code == 200, address


def test_the_manifest_makes_the_site_installable(client, db):
    response = client.get("/manifest.webmanifest")
    manifest = response.json()
    assert manifest["name"] == "Abhiyan · अभियान"
    assert {icon["sizes"] for icon in manifest["icons"]} == {"192x192", "512x512"}
    assert "maskable" in {icon.get("purpose") for icon in manifest["icons"]}
    for icon in manifest["icons"]:
        assert client.get(icon["src"]).headers["Content-Type"] == "image/png"


def test_the_words_of_the_device_are_those_that_its_scripts_say():
    """A word that is missing would end the drawing of a page where there is no network to fetch another."""
    texts = [path.read_text() for path in (settings.BASE_DIR / "static" / "offline").glob("*.js")]
    said = {word for text in texts for word in re.findall(r'\bw\((?:[^()]*? \? )?"(\w+)"', text)}
    said |= {word for text in texts for word in re.findall(r'\bw\([^()]*? : "(\w+)"\)', text)}
    words = device_words()
    assert len(said) > 60
    assert said <= words.keys()
    assert {word for word in words if not any(f'"{word}"' in text for text in texts)} == set()
