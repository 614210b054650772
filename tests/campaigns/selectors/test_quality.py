"""The numbers on the page of data quality against a scan of every row, in a world made by chance."""

import datetime
import random

import pytest

from campaigns.errors import ReviewRefused, TallyRefused
from campaigns.models import FollowUp, RuleHit
from campaigns.presenters.quality import spark_of
from campaigns.selectors import quality
from campaigns.services import follow_ups, reviews
from campaigns.services.bulk import submit_tallies
from campaigns.services.reviews import Day
from campaigns.services.tallies import Line, submit_tally
from districts.models import Role
from tests.oracles import findings
from tests.plugins.cast import make_person

ONE_DAY = datetime.timedelta(1)


@pytest.fixture
def officer(tree):
    return make_person("officer", role=Role.NATIONAL_OFFICER, area=tree.india)


@pytest.fixture
def clerk(tree):
    return make_person("clerk", role=Role.BLOCK_CLERK, area=tree.chhattisgarh)


def live(campaign, tree, days, clerk, officer, seed):
    """Posts, negative days of a file, returns and settled findings at random. The rules run as they come."""
    pick, units = random.Random(seed), [tree.bastar, tree.abhanpur, tree.arang]
    cells = {cell.key: cell.pk for cell in campaign.cells.filter(total__isnull=False)}
    for _number in range(60):
        unit, day = pick.choice(units), days.today - ONE_DAY * pick.randint(0, 9)
        act = pick.random()
        try:
            if act < 0.6:
                counts = [Line(item, pick.choice((0, 3, 9, 400))) for item in ("first", "second")]
                submit_tally(
                    campaign=campaign,
                    unit=unit,
                    day=day,
                    lines=counts,
                    by=clerk,
                    source="form",
                    reason="counted again",
                )
            elif act < 0.7:
                rows = [(unit.pk, day, cells["first|||"], -pick.randint(1, 5))]
                submit_tallies(campaign=campaign, rows=rows, by=clerk, reason="file", allow_negative=True)
            elif act < 0.85:
                call = pick.choice((reviews.return_, reviews.verify))
                call(campaign=campaign, days=[Day(unit, day)], by=officer, comment="look")
            else:
                kind = pick.choice([*quality.KINDS[:-1], "silent", "late"])
                found = follow_ups.open_(campaign=campaign, unit=unit, day=day, kind=kind, by=officer)
                if pick.random() < 0.7:
                    follow_ups.resolve(follow_up=found, by=officer, reason="settled")
        except (TallyRefused, ReviewRefused):
            pass


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_number_is_what_a_scan_of_all_rows_finds(small, tree, days, clerk, officer, seed):
    live(small, tree, days, clerk, officer, seed)
    assert RuleHit.objects.exists() and FollowUp.objects.filter(resolved_at__isnull=False).exists()
    seen = dict.fromkeys(quality.KINDS, 0)
    for area in (tree.india, tree.chhattisgarh, tree.raipur, tree.arang, tree.maharashtra):
        for back, span in ((0, 14), (0, 1), (3, 4)):
            last = days.today - ONE_DAY * back
            first = last - ONE_DAY * (span - 1)
            numbers = quality.numbers(small, area, first=first, last=last)
            wanted = findings.count(small, area, first, last)
            assert numbers == {**dict.fromkeys(quality.RULE_KINDS, 0), **wanted}
            for kind in numbers:
                rows = quality.rows(kind, small, area, first=first, last=last)
                assert len(list(rows)) == numbers[kind], kind
                seen[kind] = seen.get(kind, 0) + numbers[kind]
    assert all(seen[kind] for kind in ("silent", "late", "falling", "resolved", "second_above_first")), seen


def test_the_series_beside_an_outlier_are_its_own(small, tree, days, clerk):
    for back in range(13, -1, -1):
        submit_tally(
            campaign=small,
            unit=tree.arang,
            day=days.today - ONE_DAY * back,
            lines=[Line("first", 4000 if back == 0 else 100 + back)],
            by=clerk,
            source="form",
        )
    span = {"first": days.today, "last": days.today}
    hits = list(quality.rows("unusual_value", small, tree.raipur, **span))
    assert [hit.cell for hit in hits] == ["first|||"]
    assert quality.series_of(hits) == {hits[0].pk: [*range(113, 100, -1), 4000]}


def test_a_spark_line_leaves_a_gap_where_nobody_counted():
    spark = spark_of([1, None, 3, 4])
    assert spark.path.count("M") == 2 and spark.path.count("L") == 1
    assert spark_of([None, 5]) is None


def test_what_is_found_after_a_finding_was_settled_is_another_one(small, tree, days, clerk, officer):
    span = {"first": days.today, "last": days.today}

    def post(second):
        lines = [Line("first", 1), Line("second", second)]
        asked = {"campaign": small, "unit": tree.arang, "day": days.today, "lines": lines}
        submit_tally(**asked, by=clerk, source="form", reason="counted again")
        return quality.numbers(small, tree.arang, **span)["second_above_first"]

    assert post(9) == 1
    asked = {"campaign": small, "unit": tree.arang, "day": days.today, "by": officer}
    found = follow_ups.open_(**asked, kind="second_above_first")
    follow_ups.resolve(follow_up=found, by=officer, reason="people from elsewhere")
    assert quality.numbers(small, tree.arang, **span)["second_above_first"] == 0
    assert post(8) == 1
