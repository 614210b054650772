"""Which days of a campaign a file may post for."""

import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from campaigns.imports.findings import Kind


class OpenDays:
    """The days that may be posted for: inside the campaign, not in the future, not past the late window."""

    def __init__(self, campaign, *, today=None):
        self.first, self.last = campaign.starts_on, campaign.ends_on
        self.today = today or timezone.localdate()
        window = campaign.late_window_days
        self.oldest = self.today - datetime.timedelta(window) if window is not None else None
        self._window = window

    def problem(self, day):
        """(kind, explanation) of what stands against the day, or None."""
        if not self.first <= day <= self.last:
            return Kind.OUTSIDE_CAMPAIGN, _(
                "%(day)s lies outside the campaign, which runs from %(first)s to %(last)s."
            ) % {"day": day, "first": self.first, "last": self.last}
        if day > self.today:
            return Kind.IN_THE_FUTURE, _("%(day)s has not come yet.") % {"day": day}
        if self.oldest is not None and day < self.oldest:
            return Kind.WINDOW_CLOSED, _(
                "Counts of %(day)s could be posted for %(days)d days; that time has passed."
            ) % {"day": day, "days": self._window}
        return None
