"""Many sheets at once from a state's own system: each the whole sheet of one unit and day, all of them or none.

Written by the bulk road of the one door. Everything that is refused is told by its place in the batch.
"""

import datetime
import hashlib
import json
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from campaigns.errors import Problem, StaleReports, TallyRefused
from campaigns.models import Journal, Source, Submission
from campaigns.selectors.sheets import sheet_of
from campaigns.services.bulk import submit_tallies
from campaigns.services.posting_days import day_problem
from campaigns.services.review_postings import DaysLocked, locked
from campaigns.services.tallies import resolve
from districts.models import Area


@dataclass(frozen=True, slots=True)
class Sheet:
    """The whole sheet of a unit and day. ``version`` is the one it was made from, or None."""

    unit: Area
    day: datetime.date
    lines: list
    version: int | None = None


@dataclass(frozen=True, slots=True)
class BatchReceipt:
    """``written`` are the Submissions made, in the order of the batch; sheets that change nothing make none."""

    reports: int
    written: list
    recorded_at: datetime.datetime | None  # None when nothing was written
    replayed: bool = False


def submit_batch(*, campaign, sheets, by, source=Source.API, reason="", idempotency_key=""):
    """Post the sheets, all or none. A cell that a sheet does not name counts 0; no lines are a nil report.

    Raises TallyRefused, StaleReports (a sheet was made from a version that no longer stands), KeyReused.
    """
    with transaction.atomic():
        try:
            receipt = submit_tallies(
                campaign=campaign,
                rows=_rows(campaign, sheets),
                by=by,
                source=source,
                idempotency_key=idempotency_key,
                request_digest=_digest(sheets, reason) if idempotency_key else "",
                reason=reason.strip(),
            )
        except DaysLocked as refusal:
            raise TallyRefused(_locked_problems(sheets, refusal.days)) from refusal
        written = _written(receipt["journal_id"], sheets)
        if not receipt["replayed"]:
            # After the writing, when the versions are ours: a look before it could be overtaken.
            _refuse_stale(campaign, sheets, written)
            _refuse_corrections_without_reason(sheets, written, reason)
    recorded_at = (
        Journal.objects.values_list("recorded_at", flat=True).get(pk=receipt["journal_id"])
        if written
        else None
    )
    return BatchReceipt(len(sheets), list(written.values()), recorded_at, receipt["replayed"])


def _rows(campaign, sheets):
    """(unit id, day, cell id, count) of every open cell of every sheet."""
    open_cells = sheet_of(campaign).cell_ids.values()
    rows, problems, seen = [], [], set()
    for number, sheet in enumerate(sheets):
        path = f"reports[{number}]."
        cells, found = resolve(campaign, sheet.lines, path=path)
        problems += found
        if problem := day_problem(campaign, sheet.unit, sheet.day):
            problems.append(Problem(path + problem.field, problem.code, problem.message))
        if (sheet.unit.pk, sheet.day) in seen:
            text = _("%(unit)s and %(day)s come twice.") % {"unit": sheet.unit.code, "day": sheet.day}
            problems.append(Problem(path + "unit", "named_twice", text))
        seen.add((sheet.unit.pk, sheet.day))
        rows += [(sheet.unit.pk, sheet.day, cell, cells.get(cell, 0)) for cell in open_cells]
    if problems:
        raise TallyRefused(problems)
    return rows


def _locked_problems(sheets, days):
    numbers = {(sheet.unit.pk, sheet.day): (number, sheet) for number, sheet in enumerate(sheets)}
    for number, sheet in (numbers[key] for key in days):
        yield locked(f"reports[{number}].date", sheet.unit, sheet.day)


def _digest(sheets, reason):
    content = [
        [sheet.unit.code, sheet.day.isoformat(), sorted((line.key, repr(line.count)) for line in sheet.lines)]
        for sheet in sheets
    ]
    return hashlib.sha256(json.dumps([content, reason]).encode()).hexdigest()


def _written(journal_id, sheets):
    """{(unit id, day): Submission} of the journal, in the order of the batch."""
    if journal_id is None:
        return {}
    made = {(one.unit_id, one.happened_on): one for one in Submission.objects.filter(journal=journal_id)}
    keys = ((sheet.unit.pk, sheet.day) for sheet in sheets)
    return {key: made[key] for key in keys if key in made}


def _refuse_stale(campaign, sheets, written):
    checked = [(number, sheet) for number, sheet in enumerate(sheets) if sheet.version is not None]
    untouched = [sheet for _number, sheet in checked if (sheet.unit.pk, sheet.day) not in written]
    standing = _versions(campaign, untouched)
    problems = []
    for number, sheet in checked:
        key = (sheet.unit.pk, sheet.day)
        version = written[key].version - 1 if key in written else standing.get(key, 0)
        if version != sheet.version:
            text = _("You worked from version %(expected)d; it stands at version %(current)d.")
            text %= {"expected": sheet.version, "current": version}
            problems.append(Problem(f"reports[{number}].version", "stale_version", text))
    if problems:
        raise StaleReports(problems)


def _versions(campaign, sheets):
    if not sheets:
        return {}
    latest = (
        Submission.objects.filter(
            campaign=campaign,
            unit__in={sheet.unit.pk for sheet in sheets},
            happened_on__in={sheet.day for sheet in sheets},
        )
        .order_by()
        .values_list("unit_id", "happened_on")
        .annotate(version=Max("version"))
    )
    return {(unit, day): version for unit, day, version in latest}


def _refuse_corrections_without_reason(sheets, written, reason):
    if reason.strip():
        return
    numbers = {(sheet.unit.pk, sheet.day): number for number, sheet in enumerate(sheets)}
    corrected = [numbers[key] for key, submission in written.items() if submission.version > 1]
    if corrected:
        text = _("This corrects a report: say why in a few words.")
        raise TallyRefused([Problem(f"reports[{number}]", "reason_required", text) for number in corrected])
