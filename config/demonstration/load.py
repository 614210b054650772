"""Loading the demonstration: areas, people, campaign, eleven stretches of reports, the fold, and the proof."""

import time
from contextlib import contextmanager

from django.db import connection, transaction
from django.db.models import Sum

from campaigns.models import Journal
from campaigns.services import judging, rule_marks
from campaigns.services.changes import publish
from config.demonstration import campaign as campaign_of
from config.demonstration import coverage, facts, irregularities, people, population, reviews, stock
from config.demonstration.history import History
from config.demonstration.journals import Journals
from config.demonstration.plan import Plan
from config.demonstration.sheets import Sheets
from districts import shipped
from districts.audit import record
from districts.models import Area, AuditEvent
from reports import fold
from reports.models import DailyProgress, ProgressToDate
from reports.receivers import fold_later


class NotLoaded(Exception):
    """The demonstration cannot be loaded, or what was loaded does not add up to what was declared."""


FIXED_STEPS = {"areas": 10, "setup": 5, "fold": 120, "check": 5, "warnings": 20, "stock": 20}
STEPS = sum(FIXED_STEPS.values()) + len(facts.days())

LOADED = "demonstration.loaded"


def is_loaded():
    """Noted last of all, when the figures have been proved. What happens to the campaign later is its own affair."""
    return AuditEvent.objects.filter(action=LOADED).exists()


class Loading:
    """One load. ``states`` (codes) loads only the units of some states, with exactly the counts they have in all.

    ``progress(label, amount)`` is told of every step. ``seconds`` says afterwards how long each took.
    An interrupted load is taken up at the stretch that it was in.
    """

    def __init__(self, *, states=None, progress=lambda label, amount: None):
        self._states = frozenset(states) if states else None
        self._progress = progress
        self.seconds = {}

    def run(self):
        """Returns {(group, dose): doses to date} of the nation, which are the declared ones."""
        with self._step("areas", "Areas of India"):
            shipped.load()
        with self._step("setup", "People and campaign"):
            users = people.make()
            plan = Plan(population.adults_by_state())
            nation = population.units_of_nation()
            units = [unit for unit in nation if self._states is None or unit.state in self._states]
            campaign = campaign_of.standing() or campaign_of.set_up(units, users[people.NATIONAL])
            _refuse_other_units(campaign, units)
        with fold_later():
            self._post(campaign, users, plan, nation, units)
            with self._timed("reviews"):
                reviews.load(campaign, users)
        with self._step("fold", "Adding up, area by area …"):
            _count_the_ledger()
            fold.fold_marks(campaign.pk)
        with self._step("check", "Checking the figures"):
            figures = check(campaign, plan.totals(self._states), self._states)
        with self._step("warnings", "Looking for what is unusual"):
            # A history that is replayed is not judged report by report.
            with transaction.atomic():
                rule_marks.for_all_units(campaign)
            judging.judge_marked(campaign.pk)
        with self._step("stock", "Vaccine stock"):
            self._load_stock(campaign, users, units)
            self._tidy()
            self._open(campaign, users[people.NATIONAL])
        return figures

    def _post(self, campaign, users, plan, nation, units):
        with self._timed("simulation"):
            calendars = irregularities.days_of(nation)
            history = History(plan, coverage.weights(nation, plan), calendars)
            journals = Journals(
                campaign=campaign,
                users=users,
                units=units,
                calendars=calendars,
                corrections=[
                    one for one in irregularities.corrections(nation, calendars) if one.unit in set(units)
                ],
                sheets=Sheets(campaign, units),
            )
        for number, days in enumerate(plan.stretches):
            with self._timed("simulation"):
                counts = history.stretch(number, self._states)
            last_key = f"demonstration/{days[-1]}/evening"
            posted = Journal.objects.filter(campaign=campaign, idempotency_key=last_key).exists()
            # A stretch stands whole or not at all, and one commit costs less than thirty.
            with self._timed("reports"), transaction.atomic():
                journals.post(
                    counts, write=not posted, progress=lambda day: self._progress(f"Reports of {day}", 1)
                )

    def _load_stock(self, campaign, users, units):
        try:
            stock.load(campaign, users, units, is_whole=self._states is None)
        except stock.DoesNotAddUp as error:
            raise NotLoaded(str(error)) from error

    @contextmanager
    def _step(self, step, label):
        self._progress(label, 0)
        with self._timed(step):
            yield
        self._progress(label, FIXED_STEPS[step])

    @contextmanager
    def _timed(self, step):
        began = time.monotonic()
        yield
        self.seconds[step] = self.seconds.get(step, 0) + time.monotonic() - began

    @transaction.atomic
    def _open(self, campaign, officer):
        publish(campaign=campaign, by=officer)
        record(by=officer, action=LOADED, subject=f"campaign {campaign.slug}", area=campaign.area)

    def _tidy(self):
        """Tell the planner what came in, and give SQLite's log of writes back to the disk."""
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute("ANALYZE")
            elif not connection.in_atomic_block:
                cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _count_the_ledger():
    """PostgreSQL plans the fold by what it believes is in the tables, which were empty a minute ago."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE campaigns_journal, campaigns_submission, campaigns_tallyentry")


def _refuse_other_units(campaign, units):
    standing = set(campaign.units.values_list("area_id", flat=True))
    if standing != {unit.area.pk for unit in units}:
        raise NotLoaded(
            "A load of other states was interrupted. Load the same ones again, or begin with an empty database."
        )


def check(campaign, planned, states=None):
    """Compare the figures with the declared ones. Returns the nation's; raises NotLoaded."""
    figures = doses_to_date(campaign)
    expected = facts.RELEASE if states is None else planned
    wrong = {
        key: (figures.get(key, 0), count) for key, count in expected.items() if figures.get(key, 0) != count
    }
    if wrong:
        raise NotLoaded(f"Doses to date differ from the declared ones (loaded, declared): {wrong}")
    if states is None or facts.CHHATTISGARH in states:
        _check_bulletin(campaign)
    return figures


def doses_to_date(campaign):
    """{(group, dose): doses to date} of the nation."""
    rows = ProgressToDate.objects.filter(
        area=campaign.area,
        cell__campaign=campaign,
        cell__item__code__in=facts.DOSES,
        cell__total__isnull=False,
    )
    sums = rows.values_list("cell__cohort__code", "cell__item__code").annotate(doses=Sum("count")).order_by()
    return {(group, dose): doses for group, dose, doses in sums}


def _check_bulletin(campaign):
    rows = DailyProgress.objects.filter(
        area=Area.objects.get(code=facts.CHHATTISGARH),
        day=facts.BULLETIN_DAY,
        cell__campaign=campaign,
        cell__item__code__in=facts.DOSES,
        cell__total__isnull=False,
    )
    figures = dict.fromkeys(facts.BULLETIN, 0)
    for group, dose, doses in rows.values_list("cell__cohort__code", "cell__item__code", "count"):
        age = group if group == "18-44" else "45+"
        figures[age, dose] += doses
    if figures != facts.BULLETIN:
        raise NotLoaded(f"Chhattisgarh's figures of {facts.BULLETIN_DAY} are {figures}.")
