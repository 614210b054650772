"""One world for the permission matrix: the same things in four places, and the same people posted in one of them.

Everybody who is posted is posted in Raipur, in each of the roles. Abhanpur lies below, Bastar beside it, Nagpur in
another state. Each place has a campaign of its own that is not public, stores with stock, and a person.
"""

import datetime
import uuid
from types import SimpleNamespace

from django.contrib.auth.hashers import make_password
from django.test import Client
from django.utils import timezone

from campaigns.models import FollowUp, ImportRun, Source
from campaigns.services import reviews
from campaigns.services.creation import create_campaign
from campaigns.services.setup import set_reporting_units, set_targets
from campaigns.services.tallies import Line, submit_tally
from districts.models import Level, Posting, Role, SignIn, User
from districts.services.tokens import issue
from districts.tree import add_area
from inventory import ledger
from inventory.models import Batch, Channel, Earmark, Location, LocationKind, Vaccine
from inventory.services.consignments import send
from inventory.services.requisitions import ask
from tests.plugins.cast import PLACES, grow

PLACE_NAMES = {"own": "raipur", "child": "abhanpur", "sibling": "bastar", "other state": "nagpur"}
INSIDE = ("own", "child")
LONG_AGO = datetime.date(2020, 1, 1)


def make_world():
    india = add_area(
        parent=None, code="IN", level=Level.NATION, name_en="India", name_hi="भारत", iso_code="IN"
    )
    tree = SimpleNamespace(india=india, **dict(grow(india, PLACES, Level.STATE)))
    maker = _person("maker", Role.NATIONAL_OFFICER, india)
    vaccine = Vaccine.objects.create(
        code="covishield",
        name_en="Covishield",
        antigen="COVID-19",
        manufacturer="SII",
        wastage_limit_percent=10,
    )
    at = {name: _furnish(getattr(tree, place), maker, vaccine) for name, place in PLACE_NAMES.items()}
    return SimpleNamespace(tree=tree, maker=maker, at=at, people=_people(tree), vaccine=vaccine)


def _people(tree):
    """name → (client, the role that is in force or None). ``None`` stands for nobody signed in."""
    yesterday = timezone.localdate() - datetime.timedelta(1)
    users = {role.value: (_person(role.value, role, tree.raipur), role) for role in Role}
    users["expired"] = (_person("expired", Role.NATIONAL_OFFICER, tree.raipur, ends_on=yesterday), None)
    users["ended"] = (
        _person("ended", Role.NATIONAL_OFFICER, tree.raipur, ended_at=timezone.now()),
        None,
    )
    users["stranger"] = (_person("stranger", None, None), None)
    found = {"anonymous": (Client(raise_request_exception=False), None)}
    for name, (user, role) in users.items():
        client = Client(raise_request_exception=False)
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        found[name] = (client, role)
    return found


def _person(username, role, area, **posting):
    user = User.objects.create(
        username=username, email=f"{username}@example.org", password=make_password(None)
    )
    if role:
        Posting.objects.create(user=user, area=area, role=role, starts_on=LONG_AGO, **posting)
    return user


def _furnish(area, maker, vaccine):
    """What stands in one place, as the words that an address is made of."""
    slug = f"drive-{area.code.lower()}"
    person = _person(f"clerk.{area.code}", Role.BLOCK_CLERK, area)
    today = timezone.localdate()
    campaign = create_campaign(
        by=maker,
        preset="covid",
        slug=slug,
        name_en=f"Drive of {area.name_en}",
        area=area,
        starts_on=today - datetime.timedelta(20),
        ends_on=today + datetime.timedelta(20),
    )
    set_reporting_units(campaign=campaign, areas=[area], by=maker)
    set_targets(
        campaign=campaign,
        code="estimate",
        name_en="Estimate",
        source="Survey",
        year=2021,
        targets={(area, cohort): 1000 for cohort in campaign.cohorts.all()},
        by=maker,
    )
    reported = today - datetime.timedelta(1)
    line = Line(item="first_dose", count=5, cohort="45-59", vaccine="covishield")
    submit_tally(campaign=campaign, unit=area, day=reported, lines=[line], by=person, source=Source.FORM)
    act = reviews.verify(campaign=campaign, days=[reviews.Day(area, reported)], by=maker).act
    follow_up = FollowUp.objects.create(
        campaign=campaign, unit=area, happened_on=reported, opened_by=maker, opened_at=timezone.now()
    )
    run = ImportRun.objects.create(campaign=campaign, by=maker, file_name="f.csv", size=1)
    program = _person(f"program.{area.code}", Role.API_CLIENT, area)
    token, _key = issue(user=program, name="portal")
    session = SignIn.objects.create(user=person, session_key=f"key-{area.code}", seen_at=timezone.now())
    return SimpleNamespace(
        area=area,
        code=area.code,
        slug=slug,
        campaign=campaign,
        day=today.isoformat(),
        reported=reported.isoformat(),
        pk=area.pk,
        cell=campaign.cells.get(key="first_dose|45-59|covishield|").pk,
        act=act,
        follow_up=follow_up,
        run=run.key,
        person=person,
        posting=person.postings.get(),
        token=token,
        session=session,
        **_stock(area, maker, vaccine, today),
    )


def _stock(area, maker, vaccine, today):
    first, second = (
        Location.objects.create(area=area, kind=LocationKind.STORE, code=f"{name}-{area.code}", name_en=name)
        for name in ("STORE", "ANNEX")
    )
    batch = Batch.objects.create(
        vaccine=vaccine,
        number=f"B-{area.code}",
        manufacturer="SII",
        expires_on=today + datetime.timedelta(200),
    )
    then = today - datetime.timedelta(5)
    received = ledger.receive(
        store=first, batch=batch, doses=900, channel=Channel.FREE_OF_COST, happened_on=then, by=maker
    )
    lines = [(batch, Earmark.CAMPAIGN, 100)]
    consignment = send(from_store=first, to_store=second, lines=lines, sent_on=then, by=maker)
    requisition = ask(
        to_store=second, from_store=first, vaccine=vaccine, doses=50, wanted_by=today, by=maker, reason="low"
    )
    return {
        "store": first.code,
        "batch": batch,
        "consignment": consignment,
        "requisition": requisition,
        "journal": getattr(received, "journal", received),
        "file": uuid.uuid4(),
    }
