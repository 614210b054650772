"""docs/data-formats.md and the code name the same formats and the same kinds of findings."""

import re

import pytest
from django.conf import settings

from campaigns.imports.fields import FIELDS
from campaigns.imports.findings import FAILURES, Kind
from campaigns.imports.formats import Format

pytestmark = pytest.mark.once


def guide():
    return (settings.BASE_DIR / "docs" / "data-formats.md").read_text(encoding="utf-8")


def rows_between(start, end):
    part = guide().split(start)[1].split(end)[0]
    return set(re.findall(r"^\| `([a-z_]+)` \|", part, re.M))


def test_every_kind_of_finding_is_explained_and_none_is_made_up():
    refused = rows_between("### Not loaded", "### Loaded, and named")
    assert refused == {kind.value for kind in FAILURES}
    assert rows_between("### Loaded, and named", "### Shifted columns") == set(Kind.values) - refused


def test_every_format_is_explained():
    national = rows_between("| format | one row is", "What the CoWIN columns become")
    assert national == set(Format.values) - {Format.TEMPLATE}


def test_every_item_that_a_column_is_counted_into_is_named():
    for field in FIELDS.values():
        assert field.key.split("|")[0] in guide()
