"""The tally ledger. Rows are added and never changed: the database itself refuses UPDATE and DELETE.

A *journal* is one transaction of the one door (a form, an API call, a whole file). It holds *submissions*,
one per unit and day, numbered by version; a submission holds *entries*, signed changes of cells. What stands
for a unit and day is the sum of its entries.
"""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from campaigns.models.setup import Campaign
from campaigns.models.sheet import SheetCell
from districts.models import Area


class Source(models.TextChoices):
    FORM = "form", _("Form")
    API = "api", _("API")
    FILE = "file", _("File")


class Journal(models.Model):
    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="journals")
    source = models.CharField(max_length=8, choices=Source)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField(db_index=True)
    file_name = models.CharField(max_length=255, blank=True)
    idempotency_key = models.CharField(max_length=128, blank=True)
    request_digest = models.CharField(
        max_length=64,
        blank=True,
        help_text=_("SHA-256 of what came with the key, so that a reused key is noticed"),
    )
    receipt = models.JSONField(
        null=True, blank=True, help_text=_("what was answered, so that the same key is answered the same")
    )

    class Meta:
        verbose_name = _("journal")
        verbose_name_plural = _("journals")
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "idempotency_key"],
                condition=~models.Q(idempotency_key=""),
                name="journal_idempotency_key_unique",
            )
        ]


class Submission(models.Model):
    """One report of one unit for one day. Version 1 is the report, the others correct it.

    The unique key on the version is what makes two writers of the same unit and day notice each other,
    whichever roads (single or bulk) they came.
    """

    journal = models.ForeignKey(Journal, models.PROTECT, db_constraint=False, related_name="submissions")
    campaign = models.ForeignKey(
        Campaign, models.PROTECT, db_constraint=False, db_index=False, related_name="+"
    )
    unit = models.ForeignKey(Area, models.PROTECT, db_constraint=False, db_index=False, related_name="+")
    happened_on = models.DateField()
    version = models.PositiveIntegerField()
    is_late = models.BooleanField()
    is_nil = models.BooleanField()
    reason = models.CharField(max_length=500, blank=True)

    class Meta:
        verbose_name = _("submission")
        verbose_name_plural = _("submissions")
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "unit", "happened_on", "version"], name="submission_version_unique"
            )
        ]


class TallyEntry(models.Model):
    """A signed change of one cell of a unit's day.

    No foreign key is checked by the database here: the door resolves every id first, and checking them row
    by row costs five times the insert itself. Areas, cells and submissions are never deleted.
    """

    submission = models.ForeignKey(Submission, models.PROTECT, db_constraint=False, related_name="entries")
    unit = models.ForeignKey(Area, models.PROTECT, db_constraint=False, db_index=False, related_name="+")
    cell = models.ForeignKey(SheetCell, models.PROTECT, db_constraint=False, db_index=False, related_name="+")
    happened_on = models.DateField()
    change = models.IntegerField()
    recorded_at = models.DateTimeField()

    class Meta:
        verbose_name = _("tally entry")
        verbose_name_plural = _("tally entries")
        indexes = [
            models.Index(fields=["unit", "happened_on"]),
            # Few rows take something away: the page of data quality finds them without reading the others.
            models.Index(
                fields=["unit", "happened_on"], condition=models.Q(change__lt=0), name="tally_entry_negative"
            ),
        ]


class FoldMark(models.Model):
    """ "This journal must be folded": written with the journal, removed with the fold."""

    journal = models.OneToOneField(Journal, models.PROTECT, primary_key=True, related_name="fold_mark")
    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="fold_marks")
    recorded_at = models.DateTimeField()

    class Meta:
        verbose_name = _("journal to be folded")
        verbose_name_plural = _("journals to be folded")


class StockMark(models.Model):
    """ "The doses of this journal must leave the stock": written with the journal, removed with the giving."""

    journal = models.OneToOneField(Journal, models.PROTECT, primary_key=True, related_name="stock_mark")
    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="stock_marks")
