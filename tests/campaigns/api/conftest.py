"""Clients of the campaign of ``tests/campaigns/conftest.py``: Bastar, and Abhanpur and Arang in Raipur."""

import pytest
from django.test import Client

from districts.services.tokens import issue


class Api:
    """A client with a user's token (or none): ``api(user).post("tallies/", {...}, if_match='"1"')``."""

    def __init__(self, user=None):
        self.client = Client()
        self.headers = {"Authorization": f"Token {issue(user=user, name='test')[1]}"} if user else {}

    def get(self, path, headers=None, **query):
        return self.client.get(f"/api/v1/{path}", query, headers={**self.headers, **(headers or {})})

    def post(self, path, body, *, key=None, if_match=None, headers=None):
        headers = {**self.headers, **(headers or {})}
        if key:
            headers["Idempotency-Key"] = key
        if if_match:
            headers["If-Match"] = if_match
        return self.client.post(f"/api/v1/{path}", body, content_type="application/json", headers=headers)


@pytest.fixture
def api():
    return Api


@pytest.fixture
def officer(state_officer):
    return Api(state_officer)


@pytest.fixture
def sheet(campaign, days):
    """``sheet("D374", 40)``: a body with households, or other lines."""

    def make(unit="D374", *counts, day=None, lines=None, **values):
        if lines is None:
            lines = [{"item": "households", "count": count} for count in counts]
        day = (day or days.today).isoformat()
        return {"campaign": "teeka", "unit": unit, "date": day, "lines": lines, **values}

    return make
