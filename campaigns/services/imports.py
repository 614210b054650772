"""Loading a file of counts through the ledger's bulk door, or seeing first what it would change."""

from django.db import connection, transaction

from campaigns.imports.formats import open_reader, survey_of
from campaigns.imports.ground import ground_of
from campaigns.models import Source
from campaigns.services import review_postings, staging
from campaigns.services.bulk import submit_tallies
from districts.table_files.tables import open_table

SAMPLE = 25


def load_file(
    *,
    campaign,
    path,
    file_format,
    by,
    findings,
    areas=None,
    file_name="",
    reason="",
    idempotency_key="",
    progress=None,
):
    """Load the rows that can be taken, all of them or none. Returns the receipt of ``submit_tallies``.

    ``areas``: where the one who imports may; None is everywhere (the command line). ``progress`` is called with
    the share of the file that has been read, from 0 to 1. Raises FileRefused or TallyRefused.
    """
    found = survey_of(path, file_format)
    with open_table(path) as table:
        ground = ground_of(campaign, areas=areas, findings=findings)
        reader = open_reader(table, file_format, ground, found)
        return submit_tallies(
            campaign=campaign,
            rows=reader.counts(),
            by=by,
            source=Source.FILE,
            file_name=file_name or path.name,
            reason=reason,
            idempotency_key=idempotency_key,
            allow_negative=reader.allow_negative,
            progress=progress and (lambda _rows: progress(table.fraction)),
        )


def preview_file(*, campaign, path, file_format, findings, by=None, areas=None, progress=None):
    """What loading the file would change, and nothing written.

    Returns the counts of a receipt, ``corrections`` (unit-days that have reported and would change), ``items``
    (rows of item code, what stands, what would stand, whether these are sums over the days or, of what does not
    add up over days, the largest day) and a ``sample`` of the largest changes.
    """
    found = survey_of(path, file_format)
    with open_table(path) as table:
        ground = ground_of(campaign, areas=areas, findings=findings)
        reader = open_reader(table, file_format, ground, found)
        rows = staging.stage(reader.counts(), progress and (lambda _rows: progress(table.fraction)))
        with transaction.atomic():
            staging.refuse_what_is_unknown(campaign, reader.allow_negative)
            receipt = staging.compare(campaign)
            review_postings.refuse_locked(campaign, by)
            preview = {"rows": rows, **receipt, **_differences()}
        staging.clear()
        return preview


# Both pick from the temporary table first and look names up for the few rows left: the planner knows nothing
# about a table that is a moment old, and would join names to half a million rows one by one.
_ITEMS = """
SELECT i.code, CASE WHEN i.accumulates THEN SUM(t.before) ELSE MAX(t.before) END,
    CASE WHEN i.accumulates THEN SUM(t.after) ELSE MAX(t.after) END, i.accumulates
FROM (
    SELECT c.item_id, d.happened_on, SUM(d.before) AS before, SUM(d.after) AS after
    FROM (
        SELECT cell_id, happened_on, SUM(count - change) AS before, SUM(count) AS after
        FROM tally_difference GROUP BY cell_id, happened_on
    ) d
    JOIN campaigns_sheetcell c ON c.id = d.cell_id GROUP BY c.item_id, d.happened_on
) t
JOIN campaigns_item i ON i.id = t.item_id
GROUP BY i.code, i.position, i.accumulates ORDER BY i.position, i.code
"""

_SAMPLE = """
SELECT a.code, a.name_en, a.name_hi, d.happened_on, c.key, d.count - d.change, d.count
FROM (
    SELECT unit_id, happened_on, cell_id, count, change FROM tally_difference WHERE change <> 0
    ORDER BY ABS(change) DESC, happened_on, unit_id, cell_id LIMIT %s
) d
JOIN districts_area a ON a.id = d.unit_id JOIN campaigns_sheetcell c ON c.id = d.cell_id
ORDER BY ABS(d.change) DESC, d.happened_on, d.unit_id, d.cell_id
"""

_CORRECTIONS = "SELECT COUNT(*) FROM tally_day WHERE version > 1"

_DAYS = "SELECT MIN(happened_on), MAX(happened_on), COUNT(DISTINCT unit_id) FROM tally_staging"


def _differences():
    with connection.cursor() as cursor:
        cursor.execute(_ITEMS)
        items = [
            [code, int(before), int(after), bool(adds_up)]
            for code, before, after, adds_up in cursor.fetchall()
        ]
        cursor.execute(_SAMPLE, [SAMPLE])
        sample = [
            [code, name_en, name_hi, str(day), key, int(before), int(after)]
            for code, name_en, name_hi, day, key, before, after in cursor.fetchall()
        ]
        cursor.execute(_CORRECTIONS)
        corrections = cursor.fetchone()[0]
        cursor.execute(_DAYS)
        first, last, units = cursor.fetchone()
    return {
        "items": items,
        "sample": sample,
        "corrections": corrections,
        "first_day": str(first) if first else None,
        "last_day": str(last) if last else None,
        "units": units,
    }
