"""The long district file once more: slow, obvious, and sharing nothing with the importer."""

import csv
from collections import defaultdict


def totals_to_date(path, day):
    """{state code: [first doses, second doses]}: the last running totals written down by the day."""
    latest = {}
    with open(path, encoding="utf-8", newline="") as file:  # noqa: PTH123  (the obvious way)
        for row in csv.DictReader(file):
            if row["date"] > day:
                continue
            first, second = latest.get((row["state_code"], row["district_key"]), (0, 0))
            first = int(row["dose1_cum"]) if row["dose1_cum"] else first
            second = int(row["dose2_cum"]) if row["dose2_cum"] else second
            latest[row["state_code"], row["district_key"]] = (first, second)
    sums = defaultdict(lambda: [0, 0])
    for (state, _district), (first, second) in latest.items():
        sums[state][0] += first
        sums[state][1] += second
    return dict(sums)
