"""Making a campaign from a preset."""

from dataclasses import asdict

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from campaigns.errors import SetupRefused
from campaigns.models import Campaign, Cohort, Item
from campaigns.presets import PRESETS
from campaigns.services.setup import build_sheet
from districts.audit import record
from inventory.models import Vaccine


@transaction.atomic
def create_campaign(
    *,
    by,
    preset,
    slug,
    name_en,
    area,
    starts_on,
    ends_on,
    name_hi="",
    note_en="",
    note_hi="",
    is_public=False,
    is_simulated=False,
):
    """Make a campaign with the cohorts, vaccines, items and sheet of a preset. Returns it.

    It has no reporting units and no targets yet. Raises SetupRefused, each field's reason in the message.
    """
    if preset not in PRESETS:
        raise SetupRefused(
            _("There is no preset %(code)r. Known: %(known)s") % {"code": preset, "known": ", ".join(PRESETS)}
        )
    if ends_on < starts_on:
        raise SetupRefused(_("The last day lies before the first."))
    plan = PRESETS[preset]
    campaign = Campaign(
        slug=slug,
        name_en=name_en,
        name_hi=name_hi,
        area=area,
        starts_on=starts_on,
        ends_on=ends_on,
        note_en=note_en,
        note_hi=note_hi,
        is_public=is_public,
        is_simulated=is_simulated,
        rest_weekdays=plan.rest_weekdays,
        created_by=by,
    )
    _save_new(campaign)
    record(
        by=by,
        action="campaign.create",
        subject=f"campaign {campaign.slug}",
        area=area,
        detail={"preset": preset, "starts_on": starts_on.isoformat(), "ends_on": ends_on.isoformat()},
    )
    _fill(campaign, plan)
    build_sheet(campaign=campaign, by=by)
    return campaign


def _save_new(campaign):
    try:
        # A campaign made by a command is nobody's.
        campaign.full_clean(exclude=["created_by"])
        with transaction.atomic():
            campaign.save()
    except ValidationError as error:
        raise SetupRefused(" ".join(error.messages)) from error
    except IntegrityError as error:
        # Two officers chose the same short name at the same instant.
        raise SetupRefused(_("A campaign with the short name “%s” exists.") % campaign.slug) from error


def _fill(campaign, plan):
    cohorts = {
        row.code: Cohort.objects.create(campaign=campaign, position=position, **asdict(row))
        for position, row in enumerate(plan.cohorts)
    }
    campaign.vaccines.set(vaccine_of(row) for row in plan.vaccines)
    for position, row in enumerate(plan.items):
        values = asdict(row)
        own = values.pop("cohorts")
        item = Item.objects.create(campaign=campaign, position=position, **values)
        item.cohorts.set(cohorts[code] for code in own)


def vaccine_of(row):
    """The vaccine of a preset's row. One that exists is taken as it stands: it may have been corrected."""
    values = asdict(row)
    return Vaccine.objects.get_or_create(code=values.pop("code"), defaults=values)[0]
