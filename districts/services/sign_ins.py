"""Where a person is signed in, and ending that from elsewhere."""

import time
from datetime import timedelta
from importlib import import_module

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from districts.addresses import address_of
from districts.audit import record
from districts.models import SignIn

SECONDS_BETWEEN_NOTES = 300
_MOST_REMEMBERED = 20_000
_noted = {}  # session key → when this process last wrote that it was seen


def sessions():
    return import_module(settings.SESSION_ENGINE).SessionStore


def note_sign_in(request, user):
    """A session began. Those of the person that have run out are forgotten on the occasion."""
    if request.session.session_key is None:
        request.session.create()
    key = request.session.session_key
    now = timezone.now()
    running_out = now - timedelta(seconds=settings.SESSION_COOKIE_AGE)
    SignIn.objects.filter(user=user, seen_at__lt=running_out).delete()
    SignIn.objects.update_or_create(
        session_key=key,
        defaults={
            "user": user,
            "seen_at": now,
            "address": address_of(request),
            "agent": request.META.get("HTTP_USER_AGENT", "")[:200],
        },
    )
    _remember(key)


def note_use(request):
    """Write that the session is in use: every five minutes at most, for a page must not cost a write."""
    key = request.session.session_key
    if key and time.monotonic() - _noted.get(key, float("-inf")) >= SECONDS_BETWEEN_NOTES:
        SignIn.objects.filter(session_key=key).update(seen_at=timezone.now(), address=address_of(request))
        _remember(key)


def _remember(key):
    if len(_noted) >= _MOST_REMEMBERED:
        _noted.clear()
    _noted[key] = time.monotonic()


def change_key(request):
    """Give the session a new key, as after every step that gives it more rights, and keep its row."""
    old = request.session.session_key
    request.session.cycle_key()
    follow(request, old)


def follow(request, old_key):
    SignIn.objects.filter(session_key=old_key).update(session_key=request.session.session_key)
    _remember(request.session.session_key)


def running(user):
    """The person's sessions that still open a page, the last seen first."""
    since = timezone.now() - timedelta(seconds=settings.SESSION_COOKIE_AGE)
    return SignIn.objects.filter(user=user, seen_at__gte=since)


@transaction.atomic
def end_session(*, by, sign_in):
    _end([sign_in])
    record(
        by=by,
        action="session.end",
        subject=f"user {sign_in.user.get_username()}",
        detail={"device": sign_in.agent},
    )


@transaction.atomic
def end_sessions(*, by, user, but=None):
    """End all sessions of a person, but the one with this key. Returns how many there were."""
    ended = list(SignIn.objects.filter(user=user).exclude(session_key=but or ""))
    _end(ended)
    if ended:
        record(
            by=by,
            action="session.end_all",
            subject=f"user {user.get_username()}",
            detail={"sessions": len(ended)},
        )
    return len(ended)


def _end(sign_ins):
    for one in sign_ins:
        sessions()(one.session_key).delete()
    SignIn.objects.filter(pk__in=[one.pk for one in sign_ins]).delete()
