"""Where doses can be: stores, and the ends that doses come from and go to."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from districts.models import Area
from districts.models.areas import local_name


class LocationKind(models.TextChoices):
    STORE = "store", _("Store")
    SUPPLY = "supply", _("Supply")
    ADMINISTERED = "administered", _("Administered")
    WASTED = "wasted", _("Wasted")
    IN_TRANSIT = "in_transit", _("In transit")
    UNACCOUNTED = "unaccounted", _("Unaccounted")


class Channel(models.TextChoices):
    """Where supply comes from: the ``cause`` of a supply location."""

    FREE_OF_COST = "free_of_cost", _("Free of cost from the Centre")
    STATE_PROCUREMENT = "state_procurement", _("Direct state procurement")
    PRIVATE = "private", _("Private")
    DONATION = "donation", _("Donation")


class WasteCause(models.TextChoices):
    """The ``cause`` of a wasted location. Open vial: after opening; closed vial: never opened."""

    OPEN_EXPIRED = "open_expired", _("Opened vial past its time")
    OPEN_LEFTOVER = "open_leftover", _("Doses left in an opened vial")
    OPEN_CONTAMINATED = "open_contaminated", _("Opened vial contaminated")
    CLOSED_EXPIRED = "closed_expired", _("Expired")
    CLOSED_VVM = "closed_vvm", _("VVM at its discard point")
    CLOSED_FROZEN = "closed_frozen", _("Frozen")
    CLOSED_BROKEN = "closed_broken", _("Broken")
    CLOSED_MISSING = "closed_missing", _("Missing")

    @property
    def is_open_vial(self):
        return self.value.startswith("open_")


class Location(models.Model):
    """A place in the stock ledger. Every location belongs to one area, so every sum follows the tree.

    Each area has at most one virtual end of a kind and cause; it may have several stores.
    """

    area = models.ForeignKey(Area, models.PROTECT, related_name="locations")
    kind = models.CharField(max_length=16, choices=LocationKind)
    cause = models.CharField(max_length=24, blank=True)
    code = models.CharField(_("code"), max_length=48, unique=True)
    name_en = models.CharField(_("name in English"), max_length=160, blank=True)
    name_hi = models.CharField(_("name in Hindi"), max_length=160, blank=True)
    capacity_doses = models.PositiveIntegerField(_("cold-chain capacity (doses)"), null=True, blank=True)
    closed_on = models.DateField(_("closed"), null=True, blank=True)

    class Meta:
        verbose_name = _("location")
        ordering = ["area__path", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["area", "kind", "cause"], condition=~Q(kind="store"), name="virtual_location_unique"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["supply", "wasted"]) ^ Q(cause=""), name="location_cause_where_due"
            ),
        ]

    def __str__(self):
        return self.name

    @property
    def is_store(self):
        return self.kind == LocationKind.STORE

    @property
    def name(self):
        return local_name(self) or f"{self.end_label} · {local_name(self.area)}"

    @property
    def end_label(self):
        """What a virtual end is, in words: a channel, a cause of loss, or its kind."""
        if self.kind == LocationKind.SUPPLY:
            return str(Channel(self.cause).label)
        if self.kind == LocationKind.WASTED:
            return str(WasteCause(self.cause).label)
        return str(self.get_kind_display())
