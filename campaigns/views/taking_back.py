"""What somebody has sent last in this session, from the grid or the form of one unit, and taking it back."""

import datetime

from django.contrib import messages
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campaigns.selectors.entry_grid import units_of
from campaigns.services import grid
from campaigns.services.undo import undo

SENT = "grid_undo"


def remember(request, campaign, day, journal_ids, unit_ids):
    request.session[SENT] = {
        "campaign": campaign.slug,
        "day": day.isoformat(),
        "journals": list(journal_ids),
        "units": list(unit_ids),
    }


def can_take_back(request, campaign):
    """Whether something of this campaign was sent last."""
    last = request.session.get(SENT)
    return bool(last) and last["campaign"] == campaign.slug


def can_take_back_day(request, campaign, unit, day):
    """Whether what was sent last is this one unit's day: on its form nothing else is taken back."""
    last = request.session.get(SENT)
    return can_take_back(request, campaign) and (last["units"], last["day"]) == ([unit.pk], day.isoformat())


def take_back(request, campaign):
    """Post the correction to what stood before, and say what became of it."""
    last = request.session.pop(SENT, None)
    if last is None or last["campaign"] != campaign.slug:
        messages.info(request, _("There is nothing of this session to take back."))
        return
    day = datetime.date.fromisoformat(last["day"])
    units = [row.area for row in units_of(campaign, request.user, ids=last["units"])]
    receipt = undo(campaign=campaign, day=day, journal_ids=last["journals"], by=request.user, units=units)
    back = sum(one.status in (grid.ACCEPTED, grid.UNCHANGED) for one in receipt.outcomes)
    text = ngettext("%(count)d unit is taken back.", "%(count)d units are taken back.", back) % {
        "count": back
    }
    if left := len(receipt.outcomes) - back:
        text += " " + ngettext(
            "%(count)d could not be: somebody has posted it since, or the day is closed.",
            "%(count)d could not be: somebody has posted them since, or the day is closed.",
            left,
        ) % {"count": left}
    messages.success(request, text)
