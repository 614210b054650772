"""docs/deployment.md and the code name the same variables and checks."""

import re

import pytest
from django.conf import settings

pytestmark = pytest.mark.once

READERS = r'env\.(?:text|flag|integer|choice|words|url|rate|mail|database)\(\s*"([A-Z_]+)"'


def source(*names):
    return "\n".join((settings.BASE_DIR / "config" / name).read_text() for name in names)


def guide():
    return (settings.BASE_DIR / "docs" / "deployment.md").read_text()


def test_every_variable_that_is_read_is_in_a_table_and_the_other_way_round():
    read = set(re.findall(READERS, source("settings.py"))) | set(
        re.findall(r'text\("([A-Z_]+)"', source("env.py"))
    )
    explained = set(re.findall(r"^\| `([A-Z_]+)` \|", guide(), re.M)) | {"BROKER_URL"}
    assert "BROKER_URL" in guide()
    assert len(read) > 15
    assert read == explained


def test_every_system_check_is_explained():
    assert set(re.findall(r"abhiyan\.[EW]\d+", source("checks.py"))) == set(
        re.findall(r"abhiyan\.[EW]\d+", guide())
    )
