"""The campaign of the demonstration: its sheet, its reporting units and its two denominators."""

import datetime

from django.db import transaction

from campaigns.models import Campaign, Severity
from campaigns.services.calendar_changes import set_days_off
from campaigns.services.changes import change_basics
from campaigns.services.creation import create_campaign
from campaigns.services.rule_changes import set_rules
from campaigns.services.setup import set_reporting_units, set_targets
from campaigns.services.sheet_changes import remove, save_cohort, set_vaccines
from config.demonstration import facts, population
from districts.models import Area

SLUG = "har-ghar-dastak"
NAME_EN = "Har Ghar Dastak — COVID-19 vaccination"
NAME_HI = "हर घर दस्तक — कोविड-19 टीकाकरण"
NOTE_EN = (
    "A simulation. The national doses by group are those of the Ministry of Health and Family Welfare's release "
    "of 11 November 2021, the states' doses to August those of its daily releases. How they fall on districts, "
    "blocks and days is made up, and so are all late, silent and corrected reports."
)
NOTE_HI = (
    "यह एक अनुकरण है। समूहवार राष्ट्रीय खुराकें स्वास्थ्य और परिवार कल्याण मंत्रालय की 11 नवंबर 2021 की विज्ञप्ति की हैं, "
    "अगस्त तक राज्यों की खुराकें उसकी दैनिक विज्ञप्तियों की। ज़िलों, विकासखंडों और दिनों पर उनका बँटवारा "
    "तथा सभी विलंबित, मौन और सुधारी गई रिपोर्टें काल्पनिक हैं।"
)
VACCINES = ("covishield", "covaxin")
SUNDAY = "7"
DAYS_OFF = {
    datetime.date(2021, 1, 26): ("Republic Day", "गणतंत्र दिवस"),
    datetime.date(2021, 3, 29): ("Holi", "होली"),
    datetime.date(2021, 10, 2): ("Gandhi Jayanti", "गांधी जयंती"),
    datetime.date(2021, 10, 15): ("Dussehra", "दशहरा"),
    datetime.date(2021, 11, 4): ("Diwali", "दीपावली"),
    datetime.date(2021, 12, 25): ("Christmas", "क्रिसमस"),
}


@transaction.atomic
def set_up(units, by):
    """Make the campaign with these reporting units. It stays hidden from the public until it is loaded."""
    campaign = create_campaign(
        by=by,
        preset="covid",
        slug=SLUG,
        name_en=NAME_EN,
        name_hi=NAME_HI,
        note_en=NOTE_EN,
        note_hi=NOTE_HI,
        area=Area.objects.get(code="IN"),
        starts_on=facts.FIRST_DAY,
        ends_on=facts.LAST_DAY,
        is_simulated=True,
    )
    change_basics(campaign=campaign, by=by, rest_weekdays=SUNDAY)
    # The plan leaves Sundays out, the teams did not: each of their Sundays would be a warning.
    set_rules(campaign=campaign, by=by, settings={"rest_day": (Severity.OFF, {})})
    set_days_off(campaign=campaign, by=by, days=DAYS_OFF)
    set_vaccines(campaign=campaign, by=by, vaccines=list(campaign.vaccines.filter(code__in=VACCINES)))
    remove(campaign=campaign, by=by, row=campaign.items.get(code="sessions"))
    known = set(campaign.cohorts.values_list("code", flat=True))
    for group in facts.GROUPS:
        if group.code not in known:
            save_cohort(
                campaign=campaign, by=by, code=group.code, name_en=group.name_en, name_hi=group.name_hi
            )
    set_reporting_units(campaign=campaign, areas=[unit.area for unit in units], by=by)
    _set_targets(campaign, units, by)
    return campaign


def _set_targets(campaign, units, by):
    cohorts = {cohort.code: cohort for cohort in campaign.cohorts.all()}
    sets = (
        {
            "code": "adults-2021",
            "name_en": "Adults 18+ (projection 2021)",
            "name_hi": "वयस्क 18+ (प्रक्षेपण 2021)",
            "source": "94 crore adults, shared out by the National Commission on Population's projections",
            "source_hi": "94 करोड़ वयस्क, राष्ट्रीय जनसंख्या आयोग के प्रक्षेपणों के अनुपात में बाँटे गए",
            "year": 2021,
            "persons": [unit.adults for unit in units],
            "is_default": True,
        },
        {
            "code": "census-2011",
            "name_en": "Census 2011, 18+ share",
            "name_hi": "जनगणना 2011, 18+ का अंश",
            "source": f"Census of India 2011, {facts.ADULT_PERCENT_2011} % of all persons",
            "source_hi": f"भारत की जनगणना 2011, सभी व्यक्तियों का {facts.ADULT_PERCENT_2011} %",
            "year": 2011,
            "persons": [unit.counted_2011 * facts.ADULT_PERCENT_2011 // 100 for unit in units],
            "is_default": False,
        },
    )
    for row in sets:
        persons = row.pop("persons")
        shares = population.targets(units, facts.ADULTS, persons)
        targets = {(unit.area, cohorts[group]): count for (unit, group), count in shares.items()}
        set_targets(campaign=campaign, by=by, targets=targets, **row)


def standing():
    """The campaign, if it has been set up."""
    return Campaign.objects.filter(slug=SLUG).first()
