"""Users, their postings (who may act where, from when until when) and the tokens of API clients."""

import datetime

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from districts.models.areas import Area


class User(AbstractUser):
    phone = models.CharField(_("phone"), max_length=20, blank=True)
    language = models.CharField(_("language"), max_length=8, blank=True)


class Role(models.TextChoices):
    NATIONAL_OFFICER = "national_officer", _("National officer")
    STATE_OFFICER = "state_officer", _("State officer")
    DISTRICT_OFFICER = "district_officer", _("District officer")
    BLOCK_CLERK = "block_clerk", _("Block clerk")
    STOCK_KEEPER = "stock_keeper", _("Stock keeper")
    AUDITOR = "auditor", _("Auditor")
    API_CLIENT = "api_client", _("API client")


class PostingQuerySet(models.QuerySet):
    def in_force(self, on=None):
        """Postings that count on a day. One that was ended counts no more, from that instant and not from
        the next midnight; asked for a day gone by, it still counts until the day on which it was ended."""
        today = timezone.localdate()
        day = on or today
        rows = self.filter(Q(starts_on__lte=day), Q(ends_on__isnull=True) | Q(ends_on__gte=day))
        if day >= today:
            return rows.filter(ended_at__isnull=True)
        morning = timezone.make_aware(datetime.datetime.combine(day, datetime.time.min))
        return rows.filter(Q(ended_at__isnull=True) | Q(ended_at__gte=morning))

    def to_come_or_in_force(self):
        """Those that give a right today or will."""
        today = timezone.localdate()
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=today), ended_at__isnull=True)


class Posting(models.Model):
    """A user holds a role in an area and everything below it, from one day to another (inclusive).

    ``ended_at`` is the instant at which an officer ended it before its day. It is kept apart from ``ends_on``,
    which is a whole day: who is dismissed at noon may do nothing in the afternoon.
    """

    user = models.ForeignKey(User, models.PROTECT, related_name="postings")
    area = models.ForeignKey(Area, models.PROTECT, related_name="postings")
    role = models.CharField(_("role"), max_length=24, choices=Role)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    objects = PostingQuerySet.as_manager()

    class Meta:
        verbose_name = _("posting")
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")), name="posting_in_order"
            )
        ]

    def __str__(self):
        return f"{self.user_id} {self.role} {self.area_id}"


class TokenScope(models.TextChoices):
    READ = "read", _("Read")
    WRITE = "write", _("Read and write")


class ApiToken(models.Model):
    """A named key of an API client. Only its SHA-256 is kept; the key itself is shown once.

    It never allows more than its user's postings do; ``scope`` and ``area`` narrow that further.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="api_tokens")
    name = models.CharField(_("name"), max_length=80)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    scope = models.CharField(_("scope"), max_length=8, choices=TokenScope, default=TokenScope.WRITE)
    area = models.ForeignKey(Area, models.PROTECT, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)
    last_used_at = models.DateTimeField(_("last used"), null=True, blank=True)

    class Meta:
        verbose_name = _("API token")

    def __str__(self):
        return self.name


class SignIn(models.Model):
    """A session of a user, so that they can see where they are signed in and end it from elsewhere."""

    user = models.ForeignKey(User, models.CASCADE, related_name="sign_ins")
    session_key = models.CharField(max_length=40, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
    seen_at = models.DateTimeField()
    address = models.GenericIPAddressField(null=True)
    agent = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name = _("session")
        ordering = ["-seen_at"]
