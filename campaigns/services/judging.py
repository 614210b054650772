"""Keeping findings true: the rules look again at days that carry a mark, and what was found is brought into line.

A finding that no longer holds is closed, a new one is written, one that still holds stays with its reason and its
date. Judging takes long and holds nothing. Writing holds the units' rows, as each posting does, and only what is
still as it was judged is written; everything else keeps its marks for the next look.
"""

import datetime
import random
import time
from collections import defaultdict
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import Count, Exists, Max, Q
from django.utils import timezone

from campaigns.models import Campaign, ReportingUnit, RuleHit, RuleMark, Severity, Source, Submission
from campaigns.selectors.rule_scan import scan
from campaigns.selectors.rules import ruling_of
from campaigns.selectors.tallies import later_reports
from campaigns.services import checking

# Of a unit, up to its newest report: a year of history that a state brings along is followed up by nobody.
LAST_DAYS = 31
UNITS_AT_ONCE = 50
# What a store held on a day that has passed is not known any more: these stay as they were found.
STOCK = "above_stock"


def judge_marked(campaign_id, units=None, seconds=None):
    """Look at the marked days of a campaign, or of some ``units`` (ids) of it, a few units at a time.

    Returns whether no mark was left; after ``seconds`` it stops between two of the few. Any number may run at once.
    """
    until = None if seconds is None else time.monotonic() + seconds
    marks = RuleMark.objects.filter(campaign=campaign_id)
    if units is not None:
        marks = marks.filter(unit__in=units)
    while some := _some_units(marks):
        _judge(campaign_id, some)
        if until is not None and time.monotonic() > until:
            return not marks.exists()
    return True


def _some_units(marks):
    """The next few units. Of many, from any place on: workers that run at once share the work, and not do it twice."""
    units = marks.order_by("unit").values_list("unit_id", flat=True).distinct()
    found = list(units[:UNITS_AT_ONCE])
    if len(found) < UNITS_AT_ONCE:
        return found
    place = random.randint(found[0], marks.aggregate(last=Max("unit"))["last"] or found[0])
    return list(units.filter(unit__gte=place)[:UNITS_AT_ONCE]) or found


@dataclass
class _Report:
    """The submission that stands for a unit and day. ``found``: {(rule, cell): observed} of what the rules find."""

    pk: int
    version: int
    declared: int | None
    reason: str
    found: dict = field(default_factory=dict)


@dataclass
class _Unit:
    """``reports`` is how many submissions there were when it was judged: they only ever grow in number."""

    reports: int
    newest: datetime.date
    marks: list = field(default_factory=list)
    since: datetime.date = datetime.date.max


def _judge(campaign_id, unit_ids):
    # In this order: whoever left a mark that is read here has committed what is read after it.
    marks = list(RuleMark.objects.filter(campaign=campaign_id, unit__in=unit_ids))
    campaign = Campaign.objects.get(pk=campaign_id)
    units = _units(campaign, marks)
    reports = _reports(campaign, units)
    for unit, day, hits in _scan(campaign, units, reports):
        reports[unit, day].found = {(hit.rule, hit.cell[:140]): checking.plain(hit.observed) for hit in hits}
    with transaction.atomic():
        settled = _unchanged(campaign, units)
        _bring_into_line(campaign, {key: one for key, one in reports.items() if key[0] in settled})
        done = [pk for unit in settled for pk in units[unit].marks]
        RuleMark.objects.filter(pk__in=done).delete()


def _units(campaign, marks):
    """{unit id: _Unit} of everything that is marked."""
    known = _numbers(campaign, {mark.unit_id for mark in marks})
    units = {}
    for mark in marks:
        unit = units.setdefault(mark.unit_id, _Unit(*known.get(mark.unit_id, (0, datetime.date.min))))
        unit.marks.append(mark.pk)
        unit.since = min(unit.since, mark.since)
    return units


def _numbers(campaign, unit_ids):
    """{unit id: (number of submissions, day of the newest report)}"""
    rows = Submission.objects.filter(campaign=campaign, unit__in=unit_ids).values_list("unit_id").order_by()
    return {unit: (number, newest) for unit, number, newest in rows.annotate(Count("pk"), Max("happened_on"))}


def _recent(unit):
    """The first day that is looked at for findings that are not known yet."""
    return max(unit.since, unit.newest - datetime.timedelta(LAST_DAYS - 1)) if unit.reports else unit.since


