"""A file of counts on its way into the ledger: uploaded, read, shown, confirmed, loaded."""

import time
import uuid
from contextlib import suppress
from pathlib import Path

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from campaigns.models.setup import Campaign

SILENT_SECONDS = 90  # a worker that says nothing for longer is taken for dead


class ImportState(models.TextChoices):
    UPLOADED = "uploaded", _("Being read")
    READY = "ready", _("Waiting for your confirmation")
    CONFIRMED = "confirmed", _("Being loaded")
    LOADED = "loaded", _("Loaded")
    REFUSED = "refused", _("Refused")
    CANCELLED = "cancelled", _("Cancelled")


class ImportRun(models.Model):
    """One upload. Its files lie in a folder of their own: the upload, the findings, and the progress.

    The progress is a file and not a column: the worker is then inside the statements that load, and a row
    changed there would be seen by nobody before the end.
    """

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="import_runs")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    file_name = models.CharField(_("file"), max_length=255)
    size = models.PositiveBigIntegerField(_("size"))
    file_format = models.CharField(_("format"), max_length=20, blank=True)
    language = models.CharField(max_length=8, blank=True)
    state = models.CharField(_("state"), max_length=12, choices=ImportState, default=ImportState.UPLOADED)
    attempts = models.PositiveSmallIntegerField(default=0, help_text=_("of the present step"))
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    refusal = models.TextField(blank=True)
    preview = models.JSONField(default=dict)
    result = models.JSONField(default=dict)
    uploaded_at = models.DateTimeField(_("uploaded"), auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("import")
        ordering = ["-id"]

    def __str__(self):
        return self.file_name

    @property
    def folder(self):
        return Path(settings.MEDIA_ROOT) / "imports" / str(self.key)

    @property
    def upload(self):
        return self.folder / "upload"

    def findings_folder(self, step):
        """Where the findings of a step ("check" or "load") are written."""
        return self.folder / step

    @property
    def is_working(self):
        return self.state in (ImportState.UPLOADED, ImportState.CONFIRMED)

    # -- progress ----------------------------------------------------------------------------------------

    @property
    def _progress_file(self):
        return self.folder / "progress"

    def say_progress(self, share):
        """Called by the worker: how much of the file has been read, from 0 to 1."""
        self._progress_file.write_text(f"{share:.3f}", encoding="ascii")

    @property
    def progress(self):
        """Per cent of the present step, as a whole number."""
        with suppress(OSError, ValueError):
            return min(100, max(0, int(100 * float(self._progress_file.read_text(encoding="ascii")))))
        return 0

    @property
    def is_silent(self):
        """Whether work is due and no worker has given a sign of it for a while."""
        if not self.is_working:
            return False
        heard = self.changed_at.timestamp()
        with suppress(OSError):
            heard = max(heard, self._progress_file.stat().st_mtime)
        return time.time() - heard > SILENT_SECONDS
