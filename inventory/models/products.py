"""What is in the vial: vaccine products and their batches."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from districts.models.areas import local_name

# The number of the batch of doses that nobody can trace.
UNKNOWN_BATCH = "?"


class OpenVialPolicy(models.TextChoices):
    """WHO multi-dose vial policy: what becomes of an opened vial."""

    KEEP_28_DAYS = "keep_28_days", _("may be kept for 28 days")
    END_OF_SESSION = "end_of_session", _("discard at the end of the session or after hours")


class Vaccine(models.Model):
    """A product: what is in the vial, who makes it, how many doses it holds."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name_en = models.CharField(_("name in English"), max_length=120)
    name_hi = models.CharField(_("name in Hindi"), max_length=120, blank=True)
    antigen = models.CharField(_("antigen"), max_length=40)
    manufacturer = models.CharField(_("manufacturer"), max_length=120, blank=True)
    doses_per_vial = models.PositiveSmallIntegerField(_("doses per vial"), default=10)
    open_vial = models.CharField(
        _("opened vial"), max_length=16, choices=OpenVialPolicy, default=OpenVialPolicy.END_OF_SESSION
    )
    wastage_limit_percent = models.PositiveSmallIntegerField(
        _("indicative maximum wastage (%)"),
        null=True,
        blank=True,
        help_text=_("WHO's indicative rate for the presentation"),
    )

    class Meta:
        verbose_name = _("vaccine")
        verbose_name_plural = _("vaccines")
        ordering = ["code"]

    def __str__(self):
        return self.name

    @property
    def name(self):
        return local_name(self)


class Batch(models.Model):
    """A batch of one product and manufacturer. Usable up to and including ``expires_on``."""

    vaccine = models.ForeignKey(Vaccine, models.PROTECT, related_name="batches")
    number = models.CharField(_("batch number"), max_length=40)
    manufacturer = models.CharField(_("manufacturer"), max_length=120)
    expires_on = models.DateField(_("expires"))

    class Meta:
        verbose_name = _("batch")
        verbose_name_plural = _("batches")
        ordering = ["expires_on", "number"]
        constraints = [
            models.UniqueConstraint(fields=["vaccine", "manufacturer", "number"], name="batch_unique")
        ]

    def __str__(self):
        return self.number
