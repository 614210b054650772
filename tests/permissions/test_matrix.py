"""Every address × every method × every role, in one's own area, below it, beside it and in another state; for
nobody, for who has no posting, and for whose posting is over. What is expected comes from ``table`` alone."""

import json
import logging
from urllib.parse import urlencode

import pytest
from django.core.cache import caches
from django.db import transaction
from django.test import Client
from django.urls import URLResolver, get_resolver, reverse

from districts.access import RIGHTS
from tests.permissions.table import API, CAMPAIGNS, DISTRICTS, INVENTORY, REPORTS, RIGHT_FIRST, TABLE
from tests.permissions.world import INSIDE, make_world

# Who may does not depend on the database, and SQLite answers these thousands of questions in half the time. The
# tests of each page ask on both.
pytestmark = [pytest.mark.sqlite_only, pytest.mark.urls("tests.permissions.plain_urls")]

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
ANSWERED = "answered"
# A form with faults, a sheet that somebody else changed, a body that is not understood: the door was open.
OPEN_DOOR = {400, 405, 406, 409, 412, 413, 415, 422}


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    logging.disable(logging.WARNING)  # a line for each refusal would be all that one reads
    with django_db_blocker.unblock(), transaction.atomic():
        yield make_world()
        transaction.set_rollback(True)
    logging.disable(logging.NOTSET)


def names(patterns):
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            if pattern.namespace != "admin":
                yield from names(pattern.url_patterns)
        elif pattern.name:
            yield pattern.name


def test_no_address_of_the_site_is_missing_from_the_table():
    """A page that nobody thought of is the one that stands open."""
    found = list(names(get_resolver().url_patterns))
    assert len(found) > 100
    assert set(found) == {name.split()[0] for name in TABLE}
    assert len(TABLE) == sum(map(len, (DISTRICTS, INVENTORY, CAMPAIGNS, REPORTS, API)))


def expected(line, who, role, place, method):
    """The status, or ANSWERED, that the line of the table promises."""
    if line.kind == "open":
        return ANSWERED
    if who == "anonymous":
        return line.anonymous or (401 if line.api else 302)
    if line.kind == "signed in":
        return ANSWERED
    if line.kind == "nobody":
        return 403
    rights = RIGHTS[role] if role else set()
    right = line.post_right if method == "POST" and line.post_right else line.right
    if line.kind == "some":
        return ANSWERED if right in rights else 403
    if line.first and (right if line.first == RIGHT_FIRST else line.first) not in rights:
        return 403
    if place not in INSIDE or not role:
        return 404
    if line.kind == "mine":
        return 403 if right and right not in rights else 404
    return ANSWERED if right in rights else line.lacking


def address_of(name, line, place):
    words = dict(line.extra)
    for word in line.words:
        thing, _sign, called = word.partition("=")
        thing, _colon, number = thing.partition(":")
        value = getattr(place, thing)
        words[called or number or thing] = value.pk if number else value
    address = reverse(name.split()[0], kwargs=words)
    return f"{address}?{line.query.format(**vars(place))}" if line.query else address


def ask(client, method, address, line, place):
    """One request; what it wrote is taken back."""
    if method == "GET":
        return client.get(address)
    body = line.body(place) if line.body and method == "POST" else {}
    if line.api:
        data, content_type = json.dumps(body), "application/json"
    else:
        data, content_type = urlencode(body), "application/x-www-form-urlencoded"
    with transaction.atomic():
        response = client.generic(method, address, data, content_type)
        transaction.set_rollback(True)
    return response


def verdict(response):
    status = response.status_code
    if status == 302 and response["Location"].startswith(reverse("sign-in")):
        return 302
    return ANSWERED if status < 400 or status in OPEN_DOOR else status


def cases(line, who, role):
    """(place, method) to ask for.

    Whoever holds the right is asked for in all four places; whoever lacks it once inside their area and once
    outside; who is posted nowhere, once; what is open, of three. Methods that the address does not know are
    tried by the strongest in their own area, and by nobody at all.
    """
    if line.kind == "open" and who not in ("national_officer", "expired", "anonymous"):
        return
    places = {"own": line.methods}
    if line.kind in ("at", "mine") and role:
        last = line.methods[-1:]
        if {line.right, line.post_right} & RIGHTS[role]:
            places = {"own": line.methods, "child": last, "sibling": line.methods, "other state": last}
        else:
            places = {"child": line.methods, "other state": last}
    for place, methods in places.items():
        yield from ((place, method) for method in methods)
    if who in ("national_officer", "anonymous"):
        yield from (("own", method) for method in METHODS if method not in line.methods)


@pytest.mark.parametrize("name", TABLE)
def test_an_address_opens_to_whom_the_table_says_and_to_nobody_else(db, world, name):
    line, wrong = TABLE[name], []
    caches["throttles"].clear()
    for who, (client, role) in world.people.items():
        if who == "anonymous" or name in ("sign-out", "sessions-end-others"):
            client = _copy(client)
        for where, method in cases(line, who, role):
            place = world.at[where]
            address = address_of(name, line, place)
            response = ask(client, method, address, line, place)
            got, promised = verdict(response), expected(line, who, role, where, method)
            if method not in line.methods and (response.status_code == 405 or promised == ANSWERED):
                promised = got if got not in (500, 503) else promised
            if got != promised:
                wrong.append(f"{method} {address} by {who} ({where}): {response.status_code}, not {promised}")
    assert wrong == [], "\n" + "\n".join(wrong)


@pytest.mark.parametrize(
    "address",
    ["/admin/", "/admin/districts/area/", "/admin/campaigns/campaign/", "/admin/axes/accessattempt/"],
)
def test_the_administration_opens_to_no_role(db, world, address):
    for who, (client, _role) in world.people.items():
        response = _copy(client).get(address)
        assert (response.status_code, response["Location"].partition("?")[0]) == (302, "/admin/login/"), who


def test_no_form_is_taken_without_its_token(db, world):
    """What posts from another site would bring: the cookies, and no token."""
    officer, _role = world.people["national_officer"]
    client = Client(raise_request_exception=False, enforce_csrf_checks=True)
    client.cookies.update(officer.cookies)
    place, taken = world.at["own"], []
    for name, line in TABLE.items():
        if "POST" in line.methods or line.api:
            address = address_of(name, line, place)
            response = client.post(
                address, line.body(place) if line.body else {}, content_type="application/json"
            )
            if response.status_code != 403 and not (line.api and response.status_code == 405):
                taken.append(f"{address}: {response.status_code}")
    assert taken == []


def _copy(client):
    """Another browser with the same cookies: what ends a session, or begins one, stays with it."""
    other = Client(raise_request_exception=False)
    other.cookies.update(client.cookies)
    return other
