"""Many sheets of one day from one screen: each unit is taken, or answered why not, by itself.

The third road of the one door, for a person at a grid of hundreds of units. The units' rows are locked as in
``submit_tally``; what stands is read once for all of them, the rules judge each, and what is accepted is written
in sets: one journal, a submission per unit, signed changes, marks, all in one transaction.
"""

from dataclasses import dataclass, field, replace

from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from campaigns.errors import Problem, StaleVersion, TallyRefused
from campaigns.models import DeclaredTotal, Journal, RuleHit, Source
from campaigns.selectors.calendar import deadline
from campaigns.selectors.declared import declared_of_many
from campaigns.selectors.entry_grid import standings
from campaigns.selectors.rule_context import contexts
from campaigns.selectors.sheets import sheet_of
from campaigns.selectors.tallies import journals_between, submitted_since
from campaigns.services import checking, posting_sql, rule_marks
from campaigns.services.posting_days import day_problem
from campaigns.services.settling import settle
from campaigns.services.tallies import Line, mark, submit_tally
from districts.models import Area

ACCEPTED, UNCHANGED, REFUSED, ASKED, CONFLICT = "accepted", "unchanged", "refused", "asked", "conflict"
TRIES = 3


@dataclass(frozen=True)
class UnitSheet:
    """What somebody typed for a unit. ``counts``: {cell id: count} of the cells shown; the others stay.

    ``version`` is the one that was seen. ``answers`` hold the declared total and the reasons for findings.
    ``overtaken``: what came too late, and what ``counts`` settle; ``version`` is then the one compared with.
    ``overtaken_total``: the total of the paper that came with it.
    """

    unit: Area
    counts: dict
    version: int
    reason: str = ""
    answers: checking.Answers = checking.NO_ANSWERS
    overtaken: dict | None = None
    overtaken_total: int | None = None


@dataclass
class Outcome:
    """What became of a unit's sheet."""

    sheet: UnitSheet
    status: str
    problems: list = field(default_factory=list)
    hits: list = field(default_factory=list)
    version: int = 0
    is_late: bool = False
    standing: dict = field(default_factory=dict)  # where two counts are to be compared: {cell id: count}
    declared: int | None = None  # the total of the paper that stands
    since: list = field(default_factory=list)  # of a conflict: who has posted, and when


@dataclass
class GridReceipt:
    """``journal_ids``: what was written, for an undo."""

    outcomes: list
    journal_ids: list


class _Overtaken(Exception):
    """A file was loaded between the reading and the writing, or the setup was changed."""


def submit_sheets(*, campaign, day, sheets, by):
    """Post the sheets of many units of a day, each for itself. Returns a GridReceipt; raises nothing for a unit."""
    for attempt in range(1, TRIES + 1):
        try:
            with transaction.atomic():
                receipt = _post(campaign, day, sheets, by)
            break
        except (_Overtaken, IntegrityError):
            campaign.refresh_from_db()
            if attempt == TRIES:
                raise
    for outcome in receipt.outcomes:
        if outcome.status == "":
            _post_one(campaign, day, outcome, by, receipt.journal_ids)
        if outcome.status == CONFLICT:
            outcome.since = submitted_since(campaign, outcome.sheet.unit, day, outcome.sheet.version)
    return receipt


def _post(campaign, day, sheets, by):
    sheets = {sheet.unit.pk: sheet for sheet in sheets}
    held, have_later = _hold(campaign, sheets, day)
    now = timezone.now()
    keys = sheet_of(campaign).keys
    stands = standings(campaign, list(sheets), day, sheet_of(campaign).cell_ids.values())
    closed = _closed(campaign, day, now)
    totals = declared_of_many(campaign, {pk: one.version for pk, one in stands.items()}, day)
    outcomes = {
        pk: _first_look(sheet, stands[pk], held, closed, totals.get(pk)) for pk, sheet in sheets.items()
    }
    # Who is asked why a report is corrected is asked at once what else wants a reason.
    open_ones = [outcome for outcome in outcomes.values() if outcome.status in (ACCEPTED, ASKED)]
    _judge(campaign, day, open_ones, stands, keys)
    accepted = [outcome for outcome in open_ones if outcome.status == ACCEPTED]
    journal_ids = []
    if accepted:
        journal_ids.append(_write(campaign, day, accepted, stands, keys, by, now))
        _look_again(campaign, day, accepted, stands, have_later)
    return GridReceipt(list(outcomes.values()), journal_ids)


