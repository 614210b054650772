"""A full rebuild against one raw GROUP BY over the same ledger that writes the same rows.

    DATABASE_URL=postgresql://postgres@127.0.0.1/any python -m benchmarks.rebuild

180 days of 766 districts (8.3 lakh entries). The floor joins each entry with each area above it and its total
cell, and writes day, month and to-date rows into tables with the same keys. Goal: ≤ 2 × the floor.
"""

from benchmarks import national
from benchmarks.measuring import Results, median, own_database

DAYS = 180
GOAL = 2.0
TABLES = ("dailyprogress", "monthlyprogress", "progresstodate")

_DAILY = """
INSERT INTO floor_dailyprogress (area_id, cell_id, day, count)
SELECT t.id, x.cell_id, e.happened_on, SUM(e.change)
FROM campaigns_tallyentry e
JOIN campaigns_sheetcell c ON c.id = e.cell_id
CROSS JOIN LATERAL (VALUES (c.id), (c.total_id)) x (cell_id)
JOIN districts_area u ON u.id = e.unit_id
CROSS JOIN (VALUES (5), (10), (15)) k (n)
JOIN districts_area t ON t.path = substr(u.path, 1, k.n)
GROUP BY 1, 2, 3
"""
_MONTHLY = """
INSERT INTO floor_monthlyprogress (area_id, cell_id, month, count)
SELECT area_id, cell_id, date_trunc('month', day)::date, SUM(count) FROM floor_dailyprogress GROUP BY 1, 2, 3
"""
_TO_DATE = """
INSERT INTO floor_progresstodate (area_id, cell_id, count)
SELECT area_id, cell_id, SUM(count) FROM floor_monthlyprogress GROUP BY 1, 2
"""


def main():
    results = Results("Full rebuild")
    with own_database("rebuild"):
        from django.db import connection

        from reports import fold

        national.make_areas()
        campaign = national.make_campaign(days=DAYS)
        national.make_history(campaign, days=DAYS)
        with connection.cursor() as cursor:
            for table in TABLES:
                cursor.execute(f"CREATE TABLE floor_{table} (LIKE reports_{table} INCLUDING ALL)")

            def raw():
                cursor.execute("SET LOCAL work_mem = '96MB'")
                for statement in (_DAILY, _MONTHLY, _TO_DATE):
                    cursor.execute(statement)

            floor = median(raw, times=3, before=lambda: _empty(cursor, "floor"))
            took = median(lambda: fold.rebuild(campaign), times=3, before=lambda: _empty(cursor, "reports"))
            standing = median(lambda: fold.rebuild(campaign), times=3)
            for table in TABLES:
                cursor.execute(f"TABLE floor_{table} EXCEPT TABLE reports_{table} LIMIT 1")
                assert cursor.fetchone() is None, f"{table}: the floor and the rebuild differ"
        results.add(
            "rebuild into empty tables", took, floor=floor, goal=f"≤ {GOAL:g} ×", met=took / floor <= GOAL
        )
        results.add("rebuild where nothing differs", standing, floor=floor)
    results.show()


def _empty(cursor, prefix):
    names = [f"{prefix}_{table}" for table in TABLES]
    if prefix == "reports":
        names += ["reports_dailyreporting", "reports_dailyrevision"]
    cursor.execute(f"TRUNCATE {', '.join(names)}")


if __name__ == "__main__":
    main()
