"""The check of the fold: a recompute by another road, compared row by row.

What the fold and its check share, the check cannot find wrong. So here every entry is joined with every area
above its unit by path, where the fold sums children into parents; an item's total is told by the item, not by
the cell's link; a report is told by counting distinct units, not versions; days are made by other functions.
What is verified is not summed from its own ledger at all, but from the tallies of the versions that were.
"""

from django.db import connection
from django.utils import timezone

from districts.models import Level
from districts.models.areas import SEGMENT
from reports.fold_sql import rows_of_campaign, tune

MOST_SHOWN = 1000  # differences of one table

_ABOVE = " UNION ALL ".join(f"SELECT {length} AS n" for length in range(SEGMENT, SEGMENT * 4 + 1, SEGMENT))

# Journals still marked are in no figure yet.
_UNMARKED = "NOT EXISTS (SELECT 1 FROM campaigns_foldmark m WHERE m.journal_id = s.journal_id)"


def differences(cursor, campaign_id):
    """Compare the progress tables with the ledger. Returns (rows compared, differences).

    A difference is a dict of table, area_id and the rest of the row's key, with the kept and the recomputed
    sums (None where there is no such row).
    """
    campaign = int(campaign_id)
    tune(cursor)
    _recompute(cursor, campaign)
    found, rows = [], 0
    for comparison in _comparisons(campaign):
        number, wrong = _compare(cursor, campaign, *comparison)
        rows += number
        found += wrong
    _drop(cursor)
    return rows, found


def _drop(cursor):
    for table in ("check_entry", "check_report", "check_daily", "check_verified", "check_row"):
        cursor.execute(f"DROP TABLE IF EXISTS {table}")


def _month(column):
    if connection.vendor == "postgresql":
        return f"make_date(extract(year FROM {column})::int, extract(month FROM {column})::int, 1)"
    return f"date({column}, 'start of month')"


