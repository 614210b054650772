"""The evening's e-mail: all that a person has not been told by mail yet, in their language, once a day."""

import datetime
import logging
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import ngettext

from districts.models import Notice, User
from districts.notices import choices_of, worded

log = logging.getLogger(__name__)

# Older notices are history by now; a mail of last month's silence helps nobody.
AT_MOST_OLD = datetime.timedelta(days=2)
MOST = 100


def mail_everybody(*, now=None):
    """Send each person their mail of the day. Returns how many were sent. Safe to run again and at once."""
    now = now or timezone.now()
    waiting = Notice.objects.filter(mailed_at=None, at__gte=now - AT_MOST_OLD, user__is_active=True)
    people = waiting.exclude(user__email="").values_list("user_id", flat=True).distinct().order_by("user_id")
    sent = 0
    for person in people:
        try:
            sent += mail(person, now=now)
        except (OSError, SMTPException) as error:
            # One address that fails must not cost the others their mail; the next run tries it again.
            # Not the error's text: a refusal names the address.
            log.warning("No mail could be sent to user %s: %s", person, type(error).__name__)
    return sent


def mail(user_id, *, now):
    """Send one person's mail, unless they had one today. Returns 1 or 0.

    The person's row is held while the mail goes out: of two runs at once, the second finds it sent. Should the
    mail fail, nothing is marked.
    """
    with transaction.atomic():
        user = User.objects.select_for_update().get(pk=user_id)
        midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
        if Notice.objects.filter(user=user, mailed_at__gte=midnight).exists():
            return 0
        wanted = [kind.code for kind, channels in choices_of(user) if channels.by_email]
        notices = list(
            Notice.objects.filter(
                user=user, mailed_at=None, at__gte=now - AT_MOST_OLD, kind__in=wanted
            ).order_by("pk")[:MOST]
        )
        if not notices:
            return 0
        Notice.objects.filter(pk__in=[notice.pk for notice in notices]).update(mailed_at=now)
        with translation.override(user.language or settings.LANGUAGE_CODE):
            message = _message(user, notices)
        message.send()
    return 1


def _message(user, notices):
    number = len(notices)
    subject = ngettext("Abhiyan: %(number)d notice", "Abhiyan: %(number)d notices", number)
    lines = [(worded(notice), settings.SITE_URL.rstrip("/") + notice.path) for notice in notices]
    body = render_to_string(
        "districts/notice_mail.txt",
        {"user": user, "lines": lines, "site": settings.SITE_URL.rstrip("/")},
    )
    return EmailMessage(subject % {"number": number}, body, to=[user.email])
