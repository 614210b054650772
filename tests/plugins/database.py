"""What the tests need of the database beyond pytest-django."""

import pytest
from django.conf import settings
from django.core.cache import cache, caches
from django.db import connection
from django.test import TransactionTestCase

from campaigns import append_only as tally_ledger
from campaigns.selectors import rules, scope, sheets
from districts import append_only
from inventory import append_only as stock_ledger
from reports.bodies import bodies
from reports.selectors import overdue
from reports.selectors import sheets as report_sheets


def _flush_past_the_ledger(flush):
    """The ledgers refuse to be emptied, by design; between transactional tests they must be all the same."""

    def fixture_teardown(self):
        for ledger in (tally_ledger, stock_ledger):
            ledger.remove(connection)
        append_only.remove(connection, append_only.AUDIT)
        try:
            flush(self)
        finally:
            for ledger in (tally_ledger, stock_ledger):
                ledger.install(connection)
            append_only.install(connection, append_only.AUDIT)

    return fixture_teardown


# TestCase rolls back and never comes here.
TransactionTestCase._fixture_teardown = _flush_past_the_ledger(TransactionTestCase._fixture_teardown)


@pytest.fixture(autouse=True)
def empty_cache():
    """Redis knows no rollback: counters of throttles and sign-ins would run on into the next test."""
    if settings.REDIS_URL:
        cache.clear()
    caches["throttles"].clear()


@pytest.fixture(autouse=True)
def no_sheet_of_another_test():
    """A rolled-back campaign and the next one may share id and setup version; in service none is rolled back."""
    sheets._sheet.cache_clear()
    rules._ruling.cache_clear()
    scope._campaign.cache_clear()
    report_sheets._setup.cache_clear()
    overdue._units.cache_clear()
    overdue._overdue_units.cache_clear()
    bodies.clear()


def pytest_collection_modifyitems(config, items):
    """Leave out what says that it needs the other database: left out, not skipped, so it counts nowhere."""
    other = "sqlite_only" if connection.vendor == "postgresql" else "postgresql_only"
    left_out = [item for item in items if item.get_closest_marker(other)]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]
