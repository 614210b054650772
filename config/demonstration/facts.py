"""The published facts that the demonstration is built on. The tables beside this module say more."""

import csv
import datetime
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "facts"

FIRST_DAY = datetime.date(2021, 1, 16)
AS_OF = datetime.date(2021, 11, 11)
LAST_DAY = datetime.date(2021, 12, 31)
HOUSE_TO_HOUSE_FROM = datetime.date(2021, 11, 3)

FIRST, SECOND = "first_dose", "second_dose"
DOSES = (FIRST, SECOND)


@dataclass(frozen=True)
class Group:
    """``opened`` and ``second_from``: the days from which its first and second doses were given."""

    code: str
    name_en: str
    name_hi: str
    column: str  # in national_milestones.csv
    opened: datetime.date
    second_from: datetime.date


# In the order of the ministry's table. The first three codes are those of the COVID preset.
GROUPS = (
    Group(
        "health-workers", "Health care workers", "स्वास्थ्य कर्मी", "health_workers",
        FIRST_DAY, datetime.date(2021, 2, 13),
    ),
    Group(
        "frontline-workers", "Front-line workers", "अग्रिम पंक्ति के कर्मी", "frontline_workers",
        datetime.date(2021, 2, 2), datetime.date(2021, 3, 2),
    ),
    Group(
        "18-44", "18–44 years", "18–44 वर्ष", "age_18_44",
        datetime.date(2021, 5, 1), datetime.date(2021, 5, 29),
    ),
    Group(
        "45-59", "45–59 years", "45–59 वर्ष", "age_45_59",
        datetime.date(2021, 3, 1), datetime.date(2021, 3, 29),
    ),
    Group(
        "60-plus", "60 years and above", "60 वर्ष और अधिक", "age_60_plus",
        datetime.date(2021, 3, 1), datetime.date(2021, 3, 29),
    ),
)  # fmt: skip
WORKERS = frozenset({"health-workers", "frontline-workers"})

# Ministry of Health and Family Welfare, release of 11 November 2021, provisional reports till 7 am:
# first and second doses of each group. Together 1,10,23,34,225.
RELEASE = {
    ("health-workers", FIRST): 1_03_79_922,
    ("health-workers", SECOND): 92_97_352,
    ("frontline-workers", FIRST): 1_83_73_373,
    ("frontline-workers", SECOND): 1_61_02_356,
    ("18-44", FIRST): 42_81_52_713,
    ("18-44", SECOND): 16_02_59_021,
    ("45-59", FIRST): 17_72_47_072,
    ("45-59", SECOND): 10_18_78_442,
    ("60-plus", FIRST): 11_11_04_883,
    ("60-plus", SECOND): 6_95_39_091,
}
RELEASE_TOTAL = 1_10_23_34_225
RELEASE_LAST_24_HOURS = 57_54_817

# Chhattisgarh's own bulletin of 22 June 2021. The state declared 1,09,353 doses; its parts sum to 1,15,608.
CHHATTISGARH = "S22"
BULLETIN_DAY = datetime.date(2021, 6, 22)
BULLETIN = {
    ("18-44", FIRST): 92_857,
    ("18-44", SECOND): 6_890,
    ("45+", FIRST): 6_932,
    ("45+", SECOND): 8_929,
}

# About 94 crore adults, as the ministry reckoned in 2021, and how they fall into its groups. The workers are
# near the numbers registered; the ages without the workers among them are this demonstration's estimate.
ADULTS = {
    "health-workers": 1_05_00_000,
    "frontline-workers": 1_84_00_000,
    "18-44": 57_30_00_000,
    "45-59": 20_25_00_000,
    "60-plus": 13_56_00_000,
}
ADULTS_TOTAL = 94_00_00_000
# Of 100 persons counted in 2011, 63 were 18 or older.
ADULT_PERCENT_2011 = 63

# Reviewed by the Prime Minister on 3 November 2021 because fewer than half of their adults had a first dose.
REVIEWED_BELOW_PERCENT = 50


def _rows(name):
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def days():
    """{day: doses of the nation in thousand}, which is how the work of a month falls on its days."""
    return {datetime.date.fromisoformat(row["day"]): int(row["doses_in_thousand"]) for row in _rows("days")}


@cache
def state_month_ends():
    """{(state, day): {dose: doses to date}}, of the ministry's press series to 31 August 2021."""
    return {
        (row["state"], datetime.date.fromisoformat(row["day"])): {
            FIRST: int(row["first"]),
            SECOND: int(row["second"]),
        }
        for row in _rows("state_month_ends")
    }


@cache
def national_milestones():
    """{day: {(group, dose): doses to date}}. To August the numbers are thousands and only shares are used."""
    columns = {FIRST: "first", SECOND: "second"}
    return {
        datetime.date.fromisoformat(row["day"]): {
            (group.code, dose): int(row[f"{group.column}_{columns[dose]}"])
            for group in GROUPS
            for dose in DOSES
        }
        for row in _rows("national_milestones")
    }


@cache
def states():
    """{state: (per cent of its people who are adults, per cent of these with a first dose on 11 November)}."""
    return {
        row["state"]: (int(row["adult_percent"]), int(row["first_dose_percent"])) for row in _rows("states")
    }


@cache
def reviewed_districts():
    return frozenset(row["district"] for row in _rows("reviewed_districts"))


@cache
def over_full_districts():
    """{district: per cent}: more first doses than adults, since others come there to work or to travel."""
    return {row["district"]: int(row["first_dose_percent"]) for row in _rows("over_full_districts")}


@cache
def territory():
    """[(from, to, persons of 2011)]: what districts formed since the census took from others."""
    return [(row["from"], row["to"], int(row["persons"])) for row in _rows("territory")]
