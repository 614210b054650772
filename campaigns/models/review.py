"""Review of reported days. It never hides a count: what is submitted counts, what is verified counts too.

A *review act* is one decision of one person, over one unit's day or many. Each *review* in it takes a unit's
day from one state to another, and its *verified entries* say what that adds to, or takes from, the counts that
somebody vouches for: a ledger of signed changes like that of the tallies, so that a verified figure is a sum
too. Acts, reviews and entries are added and never changed.
"""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from campaigns.models.setup import Campaign
from campaigns.models.sheet import SheetCell
from districts.models import Area


class ReviewState(models.TextChoices):
    """Of a unit's day. A day that nobody has reviewed has no row and is submitted."""

    SUBMITTED = "submitted", _("Submitted")
    VERIFIED = "verified", _("Verified")
    RETURNED = "returned", _("Returned")


class ReviewAction(models.TextChoices):
    VERIFY = "verify", _("Verify")
    RETURN = "return", _("Return")
    REOPEN = "reopen", _("Reopen")
    RESUBMIT = "resubmit", _("Submit again")


class ReviewAct(models.Model):
    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="review_acts")
    action = models.CharField(max_length=10, choices=ReviewAction)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    comment = models.CharField(max_length=1000, blank=True)
    recorded_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = _("review")


class Review(models.Model):
    """One unit's day in an act. ``version`` is the submission that was looked at."""

    act = models.ForeignKey(ReviewAct, models.PROTECT, related_name="reviews")
    campaign = models.ForeignKey(Campaign, models.PROTECT, db_index=False, related_name="+")
    unit = models.ForeignKey(Area, models.PROTECT, db_index=False, related_name="+")
    happened_on = models.DateField()
    version = models.PositiveIntegerField()
    state_before = models.CharField(max_length=10, choices=ReviewState)
    state = models.CharField(max_length=10, choices=ReviewState)

    class Meta:
        verbose_name = _("review of a day")
        indexes = [models.Index(fields=["campaign", "unit", "happened_on"])]


class DayReview(models.Model):
    """The state a unit's day is in now: the last of its reviews, kept so that a list need not look for it."""

    campaign = models.ForeignKey(Campaign, models.PROTECT, db_index=False, related_name="+")
    unit = models.ForeignKey(Area, models.PROTECT, db_index=False, related_name="+")
    happened_on = models.DateField()
    state = models.CharField(max_length=10, choices=ReviewState)
    review = models.ForeignKey(Review, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("state of a day")
        constraints = [
            models.UniqueConstraint(fields=["campaign", "unit", "happened_on"], name="day_review_unique")
        ]
        indexes = [models.Index(fields=["campaign", "happened_on", "state"])]


class VerifiedEntry(models.Model):
    """A signed change of what is verified of a cell in a unit's day: + when verified, − when reopened.

    By cell and with the columns of a tally entry, so that the fold sums both ledgers by the same statements.
    """

    review = models.ForeignKey(Review, models.PROTECT, db_constraint=False, related_name="entries")
    unit = models.ForeignKey(Area, models.PROTECT, db_constraint=False, db_index=False, related_name="+")
    cell = models.ForeignKey(SheetCell, models.PROTECT, db_constraint=False, db_index=False, related_name="+")
    happened_on = models.DateField()
    change = models.IntegerField()
    recorded_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = _("verified entry")
        indexes = [models.Index(fields=["unit", "happened_on"])]


class ReviewMark(models.Model):
    """ "This act must be folded": written with the act, removed with the fold."""

    act = models.OneToOneField(ReviewAct, models.PROTECT, primary_key=True, related_name="mark")
    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="review_marks")
    recorded_at = models.DateTimeField()
