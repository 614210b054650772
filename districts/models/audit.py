from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class AuditEvent(models.Model):
    """Who did what, when, to which thing. Written in the transaction of the act itself."""

    at = models.DateTimeField(auto_now_add=True, db_index=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    action = models.CharField(max_length=60)
    subject = models.CharField(max_length=120, help_text=_("kind and public code of the thing"))
    area = models.ForeignKey("districts.Area", models.PROTECT, null=True, related_name="+")
    detail = models.JSONField(default=dict)
    address = models.GenericIPAddressField(null=True, help_text=_("where from"))

    class Meta:
        verbose_name = _("audit event")
        ordering = ["-id"]
        indexes = [models.Index(fields=["by", "-at"]), models.Index(fields=["subject", "-at"])]
