"""Which days of a campaign may be posted for, and the words of the refusal."""

import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from campaigns.errors import Problem
from districts.templatetags.indian import short_day


def archived_problem(campaign):
    if campaign.archived_at:
        return Problem("campaign", "archived", _("This campaign is archived and takes no more counts."))
    return None


def day_problem(campaign, unit, day, *, now=None):
    """The Problem with posting ``day`` for ``unit``, or None."""
    today = timezone.localdate(now)
    if problem := archived_problem(campaign):
        return problem
    if not campaign.starts_on <= day <= campaign.ends_on:
        return Problem(
            "date",
            "outside_campaign",
            _("%(day)s lies outside the campaign, which runs from %(first)s to %(last)s.")
            % {
                "day": short_day(day),
                "first": short_day(campaign.starts_on),
                "last": short_day(campaign.ends_on),
            },
        )
    if day > today:
        return Problem("date", "in_the_future", _("%(day)s has not come yet.") % {"day": short_day(day)})
    if unit.valid_from and day < unit.valid_from:
        return Problem(
            "date",
            "before_unit_existed",
            _("%(area)s exists only since %(day)s.") % {"area": unit, "day": short_day(unit.valid_from)},
        )
    if unit.valid_until and day >= unit.valid_until:
        return Problem(
            "date",
            "after_unit_ended",
            _("%(area)s ended on %(day)s.") % {"area": unit, "day": short_day(unit.valid_until)},
        )
    window = campaign.late_window_days
    if window is not None and day < today - datetime.timedelta(window):
        return Problem(
            "date",
            "window_closed",
            _("Counts of %(day)s could be posted for %(days)d days; that time has passed.")
            % {"day": short_day(day), "days": window},
        )
    return None
