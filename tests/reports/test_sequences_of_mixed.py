"""Posts, corrections, repeats, files, folds and deaths in any order, over units of every level."""

import pytest
from django.db import connection

from tests.reports.sequence_checks import CHUNKS, KINDS, OF_A_CHUNK, check_chunk

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_fold_and_rebuild_and_oracle_agree_after_any_sequence(chunk):
    assert check_chunk("mixed", chunk) == OF_A_CHUNK


def test_ten_thousand_sequences_are_run():
    """In three files, of which this is the first; PostgreSQL runs a twentieth of them again."""
    assert CHUNKS * OF_A_CHUNK * len(KINDS) >= (10_000 if connection.vendor == "sqlite" else 500)
