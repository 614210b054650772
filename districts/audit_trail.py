"""Reading the audit trail: what a person may see of it, and what they look for in it."""

import datetime

from django.db.models import Q
from django.utils import timezone

from districts import access
from districts.models import AuditEvent, Level


def events_visible_to(user):
    """Acts on records in one's areas, and one's own acts wherever. What concerns no area (the reference data of
    the whole country, accounts) is for who sees the whole country."""
    events = AuditEvent.objects.select_related("by", "area")
    if not user.is_authenticated:
        return events.none()
    if user.is_superuser:
        return events
    condition = Q(by=user)
    for area in access.areas_with_right(user, "see"):
        condition |= Q(area__path__gte=area.path, area__path__lte=area.path_end)
        if area.level == Level.NATION:
            condition |= Q(area=None)
    return events.filter(condition)


def sees_address_of(user, event):
    """Where an act came from is told to who did it, and to officers and auditors of the place."""
    if user.is_superuser or event.by_id == user.pk:
        return True
    tops = access.areas_with_right(user, "audit")
    if event.area is None:
        return any(top.level == Level.NATION for top in tops)
    return any(top.contains(event.area) for top in tops)


def narrowed(events, *, person="", actions=(), area=None, first=None, last=None):
    """Events that meet every condition given; the days are days in India, both included. An action that ends in
    a dot stands for all that begin so."""
    for word in person.split():
        events = events.filter(
            Q(by__first_name__icontains=word)
            | Q(by__last_name__icontains=word)
            | Q(by__username__icontains=word)
            | Q(subject__icontains=word)
        )
    if actions:
        condition = Q(pk__in=[])
        for action in actions:
            condition |= Q(action__startswith=action) if action.endswith(".") else Q(action=action)
        events = events.filter(condition)
    if area is not None:
        events = events.filter(area__path__gte=area.path, area__path__lte=area.path_end)
    if first:
        events = events.filter(at__gte=_midnight(first))
    if last:
        events = events.filter(at__lt=_midnight(last + datetime.timedelta(days=1)))
    return events


def _midnight(day):
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time.min))
