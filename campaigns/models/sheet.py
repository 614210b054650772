"""The tally sheet: items, and the cells that they make with cohorts, vaccines and sex."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from campaigns.models.setup import Campaign, Cohort
from districts.models.areas import local_name


class ItemKind(models.TextChoices):
    DOSE = "dose", _("Doses")
    PERSON = "person", _("Persons")
    # Found, not reached: no target says how many there should be, and no dose was given to them.
    LISTED = "listed", _("Persons listed")
    HOUSEHOLD = "household", _("Households")
    SITE = "site", _("Sites")
    SESSION = "session", _("Sessions")


class Sex(models.TextChoices):
    FEMALE = "F", _("Female")
    MALE = "M", _("Male")
    OTHER = "O", _("Other")


class Item(models.Model):
    """Something that is counted each day.

    ``accumulates``: whether the counts of days may be added (doses) or stand each for its day (sites open).
    ``cohorts``: the groups it is counted for and measured against; none means all of the campaign's.
    """

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="items")
    code = models.SlugField(_("code"), max_length=40)
    name_en = models.CharField(_("name in English"), max_length=120)
    name_hi = models.CharField(_("name in Hindi"), max_length=120, blank=True)
    kind = models.CharField(_("kind"), max_length=12, choices=ItemKind, default=ItemKind.DOSE)
    antigen = models.CharField(_("antigen"), max_length=40, blank=True)
    dose_number = models.PositiveSmallIntegerField(_("dose number"), null=True, blank=True)
    minimum_interval_days = models.PositiveSmallIntegerField(
        _("days since the dose before, at least"), null=True, blank=True
    )
    accumulates = models.BooleanField(_("adds up over days"), default=True)
    by_cohort = models.BooleanField(_("counted by cohort"), default=True)
    by_vaccine = models.BooleanField(_("counted by vaccine"), default=False)
    by_sex = models.BooleanField(_("counted by sex"), default=False)
    cohorts = models.ManyToManyField(Cohort, blank=True, related_name="items")
    position = models.PositiveSmallIntegerField(default=0)
    is_open = models.BooleanField(_("still counted"), default=True)

    class Meta:
        verbose_name = _("item")
        verbose_name_plural = _("items")
        ordering = ["position", "id"]
        constraints = [models.UniqueConstraint(fields=["campaign", "code"], name="item_code_unique")]

    def __str__(self):
        return self.name

    @property
    def name(self):
        return local_name(self)


class SheetCell(models.Model):
    """One cell of the tally sheet: an item for a cohort, vaccine and sex, as far as the sheet asks for them.

    The ledger names a cell by one small id instead of four columns of which three may be empty: no unique
    key ever spans a NULL, and a ledger row stays narrow. ``key`` is ``item|cohort|vaccine|sex``.
    Each item also has one *total* cell (key ``item|*``), never counted into, where the fold keeps the
    item's sum over its cells: the narrow summary that dashboards read.
    """

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="cells")
    item = models.ForeignKey(Item, models.PROTECT, related_name="cells")
    cohort = models.ForeignKey(Cohort, models.PROTECT, null=True, related_name="+")
    vaccine = models.ForeignKey("inventory.Vaccine", models.PROTECT, null=True, related_name="+")
    sex = models.CharField(max_length=1, choices=Sex, blank=True)
    key = models.CharField(max_length=140)
    total = models.ForeignKey("self", models.PROTECT, null=True, related_name="parts")
    is_open = models.BooleanField(default=True, help_text=_("may still be counted into"))

    class Meta:
        verbose_name = _("cell of a tally sheet")
        verbose_name_plural = _("cells of tally sheets")
        constraints = [models.UniqueConstraint(fields=["campaign", "key"], name="sheet_cell_key_unique")]

    def __str__(self):
        return self.key

    @property
    def is_total(self):
        return self.total_id is None


def cell_key(item, cohort="", vaccine="", sex=""):
    return "|".join((item, cohort, vaccine, sex))


def total_key(item):
    return f"{item}|*"
