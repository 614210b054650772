"""The road of an uploaded file: start, check, confirm, load. The worker's steps may run twice, or die half-way.

``check`` writes nothing but the run itself. ``load`` posts under an idempotency key made of the run: whichever
attempt comes through first writes the ledger, every other finds its receipt.
"""

import shutil
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from campaigns import signals
from campaigns.errors import TallyRefused
from campaigns.imports.findings import Findings
from campaigns.imports.formats import check_format, detect
from campaigns.models import ImportRun, ImportState
from campaigns.selectors.imports import areas_to_import
from campaigns.services.imports import load_file, preview_file
from districts.audit import record
from districts.table_files.errors import FileRefused

MOST_ATTEMPTS = 3


class RunRefused(Exception):
    """An act that the state of the run does not allow, with the reason."""


def start_run(*, campaign, upload, by, file_format="", language=""):
    """Keep an uploaded file and ask for its check. Raises FileRefused when it is too large or empty."""
    run = ImportRun(
        campaign=campaign,
        by=by,
        file_name=Path(upload.name or "upload").name[:255],
        size=0,
        file_format=file_format,
        language=language,
    )
    run.folder.mkdir(parents=True)
    try:
        run.size = _keep(upload, run.upload)
        with transaction.atomic():
            run.save()
            _record(run, by, "import.upload", size=run.size)
            signals.import_due.send(sender=ImportRun, run=run)
    except BaseException:
        shutil.rmtree(run.folder, ignore_errors=True)
        raise
    return run


def _keep(upload, path):
    """Write the upload to its place, piece by piece; its size is counted, not believed."""
    size = 0
    with path.open("wb") as file:
        for piece in upload.chunks():
            size += len(piece)
            if size > settings.IMPORT_MAX_BYTES:
                raise FileRefused(
                    _("The file is larger than %(size)d MB. Split it.")
                    % {"size": settings.IMPORT_MAX_BYTES // 2**20}
                )
            file.write(piece)
    if not size:
        raise FileRefused(_("The file is empty."))
    return size


# -- the worker's steps ----------------------------------------------------------------------------------


def work(run):
    """Do the step that is due, if one is. Safe to call at any time, as often as one likes."""
    step = {ImportState.UPLOADED: _check, ImportState.CONFIRMED: _load}.get(run.state)
    if step is None:
        return
    if run.attempts >= MOST_ATTEMPTS:
        with override(run.language or settings.LANGUAGE_CODE):
            _refuse(
                run,
                _("The file could not be worked on: every attempt was broken off. Ask the administrator."),
            )
        return
    run.attempts += 1
    run.save(update_fields=["attempts", "changed_at"])
    run.say_progress(0)
    with override(run.language or settings.LANGUAGE_CODE):
        try:
            step(run)
        except FileRefused as refusal:
            _refuse(run, str(refusal))
        except TallyRefused as refusal:
            _refuse(run, " ".join(problem.message for problem in refusal.problems))


def _check(run):
    if run.file_format:
        check_format(run.upload, run.file_format)
    else:
        run.file_format = detect(run.upload)
    with Findings(run.findings_folder("check")) as findings:
        preview = preview_file(
            campaign=run.campaign,
            path=run.upload,
            file_format=run.file_format,
            findings=findings,
            by=run.by,
            areas=_areas(run),
            progress=run.say_progress,
        )
    _move(run, ImportState.UPLOADED, ImportState.READY, preview={**preview, **_told(findings)})


def _load(run):
    with Findings(run.findings_folder("load")) as findings:
        receipt = load_file(
            campaign=run.campaign,
            path=run.upload,
            file_format=run.file_format,
            by=run.by,
            findings=findings,
            areas=_areas(run),
            file_name=run.file_name,
            reason=run.reason,
            idempotency_key=f"import-{run.key}",
            progress=run.say_progress,
        )
    told = _told(findings) if receipt["rows"] else {key: run.preview[key] for key in TOLD}
    _move(run, ImportState.CONFIRMED, ImportState.LOADED, result={**receipt, **told})
    with transaction.atomic():
        _record(
            run,
            run.by,
            "import.load",
            **{key: receipt[key] for key in ("journal_id", "changes", "submissions")},
        )


def _areas(run):
    """Asked again at every step: a posting may have ended since the upload."""
    areas = areas_to_import(run.by, run.campaign)
    if not areas:
        raise FileRefused(_("Your posting does not allow imports into this campaign any more."))
    return areas


TOLD = ("kinds", "sample_of_findings", "failures", "failed_rows")


def _told(findings):
    return {
        "kinds": [[kind.value, cells, columns[:12]] for kind, cells, columns in findings.remarks()],
        "sample_of_findings": [list(finding) for finding in findings.sample],
        "failures": [list(finding) for finding in findings.failures],
        "failed_rows": findings.failed_rows,
    }


def _move(run, before, after, **fields):
    """Change the state unless somebody else has in the meantime, such as by cancelling."""
    with transaction.atomic():
        now = ImportRun.objects.select_for_update().get(pk=run.pk)
        if now.state != before:
            return
        run.state, run.attempts = after, 0
        for name, value in fields.items():
            setattr(run, name, value)
        run.save()


def _refuse(run, message):
    _move(run, run.state, ImportState.REFUSED, refusal=message)


# -- what the person who uploaded decides ----------------------------------------------------------------


def confirm_run(*, run, by, reason=""):
    """Ask for the load. A file that changes what has been reported needs a reason, as a form does."""
    if run.preview.get("corrections") and not reason.strip():
        raise RunRefused(_("The file corrects reports that stand: say why in a few words."))
    with transaction.atomic():
        run = _held(run, ImportState.READY)
        run.state, run.reason, run.attempts = ImportState.CONFIRMED, reason.strip()[:500], 0
        run.say_progress(0)
        run.save()
        _record(run, by, "import.confirm", reason=run.reason)
        signals.import_due.send(sender=ImportRun, run=run)
    return run


def cancel_run(*, run, by):
    """Drop the file before anything of it is loaded."""
    with transaction.atomic():
        run = _held(run, ImportState.READY, ImportState.UPLOADED)
        run.state = ImportState.CANCELLED
        run.save()
        _record(run, by, "import.cancel")
        transaction.on_commit(lambda: run.upload.unlink(missing_ok=True), robust=True)
    return run


def retry_run(*, run, by):
    """Ask again for a step whose worker has died."""
    with transaction.atomic():
        run = _held(run, ImportState.UPLOADED, ImportState.CONFIRMED)
        run.attempts = 0
        run.save()
        _record(run, by, "import.retry")
        signals.import_due.send(sender=ImportRun, run=run)
    return run


def _held(run, *states):
    run = ImportRun.objects.select_for_update().get(pk=run.pk)
    if run.state not in states:
        raise RunRefused(
            _("This import has moved on in the meantime: it is “%(state)s”.")
            % {"state": run.get_state_display()}
        )
    return run


def _record(run, by, action, **detail):
    record(
        by=by,
        action=action,
        subject=f"import {run.key}",
        area=run.campaign.area,
        detail={"campaign": run.campaign.slug, "file": run.file_name, **detail},
    )
