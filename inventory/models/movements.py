"""The stock ledger: doses of a batch move from one location to another. Rows are added, never changed."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from inventory.models.places import Location
from inventory.models.products import Batch


class Earmark(models.TextChoices):
    CAMPAIGN = "campaign", _("Campaign")
    ROUTINE = "routine", _("Routine")


class Dispatch(models.Model):
    """A consignment from one store to another. What is on the way is the ledger's, not this row's."""

    number = models.CharField(_("voucher number"), max_length=40, unique=True)
    from_store = models.ForeignKey(Location, models.PROTECT, related_name="dispatches_out")
    to_store = models.ForeignKey(Location, models.PROTECT, related_name="dispatches_in")
    sent_on = models.DateField(_("sent"))
    note = models.CharField(_("note"), max_length=300, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("dispatch")
        verbose_name_plural = _("dispatches")
        ordering = ["-sent_on", "-id"]
        constraints = [
            models.CheckConstraint(condition=~Q(from_store=F("to_store")), name="dispatch_between_two_stores")
        ]

    def __str__(self):
        return self.number


class Operation(models.TextChoices):
    """What was done; the name of the ledger's function."""

    RECEIVE = "receive", _("Supply received")
    DISPATCH = "dispatch", _("Dispatched")
    ACCEPT = "accept", _("Consignment accepted")
    WASTE = "waste", _("Wasted")
    COUNT = "count", _("Physical count")
    ADMINISTER = "administer", _("Administered")
    EARMARK = "earmark", _("Moved between earmarks")
    REVERSE = "reverse", _("Reversed")


class StockJournal(models.Model):
    """One operation on the stock: everything it moved, who did it, when and why."""

    operation = models.CharField(max_length=12, choices=Operation)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField(db_index=True)
    document = models.CharField(_("document number"), max_length=60, blank=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    dispatch = models.ForeignKey(Dispatch, models.PROTECT, null=True, related_name="journals")
    idempotency_key = models.CharField(max_length=128, blank=True)
    request_digest = models.CharField(max_length=64, blank=True)

    class Meta:
        verbose_name = _("stock journal")
        constraints = [
            models.UniqueConstraint(
                fields=["idempotency_key"], condition=~Q(idempotency_key=""), name="stock_journal_key_unique"
            )
        ]


class StockMovement(models.Model):
    """``doses`` of a batch from one location (and earmark) to another, on a day.

    The doses of a batch sum to zero over all locations, always: every movement takes what it gives.
    """

    journal = models.ForeignKey(StockJournal, models.PROTECT, related_name="movements")
    batch = models.ForeignKey(Batch, models.PROTECT, related_name="movements")
    source = models.ForeignKey(Location, models.PROTECT, related_name="movements_out")
    destination = models.ForeignKey(Location, models.PROTECT, related_name="movements_in")
    source_earmark = models.CharField(max_length=8, choices=Earmark, default=Earmark.CAMPAIGN)
    destination_earmark = models.CharField(max_length=8, choices=Earmark, default=Earmark.CAMPAIGN)
    doses = models.PositiveIntegerField()
    happened_on = models.DateField()
    recorded_at = models.DateTimeField(db_index=True)
    reversal_of = models.OneToOneField("self", models.PROTECT, null=True, related_name="reversed_by")

    class Meta:
        verbose_name = _("stock movement")
        indexes = [
            models.Index(fields=["source", "happened_on"]),
            models.Index(fields=["destination", "happened_on"]),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(doses__gt=0), name="movement_of_some_doses"),
            models.CheckConstraint(
                condition=~Q(source=F("destination")) | ~Q(source_earmark=F("destination_earmark")),
                name="movement_goes_somewhere",
            ),
        ]


class StockPosition(models.Model):
    """The kept balance of a batch at a location. A store's can never go below zero: the database refuses.

    Written only by ``inventory.ledger``; a scheduled task compares it with the sum of the movements.
    """

    location = models.ForeignKey(Location, models.PROTECT, related_name="positions")
    batch = models.ForeignKey(Batch, models.PROTECT, related_name="positions")
    earmark = models.CharField(max_length=8, choices=Earmark, default=Earmark.CAMPAIGN)
    is_store = models.BooleanField()
    doses = models.BigIntegerField(default=0)

    class Meta:
        verbose_name = _("stock position")
        constraints = [
            models.UniqueConstraint(fields=["location", "batch", "earmark"], name="position_unique"),
            models.CheckConstraint(
                condition=Q(is_store=False) | Q(doses__gte=0), name="store_never_below_zero"
            ),
        ]