# In one statement with the setup's version, after the rows are held: asked with the lock, it would not see the
# report for which the lock has waited.
_SETUP = """
SELECT c.setup_version, u.area_id FROM campaigns_campaign c
LEFT JOIN campaigns_reportingunit u ON u.campaign_id = c.id AND u.area_id IN ({units}) AND EXISTS (
    SELECT 1 FROM campaigns_submission s
    WHERE s.campaign_id = u.campaign_id AND s.unit_id = u.area_id AND s.happened_on > %s
)
WHERE c.id = %s
"""


def _hold(campaign, sheets, day):
    """Lock the units' rows, as each posting does, in one order.

    Returns the ids of those that are units, and of those of them that have reported a later day.
    """
    lock = "FOR UPDATE" if connection.vendor == "postgresql" else ""
    units = ",".join(str(int(pk)) for pk in sheets) or "NULL"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT area_id FROM campaigns_reportingunit WHERE campaign_id = %s AND area_id IN ({units}) "
            f"ORDER BY id {lock}",
            [campaign.pk],
        )
        held = {row[0] for row in cursor.fetchall()}
        cursor.execute(_SETUP.format(units=units), [day.isoformat(), campaign.pk])
        rows = cursor.fetchall()
    if rows[0][0] != campaign.setup_version:
        raise _Overtaken
    return held, {unit for _version, unit in rows}


def _closed(campaign, day, now):
    """A function that gives the Problem with the day for a unit; most units are asked about once for all."""
    known = {}

    def closed(unit):
        span = (unit.valid_from, unit.valid_until)
        if span == (None, None):
            if span not in known:
                known[span] = day_problem(campaign, unit, day, now=now)
            return known[span]
        return day_problem(campaign, unit, day, now=now)

    return closed


def _first_look(sheet, stands, held, closed, declared):
    """What can be said before the rules are asked. A status of "" is left for the road of single postings."""
    outcome = Outcome(sheet, ACCEPTED, version=stands.version, is_late=stands.is_late, declared=declared)
    if sheet.overtaken is not None:
        outcome.standing = stands.counts
    if sheet.unit.pk not in held:
        text = _("%(area)s is not a reporting unit of this campaign.") % {"area": sheet.unit}
        return _refuse(outcome, [Problem("unit", "not_a_unit", text)])
    if problem := closed(sheet.unit):
        return _refuse(outcome, [problem])
    says_new = bool(_changes(sheet, stands)) or sheet.answers.declares_anew(declared)
    if sheet.overtaken is None and not says_new and stands.version:
        outcome.status = UNCHANGED
        return outcome
    if sheet.version != stands.version:
        outcome.status, outcome.standing = CONFLICT, stands.counts
    elif stands.version and not sheet.reason.strip():
        text = _("This corrects a report: say why in a few words.")
        outcome.status, outcome.problems = ASKED, [Problem("reason", "reason_required", text)]
    elif stands.state or sheet.overtaken is not None:
        # Returned or verified: few, and what the posting does to the review is known there. A choice between
        # two counts writes both.
        outcome.status = ""
    return outcome


def _refuse(outcome, problems):
    outcome.status, outcome.problems = REFUSED, problems
    return outcome


def _changes(sheet, stands):
    return {
        cell: count - stands.counts.get(cell, 0)
        for cell, count in sheet.counts.items()
        if count != stands.counts.get(cell, 0)
    }


def _whole(counts, stands, keys):
    """{cell key: count} of the unit's whole sheet as it would stand with ``counts``: {cell id: count}."""
    return {keys[cell]: count for cell, count in (stands.counts | counts).items()}


def _judge(campaign, day, outcomes, stands, keys):
    if not outcomes:
        return
    units = [outcome.sheet.unit for outcome in outcomes]
    standing = {
        unit.pk: {keys[cell]: count for cell, count in stands[unit.pk].counts.items()} for unit in units
    }
    known = contexts(campaign, units, day, standing=standing)
    for outcome in outcomes:
        sheet = outcome.sheet
        counts = _whole(sheet.counts, stands[sheet.unit.pk], keys)
        hits = outcome.hits = checking.findings(campaign, known[sheet.unit.pk], counts, sheet.answers)
        if problems := checking.refusals(hits):
            _refuse(outcome, problems)
        elif sheet.answers.must_ask and not all(sheet.answers.reason_for(hit) for hit in hits):
            outcome.status = ASKED


