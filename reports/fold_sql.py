"""The statements of the fold, for SQLite and PostgreSQL.

A fold sums in sets: temporary tables hold what changed per unit, then per ancestor, level by level (each level
sums the one below, so a national day of 18 lakh facts is read once). Sites keep no rows of their own: their
changes start at the area above, and a site's figure is its ledger.
"""

from dataclasses import dataclass

from django.db import connection

from districts.models import Level
from reports.selectors.revisions import is_revision, local_date

# The tables stay with the connection and are emptied: one made anew for every fold would leave a dozen dead
# rows of PostgreSQL's catalogue behind each time.
_TEMPORARY = {
    "fold_journal": "id bigint PRIMARY KEY",
    "fold_change": "area_id bigint, cell_id bigint, day date, count bigint",
    "fold_report": "area_id bigint, day date, reported bigint, on_time bigint",
    "fold_revision": "area_id bigint, cell_id bigint, recorded_on date, added bigint, removed bigint",
}

# Where a unit's changes start; ``a`` is its area.
BASE = "CASE WHEN a.level = 4 THEN a.parent_id ELSE a.id END"


@dataclass(frozen=True)
class Sums:
    """How a progress table is made of a temporary one: its keys and sums, and what a key or sum is made of."""

    table: str
    source: str
    keys: tuple
    sums: tuple
    made: dict

    @property
    def columns(self):
        return ", ".join((*self.keys, *self.sums))

    def select(self, source=None):
        keys = ", ".join(f"{self.made.get(key, key)} AS {key}" for key in self.keys)
        sums = ", ".join(f"SUM({self.made.get(column, column)}) AS {column}" for column in self.sums)
        # An area may have come twice: as a unit, and as the area above other units.
        groups = ", ".join(str(number) for number in range(1, len(self.keys) + 1))
        return f"SELECT {keys}, {sums} FROM {source or self.source} WHERE true GROUP BY {groups}"


def progress_tables(campaign_id):
    """The five progress tables, as the fold of one campaign fills them, each after what it is made of."""
    campaign = {"campaign_id": str(int(campaign_id))}
    month = {"month": month_of("day")}
    return (
        Sums("reports_dailyprogress", "fold_change", ("area_id", "cell_id", "day"), ("count",), {}),
        Sums("reports_monthlyprogress", "fold_change", ("area_id", "cell_id", "month"), ("count",), month),
        Sums("reports_progresstodate", "fold_change", ("area_id", "cell_id"), ("count",), {}),
        Sums(
            "reports_dailyreporting",
            "fold_report",
            ("area_id", "campaign_id", "day"),
            ("reported", "on_time"),
            campaign,
        ),
        Sums(
            "reports_dailyrevision",
            "fold_revision",
            ("area_id", "cell_id", "recorded_on"),
            ("added", "removed"),
            {},
        ),
    )


def rows_of_campaign(table, campaign_id):
    """The condition that picks a campaign's rows of a progress table."""
    if table == "reports_dailyreporting":
        return f"campaign_id = {int(campaign_id)}"
    return f"cell_id IN (SELECT id FROM campaigns_sheetcell WHERE campaign_id = {int(campaign_id)})"


def month_of(column):
    """The first day of the month of a day."""
    if connection.vendor == "postgresql":
        return f"{column} - (extract(day FROM {column})::int - 1)"
    return f"substr({column}, 1, 7) || '-01'"


def prepare(cursor, temporary=_TEMPORARY):
    """Make ready the temporary tables of this connection."""
    for table, columns in temporary.items():
        if connection.vendor == "postgresql":
            cursor.execute(f"CREATE TEMP TABLE IF NOT EXISTS {table} ({columns}) ON COMMIT DELETE ROWS")
        else:
            cursor.execute(f"CREATE TEMP TABLE IF NOT EXISTS {table} ({columns})")
        cursor.execute(f"DELETE FROM {table}")
    tune(cursor)


def tune(cursor):
    """Tell PostgreSQL, for this transaction, what kind of work this is.

    Memory to sort and hash a national day in. And no fear of the index: a few journals out of a year of them are
    found in it, where the planner's usual price of a random page would read the whole ledger from the start.
    """
    if connection.vendor == "postgresql":
        cursor.execute("SET LOCAL work_mem = '96MB'; SET LOCAL random_page_cost = 1.1; SET LOCAL jit = off")


def choose(cursor, journals, table="fold_journal"):
    """Fix which journals (or acts of review) are folded.

    Every later statement has its own snapshot; a journal committed in between must not slip into one
    of them with its mark still standing, or it would count twice.
    """
    rows = ", ".join(f"({int(journal)})" for journal in journals)
    cursor.execute(f"INSERT INTO {table} VALUES {rows}")
    # Unmeasured, the table would look large enough to PostgreSQL to read the whole ledger beside it.
    _measure(cursor, table)


