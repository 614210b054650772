"""The one door of the tally ledger.

A count comes in through a form, an API call or a file; all end here. ``submit_tally`` takes the sheet of one
unit and day, ``submit_tallies`` a whole file of them in sets. Both compare with what stands and write only
signed changes, the submission, and the mark that asks for the fold, in one transaction.
"""

import hashlib
import json
from dataclasses import asdict, dataclass, field

from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from campaigns import signals
from campaigns.errors import KeyReused, Problem, StaleVersion, TallyRefused
from campaigns.models import Journal, StockMark
from campaigns.models.sheet import cell_key
from campaigns.selectors.calendar import deadline
from campaigns.selectors.declared import declared_of
from campaigns.selectors.sheets import sheet_of
from campaigns.selectors.tallies import submitted_since
from campaigns.services import checking, posting_sql, review_postings, rule_marks
from campaigns.services.posting_days import day_problem

LARGEST_COUNT = 999_999_999


@dataclass(frozen=True)
class Line:
    """One count of the sheet. ``cohort``, ``vaccine`` and ``sex`` stay empty where the sheet asks for none."""

    item: str
    count: int
    cohort: str = ""
    vaccine: str = ""
    sex: str = ""

    @property
    def key(self):
        return cell_key(self.item, self.cohort, self.vaccine, self.sex)


@dataclass(frozen=True)
class Receipt:
    """What was done. ``changes`` are rows of (cell key, count before, count after).

    ``is_first``: this was the unit's first report of the day, a nil report perhaps. ``warnings`` are rows of
    (rule, cell, what was observed, reason given) of the soft rules that the sheet breaks. ``declared`` is the total
    of the paper that was recorded with this version, if one was. ``is_written``: the version is of this posting.
    """

    unit: str
    day: str
    version: int
    recorded_at: str
    is_late: bool
    is_nil: bool
    changes: list
    is_first: bool = False
    replayed: bool = False
    warnings: list = field(default_factory=list)
    declared: int | None = None
    is_written: bool = False

    @property
    def changed(self):
        return bool(self.changes) or self.is_written


class _SetupChanged(Exception):
    """The campaign's setup is not the one that the caller's campaign object was read with."""


def submit_tally(
    *,
    campaign,
    unit,
    day,
    lines,
    by,
    source,
    reason="",
    idempotency_key="",
    expected_version=None,
    now=None,
    answers=checking.NO_ANSWERS,
):
    """Post the whole sheet of one unit and day. No lines is a nil report; a cell not named counts 0.

    ``answers`` are the declared total and the reasons for what the rules find unusual. Returns a Receipt; a
    sheet that equals what stands, its declared total too, writes nothing. Raises TallyRefused (bad lines, unit or
    day, a hard rule), ReasonsWanted, StaleVersion (somebody posted since ``expected_version``), KeyReused. Nothing is
    written then.
    """
    lines = list(lines)
    for attempt in (1, 2, 3):
        cells, problems = resolve(campaign, lines)
        if problem := day_problem(campaign, unit, day, now=now):
            problems.append(problem)
        digest = _digest(unit, day, lines, reason, answers.declared)
        if problems:
            # Sent again after the time for this day has passed: what was taken then is answered as then.
            earlier = _answered(campaign, idempotency_key, digest) if idempotency_key else None
            if earlier is None:
                raise TallyRefused(problems)
            return earlier
        try:
            with transaction.atomic():
                return _post(
                    campaign,
                    unit,
                    day,
                    cells,
                    by,
                    source,
                    reason,
                    idempotency_key,
                    digest,
                    expected_version,
                    now,
                    answers,
                )
        except _SetupChanged:
            # Checked against a sheet or dates that are no longer so: check again.
            if attempt == 3:
                raise
            campaign.refresh_from_db()
        except IntegrityError:
            # A bulk load, which does not take the unit's row, posted the same unit and day in between.
            if attempt == 3:
                raise


def resolve(campaign, lines, *, path=""):
    """Return ({cell id: count}, problems) for the lines; ``path`` is where they stand in what was sent."""
    sheet, cells, problems = sheet_of(campaign), {}, []
    for number, line in enumerate(lines):
        here = f"{path}lines[{number}]"
        if problem := sheet.problem(line, field=here):
            problems.append(problem)
        elif isinstance(line.count, bool) or not isinstance(line.count, int) or line.count < 0:
            problems.append(
                Problem(
                    f"{here}.count",
                    "not_a_count",
                    _("%(value)r is not a count: write a whole number, 0 or more.") % {"value": line.count},
                )
            )
        elif line.count > LARGEST_COUNT:
            problems.append(
                Problem(
                    f"{here}.count",
                    "count_too_large",
                    _("%(value)d is more than a unit can report.") % {"value": line.count},
                )
            )
        elif sheet.cell_ids[line.key] in cells:
            problems.append(
                Problem(
                    here,
                    "named_twice",
                    _("The cell %(key)s is named twice.") % {"key": line.key},
                )
            )
        else:
            cells[sheet.cell_ids[line.key]] = line.count
    return cells, problems


def _digest(unit, day, lines, reason, declared=None):
    # By text: what is no count has not been refused yet, and would not be compared with one that is.
    counts = sorted((line.key, repr(line.count)) for line in lines)
    content = [unit.code, day.isoformat(), counts, reason] + ([] if declared is None else [declared])
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()