def _write(campaign, day, accepted, stands, keys, by, now):
    """Returns the id of the journal."""
    journal = Journal.objects.create(campaign=campaign, source=Source.FORM, by=by, recorded_at=now)
    is_late = now > deadline(campaign, day)
    rows, changes = [], []
    for outcome in accepted:
        sheet, stood = outcome.sheet, stands[outcome.sheet.unit.pk]
        outcome.version = stood.version + 1
        outcome.is_late = outcome.is_late or (is_late and outcome.version == 1)
        is_nil = not any((stood.counts | sheet.counts).values())
        rows.append((sheet.unit.pk, outcome.version, is_late, is_nil, sheet.reason.strip()[:500]))
        changes.append(_changes(sheet, stood))
    with connection.cursor() as cursor:
        ids = posting_sql.write_submissions(
            cursor, journal_id=journal.pk, campaign_id=campaign.pk, day=day, rows=rows
        )
        posting_sql.write_entries_of_many(
            cursor,
            day=day,
            recorded_at=now,
            rows=[
                (ids[outcome.sheet.unit.pk], outcome.sheet.unit.pk, cell, change)
                for outcome, changed in zip(accepted, changes, strict=True)
                for cell, change in changed.items()
            ],
        )
    mark(journal)
    _record(campaign, day, accepted, stands, keys, ids, now)
    return journal.pk


def _look_again(campaign, day, accepted, stands, have_later):
    sheets = [outcome.sheet for outcome in accepted if outcome.sheet.unit.pk in have_later]
    if again := [sheet.unit.pk for sheet in sheets if _changes(sheet, stands[sheet.unit.pk])]:
        rule_marks.after_posting(campaign.pk, again, day)


def _record(campaign, day, accepted, stands, keys, ids, now):
    hits, totals = [], []
    for outcome in accepted:
        sheet = outcome.sheet
        pk = sheet.unit.pk
        hits += [
            checking.hit_row(
                hit,
                sheet.answers.reason_for(hit),
                submission_id=ids[pk],
                campaign_id=campaign.pk,
                unit_id=pk,
                day=day,
                version=outcome.version,
                recorded_at=now,
            )
            for hit in outcome.hits
        ]
        if sheet.answers.declared is not None:
            counted = checking.counted_total(campaign, _whole(sheet.counts, stands[pk], keys))
            totals.append(checking.declared_row(ids[pk], outcome.hits, sheet.answers, counted))
    if hits:
        RuleHit.objects.bulk_create(hits, batch_size=500)
    if totals:
        DeclaredTotal.objects.bulk_create(totals, batch_size=500)


def _post_one(campaign, day, outcome, by, journal_ids):
    """A day that has been reviewed, or a choice between two counts, by the road of single postings."""
    sheet = outcome.sheet
    keys = sheet_of(campaign).keys
    stands = standings(campaign, [sheet.unit.pk], day, sheet_of(campaign).cell_ids.values())[sheet.unit.pk]
    values = {
        "campaign": campaign,
        "unit": sheet.unit,
        "day": day,
        "lines": _lines(sheet.counts, stands, keys),
        "by": by,
        "source": Source.FORM,
        "reason": sheet.reason,
        "idempotency_key": "",
        # The one that was seen, not the one read just now: between the two somebody may have posted.
        "expected_version": sheet.version,
        "answers": sheet.answers,
    }
    try:
        if sheet.overtaken is None:
            receipt = submit_tally(**values)
        else:
            first = replace(sheet.answers, declared=sheet.overtaken_total)
            lines = _lines(sheet.overtaken, stands, keys)
            receipt = settle(overtaken=lines, overtaken_answers=first, **values)
    except StaleVersion as stale:
        # Somebody posted after the first look: shown beside what was typed, like any other.
        ids = sheet_of(campaign).cell_ids
        outcome.status, outcome.version = CONFLICT, stale.current
        outcome.standing = {ids[key]: count for key, count in stale.standing.items()}
        outcome.declared = stale.declared
    except checking.ReasonsWanted as wanted:
        outcome.status, outcome.hits = ASKED, wanted.hits
    except TallyRefused as refusal:
        _refuse(outcome, refusal.problems)
    else:
        outcome.status, outcome.version, outcome.is_late = ACCEPTED, receipt.version, receipt.is_late
        journal_ids += journals_between(campaign, sheet.unit, day, sheet.version, receipt.version)


def _lines(counts, stands, keys):
    whole = _whole(counts, stands, keys)
    return [Line(item, count, *parts) for key, count in whole.items() for item, *parts in [key.split("|")]]
