"""What the rules found, what a person said of it, and the drafts that are no reports yet."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from campaigns.models.ledger import Submission
from campaigns.models.setup import Campaign
from districts.models import Area


class Severity(models.TextChoices):
    HARD = "hard", _("Refuses")
    SOFT = "soft", _("Asks for a reason")
    OFF = "off", _("Off")


class RuleSetting(models.Model):
    """What a campaign changes of a rule; a rule without a row keeps its own severity and thresholds."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="rule_settings")
    rule = models.CharField(max_length=40)
    severity = models.CharField(max_length=4, choices=Severity)
    thresholds = models.JSONField(default=dict, blank=True)

    class Meta:
        verbose_name = _("rule of a campaign")
        constraints = [models.UniqueConstraint(fields=["campaign", "rule"], name="rule_setting_unique")]


class RuleHit(models.Model):
    """A rule that a submission breaks, what is observed, and the reason that was given.

    Written with the submission, or later by ``campaigns.services.judging``, which also closes what no longer holds.
    """

    submission = models.ForeignKey(Submission, models.PROTECT, db_constraint=False, related_name="rule_hits")
    campaign = models.ForeignKey(Campaign, models.PROTECT, db_index=False, related_name="+")
    unit = models.ForeignKey(Area, models.PROTECT, db_index=False, related_name="+")
    happened_on = models.DateField()
    version = models.PositiveIntegerField()
    rule = models.CharField(max_length=40)
    cell = models.CharField(max_length=140, blank=True, help_text=_("key of the cell or code of the item"))
    observed = models.JSONField(default=dict)
    reason = models.CharField(max_length=500, blank=True)
    recorded_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("warning")
        constraints = [
            models.UniqueConstraint(
                fields=["submission", "rule", "cell"],
                condition=models.Q(closed_at=None),
                name="rule_hit_open_once",
            )
        ]
        indexes = [
            models.Index(fields=["campaign", "happened_on", "unit"]),
            models.Index(fields=["unit", "happened_on"]),
        ]


class RuleMark(models.Model):
    """ "The rules must look at the reports of this unit from ``since`` on": written with what changed, removed with
    what they found.
    """

    # Written in sets, one for each unit of a load: checking the keys row by row would cost more than the rows.
    campaign = models.ForeignKey(
        Campaign, models.PROTECT, db_constraint=False, db_index=False, related_name="+"
    )
    unit = models.ForeignKey(Area, models.PROTECT, db_constraint=False, db_index=False, related_name="+")
    since = models.DateField()

    class Meta:
        indexes = [models.Index(fields=["campaign", "unit", "since"])]


class DeclaredTotal(models.Model):
    """The total of doses that a paper report declares, beside the sum of its lines. They need not agree."""

    submission = models.OneToOneField(
        Submission, models.PROTECT, db_constraint=False, primary_key=True, related_name="declared_total"
    )
    declared = models.PositiveIntegerField()
    counted = models.PositiveIntegerField()
    reason = models.CharField(max_length=500, blank=True)


class Draft(models.Model):
    """What somebody typed for a unit's day and has not sent. Each person has a draft of their own."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="drafts")
    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="drafts")
    unit = models.ForeignKey(Area, models.PROTECT, related_name="+")
    happened_on = models.DateField()
    version = models.PositiveIntegerField(help_text=_("the version of the report it was begun on"))
    texts = models.JSONField(default=dict, help_text=_("by key of the cell, as typed"))
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("draft")
        constraints = [
            models.UniqueConstraint(fields=["user", "campaign", "unit", "happened_on"], name="draft_unique")
        ]


class FollowUp(models.Model):
    """Somebody looks after a finding: a broken rule of a unit's day, or with no rule the silence of the unit."""

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="follow_ups")
    unit = models.ForeignKey(Area, models.PROTECT, related_name="+")
    happened_on = models.DateField()
    rule = models.CharField(max_length=40, blank=True)
    assignee = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    resolved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    resolved_at = models.DateTimeField(null=True)
    resolution = models.CharField(max_length=500, blank=True)

    class Meta:
        verbose_name = _("follow-up")
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "unit", "happened_on", "rule"], name="follow_up_unique"
            )
        ]


class FollowUpComment(models.Model):
    follow_up = models.ForeignKey(FollowUp, models.PROTECT, related_name="comments")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    text = models.CharField(max_length=1000)

    class Meta:
        verbose_name = _("comment")
        ordering = ["id"]
