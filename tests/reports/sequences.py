"""Random sequences of what people and workers do to a campaign, and what must stand after each.

The driver keeps its own account of what every sheet should say; it never asks the ledger for it.
"""

import datetime
import random
from types import SimpleNamespace

from django.db import transaction

from campaigns.errors import KeyReused, StaleVersion, TallyRefused
from campaigns.models import Campaign, Cohort, DayOff, Item, Round
from campaigns.selectors.sheets import sheet_of
from campaigns.services import setup
from campaigns.services.bulk import submit_tallies
from campaigns.services.tallies import Line, submit_tally
from districts.models import Level
from districts.tree import add_area
from reports import fold
from tests.oracles.ledger import INDIA, read_setup

FIRST = datetime.date(2021, 1, 27)
LAST = datetime.date(2021, 3, 10)


def make_world(kind):
    """A small tree with units of every level, and a campaign: one of three kinds.

    A site lies directly under a district beside a block, and a block directly under a state: no level is
    needed. One unit begins and one ends inside the campaign.
    """
    areas = {}

    def grow(code, level, parent=None, **dates):
        areas[code] = add_area(parent=areas.get(parent), code=code, level=level, name_en=code, **dates)

    grow("IN", Level.NATION)
    for state in ("S1", "S2"):
        grow(state, Level.STATE, "IN")
    for district, state in (("D1", "S1"), ("D2", "S1"), ("D3", "S2")):
        grow(district, Level.DISTRICT, state)
    for block, above in (("B1", "D2"), ("B2", "D2"), ("B3", "D3"), ("B4", "S2")):
        grow(block, Level.BLOCK, above)
    grow("D4", Level.DISTRICT, "S2", valid_from=datetime.date(2021, 2, 1))
    grow("B5", Level.BLOCK, "D3", valid_until=datetime.date(2021, 2, 2))
    for site, above in (("T1", "B2"), ("T2", "B2"), ("T3", "D2"), ("T4", "B3")):
        grow(site, Level.SITE, above)
    units = {
        "mixed": ["D1", "B1", "T1", "T2", "T3", "T4", "B4", "D4", "B5"],
        "rounds": ["D1", "D2", "B3", "B4", "D4", "B5"],
        "sites": ["T1", "T2", "T3", "T4"],
    }[kind]
    campaign = Campaign.objects.create(
        slug=kind,
        name_en=kind,
        area=areas["IN"],
        starts_on=FIRST,
        ends_on=LAST,
        deadline_days=0 if kind == "rounds" else 1,
        rest_weekdays="7" if kind == "rounds" else "",
    )
    if kind == "rounds":
        Round.objects.create(campaign=campaign, number=1, starts_on=FIRST, ends_on=datetime.date(2021, 2, 3))
        Round.objects.create(campaign=campaign, number=2, starts_on=datetime.date(2021, 2, 20), ends_on=LAST)
        DayOff.objects.create(campaign=campaign, day=datetime.date(2021, 1, 29), name_en="Holiday")
    _make_sheet(campaign)
    unit_areas = [areas[code] for code in units]
    setup.set_reporting_units(campaign=campaign, areas=unit_areas, by=None)
    cohorts = list(campaign.cohorts.all())
    targets = {(unit, cohort): 20 + unit.pk % 7 for unit in unit_areas[1:] for cohort in cohorts}
    setup.set_targets(
        campaign=campaign, code="census", name_en="Census", source="Test", year=2011, targets=targets, by=None
    )
    campaign.refresh_from_db()
    return SimpleNamespace(
        campaign=campaign,
        areas=areas,
        units=unit_areas,
        cohorts=cohorts,
        target_set=campaign.target_sets.get(),
        setup=read_setup(campaign),
    )


def _make_sheet(campaign):
    for position, code in enumerate(("young", "old")):
        Cohort.objects.create(campaign=campaign, code=code, name_en=code, position=position)
    old = campaign.cohorts.get(code="old")
    dose = {"campaign": campaign, "antigen": "COVID-19", "kind": "dose"}
    Item.objects.create(code="dose-1", name_en="First", dose_number=1, position=1, **dose)
    Item.objects.create(
        code="dose-2", name_en="Second", dose_number=2, position=2, minimum_interval_days=3, **dose
    )
    booster = Item.objects.create(
        campaign=campaign, code="booster", name_en="Booster", kind="dose", antigen="Other", position=3
    )
    booster.cohorts.set([old])
    Item.objects.create(
        campaign=campaign,
        code="sessions",
        name_en="Sessions",
        kind="session",
        accumulates=False,
        by_cohort=False,
        position=4,
    )
    setup.build_sheet(campaign=campaign, by=None)


class _Dies(Exception):
    """Somebody pulls the plug on a worker."""


