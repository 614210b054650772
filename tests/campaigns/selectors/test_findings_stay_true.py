"""After whatever has happened, and the worker after it, the page counts what a scan of all reports finds today."""

import contextlib
import datetime
import random
from collections import Counter

import pytest

from campaigns.errors import SetupRefused, TallyRefused
from campaigns.models import Campaign, Cohort, Item, Journal, RuleHit, RuleMark
from campaigns.selectors import quality
from campaigns.selectors.reviews import open_hits
from campaigns.selectors.tallies import current_version
from campaigns.services import calendar_changes, changes, judging, sheet_changes, target_sets
from campaigns.services.bulk import submit_tallies
from campaigns.services.checking import Answers
from campaigns.services.grid import UnitSheet, submit_sheets
from campaigns.services.judging import judge_marked
from campaigns.services.rule_changes import set_rules
from campaigns.services.setup import set_targets
from campaigns.services.tallies import Line, submit_tally
from campaigns.services.undo import undo
from districts.models import Role
from tests.oracles import true_findings
from tests.plugins.cast import make_person

ONE_DAY = datetime.timedelta(1)
# Shorter than the stretch of days in which things happen, so that some findings are older.
LAST_DAYS = 9
COUNTS = (0, 3, 9, 9, 120, 900)


class Life:
    """What happens to a campaign, at random."""

    def __init__(self, campaign, units, today, by, seed):
        self.pick, self.units, self.today, self.by = random.Random(seed), units, today, by
        self.pk = campaign.pk
        self.cells = dict(campaign.cells.filter(total__isnull=False).values_list("key", "pk"))

    @property
    def campaign(self):
        return Campaign.objects.select_related("area").get(pk=self.pk)

    def day(self):
        return self.today - ONE_DAY * self.pick.randint(0, 15)

    def go(self, steps):
        acts = [
            *[self.post] * 6,
            *[self.post_by_grid] * 3,
            *[self.load] * 2,
            *[self.take_back] * 2,
            self.rules,
            self.targets,
            self.other_targets,
            self.days_off,
            self.rest,
            self.close,
            self.work,
        ]
        for _step in range(steps):
            with contextlib.suppress(TallyRefused, SetupRefused):
                self.pick.choice(acts)()

    def begin(self):
        rows = [
            (unit.pk, self.today - ONE_DAY * back, self.cells[f"{item}|||"], 5 + back % 4)
            for unit in self.units
            for back in range(5, 16)
            for item in ("first", "second", "sites")
        ]
        submit_tallies(campaign=self.campaign, rows=rows, by=self.by)

    def post(self):
        declared = self.pick.choice((None, None, 12, 18))
        submit_tally(
            campaign=self.campaign,
            unit=self.pick.choice(self.units),
            day=self.day(),
            lines=[Line(item, self.pick.choice(COUNTS)) for item in ("first", "second", "sites")],
            by=self.by,
            source="form",
            reason="counted again",
            answers=Answers(declared=declared, reasons={"": "as it was"}),
        )

    def post_by_grid(self):
        day = self.day()
        item = self.pick.choice(("first", "second"))
        sheets = [
            UnitSheet(
                unit=unit,
                counts={self.cells[f"{item}|||"]: self.pick.choice(COUNTS)},
                version=current_version(self.campaign, unit, day),
                reason="seen in the grid",
            )
            for unit in self.units
        ]
        submit_sheets(campaign=self.campaign, day=day, sheets=sheets, by=self.by)

    def load(self):
        rows = [
            (unit.pk, self.day(), self.cells["first|||"], self.pick.choice((-4, 2, 60)))
            for unit in self.pick.sample(self.units, 2)
        ]
        submit_tallies(campaign=self.campaign, rows=rows, by=self.by, reason="file", allow_negative=True)

    def take_back(self):
        day = self.day()
        last = Journal.objects.filter(submissions__happened_on=day).order_by("-pk").first()
        if last:
            undo(campaign=self.campaign, day=day, journal_ids=[last.pk], by=self.by, units=self.units)

    def rules(self):
        rule, thresholds = self.pick.choice(
            [
                ("second_above_first", {}),
                ("coverage_passes", {"percent": self.pick.choice((50, 100))}),
                ("unusual_value", {"least": self.pick.choice((1, 50, 500))}),
                ("rest_day", {}),
                ("declared_total", {}),
                ("no_sessions", {}),
            ]
        )
        severity = self.pick.choice(("soft", "soft", "off"))
        set_rules(campaign=self.campaign, by=self.by, settings={rule: (severity, thresholds)})

    def targets(self):
        cohort = Cohort.objects.get(campaign=self.pk)
        set_targets(
            campaign=self.campaign,
            code=self.pick.choice(("one", "two")),
            name_en="Targets",
            source="Survey",
            year=2021,
            targets={(unit, cohort): self.pick.choice((50, 300, 1500)) for unit in self.units},
            by=self.by,
        )

    def other_targets(self):
        if sets := list(self.campaign.target_sets.all()):
            target_sets.choose_default(campaign=self.campaign, by=self.by, target_set=self.pick.choice(sets))

    def days_off(self):
        days = {self.day(): ("Holiday", "") for _number in range(self.pick.randint(0, 2))}
        calendar_changes.set_days_off(campaign=self.campaign, by=self.by, days=days)

    def rest(self):
        changes.change_basics(
            campaign=self.campaign, by=self.by, rest_weekdays=self.pick.choice(("", "7", "2"))
        )

    def close(self):
        item = Item.objects.get(campaign=self.pk, code="second")
        sheet_changes.set_open(campaign=self.campaign, by=self.by, row=item, is_open=not item.is_open)

    def work(self):
        judge_marked(self.pk)


