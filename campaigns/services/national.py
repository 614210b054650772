"""Campaigns and reporting units that a national file of counts calls for."""

from django.db import transaction
from django.utils.translation import gettext as _

from campaigns.errors import SetupRefused
from campaigns.imports.formats import Format
from campaigns.imports.places import OTHER_NAME_EN, OTHER_NAME_HI, Places, other_code
from campaigns.imports.states import unit_place
from campaigns.imports.survey import NO_UNIT, TOTAL, UNIT, meanings
from campaigns.models import Campaign
from campaigns.services.creation import create_campaign
from campaigns.services.setup import set_reporting_units
from districts.models import Area, Level
from districts.tree import add_area


@transaction.atomic
def campaign_for_file(*, slug, found, file_format, by, name_en="", name_hi="", starts_on=None, ends_on=None):
    """The campaign of that short name with every unit that the file names; made from the CoWIN preset if need be.

    ``found`` is the survey of the file. Units that the campaign has already stay. Returns (campaign, made).
    """
    if found is None or found.first_day is None:
        raise SetupRefused(_("Only a national file says by itself which districts a campaign needs."))
    places = Places()
    if places.nation is None:
        raise SetupRefused(_("There are no areas yet. Load them first: manage.py load_areas"))
    campaign = Campaign.objects.filter(slug=slug).first()
    made = campaign is None
    if made:
        campaign = create_campaign(
            by=by,
            preset="cowin",
            slug=slug,
            name_en=name_en or "CoWIN vaccination reports",
            name_hi=name_hi or ("" if name_en else "को-विन टीकाकरण रिपोर्ट"),
            area=places.nation,
            starts_on=starts_on or found.first_day,
            ends_on=ends_on or found.last_day,
        )
    areas = {unit.area for unit in campaign.units.select_related("area")}
    wanted = set(
        _areas_of_states(found, places)
        if file_format == Format.STATES
        else _areas_of_districts(found, places)
    )
    if wanted - areas:
        set_reporting_units(campaign=campaign, areas=areas | wanted, by=by)
        campaign.refresh_from_db()
    return campaign, made


def _areas_of_districts(found, places):
    for role, place, state in meanings(found, places).values():
        if role == UNIT:
            yield place
        elif role not in (NO_UNIT, TOTAL):
            yield unassigned_area(state)


def _areas_of_states(found, places):
    for key in found.rows:
        place, code = unit_place(places, key.state)
        if code:
            yield place if code == place.code else unassigned_area(place)


def unassigned_area(area):
    """The area that stands for what a state (or the nation) reported without a district; made when missing."""
    code = other_code(area.code)
    level = Level.STATE if area.level == Level.NATION else Level.DISTRICT
    return Area.objects.filter(code=code).first() or add_area(
        parent=area, code=code, level=level, name_en=OTHER_NAME_EN, name_hi=OTHER_NAME_HI
    )
