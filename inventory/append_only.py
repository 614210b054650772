"""The tables of the stock ledger that refuse UPDATE and DELETE."""

from districts import append_only

TABLES = ["inventory_stockjournal", "inventory_stockmovement"]


def install(connection):
    append_only.install(connection, TABLES)


def remove(connection):
    append_only.remove(connection, TABLES)
