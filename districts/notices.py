"""Telling people what they should know. Each app registers its kinds of notices when it is ready.

A notice keeps what happened (``params``), not a sentence: it is worded when it is read, in the reader's
language.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils import timezone

from districts import access
from districts.models import Notice, NoticeChoice, Posting


@dataclass(frozen=True)
class Kind:
    """``label`` names the kind on the page of choices (lazy); ``word`` makes the sentence from the params.

    ``roles``: who gets it without having chosen anything; None is everybody whom it is told. Others get it once
    they have chosen it. ``right``: it is told only to who holds that right somewhere, and others are not asked
    about it.
    """

    code: str
    label: str
    word: Callable[[dict], str]
    roles: frozenset | None = None
    right: str = ""


@dataclass(frozen=True)
class Channels:
    in_app: bool
    by_email: bool

    def __bool__(self):
        return self.in_app or self.by_email


_kinds = {}


def register(kind):
    if kind.code in _kinds and _kinds[kind.code] != kind:
        raise ValueError(f"Two kinds of notices are called {kind.code}.")
    _kinds[kind.code] = kind


def kinds():
    """All kinds by code, in the order of their registration."""
    return dict(_kinds)


def worded(notice):
    return _kinds[notice.kind].word(notice.params)


def tell(*, users, kind, key, params, path, area=None):
    """Tell each user once; the same ``kind`` and ``key`` again tells nobody twice. Returns how many were told.

    Who wants neither a notice in the application nor an e-mail of this kind is not told.
    """
    if kind not in _kinds:
        raise LookupError(f"Nobody registered notices of the kind {kind}.")
    users = {user.pk for user in users}
    wanted = {user for user, channels in channels_of(users, kind).items() if channels}
    already = set(
        Notice.objects.filter(kind=kind, key=key, user__in=wanted).values_list("user_id", flat=True)
    )
    new = [
        Notice(user_id=user, kind=kind, key=key, area=area, params=params, path=path, at=timezone.now())
        for user in sorted(wanted - already)
    ]
    Notice.objects.bulk_create(new, ignore_conflicts=True)
    return len(new)


def channels_of(users, kind):
    """{user id: Channels} by which a kind reaches each of these users."""
    chosen = {
        user: Channels(in_app, by_email)
        for user, in_app, by_email in NoticeChoice.objects.filter(kind=kind, user__in=users).values_list(
            "user_id", "in_app", "by_email"
        )
    }
    default = _by_default(users, _kinds[kind])
    return {user: chosen.get(user, Channels(user in default, user in default)) for user in users}


def _by_default(users, kind):
    if kind.roles is None:
        return set(users)
    postings = Posting.objects.in_force().filter(user__in=users, role__in=kind.roles)
    return set(postings.values_list("user_id", flat=True))


def choices_of(user):
    """[(Kind, Channels)] of every kind that may reach the user, and what stands for it. Two queries."""
    chosen = {
        choice.kind: Channels(choice.in_app, choice.by_email)
        for choice in NoticeChoice.objects.filter(user=user)
    }
    roles = {posting.role for posting in access.postings_of(user)}
    return [
        (kind, chosen.get(kind.code, Channels(*[kind.roles is None or bool(kind.roles & roles)] * 2)))
        for kind in _kinds.values()
        if not kind.right or access.areas_with_right(user, kind.right)
    ]


def choose(*, by, kind, in_app, by_email):
    """What ``by`` wants of a kind."""
    if kind not in _kinds:
        raise LookupError(f"Nobody registered notices of the kind {kind}.")
    NoticeChoice.objects.update_or_create(
        user=by, kind=kind, defaults={"in_app": in_app, "by_email": by_email}
    )


def in_app(user):
    """The user's notices that they want in the application: a queryset, newest first."""
    silenced = NoticeChoice.objects.filter(user=user, in_app=False).values("kind")
    # A kind that an app no longer registers has nobody to word it.
    return Notice.objects.filter(user=user, kind__in=_kinds).exclude(kind__in=silenced)


def read(*, by, notices=None):
    """Mark some notices of ``by`` as read, or all of them."""
    unread = Notice.objects.filter(user=by, read_at=None)
    if notices is not None:
        unread = unread.filter(pk__in=notices)
    return unread.update(read_at=timezone.now())
