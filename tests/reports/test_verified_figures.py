"""What is verified of every figure, against a slow and obvious account, after anything people and workers do."""

import datetime
import random
from fractions import Fraction

import pytest

from campaigns.errors import ReviewRefused, TallyRefused
from campaigns.models import FoldMark, Item, ReviewMark
from campaigns.selectors.sheets import sheet_of
from campaigns.services import reviews
from campaigns.services.bulk import submit_tallies
from campaigns.services.reviews import Day
from campaigns.services.tallies import Line, submit_tally
from districts.models import Role
from reports import fold
from reports.models import DailyVerified
from reports.presenters.columns import columns_of
from reports.selectors.coverage import area_figures
from reports.selectors.series import item_series
from reports.selectors.sums import VERIFIED
from tests.oracles.ledger import INDIA
from tests.oracles.verified import Verified
from tests.plugins.cast import make_person
from tests.reports.sequences import FIRST, make_world

pytestmark = pytest.mark.django_db
ONE_DAY = datetime.timedelta(1)


class People:
    """Posts, files, reviews, folds and rebuilds at random; each at its own minute."""

    def __init__(self, world, seed):
        self.world, self.campaign, self.random = world, world.campaign, random.Random(seed)
        self.now = datetime.datetime.combine(FIRST, datetime.time(12), INDIA)
        self.sheet = sheet_of(self.campaign)
        self.officer = make_person(f"officer-{seed}", role=Role.NATIONAL_OFFICER, area=world.areas["IN"])
        self.clerk = make_person(f"clerk-{seed}", role=Role.BLOCK_CLERK, area=world.areas["IN"])
        self.done, self.instants = {}, []

    def run(self, length):
        acts = [
            self.post,
            self.post,
            self.file,
            self.review,
            self.review,
            self.review,
            self.fold,
            self.rebuild,
        ]
        for act in self.random.choices(acts, k=length):
            self.now += datetime.timedelta(minutes=self.random.choice((1, 45, 400, 1440)))
            name = act()
            self.done[name] = self.done.get(name, 0) + 1
            self.instants.append(self.now)

    def _unit_and_day(self):
        last = min(max(self.now.date(), FIRST), FIRST + 9 * ONE_DAY)
        day = max(FIRST, last - ONE_DAY * self.random.choice((0, 1, 1, 2, 33)))
        units = [unit for unit in self.world.units if not unit.valid_from and not unit.valid_until]
        return self.random.choice(units[:3]), day

    def post(self):
        unit, day = self._unit_and_day()
        rows = self.random.sample(self.sheet.rows, self.random.randint(1, len(self.sheet.rows)))
        lines = [
            Line(row["item"], self.random.randint(0, 9), row["cohort"], row["vaccine"], row["sex"])
            for row in rows
        ]
        values = {"campaign": self.campaign, "unit": unit, "day": day, "lines": lines, "source": "form"}
        who = self.random.choice((self.clerk, self.clerk, self.officer))
        try:
            submit_tally(**values, by=who, reason="counted again", now=self.now)
        except TallyRefused as refused:
            assert {problem.code for problem in refused.problems} == {"day_verified"}
            return "refused_post"
        return "post"

    def file(self):
        rows = {}
        for _number in range(6):
            unit, day = self._unit_and_day()
            cell = self.random.choice(self.sheet.rows)["id"]
            rows[unit.pk, day, cell] = self.random.randint(0, 9)
        who = self.random.choice((self.clerk, self.officer))
        try:
            submit_tallies(
                campaign=self.campaign,
                rows=[(*key, count) for key, count in rows.items()],
                by=who,
                reason="from the register",
                recorded_at=self.now,
            )
        except TallyRefused as refused:
            assert {problem.code for problem in refused.problems} == {"day_verified"}
            return "refused_file"
        return "file"

    def review(self):
        days = {self._unit_and_day() for _number in range(self.random.choice((1, 1, 4)))}
        act = self.random.choice([reviews.verify, reviews.verify, reviews.return_, reviews.reopen])
        try:
            act(
                campaign=self.campaign,
                days=[Day(unit, day) for unit, day in sorted(days, key=lambda one: (one[0].pk, one[1]))],
                by=self.officer,
                comment="look",
                now=self.now,
            )
        except ReviewRefused:
            return "refused_review"
        return act.__name__

    def fold(self):
        fold.fold_marks(self.campaign.pk)
        return "fold"

    def rebuild(self):
        fold.rebuild(self.campaign)
        return "rebuild"


