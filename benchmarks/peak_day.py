"""One peak day: 3.1 lakh session sites × 6 cells through the bulk door, and folded to the nation.

    DATABASE_URL=postgresql://postgres@127.0.0.1/any python -m benchmarks.peak_day

The floor is a raw COPY of the same 18.6 lakh entries into a table with the ledger's columns, keys and indexes.
"""

import io

from benchmarks import national
from benchmarks.measuring import Results, own_database, seconds

GOAL = 4.0  # × the raw COPY, which is the import's goal of 0.25 × its speed


def main():
    results = Results("A peak day of 3.1 lakh sites")
    with own_database("peak_day"):
        from django.db import connection

        from campaigns.services.bulk import submit_tallies
        from reports import fold
        from reports.models import ProgressToDate

        national.make_areas(blocks=True, sites=True)
        campaign = national.make_campaign(days=1, unit_level=4)
        cells = national.cell_ids(campaign)
        rows = [
            (national.FIRST_SITE + site, national.FIRST_DAY, cell, (site * 7 + cell) % 90)
            for site in range(national.SITES)
            for cell in cells
        ]
        with connection.cursor() as cursor:
            cursor.execute("CREATE TABLE floor_entry (LIKE campaigns_tallyentry INCLUDING ALL)")
            file = io.StringIO(
                "".join(
                    f"{unit}\t{unit}\t{cell}\t{day}\t{count}\t2021-01-16 18:00+05:30\n"
                    for unit, day, cell, count in rows
                )
            )
            floor = seconds(
                lambda: cursor.copy_expert(
                    "COPY floor_entry (submission_id, unit_id, cell_id, happened_on, change, recorded_at) "
                    "FROM STDIN",
                    file,
                )
            )
        posted = seconds(lambda: submit_tallies(campaign=campaign, rows=rows, by=None))
        folded = seconds(lambda: fold.fold_marks(campaign.pk))
        total = ProgressToDate.objects.filter(area_id=national.NATION, cell__total__isnull=False)
        assert sum(total.values_list("count", flat=True)) == sum(row[3] for row in rows)
        results.add(
            f"{len(rows):,} counts posted",
            posted,
            floor=floor,
            goal=f"≤ {GOAL:g} ×",
            met=posted / floor <= GOAL,
        )
        results.add("folded to the nation", folded, floor=floor)
    results.show()


if __name__ == "__main__":
    main()
