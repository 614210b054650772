"""The accounts of the demonstration. Their password is public: they are made nowhere but in a demonstration."""

import datetime
import os
from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.hashers import make_password

from districts.models import ApiToken, Area, Posting, Role, User
from districts.services import tokens

PASSWORD = "Har-Ghar-Dastak-2021"
TOKEN_NAME = "demonstration"
HOME_DISTRICT = "D387"  # Raipur
POSTED_FROM = datetime.date(2021, 1, 1)


@dataclass(frozen=True)
class Person:
    username: str
    first_name: str
    last_name: str
    role: str
    area: str
    title: str
    language: str = "en-in"


PEOPLE = (
    Person("anita.deshmukh", "Anita", "Deshmukh", Role.NATIONAL_OFFICER, "IN", "National officer"),
    Person("rakesh.sahu", "Rakesh", "Sahu", Role.STATE_OFFICER, "S22", "State officer, Chhattisgarh"),
    Person(
        "sunita.verma",
        "Sunita",
        "Verma",
        Role.DISTRICT_OFFICER,
        HOME_DISTRICT,
        "District officer, Raipur",
        "hi",
    ),
    Person("mohan.yadav", "Mohan", "Yadav", Role.BLOCK_CLERK, "B3694", "Block clerk, Arang", "hi"),
    Person(
        "kavita.dewangan",
        "Kavita",
        "Dewangan",
        Role.STOCK_KEEPER,
        "S22",
        "Stock keeper, Chhattisgarh",
        "hi",
    ),
    Person("farida.khan", "Farida", "Khan", Role.AUDITOR, "IN", "Auditor"),
    Person("state.bridge", "State", "Bridge", Role.API_CLIENT, "IN", "API client"),
)
NATIONAL, STATE, DISTRICT, CLERK, KEEPER, AUDITOR, API_CLIENT = (person.username for person in PEOPLE)


def make():
    """Make the accounts that are missing. Returns {username: user}."""
    areas = Area.objects.in_bulk({person.area for person in PEOPLE}, field_name="code")
    users = {}
    # Hashed once for all: the hash is slow on purpose, and this password is no secret.
    hashed = make_password(PASSWORD)
    for number, person in enumerate(PEOPLE, start=1):
        user, made = User.objects.get_or_create(
            username=person.username,
            defaults={
                "first_name": person.first_name,
                "last_name": person.last_name,
                "email": f"{person.username}@abhiyan.example",
                # No telephone number in India begins with 0: these belong to nobody.
                "phone": f"+91 00000 {number:05d}",
                "language": person.language,
            },
        )
        if made:
            # Programs have a token, not a password.
            user.password = make_password(None) if person.role == Role.API_CLIENT else hashed
            user.save(update_fields=["password"])
            Posting.objects.create(
                user=user, area=areas[person.area], role=person.role, starts_on=POSTED_FROM
            )
        users[person.username] = user
    return users


def token_file():
    return settings.DATA_DIR / "demonstration-api-token"


def api_key():
    """The key of the API client: made at random for each data folder and kept there, for its owner only."""
    user = User.objects.get(username=API_CLIENT)
    file = token_file()
    if file.exists():
        key = file.read_text().strip()
        if ApiToken.objects.filter(digest=tokens.digest(key), user=user, revoked_at__isnull=True).exists():
            return key
    # The database is a new one, or the key was revoked.
    _token, key = tokens.issue(user=user, name=TOKEN_NAME, days=None)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.unlink(missing_ok=True)
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as output:
        output.write(key)
    return key


def sign_ins():
    """The accounts that were made, as lines of text."""
    made = set(
        User.objects.filter(username__in=[one.username for one in PEOPLE]).values_list("username", flat=True)
    )
    people = [person for person in PEOPLE if person.username in made]
    width = max(len(person.title) for person in PEOPLE)
    lines = ["Sign-ins of the demonstration (these passwords are public):"]
    for person in people:
        if person.role == Role.API_CLIENT:
            lines.append(f"  {person.title:{width}}  Authorization: Token {api_key()}")
        else:
            lines.append(f"  {person.title:{width}}  {person.username}  {PASSWORD}")
    return "\n".join(lines)