@pytest.mark.parametrize("kind", ["mixed", "sites"])
def test_verified_figures_are_exact_after_any_sequence(kind):
    world = make_world(kind)
    people = People(world, 1)
    for _round in range(3):
        people.run(32)
        check(world, people)
        assert fold.verify(world.campaign).differences == 0
        fold.fold_marks(world.campaign.pk)
        assert not ReviewMark.objects.exists() and not FoldMark.objects.exists()
        check(world, people)
        kept = list(DailyVerified.objects.order_by("pk").values_list())
        assert fold.rebuild(world.campaign) == 0
        assert list(DailyVerified.objects.order_by("pk").values_list()) == kept
        assert fold.verify(world.campaign).differences == 0
    wanted = {
        "post",
        "file",
        "refused_post",
        "refused_file",
        "verify",
        "return_",
        "reopen",
        "fold",
        "rebuild",
    }
    assert wanted <= people.done.keys()


def check(world, people):
    pick, campaign = people.random, world.campaign
    items = list(Item.objects.filter(campaign=campaign))
    for as_of in (None, pick.choice(people.instants)):
        for cohort in (None, pick.choice(world.cohorts)):
            oracle = Verified(campaign, as_of=as_of, cohort=cohort)
            area = pick.choice(list(world.areas.values()))
            day = FIRST + ONE_DAY * pick.randint(0, 14)
            asked = {"campaign": campaign, "area": area, "day": day, "as_of": as_of, "cohort": cohort}
            figures, only = area_figures(**asked), area_figures(**asked, verified_only=True)
            for one, same, where in zip(
                [figures.area, *figures.children], [only.area, *only.children], figures.areas, strict=True
            ):
                for item in (item for item in items if item.code in one.items):
                    found, alone = one.items[item.code], same.items[item.code]
                    told = (oracle.count(where, item, day, day), oracle.count(where, item, FIRST, day))
                    assert found.verified_today == alone.today == told[0]
                    if item.accumulates:
                        assert found.verified_to_date == alone.to_date == told[1]
                _check_share(figures.sheet, one, where, oracle, items, day)
            series = item_series(
                campaign=campaign, area=area, first=FIRST, last=day, cohort=cohort, as_of=as_of, book=VERIFIED
            )
            for item in (item for item in items if item.code in series and item.accumulates):
                assert series[item.code].to_date[-1] == oracle.count(area, item, FIRST, day)


def _check_share(sheet, one, where, oracle, items, day):
    """The column of the table of children: doses that somebody vouches for, of all doses to date."""
    doses = [item for item in items if item.code in one.items and item.kind == "dose" and item.accumulates]
    vouched_for = sum(oracle.count(where, item, FIRST, day) for item in doses)
    given = sum(one.items[item.code].to_date for item in doses)
    [column] = [column for column in columns_of(sheet) if column.code == "verified"]
    assert column.exact(one) == (Fraction(100 * vouched_for, given) if given else None)


def test_a_wrong_verified_figure_is_found_and_mended():
    world = make_world("mixed")
    people = People(world, 1)
    submit_tally(
        campaign=world.campaign,
        unit=world.units[0],
        day=FIRST,
        lines=[Line("dose-1", 7, "young")],
        by=people.clerk,
        source="form",
        now=people.now,
    )
    reviews.verify(
        campaign=world.campaign, days=[Day(world.units[0], FIRST)], by=people.officer, now=people.now
    )
    fold.fold_marks(world.campaign.pk)
    row = DailyVerified.objects.order_by("pk").first()
    DailyVerified.objects.filter(pk=row.pk).update(count=row.count + 1)
    check = fold.verify(world.campaign)
    assert [one["table"] for one in check.sample] == ["reports_dailyverified"]
    assert fold.rebuild(world.campaign) == 1
    assert fold.verify(world.campaign).differences == 0


def test_a_fold_that_dies_leaves_nothing_half_folded(monkeypatch):
    world = make_world("mixed")
    people = People(world, 2)
    lines = [Line("dose-1", 7, "young")]
    asked = {"campaign": world.campaign, "unit": world.units[0], "day": FIRST}
    submit_tally(**asked, lines=lines, by=people.clerk, source="form", now=people.now)
    reviews.verify(
        campaign=world.campaign, days=[Day(world.units[0], FIRST)], by=people.officer, now=people.now
    )

    def dies(*args):
        raise RuntimeError("the plug is pulled")

    monkeypatch.setattr(fold, "_advance", dies)
    with pytest.raises(RuntimeError):
        fold.fold_marks(world.campaign.pk)
    monkeypatch.undo()
    assert not DailyVerified.objects.exists()
    assert (FoldMark.objects.count(), ReviewMark.objects.count()) == (1, 1)
    assert fold.fold_marks(world.campaign.pk) == 2
    assert fold.fold_marks(world.campaign.pk) == 0
    figures = area_figures(campaign=world.campaign, area=world.areas["IN"], day=FIRST)
    assert figures.area.items["dose-1"].verified_to_date == 7
