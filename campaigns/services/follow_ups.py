"""Looking after a finding: who does, what is said, and why it is settled."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from campaigns import notices
from campaigns.errors import Problem, ReviewRefused
from campaigns.models import FollowUp, FollowUpComment
from campaigns.selectors.quality import KINDS, RESOLVED, rule_of
from districts import access
from districts.audit import record
from districts.models import Role


def may_look_after(user, unit):
    return access.has_right(user, "review", unit)


def may_comment(user, follow_up):
    """Officers, and whoever is asked to look after it, as long as they may see the unit."""
    if may_look_after(user, follow_up.unit):
        return True
    return follow_up.assignee_id == user.pk and access.has_right(user, "see", follow_up.unit)


def open_(*, campaign, unit, day, kind, by):
    """Flag a finding. Flagging it again finds the one that is there; one that was resolved is opened again."""
    if kind not in KINDS or kind == RESOLVED:
        raise _refused("kind", "unknown_kind", _("There is no such kind of finding."))
    if not may_look_after(by, unit):
        raise _refused("unit", "may_not_review", _("Your posting does not allow this here."))
    if not campaign.starts_on <= day <= campaign.ends_on or not campaign.units.filter(area=unit).exists():
        raise _refused("day", "no_such_day", _("There is nothing to follow up there."))
    with transaction.atomic():
        follow_up, is_new = FollowUp.objects.get_or_create(
            campaign=campaign,
            unit=unit,
            happened_on=day,
            rule=rule_of(kind),
            defaults={"opened_by": by, "opened_at": timezone.now(), "assignee": by},
        )
        if is_new:
            _record(follow_up, by, "open")
        elif follow_up.resolved_at:
            _again(follow_up, by)
    return follow_up


def assign(*, follow_up, to, by):
    """Ask somebody to look after it; they are told."""
    _require(follow_up, by)
    if to not in people_for(follow_up):
        raise _refused("assignee", "not_posted_here", _("This person is not posted there."))
    with transaction.atomic():
        follow_up.assignee = to
        follow_up.save(update_fields=["assignee"])
        _record(follow_up, by, "assign", to=to.get_username())
        if to != by:
            key = f"{follow_up.pk}-{timezone.now().isoformat()}"
            notices.tell_of_follow_up(follow_up=follow_up, users=[to], kind=notices.ASSIGNED, key=key, by=by)


def comment(*, follow_up, by, text):
    """Say something; who looks after it and who opened it are told."""
    if not may_comment(by, follow_up):
        raise _refused("text", "may_not_comment", _("Your posting does not allow this here."))
    text = text.strip()[:1000]
    if not text:
        raise _refused("text", "required", _("Write a few words."))
    with transaction.atomic():
        said = FollowUpComment.objects.create(follow_up=follow_up, by=by, at=timezone.now(), text=text)
        concerned = {follow_up.assignee, follow_up.opened_by} - {by, None}
        notices.tell_of_follow_up(
            follow_up=follow_up,
            users=concerned,
            kind=notices.COMMENTED,
            key=f"comment-{said.pk}",
            by=by,
            text=text,
        )
    return said


def resolve(*, follow_up, by, reason):
    """Settle it: the finding is no longer counted, and the reason stays."""
    _require(follow_up, by)
    if not reason.strip():
        raise _refused("reason", "required", _("Say in a few words why it is settled."))
    with transaction.atomic():
        follow_up.resolved_by, follow_up.resolved_at = by, timezone.now()
        follow_up.resolution = reason.strip()[:500]
        follow_up.save(update_fields=["resolved_by", "resolved_at", "resolution"])
        _record(follow_up, by, "resolve", reason=follow_up.resolution)


def reopen(*, follow_up, by):
    """Undo the settling; its reason stays in the audit trail."""
    _require(follow_up, by)
    with transaction.atomic():
        _again(follow_up, by)


def people_for(follow_up):
    """Who may be asked: clerks and officers whose posting covers the unit."""
    roles = [Role.BLOCK_CLERK, *access.OFFICERS]
    return notices.posted_above(follow_up.unit, roles).order_by("first_name", "username")


def _again(follow_up, by):
    follow_up.resolved_by, follow_up.resolved_at, follow_up.resolution = None, None, ""
    follow_up.save(update_fields=["resolved_by", "resolved_at", "resolution"])
    _record(follow_up, by, "reopen")


def _require(follow_up, by):
    if not may_look_after(by, follow_up.unit):
        raise _refused("unit", "may_not_review", _("Your posting does not allow this here."))


def _refused(field, code, message):
    return ReviewRefused([Problem(field, code, message)])


def _record(follow_up, by, act, **detail):
    record(
        by=by,
        action=f"follow_up.{act}",
        subject=f"campaign {follow_up.campaign.slug}",
        area=follow_up.unit,
        detail={"day": follow_up.happened_on.isoformat(), "rule": follow_up.rule, **detail},
    )
