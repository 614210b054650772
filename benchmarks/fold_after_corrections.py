"""A fold costs what has changed, not what lies behind it.

1,000 corrections of random districts and days, each by a journal of its own, are folded with 30, 180 and 365
days of national history: to the day, month and to-date rows of district, state and nation. Each history has a
database of its own, made from the one before, and they are measured in turns.

Scattered over the same 30 days, they change as many rows whatever lies before: that is held to the goal. Scattered
over a whole year they meet each other more rarely in a state's or the nation's day, so there are more rows to
change: shown with the cost of a row.

    DATABASE_URL=postgresql://… python -m benchmarks.fold_after_corrections
"""

import datetime
from statistics import median

from benchmarks import national
from benchmarks.measuring import Results, own_database, seconds

HISTORIES = (30, 180, 365)
CORRECTIONS = 1_000
TURNS, FOLDS = 5, 4  # the first fold of a turn finds the buffers as another database left them: not counted
WITHIN = 0.2


def main():
    with own_database("30") as server:
        from django.db import connection

        from reports import fold

        national.make_areas()
        campaign = national.make_campaign(days=HISTORIES[-1])
        grown = 0
        for days in HISTORIES:
            if grown:
                server.copy(str(grown), to=str(days))
            else:
                server.use(str(days))
            national.make_history(campaign, days=days - grown, until=grown)
            fold.rebuild(campaign)
            with connection.cursor() as cursor:
                cursor.execute("VACUUM ANALYZE")
            grown = days
        folded = _in_turns(server, campaign, fold)
        _report(folded)


def _in_turns(server, campaign, fold):
    """{(days of history, days corrected): [(seconds, rows changed), …]}"""
    folded = {}
    for turn in range(TURNS):
        for days in HISTORIES:
            server.use(str(days))
            for corrected in sorted({HISTORIES[0], days}):
                since = national.FIRST_DAY + datetime.timedelta(days - corrected)
                for number in range(FOLDS):
                    seed = turn * FOLDS + number
                    rows = national.make_corrections(campaign, CORRECTIONS, seed=seed, since=since)
                    marks = []
                    took = seconds(lambda marks=marks: marks.append(fold.fold_marks(campaign.pk)))
                    assert marks == [CORRECTIONS]
                    if number:
                        folded.setdefault((days, corrected), []).append((took, rows))
    for days in HISTORIES:
        server.use(str(days))
        assert fold.verify(campaign).differences == 0
    return folded


def _report(folded):
    results = Results("Fold after 1,000 scattered corrections, by days of national district-level history")
    base = median(took for took, _rows in folded[HISTORIES[0], HISTORIES[0]])
    for (days, corrected), found in folded.items():
        took, rows = median(took for took, _rows in found), int(median(rows for _took, rows in found))
        per_row = f"{took / rows * 1e6:.0f} µs each of {rows:,} rows"
        if corrected == HISTORIES[0]:
            name = f"{days} days, corrections in the last {corrected}: {per_row}"
            within = abs(took / base - 1) <= WITHIN
            results.add(name, took, floor=base, goal="0.80 to 1.20 of 30 days", met=within)
        else:
            results.add(f"{days} days, corrections in all of them: {per_row}", took, floor=base)
    results.show()


if __name__ == "__main__":
    main()
