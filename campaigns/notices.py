"""The kinds of notices of campaigns, and whom they are told."""

import datetime

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from districts import notices
from districts.models import Posting, Role, User
from districts.models.areas import SEGMENT
from districts.templatetags.indian import short_day

RETURNED, ASSIGNED, COMMENTED = "day_returned", "follow_up_assigned", "follow_up_comment"
SILENT, STILL_RETURNED, WARNINGS = "digest_silent", "digest_returned", "digest_warnings"
OF_THE_EVENING = (SILENT, STILL_RETURNED, WARNINGS)


def named(area):
    """The names of an area for the params of a notice."""
    return {"area_en": area.name_en, "area_hi": area.name_hi}


def _names(params):
    hindi = (get_language() or "").startswith("hi") and params.get("area_hi")
    names = {"area": hindi or params["area_en"]}
    if "day" in params:
        names["day"] = short_day(datetime.date.fromisoformat(params["day"]))
    return names


def _returned(params):
    return _("%(area)s, %(day)s was returned: %(comment)s") % {**_names(params), "comment": params["comment"]}


def _assigned(params):
    return _("%(by)s asks you to look after %(area)s, %(day)s.") % {**_names(params), "by": params["by"]}


def _commented(params):
    values = {**_names(params), "by": params["by"], "text": params["text"]}
    return _("%(by)s on %(area)s, %(day)s: %(text)s") % values


def _silent(params):
    count = params["count"]
    text = ngettext(
        "%(area)s, %(day)s: %(count)d unit has not reported.",
        "%(area)s, %(day)s: %(count)d units have not reported.",
        count,
    )
    return text % {**_names(params), "count": count}


def _still_returned(params):
    count = params["count"]
    text = ngettext(
        "%(area)s: %(count)d returned day waits for its correction.",
        "%(area)s: %(count)d returned days wait for their correction.",
        count,
    )
    return text % {**_names(params), "count": count}


def _warnings(params):
    count = params["count"]
    text = ngettext(
        "%(area)s, %(day)s: %(count)d day with open warnings to review.",
        "%(area)s, %(day)s: %(count)d days with open warnings to review.",
        count,
    )
    return text % {**_names(params), "count": count}


def register():
    officers = frozenset({Role.DISTRICT_OFFICER})
    for kind in (
        notices.Kind(RETURNED, gettext_lazy("A day that I reported is returned"), _returned),
        notices.Kind(ASSIGNED, gettext_lazy("I am asked to look after something"), _assigned),
        notices.Kind(COMMENTED, gettext_lazy("Somebody writes about what I look after"), _commented),
        notices.Kind(
            SILENT, gettext_lazy("Evening: units that have not reported"), _silent, officers, "review"
        ),
        notices.Kind(
            STILL_RETURNED, gettext_lazy("Evening: returned days"), _still_returned, officers, "review"
        ),
        notices.Kind(WARNINGS, gettext_lazy("Evening: days with warnings"), _warnings, officers, "review"),
    ):
        notices.register(kind)


def posted_above(area, roles):
    """Active users whose posting in one of the roles covers the area today."""
    paths = [area.path[:length] for length in range(SEGMENT, len(area.path) + 1, SEGMENT)]
    postings = Posting.objects.in_force().filter(role__in=roles, area__path__in=paths)
    return User.objects.filter(is_active=True, pk__in=postings.values("user_id"))


def tell_returned(*, campaign, unit, day, act, reported_by):
    """Tell the clerks of the unit, and whoever reported the day and still may."""
    clerks = set(posted_above(unit, [Role.BLOCK_CLERK]))
    roles = [Role.DISTRICT_OFFICER, Role.STATE_OFFICER, Role.NATIONAL_OFFICER, Role.API_CLIENT]
    clerks |= set(posted_above(unit, roles).filter(Q(pk=reported_by)))
    return notices.tell(
        users=clerks,
        kind=RETURNED,
        key=f"act-{act.pk}-{unit.pk}-{day.isoformat()}",
        area=unit,
        params={**named(unit), "day": day.isoformat(), "comment": act.comment},
        path=reverse("entry-form", args=[campaign.slug, unit.code, day.isoformat()]),
    )


def tell_of_follow_up(*, follow_up, users, kind, key, by, text=""):
    return notices.tell(
        users=users,
        kind=kind,
        key=key,
        area=follow_up.unit,
        params={
            **named(follow_up.unit),
            "day": follow_up.happened_on.isoformat(),
            "by": by.get_full_name() or by.get_username(),
            "text": text,
        },
        path=reverse("follow-up", args=[follow_up.campaign.slug, follow_up.pk]),
    )


def tell_evening(*, campaign, area, users, kind, day, count, path):
    """Once per evening, however often the task runs."""
    return notices.tell(
        users=users,
        kind=kind,
        key=f"{campaign.slug}-{area.code}-{day.isoformat()}"[:120],
        area=area,
        params={**named(area), "day": day.isoformat(), "count": count},
        path=path,
    )
