"""Denominators, each with a name, a source and a year."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from campaigns.models.setup import Campaign, Cohort
from districts.models import Area
from districts.models.areas import in_language, local_name


class TargetSet(models.Model):
    """One answer to "how many people should be reached": ``coverage`` always says which it used."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="target_sets")
    code = models.SlugField(_("code"), max_length=60)
    name_en = models.CharField(_("name in English"), max_length=160)
    name_hi = models.CharField(_("name in Hindi"), max_length=160, blank=True)
    source = models.CharField(_("source"), max_length=200)
    source_hi = models.CharField(_("source in Hindi"), max_length=200, blank=True)
    year = models.PositiveSmallIntegerField(_("year"))
    is_default = models.BooleanField(_("used unless another is asked for"), default=False)

    class Meta:
        verbose_name = _("target set")
        verbose_name_plural = _("target sets")
        ordering = ["-is_default", "id"]
        constraints = [
            models.UniqueConstraint(fields=["campaign", "code"], name="target_set_code_unique"),
            models.UniqueConstraint(
                fields=["campaign"], condition=models.Q(is_default=True), name="one_default_target_set"
            ),
        ]

    def __str__(self):
        return self.name

    @property
    def name(self):
        return local_name(self)

    @property
    def shown_source(self):
        """In the language of the page; the English one where no Hindi one is known."""
        return in_language(self.source, self.source_hi)


class Target(models.Model):
    """Persons of a cohort to be reached in a reporting unit."""

    target_set = models.ForeignKey(TargetSet, models.CASCADE, related_name="targets")
    unit = models.ForeignKey(Area, models.PROTECT, related_name="+")
    cohort = models.ForeignKey(Cohort, models.CASCADE, related_name="+")
    persons = models.PositiveBigIntegerField(_("persons"))

    class Meta:
        constraints = [models.UniqueConstraint(fields=["target_set", "unit", "cohort"], name="target_unique")]


class TargetTotal(models.Model):
    """The sum of the targets of the units in an area: kept beside the targets, written with them."""

    target_set = models.ForeignKey(TargetSet, models.CASCADE, related_name="totals")
    area = models.ForeignKey(Area, models.PROTECT, related_name="+")
    cohort = models.ForeignKey(Cohort, models.CASCADE, related_name="+")
    persons = models.PositiveBigIntegerField()
    units = models.PositiveIntegerField(help_text=_("units with a target"))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["target_set", "area", "cohort"], name="target_total_unique")
        ]