def remove_chosen_marks(cursor):
    cursor.execute("DELETE FROM campaigns_foldmark WHERE journal_id IN (SELECT id FROM fold_journal)")


def _measure(cursor, table):
    if connection.vendor == "postgresql":
        cursor.execute(f"ANALYZE {table}")


def collect_chosen(cursor):
    """Fill the temporary tables from the chosen journals."""
    submissions = "fold_journal f JOIN campaigns_submission s ON s.journal_id = f.id"
    _collect(
        cursor,
        entries=f"{submissions} JOIN campaigns_tallyentry e ON e.submission_id = s.id",
        submissions=submissions,
    )


def collect_campaign(cursor, campaign_id):
    """Fill the temporary tables from everything a campaign has, but for journals that still carry a mark.

    Call it with the fold's lock held and the marks deleted: a journal committed meanwhile has its mark, in
    every snapshot that has the journal, and no other fold can take it away.
    """
    campaign = int(campaign_id)
    unmarked = (
        f"s.campaign_id = {campaign} "
        f"AND NOT EXISTS (SELECT 1 FROM campaigns_foldmark m WHERE m.journal_id = s.journal_id)"
    )
    # The cells name the campaign: no need to join each entry with its submission, only to leave out the few
    # that are marked.
    _collect(
        cursor,
        entries=(
            f"campaigns_tallyentry e "
            f"JOIN campaigns_sheetcell k ON k.id = e.cell_id AND k.campaign_id = {campaign}"
        ),
        entries_where=(
            f"NOT EXISTS (SELECT 1 FROM campaigns_foldmark m "
            f"JOIN campaigns_submission s ON s.journal_id = m.journal_id "
            f"WHERE m.campaign_id = {campaign} AND s.id = e.submission_id)"
        ),
        submissions="campaigns_submission s",
        submissions_where=unmarked,
    )


def _collect(cursor, *, entries, submissions, entries_where="true", submissions_where="true"):
    cursor.execute(
        f"INSERT INTO fold_change (area_id, cell_id, day, count) "
        f"SELECT {BASE}, e.cell_id, e.happened_on, SUM(e.change) "
        f"FROM {entries} JOIN districts_area a ON a.id = e.unit_id WHERE {entries_where} GROUP BY 1, 2, 3"
    )
    total(cursor, "fold_change", keys=("day",), sums=("count",))
    lift(cursor, "fold_change", keys=("cell_id", "day"), sums=("count",))
    cursor.execute(
        f"INSERT INTO fold_report (area_id, day, reported, on_time) "
        f"SELECT {BASE}, s.happened_on, COUNT(*), SUM(CASE WHEN s.is_late THEN 0 ELSE 1 END) "
        f"FROM {submissions} JOIN districts_area a ON a.id = s.unit_id "
        f"WHERE s.version = 1 AND {submissions_where} GROUP BY 1, 2"
    )
    lift(cursor, "fold_report", keys=("day",), sums=("reported", "on_time"))
    recorded_on = local_date("j.recorded_at")
    cursor.execute(
        f"INSERT INTO fold_revision (area_id, cell_id, recorded_on, added, removed) "
        f"SELECT {BASE}, e.cell_id, {recorded_on}, "
        f"SUM(CASE WHEN e.change > 0 THEN e.change ELSE 0 END), "
        f"SUM(CASE WHEN e.change < 0 THEN -e.change ELSE 0 END) "
        f"FROM {submissions} JOIN campaigns_journal j ON j.id = s.journal_id "
        f"JOIN campaigns_tallyentry e ON e.submission_id = s.id JOIN districts_area a ON a.id = s.unit_id "
        f"WHERE (s.is_late OR s.version > 1) AND {is_revision(recorded_on)} AND {submissions_where} "
        f"GROUP BY 1, 2, 3"
    )
    total(cursor, "fold_revision", keys=("recorded_on",), sums=("added", "removed"))
    lift(cursor, "fold_revision", keys=("cell_id", "recorded_on"), sums=("added", "removed"))


def total(cursor, table, *, keys, sums):
    """Add the rows of each item's total cell."""
    columns = ", ".join(("area_id", "cell_id", *keys, *sums))
    names = ", ".join(f"f.{key}" for key in keys)
    totals = ", ".join(f"SUM(f.{column})" for column in sums)
    cursor.execute(
        f"INSERT INTO {table} ({columns}) SELECT f.area_id, c.total_id, {names}, {totals} FROM {table} f "
        f"JOIN campaigns_sheetcell c ON c.id = f.cell_id GROUP BY f.area_id, c.total_id, {names}"
    )


