"""What the project tells a person: in the page's head, and in the evening's e-mail."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from districts.models.areas import Area


class Notice(models.Model):
    """One thing a person should know. ``kind`` is registered in ``districts.notices``, which words it from
    ``params`` in the reader's language; ``key`` keeps the same thing from being told twice."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=40)
    key = models.CharField(max_length=120)
    area = models.ForeignKey(Area, models.PROTECT, null=True, related_name="+")
    params = models.JSONField(default=dict)
    path = models.CharField(max_length=300, blank=True, help_text=_("the page to open"))
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    mailed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("notice")
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["user", "kind", "key"], name="notice_told_once")]
        indexes = [models.Index(fields=["user", "read_at"])]


class NoticeChoice(models.Model):
    """What a person changed of how a kind of notice reaches them."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notice_choices")
    kind = models.CharField(max_length=40)
    in_app = models.BooleanField(default=True)
    by_email = models.BooleanField(default=True)

    class Meta:
        verbose_name = _("choice of notices")
        constraints = [models.UniqueConstraint(fields=["user", "kind"], name="notice_choice_unique")]
