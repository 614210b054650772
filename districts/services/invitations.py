"""The mail that brings a person in. Sent after the posting is committed: a mail server that fails undoes nothing."""

import logging
import smtplib

from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django.utils.translation import gettext as _

from districts.audit import record
from districts.models import Role

log = logging.getLogger(__name__)


def send_invitation(*, posting, by):
    """Tell a person of their posting, with the link for a first password if they have none. Returns if it went."""
    user = posting.user
    link = None if user.has_usable_password() else set_password_link(user)
    with translation.override(user.language or settings.LANGUAGE_CODE):
        text = render_to_string(
            "people/invitation.txt",
            {
                "name": user.get_full_name() or user.get_username(),
                "username": user.get_username(),
                "role": Role(posting.role).label,
                "area": posting.area.name,
                "by": by.get_full_name() or by.get_username(),
                "link": link,
                "site": settings.SITE_URL,
                "posting": posting,
            },
        )
        subject = _("Abhiyan: your posting")
    return send(subject, text, user.email)


def send_again(*, posting, by):
    """As ``send_invitation``, with a trace: mails that nobody asked for must lead back to somebody."""
    record(
        by=by,
        action="person.remind",
        subject=f"user {posting.user.get_username()}",
        area=posting.area,
        detail={"email": posting.user.email},
    )
    return send_invitation(posting=posting, by=by)


def set_password_link(user):
    """Works once, and for as long as the link of a forgotten password.

    Made of SITE_URL, not of the request: a forged Host header must not choose where a key is sent.
    """
    parts = [urlsafe_base64_encode(force_bytes(user.pk)), default_token_generator.make_token(user)]
    return settings.SITE_URL.rstrip("/") + reverse("password_reset_confirm", args=parts)


def send(subject, text, address):
    try:
        return bool(address) and bool(send_mail(subject, text, None, [address]))
    except (OSError, smtplib.SMTPException) as error:
        # Neither the address nor the error's text, which names it when the server refuses it.
        log.warning("A mail was not sent: %s", type(error).__name__)
        return False
