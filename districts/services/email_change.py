"""Changing one's own e-mail address: it counts once a link that was sent to it has been opened.

Nothing is kept meanwhile: the link itself says, signed, whose address is to become which. It dies with the password
and with the old address, so it works once, and no longer than the link of a forgotten password.
"""

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext_lazy

from districts.audit import record
from districts.models import User
from districts.services.invitations import send

SALT = "districts.email_change"
CONFIRM = gettext_lazy("Abhiyan: confirm your e-mail address")
NOTICE = gettext_lazy("Abhiyan: your e-mail address")


class Refused(Exception):
    """The link is old, used or another's, or the address has an account already."""


def ask(*, user, email):
    """Send the link to the new address and a notice to the old one. Returns whether the link went."""
    email = email.strip().lower()
    record(
        by=user,
        action="email.ask",
        subject=f"user {user.get_username()}",
        detail={"from": user.email, "to": email},
    )
    key = signing.dumps({"user": user.pk, "to": email, "of": _state(user)}, salt=SALT)
    # Made of SITE_URL, not of the request: a forged Host header must not choose where a key is sent.
    link = settings.SITE_URL.rstrip("/") + reverse("email-confirm", args=[key])
    went = _mail(user, email, "account/email_confirm.txt", CONFIRM, link=link)
    _mail(user, user.email, "account/email_notice.txt", NOTICE, new=email)
    return went


def address_in(key, *, user):
    """The address that the link of this user would set. Raises Refused."""
    try:
        found = signing.loads(key, salt=SALT, max_age=settings.PASSWORD_RESET_TIMEOUT)
    except signing.BadSignature as error:
        raise Refused from error
    if found["user"] != user.pk or not constant_time_compare(found["of"], _state(user)):
        raise Refused
    return found["to"]


@transaction.atomic
def confirm(*, key, user):
    """Set the address. Returns the old one; raises Refused."""
    # Held: of two links opened at once the second finds another address than the one it was made for.
    user = User.objects.select_for_update().get(pk=user.pk)
    email, old = address_in(key, user=user), user.email
    if User.objects.filter(email__iexact=email).exclude(pk=user.pk).exists():
        raise Refused
    user.email = email
    user.save(update_fields=["email"])
    subject = f"user {user.get_username()}"
    record(by=user, action="email.change", subject=subject, detail={"from": old, "to": email})
    transaction.on_commit(lambda: _mail(user, old, "account/email_notice.txt", NOTICE, new=email, done=True))
    return old


def _state(user):
    """What a link is made for: it dies when the password or the address becomes another."""
    return salted_hmac(SALT, f"{user.password}|{user.email}", algorithm="sha256").hexdigest()


def _mail(user, address, template, subject, **values):
    with translation.override(user.language or settings.LANGUAGE_CODE):
        values |= {"name": user.get_full_name() or user.get_username(), "site": settings.SITE_URL}
        text = render_to_string(template, values)
        return send(str(subject), text, address)
