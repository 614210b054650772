"""The statements of one posting, written out: state systems post thousands in the hour after the deadline, and
building the same queries anew for each would cost more than running them.
"""

from django.db import connection

# Version and counts in one statement, so of one instant: a bulk load that commits after it takes the version
# that this posting is about to write, and the unique key notices.
_STATE = """
SELECT c.setup_version, (
    SELECT MAX(s.version) FROM campaigns_submission s
    WHERE s.campaign_id = c.id AND s.unit_id = %s AND s.happened_on = %s
), (
    SELECT r.state FROM campaigns_dayreview r
    WHERE r.campaign_id = c.id AND r.unit_id = %s AND r.happened_on = %s
), EXISTS (
    SELECT 1 FROM campaigns_submission s
    WHERE s.campaign_id = c.id AND s.unit_id = %s AND s.happened_on > %s
), x.cell_id, x.count
FROM campaigns_campaign c LEFT JOIN (
    SELECT e.cell_id, SUM(e.change) AS count FROM campaigns_tallyentry e
    WHERE e.unit_id = %s AND e.happened_on = %s AND e.cell_id IN ({cells}) GROUP BY e.cell_id
) x ON x.count <> 0
WHERE c.id = %s
"""

_JOURNAL = """
INSERT INTO campaigns_journal
    (campaign_id, source, by_id, recorded_at, file_name, idempotency_key, request_digest, receipt)
VALUES (%s, %s, %s, %s, '', %s, %s, %s)
"""

_SUBMISSION_HEAD = """
INSERT INTO campaigns_submission
    (journal_id, campaign_id, unit_id, happened_on, version, is_late, is_nil, reason)
"""
_SUBMISSION = f"{_SUBMISSION_HEAD} VALUES (%s, %s, %s, %s, %s, %s, %s, %s)"

_ENTRIES = """
INSERT INTO campaigns_tallyentry (submission_id, unit_id, cell_id, happened_on, change, recorded_at) VALUES
"""

_MANY_ENTRIES_HEAD = """
INSERT INTO campaigns_tallyentry (submission_id, unit_id, cell_id, happened_on, change, recorded_at)
"""
# Without the casts PostgreSQL takes both for texts.
_MANY_ENTRIES = {
    "postgresql": _MANY_ENTRIES_HEAD
    + "SELECT v.s, v.u, v.c, %s::date, v.n, %s::timestamptz FROM (VALUES {values}) AS v (s, u, c, n)",
    "sqlite": _MANY_ENTRIES_HEAD + "SELECT column1, column2, column3, %s, column4, %s FROM (VALUES {values})",
}

# Six parameters each: SQLite refuses a statement with more parameters than its build allows.
ENTRIES_AT_ONCE = 100
# Two parameters in all, so that only the length of the statement matters.
MANY_ENTRIES_AT_ONCE = 5_000


def lock_unit(cursor, campaign_id, unit_id):
    """Whether the area is a reporting unit; its row is held until the transaction ends."""
    # SQLite has one writer at a time: the transaction itself is the lock.
    lock = "FOR UPDATE" if connection.vendor == "postgresql" else ""
    cursor.execute(
        f"SELECT 1 FROM campaigns_reportingunit WHERE campaign_id = %s AND area_id = %s {lock}",
        [campaign_id, unit_id],
    )
    return cursor.fetchone() is not None


def state(cursor, campaign_id, unit_id, day, cell_ids):
    """(setup version, version of the unit's day, state of its review or None, has later days, {cell id: count})."""
    cells = ",".join(str(int(cell)) for cell in cell_ids) or "NULL"
    day = day.isoformat()
    cursor.execute(_STATE.format(cells=cells), [*[unit_id, day] * 4, campaign_id])
    rows = cursor.fetchall()
    setup_version, version, review, has_later = rows[0][:4]
    counts = {cell: int(count) for *_, cell, count in rows if cell is not None}
    return setup_version, version or 0, review, bool(has_later), counts


def write_journal(cursor, *, campaign_id, source, by_id, recorded_at, key, digest, receipt):
    """Returns its id. ``receipt`` is JSON text or None."""
    values = [campaign_id, source, by_id, _instant(recorded_at), key, digest, receipt]
    return _insert(cursor, _JOURNAL, values)


def write_submission(cursor, *, journal_id, campaign_id, unit_id, day, receipt, reason):
    """Returns its id."""
    values = [journal_id, campaign_id, unit_id, day.isoformat()]
    values += [receipt.version, receipt.is_late, receipt.is_nil, reason]
    return _insert(cursor, _SUBMISSION, values)


def write_entries(cursor, *, submission_id, unit_id, day, recorded_at, changes):
    """``changes``: {cell id: signed change}."""
    day, recorded_at = day.isoformat(), _instant(recorded_at)
    rows = list(changes.items())
    for start in range(0, len(rows), ENTRIES_AT_ONCE):
        some = rows[start : start + ENTRIES_AT_ONCE]
        values = []
        for cell, change in some:
            values += [submission_id, unit_id, cell, day, change, recorded_at]
        cursor.execute(_ENTRIES + ", ".join(["(%s, %s, %s, %s, %s, %s)"] * len(some)), values)


def write_submissions(cursor, *, journal_id, campaign_id, day, rows):
    """``rows``: (unit id, version, is late, is nil, reason) of many units of a day. Returns {unit id: id}."""
    # The order of a file's load, which takes no unit's row: in another each would wait for a report of the other.
    rows, ids = sorted(rows), {}
    for start in range(0, len(rows), ENTRIES_AT_ONCE):
        values = []
        some = rows[start : start + ENTRIES_AT_ONCE]
        for unit, version, is_late, is_nil, reason in some:
            values += [journal_id, campaign_id, unit, day.isoformat(), version, is_late, is_nil, reason]
        places = ", ".join(["(%s, %s, %s, %s, %s, %s, %s, %s)"] * len(some))
        cursor.execute(f"{_SUBMISSION_HEAD} VALUES {places} RETURNING unit_id, id", values)
        ids.update(cursor.fetchall())
    return ids


def write_entries_of_many(cursor, *, day, recorded_at, rows):
    """``rows``: (submission id, unit id, cell id, signed change), all of one day."""
    day, recorded_at = day.isoformat(), _instant(recorded_at)
    for start in range(0, len(rows), MANY_ENTRIES_AT_ONCE):
        # Whole numbers are written into the statement: as parameters they would cost more than the insert.
        values = ", ".join(
            [
                f"({submission:d}, {unit:d}, {cell:d}, {change:d})"
                for submission, unit, cell, change in rows[start : start + MANY_ENTRIES_AT_ONCE]
            ]
        )
        cursor.execute(_MANY_ENTRIES[connection.vendor].format(values=values), [day, recorded_at])


def write_fold_mark(cursor, *, journal_id, campaign_id, recorded_at):
    cursor.execute(
        "INSERT INTO campaigns_foldmark (journal_id, campaign_id, recorded_at) VALUES (%s, %s, %s)",
        [journal_id, campaign_id, _instant(recorded_at)],
    )


def _insert(cursor, statement, values):
    if connection.vendor == "postgresql":
        cursor.execute(f"{statement} RETURNING id", values)
        return cursor.fetchone()[0]
    cursor.execute(statement, values)
    return cursor.lastrowid


def _instant(moment):
    return connection.ops.adapt_datetimefield_value(moment)