class Sequence:
    """One random sequence over a world, reproducible from its seed."""

    def __init__(self, world, seed):
        self.world, self.campaign = world, world.campaign
        self.random = random.Random(seed)
        self.now = datetime.datetime.combine(FIRST, datetime.time(12), INDIA)
        self.sheet = sheet_of(self.campaign)
        self.standing = {}  # (unit id, day) → {cell id: count}, 0 left out
        self.versions = {}  # (unit id, day) → how many submissions
        self.instants = []
        self.keyed = []  # (arguments, receipt) of single posts with a key
        self.done = {}  # what was done, how often

    ACTIONS = (
        ("post", 8),
        ("post_nil", 2),
        ("repeat", 2),
        ("reuse_key", 1),
        ("post_stale", 1),
        ("load_file", 3),
        ("fold", 3),
        ("fold_and_die", 1),
        ("rebuild", 1),
    )

    def run(self, length):
        names, weights = zip(*self.ACTIONS, strict=True)
        for name in self.random.choices(names, weights, k=length):
            self.now += datetime.timedelta(minutes=self.random.choice((0, 1, 45, 400, 1440, 2900)))
            getattr(self, f"_{name}")()
            self.done[name] = self.done.get(name, 0) + 1

    # -- what may be done ---------------------------------------------------------------------------

    def _unit_and_day(self):
        """Few units and days, so that they meet again: most posts after the first are corrections."""
        last = min(self.now.date(), LAST)
        day = max(FIRST, last - datetime.timedelta(days=self.random.choice((0, 0, 1, 1, 2, 5, 9))))
        unit = self.random.choice(self.world.units[:3] if self.random.random() < 0.5 else self.world.units)
        return unit, day

    def _exists(self, unit, day):
        return (not unit.valid_from or day >= unit.valid_from) and (
            not unit.valid_until or day < unit.valid_until
        )

    def _lines(self):
        rows = self.random.sample(self.sheet.rows, self.random.randint(1, len(self.sheet.rows)))
        return [
            Line(row["item"], self.random.randint(0, 12), row["cohort"], row["vaccine"], row["sex"])
            for row in rows
        ]

    def _post(self, lines=None, expected_version=None):
        unit, day = self._unit_and_day()
        lines = self._lines() if lines is None else lines
        key = f"key-{len(self.keyed)}" if self.random.random() < 0.4 else ""
        arguments = {
            "campaign": self.campaign,
            "unit": unit,
            "day": day,
            "lines": lines,
            "by": None,
            "source": "form",
            "reason": "counted again",
            "idempotency_key": key,
            "expected_version": expected_version,
            "now": self.now,
        }
        if not self._exists(unit, day):
            self._expect(TallyRefused, **arguments)
            return
        receipt = submit_tally(**arguments)
        wanted = {self.sheet.cell_ids[line.key]: line.count for line in lines if line.count}
        before, version = self.standing.get((unit.pk, day), {}), self.versions.get((unit.pk, day), 0)
        changes = {
            self.sheet.keys[cell]: (before.get(cell, 0), wanted.get(cell, 0))
            for cell in before.keys() | wanted.keys()
            if before.get(cell, 0) != wanted.get(cell, 0)
        }
        assert {key: (old, new) for key, old, new in receipt.changes} == changes
        writes = bool(changes) or not version
        assert receipt.version == version + writes
        self._note(unit.pk, day, wanted, writes)
        if key:
            self.keyed.append((arguments, receipt))

    def _post_nil(self):
        self._post(lines=[])

    def _repeat(self):
        """A client that got no answer sends the same again, perhaps days later."""
        if self.keyed:
            arguments, receipt = self.random.choice(self.keyed)
            again = submit_tally(**{**arguments, "now": self.now})
            assert again.replayed and again.changes == receipt.changes and again.version == receipt.version

    def _reuse_key(self):
        if self.keyed:
            arguments, _receipt = self.random.choice(self.keyed)
            self._expect(KeyReused, **{**arguments, "reason": "something else", "now": self.now})

    def _post_stale(self):
        unit, day = self._unit_and_day()
        if self._exists(unit, day):
            self._expect(
                StaleVersion,
                campaign=self.campaign,
                unit=unit,
                day=day,
                lines=self._lines(),
                by=None,
                source="api",
                reason="counted again",
                expected_version=self.versions.get((unit.pk, day), 0) + self.random.choice((1, -1)),
                now=self.now,
            )

    def _load_file(self):
        rows = {}
        for _number in range(self.random.randint(1, 3)):
            unit, day = self._unit_and_day()
            if self._exists(unit, day):
                for row in self.random.sample(self.sheet.rows, self.random.randint(1, 3)):
                    rows[unit.pk, day, row["id"]] = self.random.randint(-4, 12)
        again = self.random.random() < 0.3
        for _time in range(1 + again):
            submit_tallies(
                campaign=self.campaign,
                rows=[(*key, count) for key, count in rows.items()],
                by=None,
                allow_negative=True,
                recorded_at=self.now,
            )
        for unit, day in {key[:2] for key in rows}:
            before = self.standing.get((unit, day), {})
            named = {cell: count for (one, on, cell), count in rows.items() if (one, on) == (unit, day)}
            wanted = {cell: count for cell, count in {**before, **named}.items() if count}
            self._note(unit, day, wanted, wanted != before or not self.versions.get((unit, day), 0))

    def _fold(self):
        fold.fold_marks(self.campaign.pk)

    def _fold_and_die(self):
        """All of it is done but for the commit."""
        try:
            with transaction.atomic():
                fold.fold_marks(self.campaign.pk)
                raise _Dies
        except _Dies:
            pass

    def _rebuild(self):
        fold.rebuild(self.campaign)

    # -- what the driver knows ----------------------------------------------------------------------

    def _note(self, unit, day, wanted, writes):
        self.standing[unit, day] = wanted
        self.versions[unit, day] = self.versions.get((unit, day), 0) + writes
        self.instants.append(self.now)

    def _expect(self, error, **arguments):
        try:
            submit_tally(**arguments)
        except error:
            return
        raise AssertionError(f"{error.__name__} was due")
