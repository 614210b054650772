"""The statements that every posting to the stock pays for, written out.

The same rows written as objects, one by one, cost two to three times the processor time; while a batch is locked
that is what all who wait for it wait for.
"""

from itertools import islice

from django.db import connection

from inventory.models import StockMovement, StockPosition

# SQLite takes no more than 32,766 parameters in a statement.
MOST_PARAMETERS = 32_000

_MOVEMENT = (
    *("journal_id", "batch_id", "source_id", "destination_id", "source_earmark", "destination_earmark"),
    *("doses", "happened_on", "recorded_at", "reversal_of_id"),
)
_POSITION = ("location_id", "batch_id", "earmark", "is_store", "doses")
_ON_POSITION = " ON CONFLICT (location_id, batch_id, earmark) DO "


def write_movements(entries):
    """``entries`` of (journal id, moves, day, instant recorded)."""
    _insert(StockMovement, _MOVEMENT, _movements(entries))


def _movements(entries):
    for journal, moves, happened_on, recorded_at in entries:
        day = connection.ops.adapt_datefield_value(happened_on)
        moment = connection.ops.adapt_datetimefield_value(recorded_at)
        for move in moves:
            yield (
                *(journal, move.batch.pk, move.source.pk, move.destination.pk),
                *(str(move.source_earmark), str(move.destination_earmark)),
                *(move.doses, day, moment, move.reversal_of and move.reversal_of.pk),
            )


def make_positions(places):
    """``places``: {(location id, batch id, earmark): Location}. Those that are there stay as they are."""
    rows = ((*key[:2], str(key[2]), places[key].is_store, 0) for key in sorted(places))
    _insert(StockPosition, _POSITION, rows, ending=f"{_ON_POSITION}NOTHING")


def set_balances(balances, places):
    """``balances``: {key: doses} of positions that are locked and there: each takes its new balance."""
    rows = ((*key[:2], str(key[2]), places[key].is_store, doses) for key, doses in balances.items())
    _insert(StockPosition, _POSITION, rows, ending=f"{_ON_POSITION}UPDATE SET doses = EXCLUDED.doses")


def _insert(model, columns, rows, *, ending=""):
    row = f"({', '.join(['%s'] * len(columns))})"
    head = f"INSERT INTO {model._meta.db_table} ({', '.join(columns)}) VALUES "
    rows = iter(rows)
    with connection.cursor() as cursor:
        while some := list(islice(rows, MOST_PARAMETERS // len(columns))):
            values = [value for one in some for value in one]
            cursor.execute(head + ", ".join([row] * len(some)) + ending, values)