def found_on_the_page(campaign):
    return {(hit.unit_id, hit.happened_on, hit.rule, hit.cell): hit.observed for hit in open_hits(campaign)}


@pytest.mark.parametrize("seed", range(1, 7))
def test_after_anything_the_page_counts_what_a_full_scan_finds(
    small, tree, days, state_officer, monkeypatch, seed
):
    monkeypatch.setattr(judging, "LAST_DAYS", LAST_DAYS)
    monkeypatch.setattr(judging, "UNITS_AT_ONCE", 2)
    sheet_changes.save_item(
        campaign=small, by=state_officer, code="sites", name_en="Sites", kind="session", by_cohort=False
    )
    clerk = make_person("clerk", role=Role.STATE_OFFICER, area=tree.chhattisgarh)
    life = Life(small, [tree.bastar, tree.abhanpur, tree.arang], days.today, clerk, seed)
    life.begin()
    seen = Counter()
    for _round in range(6):
        life.go(12)
        life.work()
        campaign = life.campaign
        assert not RuleMark.objects.exists()
        everything = true_findings.scan(campaign)
        recent = true_findings.scan(campaign, LAST_DAYS)
        shown = found_on_the_page(campaign)
        assert {key: shown.get(key) for key in recent} == recent, "what is found is shown"
        assert {key: everything.get(key) for key in shown} == shown, "what is shown is found"
        assert open_hits(campaign).count() == len(shown), "each once"
        _the_numbers_are(campaign, shown, tree, days.today)
        seen.update(rule for _unit, _day, rule, _cell in recent)
    assert RuleHit.objects.filter(closed_at__isnull=False).exists()
    assert {"second_above_first", "no_sessions"} <= set(seen), seen


def _the_numbers_are(campaign, shown, tree, today):
    below = {
        tree.chhattisgarh: None,
        tree.raipur: {tree.abhanpur.pk, tree.arang.pk},
        tree.arang: {tree.arang.pk},
    }
    for area, units in below.items():
        for back, length in ((0, 16), (0, LAST_DAYS), (2, 5), (0, 1)):
            last = today - ONE_DAY * back
            first = last - ONE_DAY * (length - 1)
            wanted = Counter(
                rule
                for unit, day, rule, _cell in shown
                if first <= day <= last and (units is None or unit in units)
            )
            numbers = quality.numbers(campaign, area, first=first, last=last)
            assert {kind: numbers[kind] for kind in quality.RULE_KINDS} == {
                kind: wanted[kind] for kind in quality.RULE_KINDS
            }
