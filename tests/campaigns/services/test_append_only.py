"""The database itself refuses to change the ledger, whoever asks: the ORM, or raw SQL past every model."""

import pytest
from django.db import DatabaseError, connection, transaction

from campaigns.models import Journal, Submission, TallyEntry
from campaigns.services.tallies import Line, submit_tally

TABLES = {
    "campaigns_journal": ("source", "'api'"),
    "campaigns_submission": ("reason", "'other'"),
    "campaigns_tallyentry": ("change", "7"),
}


@pytest.fixture
def posted(campaign, tree, days, state_officer):
    submit_tally(
        campaign=campaign,
        unit=tree.bastar,
        day=days.today,
        lines=[Line("households", 40)],
        by=state_officer,
        source="form",
    )
    # PostgreSQL refuses to empty a table whose foreign keys are still to be checked, before any trigger does.
    connection.check_constraints()


def rows():
    return [list(model.objects.order_by("pk").values()) for model in (Journal, Submission, TallyEntry)]


def is_refused(sql):
    before = rows()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        connection.cursor().execute(sql)
    assert rows() == before
    return True


@pytest.mark.parametrize("table", TABLES)
def test_an_update_is_refused(posted, table):
    column, value = TABLES[table]
    assert is_refused(f"UPDATE {table} SET {column} = {value}")


@pytest.mark.parametrize("table", TABLES)
def test_a_delete_is_refused(posted, table):
    assert is_refused(f"DELETE FROM {table}")


@pytest.mark.parametrize("table", TABLES)
def test_writing_over_a_row_is_refused(posted, table):
    """Also as SQLite's REPLACE, which deletes without saying so."""
    column, value = TABLES[table]
    insert = f"INTO {table} SELECT * FROM {table} WHERE true"
    assert is_refused(f"INSERT {insert} ON CONFLICT (id) DO UPDATE SET {column} = {value}")
    if connection.vendor == "sqlite":
        assert is_refused(f"REPLACE {insert}")
        assert is_refused(f"INSERT OR REPLACE {insert}")


@pytest.mark.postgresql_only
@pytest.mark.parametrize("table", TABLES)
def test_emptying_the_table_is_refused(posted, table):
    """SQLite knows no TRUNCATE: there a DELETE without a condition does the same and is refused above."""
    assert is_refused(f"TRUNCATE {table} CASCADE")


@pytest.mark.parametrize("model", [Journal, Submission, TallyEntry])
def test_the_orm_is_refused_too(posted, model):
    for change in (
        lambda: model.objects.all()._raw_delete("default"),
        lambda: model.objects.first().delete(),
        lambda: model.objects.first().save(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    assert model.objects.count() == 1
