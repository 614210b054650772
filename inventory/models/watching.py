"""What is observed, wished and declared about stock, apart from the ledger that moves it."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from districts.models import Area
from inventory.models.movements import Dispatch, Earmark
from inventory.models.places import Location
from inventory.models.products import Batch, Vaccine


class VialMonitorReading(models.Model):
    """The stage of the vaccine vial monitors of a batch in a store, as seen on a day. 3 is the discard point."""

    location = models.ForeignKey(Location, models.PROTECT, related_name="vvm_readings")
    batch = models.ForeignKey(Batch, models.PROTECT, related_name="vvm_readings")
    stage = models.PositiveSmallIntegerField(_("VVM stage"))
    observed_on = models.DateField(_("observed"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField(auto_now_add=True)
    idempotency_key = models.CharField(max_length=128, blank=True)

    class Meta:
        verbose_name = _("VVM reading")
        ordering = ["-observed_on", "-id"]
        indexes = [models.Index(fields=["location", "batch", "-observed_on"])]
        constraints = [
            models.CheckConstraint(condition=Q(stage__gte=1, stage__lte=4), name="vvm_stage_1_to_4"),
            models.UniqueConstraint(
                fields=["idempotency_key"], condition=~Q(idempotency_key=""), name="vvm_reading_key_unique"
            ),
        ]


class NamedBatch(models.Model):
    """A batch that a clerk says was given at a unit on a day; it goes before what expires first."""

    area = models.ForeignKey(Area, models.PROTECT, related_name="+")
    vaccine = models.ForeignKey(Vaccine, models.PROTECT, related_name="+")
    happened_on = models.DateField(_("day"))
    batch = models.ForeignKey(Batch, models.PROTECT, related_name="+")
    doses = models.PositiveIntegerField(
        _("doses"), null=True, help_text=_("empty: all that no other batch is named for")
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("batch named by a clerk")
        verbose_name_plural = _("batches named by clerks")
        constraints = [
            models.UniqueConstraint(
                fields=["area", "vaccine", "happened_on", "batch"], name="named_batch_unique"
            ),
            models.UniqueConstraint(
                fields=["area", "vaccine", "happened_on"],
                condition=Q(doses=None),
                name="named_batch_one_for_the_rest",
            ),
            models.CheckConstraint(
                condition=Q(doses__isnull=True) | Q(doses__gt=0), name="named_batch_of_some_doses"
            ),
        ]


class PhysicalCount(models.Model):
    """That a batch in a store was counted on a day, also when the book was right and nothing moved."""

    location = models.ForeignKey(Location, models.PROTECT, related_name="counts")
    batch = models.ForeignKey(Batch, models.PROTECT, related_name="+")
    earmark = models.CharField(max_length=8, choices=Earmark, default=Earmark.CAMPAIGN)
    book = models.PositiveIntegerField(_("in the book (doses)"))
    doses = models.PositiveIntegerField(_("counted (doses)"))
    counted_on = models.DateField(_("counted"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField(auto_now_add=True)
    idempotency_key = models.CharField(max_length=128, blank=True)

    class Meta:
        verbose_name = _("physical count")
        ordering = ["-counted_on", "-id"]
        indexes = [models.Index(fields=["location", "-counted_on"])]
        constraints = [
            models.UniqueConstraint(
                fields=["idempotency_key"], condition=~Q(idempotency_key=""), name="physical_count_key_unique"
            )
        ]


class StockLevel(models.Model):
    """The least and the most of a vaccine that a store should hold."""

    location = models.ForeignKey(Location, models.CASCADE, related_name="levels")
    vaccine = models.ForeignKey(Vaccine, models.PROTECT, related_name="+")
    minimum = models.PositiveIntegerField(_("minimum (doses)"))
    maximum = models.PositiveIntegerField(_("maximum (doses)"))

    class Meta:
        verbose_name = _("stock level")
        constraints = [
            models.UniqueConstraint(fields=["location", "vaccine"], name="stock_level_unique"),
            models.CheckConstraint(condition=Q(maximum__gte=F("minimum")), name="stock_level_in_order"),
        ]


class RequisitionState(models.TextChoices):
    OPEN = "open", _("Open")
    PART_FILLED = "part_filled", _("Filled in part")
    FILLED = "filled", _("Filled")
    CLOSED = "closed", _("Closed unfilled")


class Requisition(models.Model):
    """A store asks another for doses of a vaccine; the other fills it by dispatches, in part or whole."""

    from_store = models.ForeignKey(Location, models.PROTECT, related_name="requisitions_received")
    to_store = models.ForeignKey(Location, models.PROTECT, related_name="requisitions_made")
    vaccine = models.ForeignKey(Vaccine, models.PROTECT, related_name="+")
    doses = models.PositiveIntegerField(_("doses asked for"))
    wanted_by = models.DateField(_("needed by"))
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    state = models.CharField(max_length=12, choices=RequisitionState, default=RequisitionState.OPEN)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField(auto_now_add=True)
    closed_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = _("requisition")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(from_store=F("to_store")), name="requisition_of_another_store"
            ),
            models.CheckConstraint(condition=Q(doses__gt=0), name="requisition_of_some_doses"),
        ]


class RequisitionFilling(models.Model):
    """Which dispatch filled how much of which requisition."""

    requisition = models.ForeignKey(Requisition, models.PROTECT, related_name="fillings")
    dispatch = models.ForeignKey(Dispatch, models.PROTECT, related_name="fillings")
    doses = models.PositiveIntegerField()


class DeclaredFigure(models.Model):
    """A figure that somebody published: it stands beside the ledger's own and is never part of it."""

    area = models.ForeignKey(Area, models.PROTECT, related_name="declared_figures")
    as_of = models.DateField(_("as of"))
    measure = models.CharField(
        _("measure"),
        max_length=32,
        choices=[
            ("supplied", _("Supplied")),
            ("consumption", _("Consumption including wastage")),
            ("administered", _("Administered")),
            ("balance", _("Balance")),
            ("wasted", _("Wasted (doses)")),
            ("wastage_per_myriad", _("Wastage (hundredths of a per cent)")),
        ],
    )
    channel = models.CharField(max_length=24, blank=True)
    scope = models.CharField(max_length=24, blank=True)
    value = models.BigIntegerField(_("value"), help_text=_("may be negative, as published"))
    source = models.CharField(_("source"), max_length=200)

    class Meta:
        verbose_name = _("declared figure")
        ordering = ["-as_of", "area__path", "measure"]
        constraints = [
            models.UniqueConstraint(
                fields=["area", "as_of", "measure", "channel", "scope", "source"],
                name="declared_figure_unique",
            )
        ]
