"""Campaigns that are ready to start from: what they count, for whom, with which vaccines.

A preset is only a beginning. What it makes is an ordinary setup, which may be changed like any other.
"""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from campaigns.models import ItemKind


@dataclass(frozen=True)
class CohortRow:
    code: str
    name_en: str
    name_hi: str


@dataclass(frozen=True)
class VaccineRow:
    code: str
    name_en: str
    name_hi: str
    antigen: str
    manufacturer: str = ""
    doses_per_vial: int = 10


@dataclass(frozen=True)
class ItemRow:
    """``cohorts``: codes of the preset's cohorts that the item is counted for; none means all of them."""

    code: str
    name_en: str
    name_hi: str
    kind: str = ItemKind.DOSE
    antigen: str = ""
    dose_number: int | None = None
    minimum_interval_days: int | None = None
    accumulates: bool = True
    by_cohort: bool = True
    by_vaccine: bool = False
    by_sex: bool = False
    cohorts: tuple = ()


@dataclass(frozen=True)
class Preset:
    """``title`` and ``about`` are shown in the choice; the rows' names are data and carry both languages."""

    code: str
    title: str
    about: str
    cohorts: tuple = ()
    vaccines: tuple = ()
    items: tuple = ()
    rest_weekdays: str = ""


COVISHIELD = VaccineRow("covishield", "Covishield", "कोविशील्ड", "COVID-19", "Serum Institute of India")
COVAXIN = VaccineRow("covaxin", "Covaxin", "कोवैक्सीन", "COVID-19", "Bharat Biotech", 20)
SPUTNIK_V = VaccineRow("sputnik-v", "Sputnik V", "स्पुतनिक वी", "COVID-19", "Dr. Reddy's Laboratories", 5)
COVID_VACCINES = (COVISHIELD, COVAXIN, SPUTNIK_V)

HOUSEHOLDS = ItemRow("households", "Households visited", "घर जहाँ गए", ItemKind.HOUSEHOLD, by_cohort=False)
SESSIONS_HELD = ItemRow("sessions", "Sessions held", "आयोजित सत्र", ItemKind.SESSION, by_cohort=False)

COVID = Preset(
    code="covid",
    title=_("COVID-19 campaign"),
    about=_(
        "First and second doses by age group and vaccine, households visited, sessions held and centres open "
        "each day: a house-to-house drive."
    ),
    cohorts=(
        CohortRow("18-44", "18–44 years", "18–44 वर्ष"),
        CohortRow("45-59", "45–59 years", "45–59 वर्ष"),
        CohortRow("60-plus", "60 years and above", "60 वर्ष और अधिक"),
    ),
    vaccines=COVID_VACCINES,
    items=(
        ItemRow("first_dose", "First dose", "पहली खुराक", antigen="COVID-19", dose_number=1, by_vaccine=True),
        # The longer of the two intervals (Covishield 84 days, Covaxin 28): nobody is called overdue too early.
        ItemRow(
            "second_dose",
            "Second dose",
            "दूसरी खुराक",
            antigen="COVID-19",
            dose_number=2,
            minimum_interval_days=84,
            by_vaccine=True,
        ),
        HOUSEHOLDS,
        SESSIONS_HELD,
        ItemRow("sites", "Centres open", "खुले केंद्र", ItemKind.SITE, accumulates=False, by_cohort=False),
    ),
)

COWIN = Preset(
    code="cowin",
    title=_("CoWIN district report"),
    about=_(
        "Exactly the columns of CoWIN's district file: doses, individuals registered, persons by sex, doses by "
        "vaccine, sessions and sites. Choose it to load that file."
    ),
    cohorts=(CohortRow("adults", "18 years and above", "18 वर्ष और अधिक"),),
    vaccines=COVID_VACCINES,
    items=(
        ItemRow("first_dose", "First dose", "पहली खुराक", antigen="COVID-19", dose_number=1, by_cohort=False),
        ItemRow(
            "second_dose",
            "Second dose",
            "दूसरी खुराक",
            antigen="COVID-19",
            dose_number=2,
            minimum_interval_days=84,
            by_cohort=False,
        ),
        ItemRow("registered", "Individuals registered", "पंजीकृत व्यक्ति", ItemKind.PERSON, by_cohort=False),
        ItemRow(
            "persons",
            "Persons vaccinated, by sex",
            "टीका लगे व्यक्ति, लिंग के अनुसार",
            ItemKind.PERSON,
            by_cohort=False,
            by_sex=True,
        ),
        # The two below split doses that are counted above. As items of kind "dose" they would count twice in
        # every sum of doses.
        ItemRow(
            "first_dose_by_vaccine",
            "First doses by vaccine (until 31 March 2021)",
            "टीके के अनुसार पहली खुराकें (31 मार्च 2021 तक)",
            ItemKind.PERSON,
            by_cohort=False,
            by_vaccine=True,
        ),
        ItemRow(
            "doses_by_vaccine",
            "All doses by vaccine (from 1 April 2021)",
            "टीके के अनुसार सभी खुराकें (1 अप्रैल 2021 से)",
            ItemKind.PERSON,
            by_cohort=False,
            by_vaccine=True,
        ),
        ItemRow("sessions", "Sessions", "सत्र", ItemKind.SESSION, accumulates=False, by_cohort=False),
        ItemRow("sites", "Sites", "केंद्र", ItemKind.SITE, accumulates=False, by_cohort=False),
    ),
)