def _post(campaign, unit, day, cells, by, source, reason, key, digest, expected_version, now, answers):
    with connection.cursor() as cursor:
        # The unit's row is the lock: two clerks at the same unit and day follow one another.
        if not posting_sql.lock_unit(cursor, campaign.pk, unit.pk):
            text = _("%(area)s is not a reporting unit of this campaign.") % {"area": unit}
            raise TallyRefused([Problem("unit", "not_a_unit", text)])
        # Only now: whoever waited for the unit's row is recorded after the one who held it.
        now = now or timezone.now()
        if key and (earlier := _answered(campaign, key, digest)):
            return earlier
        sheet = sheet_of(campaign)
        setup_version, version, review, has_later, before = posting_sql.state(
            cursor, campaign.pk, unit.pk, day, sheet.cell_ids.values()
        )
        if setup_version != campaign.setup_version:
            raise _SetupChanged
        if expected_version is not None and expected_version != version:
            raise StaleVersion(
                expected_version,
                version,
                _by_key(sheet, before),
                _by_key(sheet, cells),
                since=submitted_since(campaign, unit, day, expected_version),
                declared=declared_of(campaign, unit, day, version),
            )
        changes = {
            cell: (before.get(cell, 0), cells.get(cell, 0))
            for cell in sorted(before.keys() | cells.keys())
            if before.get(cell, 0) != cells.get(cell, 0)
        }
        writes = bool(changes) or version == 0 or _declares_anew(campaign, unit, day, version, answers)
        if writes and version and not reason.strip():
            text = _("This corrects a report: say why in a few words.")
            raise TallyRefused([Problem("reason", "reason_required", text)])
        if writes and (problem := review_postings.locked_problem(unit, day, by, reason, review)):
            raise TallyRefused([problem])
        counts, hits = _by_key(sheet, cells), []
        if writes:
            hits = checking.check(campaign, unit, day, counts, _by_key(sheet, before), answers)
        receipt = Receipt(
            unit=unit.code,
            day=day.isoformat(),
            version=version + writes,
            recorded_at=now.isoformat(),
            is_late=now > deadline(campaign, day),
            is_nil=not any(cells.values()),
            changes=[[sheet.keys[cell], *change] for cell, change in changes.items()],
            is_first=version == 0,
            warnings=checking.told(hits, answers),
            declared=answers.declared if writes else None,
            is_written=writes,
        )
        if writes or key:
            journal = _journal(cursor, campaign, by, source, key, digest, receipt, now)
        if writes:
            submission = _write(cursor, journal, unit, day, receipt, reason, changes)
            checking.record(hits, answers, journal, submission, unit, receipt, counts)
        if changes and has_later:
            rule_marks.after_posting(campaign.pk, [unit.pk], day)
        if review:
            review_postings.follow(
                campaign, unit, day, receipt.version, review, by, reason, now, wrote=writes
            )
        return receipt


def _declares_anew(campaign, unit, day, version, answers):
    # Most reports come without a total, and nothing is asked for them.
    says = answers.says_total or answers.declared is not None
    return says and answers.declares_anew(declared_of(campaign, unit, day, version))


def _by_key(sheet, counts):
    return {sheet.keys[cell]: count for cell, count in counts.items()}


def _answered(campaign, key, digest):
    earlier = (
        Journal.objects.filter(campaign=campaign, idempotency_key=key)
        .values("request_digest", "receipt")
        .first()
    )
    if earlier is None:
        return None
    if earlier["request_digest"] != digest or earlier["receipt"] is None:
        raise KeyReused
    return Receipt(**{**earlier["receipt"], "replayed": True})


def _journal(cursor, campaign, by, source, key, digest, receipt, now):
    pk = posting_sql.write_journal(
        cursor,
        campaign_id=campaign.pk,
        source=source,
        by_id=by.pk if by else None,
        recorded_at=now,
        key=key,
        digest=digest if key else "",
        receipt=json.dumps(asdict(receipt)) if key else None,
    )
    return Journal(pk=pk, campaign=campaign, recorded_at=now)


def _write(cursor, journal, unit, day, receipt, reason, changes):
    submission = posting_sql.write_submission(
        cursor,
        journal_id=journal.pk,
        campaign_id=journal.campaign_id,
        unit_id=unit.pk,
        day=day,
        receipt=receipt,
        reason=reason.strip(),
    )
    posting_sql.write_entries(
        cursor,
        submission_id=submission,
        unit_id=unit.pk,
        day=day,
        recorded_at=journal.recorded_at,
        changes={cell: after - before for cell, (before, after) in changes.items()},
    )
    mark(journal)
    return submission


def mark(journal):
    """Ask for the fold of a journal, in the transaction that wrote it."""
    with connection.cursor() as cursor:
        posting_sql.write_fold_mark(
            cursor,
            journal_id=journal.pk,
            campaign_id=journal.campaign_id,
            recorded_at=journal.recorded_at,
        )
    if journal.campaign.keeps_stock:
        StockMark.objects.create(journal=journal, campaign_id=journal.campaign_id)
    signals.posted.send(
        sender=Journal, campaign_id=journal.campaign_id, keeps_stock=journal.campaign.keeps_stock
    )
