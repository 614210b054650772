"""Files of opening balances and supplies on their way into the ledger, and the checks of the kept balances."""

import uuid
from pathlib import Path

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from districts.models import Area


class StockFileState(models.TextChoices):
    READY = "ready", _("Waiting for your confirmation")
    LOADED = "loaded", _("Loaded")
    CANCELLED = "cancelled", _("Cancelled")


class StockFile(models.Model):
    """One upload. The file and the rows that were not taken lie in a folder of its own."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    area = models.ForeignKey(Area, models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    file_name = models.CharField(_("file"), max_length=255)
    state = models.CharField(_("state"), max_length=12, choices=StockFileState, default=StockFileState.READY)
    report = models.JSONField(default=dict, help_text=_("what the file would book, or has booked"))
    uploaded_at = models.DateTimeField(_("uploaded"), auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("file of supplies")
        verbose_name_plural = _("files of supplies")
        ordering = ["-id"]

    def __str__(self):
        return self.file_name

    @property
    def folder(self):
        return Path(settings.MEDIA_ROOT) / "stock" / str(self.key)

    @property
    def upload(self):
        return self.folder / "upload"

    @property
    def failures(self):
        return self.folder / "failures.csv"


class StockCheck(models.Model):
    """A comparison of every kept balance with the full sum of its movements, and what differed."""

    checked_at = models.DateTimeField(auto_now_add=True)
    positions = models.PositiveBigIntegerField()
    differences = models.PositiveIntegerField()
    sample = models.JSONField(default=list)

    class Meta:
        verbose_name = _("check of the kept balances")
        verbose_name_plural = _("checks of the kept balances")
        ordering = ["-id"]
