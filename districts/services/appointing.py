"""Inviting people, posting them, and ending postings. Every act leaves an audit row in its transaction."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from districts import people
from districts.audit import record
from districts.errors import AppointmentRefused
from districts.models import Posting, Role, User


@transaction.atomic
def invite(*, by, email, role, area, starts_on, ends_on=None, **about):
    """Post the person with this e-mail address, and make their account if there is none.

    Returns (posting, whether the account is new). ``about`` is of a new account: first_name, last_name, phone,
    language. An account that exists keeps what it says of itself: whoever knows an address could rename its owner.
    """
    email = email.strip().lower()
    user = User.objects.filter(email__iexact=email).order_by("-is_active", "pk").first()
    is_new = user is None
    if is_new:
        _check(by, role, area)
        user = User(username=_username(email), email=email, **about)
        # Nobody can sign in before the link in the mail has been opened; a program never does.
        user.set_unusable_password()
        user.save()
        record(
            by=by,
            action="person.invite",
            subject=subject_of(user),
            area=area,
            detail={"email": email, "name": user.get_full_name()},
        )
    return post(by=by, user=user, role=role, area=area, starts_on=starts_on, ends_on=ends_on), is_new


@transaction.atomic
def post(*, by, user, role, area, starts_on, ends_on=None):
    """Give a role in an area. Raises AppointmentRefused when the person holds it there already."""
    _check(by, role, area)
    if not user.is_active:
        raise AppointmentRefused(_("This account is closed. Ask the administrator of the site to open it."))
    if ends_on and ends_on < max(starts_on, timezone.localdate()):
        raise AppointmentRefused(_("The last day lies before the first, or has gone by."))
    # The person's row first: two officers who give the same posting at once wait for each other.
    User.objects.select_for_update().get(pk=user.pk)
    held = user.postings.to_come_or_in_force().filter(role=role, area=area)
    if held.exists():
        raise AppointmentRefused(
            _("%(name)s holds this role in %(area)s already.")
            % {"name": user.get_full_name() or user.get_username(), "area": area.name}
        )
    posting = Posting.objects.create(user=user, role=role, area=area, starts_on=starts_on, ends_on=ends_on)
    record(by=by, action="posting.give", subject=subject_of(user), area=area, detail=_plain(posting))
    return posting


@transaction.atomic
def end_posting(*, by, posting):
    """Take a posting away, from this instant. One that has ended already stays as it is."""
    _check(by, posting.role, posting.area)
    before = _plain(posting)
    ended = Posting.objects.filter(pk=posting.pk, ended_at=None).update(ended_at=timezone.now())
    if ended:
        record(
            by=by,
            action="posting.end",
            subject=subject_of(posting.user),
            area=posting.area,
            detail=before,
        )
    return bool(ended)


@transaction.atomic
def correct_invitation(*, by, user, area, **values):
    """Put a name or address right before the account is first used; after that it is its owner's own.

    Were it allowed later, an officer could send the link for a new password to an address of their own.
    """
    if user.has_usable_password() or not people.may_look_after(by, user):
        raise PermissionDenied("This account is in use: only its owner changes it.")
    if "email" in values:
        values["email"] = values["email"].strip().lower()
        if User.objects.filter(email__iexact=values["email"]).exclude(pk=user.pk).exists():
            raise AppointmentRefused(_("Another account has this e-mail address."))
    changed = {name: [getattr(user, name), value] for name, value in values.items()}
    changed = {name: pair for name, pair in changed.items() if pair[0] != pair[1]}
    for name, value in values.items():
        setattr(user, name, value)
    user.save(update_fields=list(values))
    if changed:
        record(by=by, action="person.correct", subject=subject_of(user), area=area, detail=changed)


def subject_of(user):
    return f"user {user.get_username()}"


def _check(by, role, area):
    """The last door, whatever the form let through."""
    if not people.may_give(by, role, area):
        raise PermissionDenied("This role in this area is not yours to give or to take.")


def _username(email):
    """The address itself, which is what people remember; numbered if somebody has it as a name."""
    name, number = email[:140], 1
    while User.objects.filter(username__iexact=name).exists():
        number += 1
        name = f"{email[:140]}-{number}"
    return name


def _plain(posting):
    return {
        "role": str(Role(posting.role).value),
        "area": posting.area.code,
        "from": posting.starts_on.isoformat(),
        "until": posting.ends_on.isoformat() if posting.ends_on else None,
    }
