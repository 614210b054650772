"""One list of rules, two engines: the vectors in Python, and the same in Chromium."""

from dataclasses import asdict
from pathlib import Path

import pytest
from django.conf import settings

from campaigns.rules import RULES, evaluate
from tests.campaigns.rules.vectors import CASES, SHEETS, VECTORS, rounded, rules_of


def in_python(case):
    hits = evaluate(rules_of(case), SHEETS[case["sheet"]], case["context"], case["counts"])
    return [plain(asdict(hit)) for hit in hits]


def plain(hit):
    named = {name: hit[name] for name in ("rule", "cell", "severity")}
    return named | {"observed": rounded(hit["observed"])}


def without_facts(hits):
    return [{name: hit[name] for name in ("rule", "cell", "severity")} for hit in hits]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_python_answers_as_written(case):
    found = in_python(case)
    assert without_facts(found) == without_facts(case["hits"])
    for hit, wanted in zip(found, case["hits"], strict=True):
        assert {name: hit["observed"][name] for name in wanted["observed"]} == wanted["observed"]


def test_there_are_cases_enough_and_every_rule_is_hit_and_spared():
    assert len(CASES) >= 60
    assert len({case["name"] for case in CASES}) == len(CASES)
    for rule in RULES:
        assert any(rule.code in [hit["rule"] for hit in case["hits"]] for case in CASES), rule.code
    assert sum(not case["hits"] for case in CASES) >= 20


# No page of the project is needed for it: the file runs on a blank one.
IN_BROWSER = """({sheets, cases}) => cases.map(({rules, sheet, context, counts}) =>
    entryRules.evaluate(rules, sheets[sheet], context, counts).map((hit) => (
        {...hit, message: entryRules.message(rules.find((rule) => rule.code === hit.rule), hit.observed)})))"""


def test_the_browser_answers_the_same(browser):
    browser.page.add_script_tag(path=Path(settings.BASE_DIR) / "static/entry/rules.js")
    cases = [case | {"rules": [rule.as_json() for rule in rules_of(case)]} for case in CASES]
    answers = browser.page.evaluate(IN_BROWSER, {"sheets": VECTORS["sheets"], "cases": cases})
    assert len(answers) == len(CASES)
    for case, hits in zip(CASES, answers, strict=True):
        seen = [
            {
                "rule": hit["rule"],
                "cell": hit["cell"],
                "severity": hit["severity"],
                "observed": rounded(hit["observed"]),
            }
            for hit in hits
        ]
        assert seen == in_python(case), case["name"]
        assert not any("%(" in hit["message"] or "undefined" in hit["message"] for hit in hits), case["name"]
