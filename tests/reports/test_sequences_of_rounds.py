"""Posts, corrections, repeats, files, folds and deaths in any order, over a campaign in rounds."""

import pytest

from tests.reports.sequence_checks import CHUNKS, OF_A_CHUNK, check_chunk

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_fold_and_rebuild_and_oracle_agree_after_any_sequence(chunk):
    assert check_chunk("rounds", chunk) == OF_A_CHUNK