_UNDER_1, _AGED_1, _PREGNANT = "under-1", "aged-1", "pregnant"
_CHILDREN = (_UNDER_1, _AGED_1)


def _penta(number):
    return ItemRow(
        f"penta{number}",
        f"Penta {number}",
        f"पेंटा {number}",
        antigen="Penta",
        dose_number=number,
        minimum_interval_days=28 if number > 1 else None,
        cohorts=_CHILDREN,
    )


ROUTINE = Preset(
    code="routine",
    title=_("Routine-immunisation round"),
    about=_(
        "Children under two and pregnant women, in rounds of working days: antigens from BCG to MR 2, fully "
        "immunised and zero-dose children, sessions planned and held."
    ),
    rest_weekdays="7",
    cohorts=(
        CohortRow(_UNDER_1, "Children 0–11 months", "0–11 माह के बच्चे"),
        CohortRow(_AGED_1, "Children 12–23 months", "12–23 माह के बच्चे"),
        CohortRow(_PREGNANT, "Pregnant women", "गर्भवती महिलाएँ"),
    ),
    vaccines=(
        VaccineRow("bcg", "BCG", "बीसीजी", "BCG"),
        VaccineRow("bopv", "Oral polio vaccine", "ओरल पोलियो वैक्सीन", "OPV", doses_per_vial=20),
        VaccineRow("pentavalent", "Pentavalent vaccine", "पेंटावैलेंट वैक्सीन", "Penta"),
        VaccineRow("mr", "Measles-rubella vaccine", "खसरा-रूबेला वैक्सीन", "MR", doses_per_vial=5),
        VaccineRow("td", "Tetanus and adult diphtheria", "टिटनेस और वयस्क डिप्थीरिया", "Td"),
    ),
    items=(
        ItemRow("bcg", "BCG", "बीसीजी", antigen="BCG", cohorts=(_UNDER_1,)),
        ItemRow("opv", "OPV", "ओपीवी", antigen="OPV", cohorts=_CHILDREN),
        _penta(1),
        _penta(2),
        _penta(3),
        ItemRow("mr1", "MR 1", "एमआर 1", antigen="MR", dose_number=1, cohorts=_CHILDREN),
        ItemRow(
            "mr2", "MR 2", "एमआर 2", antigen="MR", dose_number=2, minimum_interval_days=28, cohorts=(_AGED_1,)
        ),
        ItemRow("fic", "Fully immunised children", "पूर्ण प्रतिरक्षित बच्चे", ItemKind.PERSON, cohorts=(_UNDER_1,)),
        ItemRow(
            "zero_dose",
            "Zero-dose children line-listed",
            "सूचीबद्ध शून्य-खुराक बच्चे",
            ItemKind.LISTED,
            cohorts=_CHILDREN,
        ),
        ItemRow("td", "Td, pregnant women", "टीडी, गर्भवती महिलाएँ", antigen="Td", cohorts=(_PREGNANT,)),
        ItemRow("sessions_planned", "Sessions planned", "नियोजित सत्र", ItemKind.SESSION, by_cohort=False),
        SESSIONS_HELD,
        HOUSEHOLDS,
    ),
)

EMPTY = Preset(
    code="empty",
    title=_("Empty campaign"),
    about=_("Nothing is filled in: you write the groups, the vaccines and the tally sheet yourself."),
)

PRESETS = {preset.code: preset for preset in (COVID, ROUTINE, COWIN, EMPTY)}
