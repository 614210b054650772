"""Every operation of the API, called as its schema says by an account of each role: never a fault of ours.

One world for all; the two ends, a visitor and a national officer, are asked at length in ``test_schema``.
"""

from collections import Counter

import pytest
from django.core.cache import caches
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import content_type_conformance, status_code_conformance

from districts.models import Role, TokenScope
from districts.services.tokens import issue
from tests.config.test_schema import SCHEMA, made_known, one_connection
from tests.plugins.cast import make_person
from tests.reports.drive import drive

__all__ = ["drive", "one_connection"]

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance]
FEW = settings(
    max_examples=3,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture
def keys(tree):
    """A token for each role, some posted in a state and some in a district; one may read only, one is narrowed."""
    areas = {
        Role.NATIONAL_OFFICER: tree.india,
        Role.DISTRICT_OFFICER: tree.raipur,
        Role.BLOCK_CLERK: tree.abhanpur,
    }
    found = {}
    for role in Role:
        person = make_person(f"{role}.api", role=role, area=areas.get(role, tree.chhattisgarh))
        found[role.value] = issue(user=person, name="test")[1]
    found["reader"] = issue(user=person, name="reader", scope=TokenScope.READ)[1]
    found["narrowed"] = issue(user=person, name="narrowed", area=tree.bastar)[1]
    found["nobody"] = issue(user=make_person("nobody.api"), name="test")[1]
    return found


@pytest.mark.slow
@pytest.mark.once
def test_no_role_meets_a_fault_in_any_operation(drive, keys):
    faults, answers = [], Counter()
    for operation in SCHEMA.get_all_operations():

        @FEW
        @given(case=operation.ok().as_strategy())
        def call(case):
            for again in (False, True):
                if again:
                    case.query = made_known(case.query)
                    case.path_parameters = made_known(case.path_parameters)
                    case.body = made_known(case.body)
                for who, key in keys.items():
                    caches["throttles"].clear()
                    try:
                        response = case.call_and_validate(
                            headers={"Authorization": f"Token {key}"}, checks=CHECKS
                        )
                        answers[case.operation.label, response.status_code // 100] += 1
                    except AssertionError as fault:
                        faults.append(f"{case.method} {case.path} by {who}: {fault}")

        call()
    assert faults == [], "\n\n".join(faults[:5])
    operations = {operation for operation, _hundred in answers}
    assert len(operations) > 15
    # Not all of it ended in "you may not": most operations were carried out for somebody.
    assert len({operation for operation, hundred in answers if hundred == 2}) > len(operations) / 2
