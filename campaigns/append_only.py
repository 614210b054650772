"""The tables of the tally ledger that refuse UPDATE and DELETE."""

from districts import append_only

TALLIES = ["campaigns_journal", "campaigns_submission", "campaigns_tallyentry"]
REVIEWS = ["campaigns_reviewact", "campaigns_review", "campaigns_verifiedentry", "campaigns_declaredtotal"]
TABLES = TALLIES + REVIEWS


def install(connection, tables=TABLES):
    append_only.install(connection, tables)


def remove(connection, tables=TABLES):
    append_only.remove(connection, tables)
