"""Where a file of counts waits and is compared, before anything of it is written.

Everything here happens in temporary tables, outside any transaction: reading a file of ten lakh rows takes
seconds, and neither other writers nor SQLite's one lock should wait for it.
"""

import datetime
import io
import itertools

from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from campaigns.errors import Problem, TallyRefused

CHUNK = 50_000


def stage(rows, progress=None):
    """Take ``rows`` of (unit id, day, cell id, count) into ``tally_staging``. Returns how many."""
    drop("tally_staging")
    staged, rows = 0, iter(rows)
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMP TABLE tally_staging "
            "(unit_id bigint NOT NULL, happened_on date NOT NULL, cell_id bigint NOT NULL, count bigint NOT NULL)"
        )
        # One COPY per chunk: while a COPY runs, the reader that makes the rows could ask the database nothing.
        take = _copy if connection.vendor == "postgresql" else _insert
        while chunk := list(itertools.islice(rows, CHUNK)):
            take(cursor, chunk)
            staged += len(chunk)
            if progress:
                progress(staged)
        try:
            with transaction.atomic():
                cursor.execute(
                    "CREATE UNIQUE INDEX tally_staging_key ON tally_staging (unit_id, happened_on, cell_id)"
                )
        except IntegrityError:
            raise TallyRefused([_named_twice(cursor)]) from None
        if connection.vendor == "postgresql":
            cursor.execute("ANALYZE tally_staging")
    return staged


def _copy(cursor, chunk):
    text = "".join([f"{unit}\t{day}\t{cell}\t{count}\n" for unit, day, cell, count in chunk])
    cursor.copy_expert(
        "COPY tally_staging (unit_id, happened_on, cell_id, count) FROM STDIN", io.StringIO(text)
    )


def _insert(cursor, chunk):
    cursor.executemany(
        "INSERT INTO tally_staging VALUES (%s, %s, %s, %s)",
        [
            (unit, day.isoformat() if isinstance(day, datetime.date) else day, cell, count)
            for unit, day, cell, count in chunk
        ],
    )


def drop(*tables):
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"DROP TABLE IF EXISTS {table}")


def clear():
    drop("tally_staging", "tally_version", "tally_difference", "tally_day")


# Without statistics SQLite begins a join where it likes, which may be the whole ledger. It keeps the order in
# which CROSS JOIN names the tables. PostgreSQL counts first and chooses well by itself.
THEN_JOIN = {"sqlite": "CROSS JOIN", "postgresql": "JOIN"}


def in_order(statement):
    """Write THEN_JOIN into a statement's ``{join}``."""
    return statement.format(join=THEN_JOIN[connection.vendor])


def _named_twice(cursor):
    cursor.execute(
        "SELECT a.code, s.happened_on, c.key FROM tally_staging s "
        "LEFT JOIN districts_area a ON a.id = s.unit_id LEFT JOIN campaigns_sheetcell c ON c.id = s.cell_id "
        "GROUP BY a.code, s.happened_on, c.key HAVING COUNT(*) > 1 ORDER BY 1, 2, 3 LIMIT 1"
    )
    unit, day, key = cursor.fetchone()
    return Problem(
        "rows",
        "named_twice",
        _("%(unit)s has two counts of %(key)s for %(day)s.") % {"unit": unit, "key": key, "day": day},
    )


def refuse_what_is_unknown(campaign, allow_negative):
    """The last line of defence: the readers of files name the row and the column before it comes to this."""
    today = timezone.localdate()
    # Each looks at every staged row once, and joins only the few units or cells that are left. A LIMIT would
    # make PostgreSQL hope for an early end and go by the index, row by row, to the very last.
    checks = [
        (
            "unknown_unit",
            _("Not reporting units of this campaign: %(values)s"),
            "SELECT s.unit_id FROM (SELECT DISTINCT unit_id FROM tally_staging) s WHERE NOT EXISTS "
            "(SELECT 1 FROM campaigns_reportingunit u WHERE u.campaign_id = %s AND u.area_id = s.unit_id)",
            [campaign.pk],
        ),
        (
            "unknown_cell",
            _("Not open cells of this campaign's sheet: %(values)s"),
            "SELECT s.cell_id FROM (SELECT DISTINCT cell_id FROM tally_staging) s WHERE NOT EXISTS "
            "(SELECT 1 FROM campaigns_sheetcell c WHERE c.campaign_id = %s AND c.id = s.cell_id AND c.is_open)",
            [campaign.pk],
        ),
        (
            "outside_campaign",
            _("Days outside the campaign or in the future: %(values)s"),
            "SELECT DISTINCT happened_on FROM tally_staging WHERE happened_on < %s OR happened_on > %s",
            [campaign.starts_on.isoformat(), min(campaign.ends_on, today).isoformat()],
        ),
        (
            "before_unit_existed",
            _("Days on which the unit did not exist: %(values)s"),
            "SELECT a.code FROM (SELECT unit_id, MIN(happened_on) AS first, MAX(happened_on) AS last "
            "FROM tally_staging GROUP BY unit_id) s JOIN districts_area a ON a.id = s.unit_id "
            "WHERE s.first < a.valid_from OR s.last >= a.valid_until",
            [],
        ),
    ]
    if not allow_negative:
        checks.append(
            (
                "not_a_count",
                _("Negative counts: %(values)s"),
                "SELECT DISTINCT count FROM tally_staging WHERE count < 0",
                [],
            )
        )
    problems = []
    with connection.cursor() as cursor:
        for code, message, sql, params in checks:
            cursor.execute(sql, params)
            if values := [str(row[0]) for row in cursor.fetchmany(5)]:
                problems.append(Problem("rows", code, message % {"values": ", ".join(values)}))
    if problems:
        raise TallyRefused(problems)


