"""Changing when work is planned: rounds and days off."""

from itertools import pairwise

from django.utils.translation import gettext as _

from campaigns.errors import SetupRefused
from campaigns.models import DayOff, Round
from campaigns.services.setup import changes_setup, lock
from districts.audit import record
from districts.templatetags.indian import short_day


@changes_setup
def set_rounds(*, campaign, by, spans, expected_setup_version=None):
    """Write the rounds whole: (first day, last day) of each. None at all: work goes on every day."""
    lock(campaign, expected_version=expected_setup_version)
    spans = sorted(spans)
    for first, last in spans:
        if last < first:
            raise SetupRefused(_("A round ends on %s, before it begins.") % short_day(last))
        if first < campaign.starts_on or last > campaign.ends_on:
            raise SetupRefused(
                _("The round from %(first)s to %(last)s lies outside the campaign.")
                % {"first": short_day(first), "last": short_day(last)}
            )
    for (_first, last), (following, _last) in pairwise(spans):
        if following <= last:
            raise SetupRefused(_("Two rounds contain %s.") % short_day(following))
    campaign.rounds.all().delete()
    Round.objects.bulk_create(
        Round(campaign=campaign, number=number, starts_on=first, ends_on=last)
        for number, (first, last) in enumerate(spans, start=1)
    )
    _record(campaign, by, "campaign.rounds", [[str(first), str(last)] for first, last in spans])


@changes_setup
def set_days_off(*, campaign, by, days, expected_setup_version=None):
    """Write the days off whole: {day: (name in English, name in Hindi)}."""
    lock(campaign, expected_version=expected_setup_version)
    for day in days:
        if not campaign.starts_on <= day <= campaign.ends_on:
            raise SetupRefused(_("%s lies outside the campaign.") % short_day(day))
    campaign.days_off.all().delete()
    DayOff.objects.bulk_create(
        DayOff(campaign=campaign, day=day, name_en=name_en, name_hi=name_hi)
        for day, (name_en, name_hi) in days.items()
    )
    _record(campaign, by, "campaign.days_off", [str(day) for day in sorted(days)])


def _record(campaign, by, action, what):
    record(
        by=by, action=action, subject=f"campaign {campaign.slug}", area=campaign.area, detail={"set": what}
    )
