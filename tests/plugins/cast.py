"""The fixed cast: a small tree of real places, and the people posted in it.

India > Chhattisgarh (Raipur: Abhanpur, Arang; Bastar: Bastar, Jagdalpur)
      > Maharashtra  (Nagpur: Hingna, Katol;   Pune: Haveli, Mulshi)
"""

import datetime
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.utils import timezone

from districts.models import Level, Posting, Role, User
from districts.tree import add_area

# The slow hash is right for people who sign in and wrong for a cast made anew for every test.
settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher", *settings.PASSWORD_HASHERS]

PASSWORD = "correct-horse-battery"

# name: (code, LGD code, English, Hindi, below)
PLACES = {
    "chhattisgarh": (
        "S22",
        22,
        "Chhattisgarh",
        "छत्तीसगढ़",
        {
            "raipur": (
                "D387",
                387,
                "Raipur",
                "रायपुर",
                {
                    "abhanpur": ("B3693", 3693, "Abhanpur", "अभनपुर", {}),
                    "arang": ("B3694", 3694, "Arang", "आरंग", {}),
                },
            ),
            "bastar": (
                "D374",
                374,
                "Bastar",
                "बस्तर",
                {
                    "bastar_block": ("B3593", 3593, "Bastar", "बस्तर", {}),
                    "jagdalpur": ("B3595", 3595, "Jagdalpur", "जगदलपुर", {}),
                },
            ),
        },
    ),
    "maharashtra": (
        "S27",
        27,
        "Maharashtra",
        "महाराष्ट्र",
        {
            "nagpur": (
                "D484",
                484,
                "Nagpur",
                "नागपुर",
                {
                    "hingna": ("B4445", 4445, "Hingna", "", {}),
                    "katol": ("B4448", 4448, "Katol", "", {}),
                },
            ),
            "pune": (
                "D490",
                490,
                "Pune",
                "पुणे",
                {
                    "haveli": ("B4515", 4515, "Haveli", "", {}),
                    "mulshi": ("B4520", 4520, "Mulshi", "", {}),
                },
            ),
        },
    ),
}
ISO_CODES = {"S22": "IN-CT", "S27": "IN-MH"}


def grow(parent, places, level):
    """Add the places under ``parent``; yields (name, area) for each."""
    for name, (code, lgd_code, name_en, name_hi, below) in places.items():
        area = add_area(
            parent=parent,
            code=code,
            level=level,
            name_en=name_en,
            name_hi=name_hi,
            lgd_code=lgd_code,
            iso_code=ISO_CODES.get(code, ""),
        )
        yield name, area
        yield from grow(area, below, Level(level + 1))


@pytest.fixture
def tree(db):
    """All places of the cast by name: ``tree.india``, ``tree.raipur``, ``tree.arang``, …"""
    india = add_area(
        parent=None, code="IN", level=Level.NATION, name_en="India", name_hi="भारत", iso_code="IN"
    )
    return SimpleNamespace(india=india, **dict(grow(india, PLACES, Level.STATE)))


def make_person(username, *, role=None, area=None, starts_on=None, ends_on=None):
    """A user, with a posting where a role is given; every one signs in with ``PASSWORD``."""
    person = User.objects.create_user(username, password=PASSWORD)
    if role:
        Posting.objects.create(
            user=person,
            area=area,
            role=role,
            starts_on=starts_on or datetime.date(2020, 1, 1),
            ends_on=ends_on,
        )
    return person


@pytest.fixture
def national_officer(tree):
    return make_person("national_officer", role=Role.NATIONAL_OFFICER, area=tree.india)


@pytest.fixture
def state_officer(tree):
    """Of Chhattisgarh."""
    return make_person("state_officer", role=Role.STATE_OFFICER, area=tree.chhattisgarh)


@pytest.fixture
def other_state_officer(tree):
    """Of Maharashtra: same role, wrong place."""
    return make_person("other_state_officer", role=Role.STATE_OFFICER, area=tree.maharashtra)


@pytest.fixture
def district_officer(tree):
    """Of Raipur."""
    return make_person("district_officer", role=Role.DISTRICT_OFFICER, area=tree.raipur)


@pytest.fixture
def block_clerk(tree):
    """Of Abhanpur in Raipur."""
    return make_person("block_clerk", role=Role.BLOCK_CLERK, area=tree.abhanpur)


@pytest.fixture
def auditor(tree):
    """Sees all of Chhattisgarh and may change nothing."""
    return make_person("auditor", role=Role.AUDITOR, area=tree.chhattisgarh)


@pytest.fixture
def api_client_user(tree):
    """A state system of Chhattisgarh that pushes counts."""
    return make_person("api_client", role=Role.API_CLIENT, area=tree.chhattisgarh)


@pytest.fixture
def stranger(db):
    """Has an account and no posting."""
    return make_person("stranger")


@pytest.fixture
def former_officer(tree):
    """Was state officer of Chhattisgarh until yesterday."""
    yesterday = timezone.localdate() - datetime.timedelta(days=1)
    return make_person("former_officer", role=Role.STATE_OFFICER, area=tree.chhattisgarh, ends_on=yesterday)
