"""API tokens: made, shown once, withdrawn."""

import hashlib
import secrets
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from districts.audit import record
from districts.models import ApiToken, TokenScope


def digest(key):
    return hashlib.sha256(key.encode()).hexdigest()


def issue(*, user, name, days=365, scope=TokenScope.WRITE, area=None):
    """Make a token. Returns the row and the key, which is shown once and kept nowhere."""
    key = "abh_" + secrets.token_urlsafe(32)
    expires = timezone.now() + timedelta(days=days) if days else None
    token = ApiToken.objects.create(
        user=user, name=name, digest=digest(key), scope=scope, area=area, expires_at=expires
    )
    return token, key


@transaction.atomic
def make_token(*, by, user, name, days, scope, area=None):
    """As ``issue``, for somebody who asks on a page. The caller has seen that ``by`` may."""
    token, key = issue(user=user, name=name, days=days, scope=scope, area=area)
    record(
        by=by,
        action="token.issue",
        subject=_subject(token),
        area=area,
        detail={"name": name, "scope": scope, "days": days, "area": area.code if area else None},
    )
    return token, key


@transaction.atomic
def revoke_token(*, by, token):
    """Close a token at once. One that is closed stays as it is."""
    closed = ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=timezone.now())
    if closed:
        record(
            by=by,
            action="token.revoke",
            subject=_subject(token),
            area=token.area,
            detail={"name": token.name},
        )
    return bool(closed)


def _subject(token):
    return f"token {token.pk} of {token.user.get_username()}"