def lift(cursor, table, *, keys, sums):
    columns = ", ".join(("area_id", *keys, *sums))
    names = ", ".join(f"f.{key}" for key in keys)
    totals = ", ".join(f"SUM(f.{column})" for column in sums)
    for level in (Level.BLOCK, Level.DISTRICT, Level.STATE):
        cursor.execute(
            f"INSERT INTO {table} ({columns}) SELECT a.parent_id, {names}, {totals} FROM {table} f "
            f"JOIN districts_area a ON a.id = f.area_id AND a.level = {int(level)} AND a.parent_id IS NOT NULL "
            f"GROUP BY a.parent_id, {names}"
        )


def last_day(cursor):
    """The latest day with a report among what was collected."""
    cursor.execute("SELECT MAX(day) FROM fold_report")
    return cursor.fetchone()[0]


# At least half as many as on the busiest of the last days: units fall away, and one of them reports on alone.
_BUSY_DAY = """
SELECT MAX(y.day) FROM (
    SELECT x.day, x.reported, MAX(x.reported) OVER () AS most FROM (
        SELECT r.day, r.reported FROM reports_dailyreporting r
        JOIN campaigns_campaign c ON c.id = r.campaign_id AND c.area_id = r.area_id
        WHERE r.campaign_id = %s ORDER BY r.day DESC LIMIT 8
    ) x
) y WHERE 2 * y.reported >= y.most
"""


def busy_day(cursor, campaign_id):
    """The latest day that most of the units of the campaign reported, or None."""
    cursor.execute(_BUSY_DAY, [campaign_id])
    return cursor.fetchone()[0]


def add(cursor, tables):
    """Add what was collected to the progress tables (or to those of what is verified)."""
    for sums in tables:
        changes = ", ".join(f"{column} = {sums.table}.{column} + excluded.{column}" for column in sums.sums)
        cursor.execute(
            f"INSERT INTO {sums.table} ({sums.columns}) {sums.select()} "
            f"ON CONFLICT ({', '.join(sums.keys)}) DO UPDATE SET {changes}"
        )


def replace(cursor, campaign_id, tables):
    """Make the tables equal to what was collected. Returns how many rows were wrong.

    Only rows that differ are written: a rebuild of figures that are right leaves no dead rows behind.
    """
    wrong, rows, before = 0, None, None
    for sums in tables:
        # Months are summed from the days just made, and all days from the months.
        source = rows if sums.source == before else sums.source
        before = sums.source
        rows = f"fold_row_{sums.table}"
        cursor.execute(f"DROP TABLE IF EXISTS {rows}")
        cursor.execute(f"CREATE TEMP TABLE {rows} AS {sums.select(source)} ORDER BY {', '.join(sums.keys)}")
        _measure(cursor, rows)
        wrong += _replace(cursor, sums, rows, rows_of_campaign(sums.table, campaign_id))
    for sums in tables:
        cursor.execute(f"DROP TABLE fold_row_{sums.table}")
    return wrong


def _replace(cursor, sums, rows, mine):
    cursor.execute(f"SELECT EXISTS (SELECT 1 FROM {sums.table} WHERE {mine})")
    if not cursor.fetchone()[0]:
        cursor.execute(f"INSERT INTO {sums.table} ({sums.columns}) SELECT {sums.columns} FROM {rows}")
        return cursor.rowcount
    same_key = " AND ".join(f"n.{key} = t.{key}" for key in sums.keys)
    other_sums = " OR ".join(f"n.{column} <> t.{column}" for column in sums.sums)
    new = ", ".join(f"{column} = excluded.{column}" for column in sums.sums)
    cursor.execute(
        f"INSERT INTO {sums.table} ({sums.columns}) "
        f"SELECT {', '.join(f'n.{column}' for column in (*sums.keys, *sums.sums))} "
        f"FROM {rows} n LEFT JOIN {sums.table} t ON {same_key} WHERE t.area_id IS NULL OR {other_sums} "
        f"ON CONFLICT ({', '.join(sums.keys)}) DO UPDATE SET {new}"
    )
    written = cursor.rowcount
    cursor.execute(f"SELECT (SELECT COUNT(*) FROM {sums.table} WHERE {mine}) - (SELECT COUNT(*) FROM {rows})")
    if not cursor.fetchone()[0]:
        return written
    cursor.execute(
        f"DELETE FROM {sums.table} AS t WHERE {mine} AND NOT EXISTS (SELECT 1 FROM {rows} n WHERE {same_key})"
    )
    return written + cursor.rowcount