def _reports(campaign, units):
    """{(unit id, day): _Report} of what is to be judged: the last days, and older ones of which a finding is open."""
    reported = {pk: unit for pk, unit in units.items() if unit.reports}
    if not reported:
        return {}
    open_hits = RuleHit.objects.filter(
        campaign=campaign,
        unit__in=reported,
        happened_on__gte=min(unit.since for unit in reported.values()),
        closed_at=None,
    )
    known = {
        key for key in open_hits.values_list("unit_id", "happened_on") if key[1] >= reported[key[0]].since
    }
    first = min(map(_recent, reported.values()))
    rows = Submission.objects.filter(
        ~Exists(later_reports(campaign)),
        Q(happened_on__gte=first) | Q(happened_on__in={day for _unit, day in known if day < first}),
        campaign=campaign,
        unit__in=reported,
    ).values_list(
        "unit_id", "happened_on", "pk", "version", "declared_total__declared", "reason", "journal__source"
    )
    return {
        # Nobody has been asked yet about a finding of a form that comes up later.
        (unit, day): _Report(pk, version, declared, "" if source == Source.FORM else reason)
        for unit, day, pk, version, declared, reason, source in rows
        if day >= _recent(reported[unit]) or (unit, day) in known
    }


def _scan(campaign, units, reports):
    """Old days by themselves: for one of them the scan would read the whole history of all the units."""
    recent, old = defaultdict(list), defaultdict(list)
    for unit, day in reports:
        (recent if day >= _recent(units[unit]) else old)[unit].append(day)
    declared = {key: report.declared for key, report in reports.items()}
    for days_of in filter(None, (recent, old)):
        yield from scan(campaign, days_of, declared)


def _unchanged(campaign, units):
    """Hold the units' rows. Returns the ids of those that are as they were judged, and that nobody else has judged.

    A report that has come in meanwhile may have been judged at the door before what is marked here took effect. A
    change of the setup needs no such care: it has left marks of its own.
    """
    rows = ReportingUnit.objects.filter(campaign=campaign, area__in=units)
    list(rows.select_for_update().order_by("pk").values_list("pk"))
    marked = RuleMark.objects.filter(campaign=campaign, unit__in=units).values_list("pk", flat=True)
    marked, numbers = set(marked), _numbers(campaign, list(units))
    return {
        pk
        for pk, unit in units.items()
        if not marked.isdisjoint(unit.marks) and numbers.get(pk, (0,))[0] == unit.reports
    }


def _bring_into_line(campaign, reports):
    """Close, add and renew findings of the reports, so that the open ones are what was found."""
    keeps_stock = any(
        rule.code == STOCK and rule.severity != Severity.OFF for rule in ruling_of(campaign).rules
    )
    recorded = defaultdict(dict)  # submission id → {(rule, cell): its last hit}
    days = [day for _unit, day in reports]
    if days:
        hits = RuleHit.objects.filter(
            campaign=campaign,
            unit__in={unit for unit, _day in reports},
            happened_on__range=(min(days), max(days)),
        )
        for hit in hits.order_by("pk"):
            recorded[hit.submission_id][hit.rule, hit.cell] = hit
    now, closed, renewed, added = timezone.now(), [], [], []
    for (unit, day), report in reports.items():
        before, found = recorded[report.pk], dict(report.found)
        if keeps_stock:
            found |= {key: hit.observed for key, hit in before.items() if key[0] == STOCK}
        for key, hit in before.items():
            if hit.closed_at is None and key not in found:
                closed.append(hit.pk)
        for key, observed in found.items():
            hit = before.get(key)
            if hit is None or hit.closed_at is not None:
                added.append(_row(campaign, unit, day, report, key, observed, hit, now))
            elif hit.observed != observed:
                hit.observed = observed
                renewed.append(hit)
    RuleHit.objects.filter(pk__in=closed).update(closed_at=now)
    RuleHit.objects.bulk_update(renewed, ["observed"], batch_size=500)
    RuleHit.objects.bulk_create(added, batch_size=500)


def _row(campaign, unit, day, report, key, observed, before, now):
    """A finding that comes up again keeps the reason that was given when it was there before."""
    rule, cell = key
    return RuleHit(
        submission_id=report.pk,
        campaign=campaign,
        unit_id=unit,
        happened_on=day,
        version=report.version,
        rule=rule,
        cell=cell,
        observed=observed,
        reason=before.reason if before else report.reason,
        recorded_at=now,
    )
