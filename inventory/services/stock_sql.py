"""The statements that every posting to the stock pays for, written out.

The same rows written as objects, one by one, cost two to three times the processor time; while a batch is locked
that is what all who wait for it wait for. So between the lock and the commit PostgreSQL gets one statement.
"""

from itertools import islice

from django.db import connection

from inventory.models import StockJournal, StockMovement, StockPosition

# SQLite takes no more than 32,766 parameters in a statement.
MOST_PARAMETERS = 32_000

_MOVEMENT = (
    *("journal_id", "batch_id", "source_id", "destination_id", "source_earmark", "destination_earmark"),
    *("doses", "happened_on", "recorded_at", "reversal_of_id"),
)
_JOURNAL = (
    *("operation", "by_id", "recorded_at", "document", "reason", "dispatch_id", "idempotency_key"),
    "request_digest",
)
_POSITION = ("location_id", "batch_id", "earmark", "is_store", "doses")
_ON_POSITION = " ON CONFLICT (location_id, batch_id, earmark) DO "
_TAKE_IT = f"{_ON_POSITION}UPDATE SET doses = EXCLUDED.doses"


def write(journal, moves, happened_on, balances, places):
    """Add one operation, whose positions are locked: its ``journal`` (unsaved), its movements, its new ``balances``."""
    if connection.vendor != "postgresql":
        journal.save(force_insert=True)
        write_movements([(journal.pk, moves, happened_on, journal.recorded_at)])
        set_balances(balances, places)
        return
    made = [*(getattr(journal, name) for name in _JOURNAL)]
    made[0] = str(made[0])
    lines = [row[1:] for row in _movements([(None, moves, happened_on, journal.recorded_at)])]
    kept = list(_balances(balances, places))
    line = (
        ", ".join(["%s"] * (len(_MOVEMENT) - 2)) + ", %s::bigint"
    )  # of nothing but NULL the type is not known
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH journal AS ({_head(StockJournal, _JOURNAL)} ({_marks(_JOURNAL)}) RETURNING id)"
            + (f", kept AS ({_head(StockPosition, _POSITION)} {_rows(kept)}{_TAKE_IT})" if kept else "")
            + f" INSERT INTO {StockMovement._meta.db_table} ({', '.join(_MOVEMENT)}) "
            f"SELECT journal.id, line.* FROM journal, (VALUES {', '.join([f'({line})'] * len(lines))}) AS line "
            "RETURNING journal_id",
            [*made, *(value for row in kept for value in row), *(value for row in lines for value in row)],
        )
        journal.pk = cursor.fetchone()[0]


def locked_balances(places):
    """{(location id, batch id, earmark): doses} of ``places``, locked in the order of their ids; made where missing.

    Two operations that meet on the same positions wait, and never for each other.
    """
    make_positions(places)
    stores, batches = sorted({key[0] for key in places}), sorted({key[1] for key in places})
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT location_id, batch_id, earmark, doses FROM {StockPosition._meta.db_table} "
            f"WHERE location_id IN ({_marks(stores)}) AND batch_id IN ({_marks(batches)}) ORDER BY id"
            + (" FOR UPDATE" if connection.features.has_select_for_update else ""),
            [*stores, *batches],
        )
        return {row[:3]: row[3] for row in cursor.fetchall() if row[:3] in places}


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
    _insert(StockPosition, _POSITION, _balances(balances, places), ending=_TAKE_IT)


def _balances(balances, places):
    return ((*key[:2], str(key[2]), places[key].is_store, doses) for key, doses in balances.items())


def _insert(model, columns, rows, *, ending=""):
    rows = iter(rows)
    with connection.cursor() as cursor:
        while some := list(islice(rows, MOST_PARAMETERS // len(columns))):
            values = [value for one in some for value in one]
            cursor.execute(f"{_head(model, columns)} {_rows(some)}{ending}", values)


def _head(model, columns):
    return f"INSERT INTO {model._meta.db_table} ({', '.join(columns)}) VALUES"


def _rows(rows):
    return ", ".join([f"({_marks(rows[0])})"] * len(rows))


def _marks(values):
    return ", ".join(["%s"] * len(values))