# ``{join}`` is THEN_JOIN: from the few days that are staged to the many that stand, never the other way round.
_DIFFERENCES = """
CREATE TEMP TABLE tally_difference AS
SELECT s.unit_id, s.happened_on, s.cell_id, s.count, s.count - COALESCE(b.count, 0) AS change
FROM tally_staging s
LEFT JOIN (
    SELECT e.unit_id, e.happened_on, e.cell_id, SUM(e.change) AS count
    FROM (SELECT DISTINCT unit_id, happened_on FROM tally_staging) d
    {join} campaigns_tallyentry e ON d.unit_id = e.unit_id AND d.happened_on = e.happened_on
    JOIN campaigns_sheetcell c ON c.id = e.cell_id AND c.campaign_id = %(campaign)s
    GROUP BY e.unit_id, e.happened_on, e.cell_id
) b ON b.unit_id = s.unit_id AND b.happened_on = s.happened_on AND b.cell_id = s.cell_id
"""

# Nothing stands yet for these days: the comparison would only sort the ledger.
_DIFFERENCES_ON_NEW_GROUND = """
CREATE TEMP TABLE tally_difference AS
SELECT s.unit_id, s.happened_on, s.cell_id, s.count, s.count AS change FROM tally_staging s
"""

_STANDING_GROUND = {
    "postgresql": """
SELECT EXISTS (SELECT 1 FROM campaigns_submission s WHERE s.campaign_id = %(campaign)s
    AND s.happened_on BETWEEN (SELECT MIN(happened_on) FROM tally_staging)
                          AND (SELECT MAX(happened_on) FROM tally_staging))
""",
    # The same question would read every report of the campaign here when the answer is no.
    "sqlite": """
SELECT EXISTS (SELECT 1 FROM (SELECT DISTINCT unit_id, happened_on FROM tally_staging) d
    CROSS JOIN campaigns_submission s
        ON s.campaign_id = %(campaign)s AND s.unit_id = d.unit_id AND s.happened_on = d.happened_on)
""",
}

# Read before the comparison, never after it. Each statement sees what was committed when it began: a posting
# that comes between the two then takes the version that this load is about to write, and the unique key
# notices. Read afterwards, its version would be stepped over and its change would count beside ours.
_VERSIONS = """
CREATE TEMP TABLE tally_version AS
SELECT s.unit_id, s.happened_on, MAX(s.version) AS version
FROM (SELECT DISTINCT unit_id, happened_on FROM tally_staging) d
{join} campaigns_submission s ON d.unit_id = s.unit_id AND d.happened_on = s.happened_on
WHERE s.campaign_id = %(campaign)s
GROUP BY s.unit_id, s.happened_on
"""

_VERSIONS_ON_NEW_GROUND = """
CREATE TEMP TABLE tally_version (unit_id bigint, happened_on date, version integer)
"""

# The unit-days that change or report for the first time, with the version each will carry.
_DAYS = """
CREATE TEMP TABLE tally_day AS
SELECT g.unit_id, g.happened_on, COALESCE(v.version, 0) + 1 AS version, g.is_nil
FROM (
    SELECT unit_id, happened_on, MAX(count) = 0 AND MIN(count) = 0 AS is_nil,
        SUM(CASE WHEN change <> 0 THEN 1 ELSE 0 END) AS changes
    FROM tally_difference GROUP BY unit_id, happened_on
) g
LEFT JOIN tally_version v ON v.unit_id = g.unit_id AND v.happened_on = g.happened_on
WHERE g.changes > 0 OR v.version IS NULL
"""


def compare(campaign):
    """Compare what is staged with what stands. Returns the counts of a receipt.

    ``tally_difference`` then holds every staged count with its change, ``tally_day`` the unit-days that change
    or report for the first time.
    """
    drop("tally_version", "tally_difference", "tally_day")
    values = {"campaign": campaign.pk}
    with connection.cursor() as cursor:
        cursor.execute(_STANDING_GROUND[connection.vendor], values)
        stands = cursor.fetchone()[0]
        cursor.execute(in_order(_VERSIONS) if stands else _VERSIONS_ON_NEW_GROUND, values)
        # Without it SQLite reads all versions for every day of the file: minutes, when the file comes again.
        cursor.execute("CREATE UNIQUE INDEX tally_version_key ON tally_version (unit_id, happened_on)")
        cursor.execute(in_order(_DIFFERENCES) if stands else _DIFFERENCES_ON_NEW_GROUND, values)
        cursor.execute(_DAYS, values)
        return _receipt(cursor)


def _receipt(cursor):
    cursor.execute("SELECT COUNT(*) FROM (SELECT DISTINCT unit_id, happened_on FROM tally_staging) d")
    unit_days = cursor.fetchone()[0]
    cursor.execute(
        "SELECT COUNT(*), COALESCE(SUM(CASE WHEN version = 1 THEN 1 ELSE 0 END), 0) FROM tally_day"
    )
    submissions, first_reports = map(int, cursor.fetchone())
    cursor.execute("SELECT COUNT(*) FROM tally_difference WHERE change <> 0")
    changes = cursor.fetchone()[0]
    return {
        "unit_days": unit_days,
        "submissions": submissions,
        "first_reports": first_reports,
        "changes": changes,
    }
