"""The OpenAPI schema: complete, valid, and true. Every operation is called as the schema says, thousands of ways."""

import io

import pytest
import schemathesis
from django.core.cache import caches
from django.core.management import call_command
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from districts.services.tokens import issue
from tests.reports.drive import drive

__all__ = ["drive"]

SCHEMA = schemathesis.openapi.from_wsgi("/api/v1/schema/?format=json", get_wsgi_application())

# Values that name something of the world below, so that not every request ends in "no such campaign".
KNOWN = {
    "campaign": "drive",
    "slug": "drive",
    "area": "S22",
    "unit": "D374",
    "code": "D387",
    "cohort": "45-59",
    "item": "first_dose",
    "denominator": "census",
    "date": "2021-11-11",
}


@pytest.fixture(autouse=True)
def one_connection():
    """As Django's own test client does: the connection that holds the test's transaction stays open."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def made_known(values):
    """The same, with every value that may name something of the world below naming it."""
    if not isinstance(values, dict):
        return values
    return {name: KNOWN.get(name, value) for name, value in values.items()}


def check(case, headers):
    """Call it as it was made up, and once more with names that exist: not all may end in "no such campaign"."""
    caches["throttles"].clear()
    for again in (False, True):
        if again:
            case.query = made_known(case.query)
            case.path_parameters = made_known(case.path_parameters)
            case.body = made_known(case.body)
        case.call_and_validate(
            headers=headers,
            checks=[
                not_a_server_error,
                status_code_conformance,
                content_type_conformance,
                response_schema_conformance,
            ],
        )


FEW = settings(
    max_examples=15,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)


@pytest.mark.slow
@SCHEMA.parametrize()
@FEW
def test_a_visitor_without_a_name_meets_no_fault(case, drive):
    check(case, {})


@pytest.mark.slow
@SCHEMA.parametrize()
@FEW
def test_a_national_officer_meets_no_fault(case, drive, national_officer):
    _token, key = issue(user=national_officer, name="test")
    check(case, {"Authorization": f"Token {key}"})


def test_the_schema_is_valid_and_written_without_a_warning():
    out = io.StringIO()
    call_command("spectacular", validate=True, fail_on_warn=True, stdout=out)
    assert out.getvalue().startswith("openapi: 3.0")


def operations():
    for path, methods in SCHEMA.raw_schema["paths"].items():
        for method, operation in methods.items():
            yield f"{method.upper()} {path}", operation


def test_every_address_of_the_api_is_in_the_schema():
    known = {name for name, _operation in operations()}
    for name in (
        "GET /api/v1/areas/",
        "GET /api/v1/areas/{code}/",
        "GET /api/v1/campaigns/",
        "GET /api/v1/campaigns/{slug}/",
        "GET /api/v1/coverage/",
        "GET /api/v1/progress/",
        "GET /api/v1/tallies/",
        "POST /api/v1/tallies/",
        "POST /api/v1/tallies/batch/",
    ):
        assert name in known


@pytest.mark.parametrize(("name", "operation"), list(operations()))
def test_every_operation_says_its_errors_and_explains_itself(name, operation):
    assert operation.get("description"), f"{name} says nothing"
    codes = set(operation["responses"])
    assert {"400", "401", "404", "429"} <= codes
    if name.startswith("POST"):
        assert {"403", "413", "415"} <= codes
    for code, response in operation["responses"].items():
        if code >= "400":
            (schema,) = {body["schema"]["$ref"] for body in response["content"].values()}
            assert schema.endswith(("Error", "Stale"))


def test_no_number_of_the_schema_is_a_float():
    def types(node):
        if isinstance(node, dict):
            if "type" in node and isinstance(node["type"], str):
                yield node["type"]
            for value in node.values():
                yield from types(value)
        elif isinstance(node, list):
            for value in node:
                yield from types(value)

    assert "number" not in set(types(SCHEMA.raw_schema))