def _local_date(column):
    minutes = int(timezone.localtime().utcoffset().total_seconds() // 60)
    if connection.vendor == "postgresql":
        return f"({column} AT TIME ZONE 'UTC' + interval '{minutes} minutes')::date"
    return f"substr(datetime({column}, '{minutes:+d} minutes'), 1, 10)"


def _lifted(path):
    """Join every area above a path, sites left out."""
    return (
        f"JOIN ({_ABOVE}) k ON k.n <= length({path}) "
        f"JOIN districts_area t ON t.path = substr({path}, 1, k.n) AND t.level < {int(Level.SITE)}"
    )


def _recompute(cursor, campaign):
    _drop(cursor)
    parts = _parts(campaign)
    cursor.execute(
        f"CREATE TEMP TABLE check_entry AS "
        f"SELECT u.path, x.cell_id, e.happened_on AS day, e.change, s.is_late, s.version, "
        f"{_local_date('e.recorded_at')} AS recorded_on "
        f"FROM campaigns_tallyentry e "
        f"JOIN campaigns_submission s ON s.id = e.submission_id "
        f"JOIN ({parts}) x ON x.part_id = e.cell_id "
        f"JOIN districts_area u ON u.id = e.unit_id WHERE {_UNMARKED}"
    )
    cursor.execute(
        f"CREATE TEMP TABLE check_daily AS "
        f"SELECT t.id AS area_id, b.cell_id, b.day, SUM(b.change) AS count FROM check_entry b "
        f"{_lifted('b.path')} GROUP BY 1, 2, 3"
    )
    # Marks that are not folded yet leave the review before them in the figures.
    last = (
        "SELECT MAX(o.id) FROM campaigns_review o WHERE o.campaign_id = r.campaign_id AND o.unit_id = r.unit_id "
        "AND o.happened_on = r.happened_on "
        "AND NOT EXISTS (SELECT 1 FROM campaigns_reviewmark m WHERE m.act_id = o.act_id)"
    )
    cursor.execute(
        f"CREATE TEMP TABLE check_verified AS "
        f"SELECT t.id AS area_id, x.cell_id, r.happened_on AS day, SUM(e.change) AS count FROM campaigns_review r "
        f"JOIN districts_area u ON u.id = r.unit_id "
        f"JOIN campaigns_tallyentry e ON e.unit_id = r.unit_id AND e.happened_on = r.happened_on "
        f"JOIN campaigns_submission s ON s.id = e.submission_id AND s.version <= r.version "
        f"JOIN ({parts}) x ON x.part_id = e.cell_id {_lifted('u.path')} "
        f"WHERE r.campaign_id = {campaign} AND r.state = 'verified' AND r.id = ({last}) GROUP BY 1, 2, 3 "
        f"HAVING SUM(e.change) <> 0"
    )
    first = (
        "NOT EXISTS (SELECT 1 FROM campaigns_submission p WHERE p.campaign_id = s.campaign_id "
        "AND p.unit_id = s.unit_id AND p.happened_on = s.happened_on AND p.version < s.version)"
    )
    cursor.execute(
        f"CREATE TEMP TABLE check_report AS "
        f"SELECT u.path, s.happened_on AS day, CASE WHEN s.is_late THEN 0 ELSE 1 END AS on_time "
        f"FROM campaigns_submission s JOIN districts_area u ON u.id = s.unit_id "
        f"WHERE s.campaign_id = {campaign} AND {first} AND {_UNMARKED}"
    )


def _parts(campaign):
    """Every cell under itself and under its item's total."""
    total = "SELECT w.id FROM campaigns_sheetcell w WHERE w.item_id = c.item_id AND w.total_id IS NULL"
    cells = f"FROM campaigns_sheetcell c WHERE campaign_id = {campaign} AND total_id IS NOT NULL"
    return f"SELECT id AS part_id, id AS cell_id {cells} UNION ALL SELECT id, ({total}) {cells}"


def _comparisons(campaign):
    """(table, its keys after the area, its sums, the recompute as a SELECT of area, keys, sums)."""
    counted = "CAST(SUM(count) AS bigint)"
    yield (
        "reports_dailyprogress",
        ("cell_id", "day"),
        ("count",),
        "SELECT area_id, cell_id, day, count FROM check_daily",
    )
    yield (
        "reports_monthlyprogress",
        ("cell_id", "month"),
        ("count",),
        f"SELECT area_id, cell_id, {_month('day')} AS month, {counted} AS count FROM check_daily GROUP BY 1, 2, 3",
    )
    yield (
        "reports_progresstodate",
        ("cell_id",),
        ("count",),
        f"SELECT area_id, cell_id, {counted} AS count FROM check_daily GROUP BY 1, 2",
    )
    yield (
        "reports_dailyreporting",
        ("campaign_id", "day"),
        ("reported", "on_time"),
        f"SELECT t.id AS area_id, CAST({campaign} AS bigint) AS campaign_id, r.day, COUNT(*) AS reported, "
        f"SUM(r.on_time) AS on_time FROM check_report r "
        f"{_lifted('r.path')} GROUP BY 1, 2, 3",
    )
    yield (
        "reports_dailyrevision",
        ("cell_id", "recorded_on"),
        ("added", "removed"),
        f"SELECT t.id AS area_id, b.cell_id, b.recorded_on, "
        f"CAST(SUM((abs(b.change) + b.change) / 2) AS bigint) AS added, "
        f"CAST(SUM((abs(b.change) - b.change) / 2) AS bigint) AS removed FROM check_entry b {_lifted('b.path')} "
        f"WHERE (b.is_late OR (b.version > 1 AND b.day < b.recorded_on)) GROUP BY 1, 2, 3",
    )
    yield from _comparisons_of_verified(counted)


def _comparisons_of_verified(counted):
    yield (
        "reports_dailyverified",
        ("cell_id", "day"),
        ("count",),
        "SELECT area_id, cell_id, day, count FROM check_verified",
    )
    yield (
        "reports_monthlyverified",
        ("cell_id", "month"),
        ("count",),
        f"SELECT area_id, cell_id, {_month('day')} AS month, {counted} AS count FROM check_verified "
        f"GROUP BY 1, 2, 3 HAVING SUM(count) <> 0",
    )
    yield (
        "reports_verifiedtodate",
        ("cell_id",),
        ("count",),
        f"SELECT area_id, cell_id, {counted} AS count FROM check_verified GROUP BY 1, 2 "
        f"HAVING SUM(count) <> 0",
    )


def _compare(cursor, campaign, table, keys, sums, again):
    keys = ("area_id", *keys)
    cursor.execute("DROP TABLE IF EXISTS check_row")
    cursor.execute(f"CREATE TEMP TABLE check_row AS {again}")
    cursor.execute("SELECT COUNT(*) FROM check_row")
    number = cursor.fetchone()[0]
    names = ", ".join(keys)
    # What was verified and reopened leaves a 0; by this road there is no row at all.
    told = " AND count <> 0" if "check_verified" in again else ""
    kept = "".join(f", {column} AS kept_{column}, 0 AS again_{column}" for column in sums)
    made = "".join(f", 0, {column}" for column in sums)
    both = "".join(f", SUM(kept_{column}), SUM(again_{column})" for column in sums)
    unequal = "".join(f" OR SUM(kept_{column}) <> SUM(again_{column})" for column in sums)
    cursor.execute(
        f"SELECT {names}, MAX(is_kept), MAX(is_again){both} FROM ("
        f"SELECT {names}, 1 AS is_kept, 0 AS is_again{kept} FROM {table} "
        f"WHERE {rows_of_campaign(table, campaign)}{told} "
        f"UNION ALL SELECT {names}, 0, 1{made} FROM check_row) x "
        f"GROUP BY {names} HAVING MAX(is_kept) <> MAX(is_again){unequal} ORDER BY {names} LIMIT {MOST_SHOWN}"
    )
    wrong = []
    for row in cursor.fetchall():
        key, (is_kept, is_again), values = row[: len(keys)], row[len(keys) :][:2], row[len(keys) + 2 :]
        wrong.append(
            {
                "table": table,
                **dict(zip(keys, map(str, key), strict=True)),
                "kept": [int(value) for value in values[::2]] if is_kept else None,
                "recomputed": [int(value) for value in values[1::2]] if is_again else None,
            }
        )
    return number, wrong
