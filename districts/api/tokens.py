"""Bearer tokens: ``Authorization: Token <key>``."""

from datetime import UTC, timedelta

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework import authentication, exceptions
from rest_framework.settings import api_settings

from districts.access import remember_postings
from districts.addresses import address_of
from districts.api.throttles import is_too_often
from districts.models import ApiToken, Area, Posting, TokenScope, User
from districts.prepared import Prepared, instance_of
from districts.services.tokens import digest

KEYWORD = "Token"
READING = ("GET", "HEAD", "OPTIONS")


# The token, its user and the postings in force, one row for each of these: every request of a client asks it.
_FIND = Prepared(
    "token",
    "SELECT t.id, t.last_used_at, t.scope, "
    "w.id, w.code, w.level, w.path, w.name_en, w.name_hi, w.parent_id, "
    "u.id, u.username, u.is_active, u.is_staff, u.is_superuser, u.language, "
    "p.id, p.role, a.id, a.code, a.level, a.path, a.name_en, a.name_hi, a.parent_id "
    "FROM districts_apitoken t JOIN districts_user u ON u.id = t.user_id "
    "LEFT JOIN districts_area w ON w.id = t.area_id "
    "LEFT JOIN districts_posting p ON p.user_id = u.id "
    "AND p.starts_on <= %s AND (p.ends_on IS NULL OR p.ends_on >= %s) AND p.ended_at IS NULL "
    "LEFT JOIN districts_area a ON a.id = p.area_id "
    "WHERE t.digest = %s AND t.revoked_at IS NULL AND (t.expires_at IS NULL OR t.expires_at > %s) "
    "AND u.is_active ORDER BY p.id",
)
_USER = ("id", "username", "is_active", "is_staff", "is_superuser", "language")
_AREA = ("id", "code", "level", "path", "name_en", "name_hi", "parent_id")


class TokenAuthentication(authentication.BaseAuthentication):
    """Who brings a token is its user, as far as the token's scope and area reach and no further."""

    keyword = KEYWORD

    def authenticate(self, request):
        scheme, _space, key = request.headers.get("Authorization", "").partition(" ")
        if scheme != self.keyword:
            return None
        now, today = timezone.now(), timezone.localdate().isoformat()
        rows = _FIND.rows([today, today, digest(key.strip()), _as_kept(now)])
        if not rows:
            # Before the throttle of the view, which counts by account: a guess has none.
            wait = is_too_often(api_settings.DEFAULT_THROTTLE_RATES["anon"], f"token:{address_of(request)}")
            if wait:
                raise exceptions.Throttled(wait)
            raise exceptions.AuthenticationFailed(_("This token is unknown, expired or revoked."))
        token_id, last_used_at, scope = rows[0][:3]
        if scope == TokenScope.READ and request.method not in READING:
            raise exceptions.PermissionDenied(_("This token may read and not write."))
        within = instance_of(Area, _AREA, rows[0][3:10]) if rows[0][3] is not None else None
        user = instance_of(User, _USER, rows[0][10:16])
        postings = [_posting(user, row[16:]) for row in rows if row[16] is not None]
        remember_postings(user, postings, within=within)
        # Once a minute is enough to show "last used"; once a request would double the writes of a client.
        if last_used_at is None or now - _aware(last_used_at) > timedelta(minutes=1):
            ApiToken.objects.filter(pk=token_id).update(last_used_at=now)
        return user, token_id

    def authenticate_header(self, request):
        return self.keyword


def brings_a_token(request):
    """Whether the request is its token's, and not that of the session whose cookie may come along."""
    return request.headers.get("Authorization", "").partition(" ")[0] == KEYWORD


def _posting(user, values):
    pk, role, *area = values
    return Posting(pk=pk, user=user, role=role, area=instance_of(Area, _AREA, area))


def _as_kept(moment):
    return connection.ops.adapt_datetimefield_value(moment)


def _aware(moment):
    """SQLite keeps UTC without saying so."""
    return moment if timezone.is_aware(moment) else moment.replace(tzinfo=UTC)
