"""The fold: sums of the tally ledger per area, from the block upwards. Written only by ``reports.fold``.

Every table may be thrown away and rebuilt from the ledger (``manage.py rebuild_progress``).
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from campaigns.models import Campaign, SheetCell
from districts.models import Area


def _area():
    return models.ForeignKey(Area, models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+")


def _cell():
    return models.ForeignKey(
        SheetCell, models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+"
    )


class DailyProgress(models.Model):
    """Counts of a day. A cell is item × cohort × vaccine × sex; an item's total cell holds its sum."""

    pk = models.CompositePrimaryKey("area", "cell", "day")
    area = _area()
    cell = _cell()
    day = models.DateField()
    count = models.BigIntegerField()

    class Meta:
        verbose_name = _("daily progress")


class MonthlyProgress(models.Model):
    """Counts of a calendar month, so that the sum to any past day adds at most 31 days to whole months."""

    pk = models.CompositePrimaryKey("area", "cell", "month")
    area = _area()
    cell = _cell()
    month = models.DateField(help_text=_("its first day"))
    count = models.BigIntegerField()


class ProgressToDate(models.Model):
    """Counts of all days. The newest figure costs one row per cell, whatever the history."""

    pk = models.CompositePrimaryKey("area", "cell")
    area = _area()
    cell = _cell()
    count = models.BigIntegerField()


class DailyVerified(models.Model):
    """Of the counts of a day, those that somebody vouches for. Shaped as DailyProgress."""

    pk = models.CompositePrimaryKey("area", "cell", "day")
    area = _area()
    cell = _cell()
    day = models.DateField()
    count = models.BigIntegerField()


class MonthlyVerified(models.Model):
    pk = models.CompositePrimaryKey("area", "cell", "month")
    area = _area()
    cell = _cell()
    month = models.DateField(help_text=_("its first day"))
    count = models.BigIntegerField()


class VerifiedToDate(models.Model):
    pk = models.CompositePrimaryKey("area", "cell")
    area = _area()
    cell = _cell()
    count = models.BigIntegerField()


class DailyReporting(models.Model):
    """Units that reported for a day (nil reports too), and how many of them by the deadline."""

    pk = models.CompositePrimaryKey("area", "campaign", "day")
    area = _area()
    campaign = models.ForeignKey(
        Campaign, models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+"
    )
    day = models.DateField()
    reported = models.PositiveIntegerField()
    on_time = models.PositiveIntegerField()


class DailyRevision(models.Model):
    """What corrections and late reports recorded on one day added to, and took from, earlier days."""

    pk = models.CompositePrimaryKey("area", "cell", "recorded_on")
    area = _area()
    cell = _cell()
    recorded_on = models.DateField()
    added = models.BigIntegerField()
    removed = models.BigIntegerField()


class CampaignFold(models.Model):
    """One row per campaign: the lock of its fold, and what the figures now stand on."""

    campaign = models.OneToOneField(Campaign, models.CASCADE, primary_key=True, related_name="fold")
    version = models.PositiveBigIntegerField(
        default=0, help_text=_("grows with every fold that changed a figure")
    )
    newest_recorded_at = models.DateTimeField(null=True, help_text=_("of the newest journal folded"))
    last_day = models.DateField(null=True, help_text=_("the latest day with a report"))
    busy_day = models.DateField(null=True, help_text=_("the latest day that most of the units reported"))
    folded_at = models.DateTimeField(null=True)


class WorkerHeartbeat(models.Model):
    """When a worker last looked for marks. One row; without it the page says that nobody is counting."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    beat_at = models.DateTimeField()


class ProgressCheck(models.Model):
    """A comparison of the fold with a full recompute, and every difference that it found."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="progress_checks")
    checked_at = models.DateTimeField(auto_now_add=True)
    rows = models.PositiveBigIntegerField()
    differences = models.PositiveIntegerField()
    sample = models.JSONField(default=list)

    class Meta:
        ordering = ["-id"]
