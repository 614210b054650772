"""What a campaign is: its dates, cohorts, working days and reporting units."""

import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from campaigns.slugs import validate_not_reserved
from districts import access
from districts.models import Area
from districts.models.areas import local_name


class CampaignQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Public campaigns, and those that meet an area the user is posted to (above or below it)."""
        condition = Q(is_public=True)
        for area in access.areas_with_right(user, "see"):
            ancestors = [area.path[:n] for n in range(5, len(area.path) + 1, 5)]
            condition |= Q(area__path__in=ancestors)
            condition |= Q(area__path__gte=area.path, area__path__lte=area.path_end)
        return self.filter(condition)

    def in_service(self):
        """Without the archived ones, which keep their figures and take no more counts."""
        return self.filter(archived_at__isnull=True)


class Campaign(models.Model):
    """A vaccination campaign over one area of the tree.

    ``setup_version`` grows with every change of the setup, so that caches and ETags know.
    ``late_window_days`` is how long after a day its counts may still be posted; empty means always.
    """

    slug = models.SlugField(
        _("short name in addresses"), max_length=60, unique=True, validators=[validate_not_reserved]
    )
    name_en = models.CharField(_("name in English"), max_length=160)
    name_hi = models.CharField(_("name in Hindi"), max_length=160, blank=True)
    area = models.ForeignKey(Area, models.PROTECT, related_name="campaigns")
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    is_public = models.BooleanField(_("open to the public"), default=False)
    is_simulated = models.BooleanField(_("simulated figures"), default=False, editable=False)
    note_en = models.TextField(_("note in English"), blank=True)
    note_hi = models.TextField(_("note in Hindi"), blank=True)
    deadline_days = models.PositiveSmallIntegerField(_("reports are due after (days)"), default=1)
    deadline_time = models.TimeField(_("reports are due at"), default=datetime.time(17, 0))
    late_window_days = models.PositiveSmallIntegerField(
        _("late reports accepted for (days)"), null=True, blank=True
    )
    rest_weekdays = models.CharField(
        _("weekly rest days"), max_length=13, blank=True, help_text=_("ISO weekdays, e.g. 7 for Sunday")
    )
    vaccines = models.ManyToManyField("inventory.Vaccine", blank=True, related_name="campaigns")
    archived_at = models.DateTimeField(_("archived"), null=True, blank=True, editable=False)
    keeps_stock = models.BooleanField(
        _("doses are taken from stock"),
        default=False,
        help_text=_("each dose counted leaves the store of its unit, or the nearest above"),
    )
    setup_version = models.PositiveIntegerField(default=1, editable=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = CampaignQuerySet.as_manager()

    class Meta:
        verbose_name = _("campaign")
        verbose_name_plural = _("campaigns")
        ordering = ["-starts_on", "slug"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="campaign_dates_in_order")
        ]

    def __str__(self):
        return self.name

    @property
    def name(self):
        return local_name(self)

    @property
    def note(self):
        return local_name(_Note(self.note_en, self.note_hi))


class _Note:
    def __init__(self, en, hi):
        self.name_en, self.name_hi = en, hi


class Cohort(models.Model):
    """An age or target group of a campaign. A closed one keeps its counts and takes no more."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="cohorts")
    code = models.SlugField(_("code"), max_length=40)
    name_en = models.CharField(_("name in English"), max_length=120)
    name_hi = models.CharField(_("name in Hindi"), max_length=120, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    is_open = models.BooleanField(_("still counted"), default=True)

    class Meta:
        verbose_name = _("cohort")
        verbose_name_plural = _("cohorts")
        ordering = ["position", "id"]
        constraints = [models.UniqueConstraint(fields=["campaign", "code"], name="cohort_code_unique")]

    def __str__(self):
        return self.name

    @property
    def name(self):
        return local_name(self)


class Round(models.Model):
    """A stretch of days in which work is done. A campaign without rounds works on all its days."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="rounds")
    number = models.PositiveSmallIntegerField(_("number"))
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))

    class Meta:
        verbose_name = _("round")
        verbose_name_plural = _("rounds")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["campaign", "number"], name="round_number_unique"),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="round_in_order"),
        ]


class DayOff(models.Model):
    """A day of the campaign on which no work is planned: a holiday, a routine-immunisation day."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="days_off")
    day = models.DateField(_("day"))
    name_en = models.CharField(_("name in English"), max_length=120)
    name_hi = models.CharField(_("name in Hindi"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("day off")
        verbose_name_plural = _("days off")
        ordering = ["day"]
        constraints = [models.UniqueConstraint(fields=["campaign", "day"], name="day_off_unique")]


class ReportingUnit(models.Model):
    """An area whose counts are posted. None lies under another: every figure above is a plain sum.

    Written only by ``campaigns.services.setup.set_reporting_units``, which holds the campaign's lock.
    """

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="units")
    area = models.ForeignKey(Area, models.PROTECT, related_name="reporting_for")

    class Meta:
        verbose_name = _("reporting unit")
        verbose_name_plural = _("reporting units")
        constraints = [models.UniqueConstraint(fields=["campaign", "area"], name="reporting_unit_unique")]


class UnitTotal(models.Model):
    """How many reporting units lie in an area: kept beside the units, written with them."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="unit_totals")
    area = models.ForeignKey(Area, models.PROTECT, related_name="+")
    units = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["campaign", "area"], name="unit_total_unique")]
