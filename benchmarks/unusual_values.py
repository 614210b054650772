"""How many district-days the rule of unusual counts flags, and how many tenfold errors it finds, on real figures.

    python -m benchmarks.unusual_values [--data ../shared/data] [--every 7]

No database: the rule itself runs (``campaigns.rules``), with its thresholds as they come, over the daily growth of
public cumulative figures. *Flagged* is the share of district-days with first or second doses of which a count is
told as unusual. *Planted*: one count of a real day is made ten times as large; days count that have a report of at
least 30 doses in it and 7 days above 0 among the 14 before. Every n-th such day is taken, of each district in turn.
"""

import argparse
import csv
import datetime
from collections import defaultdict
from pathlib import Path

from campaigns.rules import RULES, evaluate
from campaigns.rules.facts import Sheet, SheetItem
from campaigns.rules.usual import LEAST_DAYS, WINDOW_DAYS, usual

LEAST_PLANTED = 30
RULE = [rule for rule in RULES if rule.code == "unusual_value"]

WIDE = "cowin_vaccine_data_districtwise.csv"
LONG = "district_doses_daily_to_20210831.csv"
COLUMNS = ("registered|||", None, None, "first|||", "second|||", "persons|||M", "persons|||F", "persons|||O",
           "by_vaccine||covaxin|", "by_vaccine||covishield|")  # fmt: skip

DOSES = (SheetItem("first", "dose", 1, "COVID-19"), SheetItem("second", "dose", 2, "COVID-19"))
PERSONS = tuple(SheetItem(code, "person") for code in ("registered", "persons", "by_vaccine"))
WHOLE_SHEET = Sheet(DOSES + PERSONS, tuple(key for key in COLUMNS if key))
DOSES_ONLY = Sheet(DOSES, ("first|||", "second|||"))


def growth(cumulative):
    """{key: {day: count}} from {day: {key: running total}}: what each day added, falls left out."""
    found, before = defaultdict(dict), {}
    for day in sorted(cumulative):
        for key, total in cumulative[day].items():
            if key in before and total > before[key]:
                found[key][day] = total - before[key]
            before[key] = total
    return found


def number(text):
    try:
        return int(float(text))
    except ValueError:
        return None


def wide_districts(path):
    """Each district with all columns of its sheet, 16 January to 26 April 2021."""
    with path.open(encoding="utf-8", newline="") as file:
        head, _names, *rows = csv.reader(file)
    districts = defaultdict(lambda: defaultdict(lambda: defaultdict(int)))
    for row in rows:
        for start in range(6, len(head) - 9, 10):
            if "/" not in head[start]:
                continue
            day = datetime.datetime.strptime(head[start], "%d/%m/%Y").date()
            for offset, key in enumerate(COLUMNS):
                if key and (total := number(row[start + offset])) is not None:
                    # Some districts have two rows, to be added.
                    districts[row[1], row[3]][day][key] += total
    return [growth(days) for days in districts.values()]


def long_districts(path):
    """Each district with first and second doses alone, to 31 August 2021."""
    districts = defaultdict(lambda: defaultdict(dict))
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            day = datetime.date.fromisoformat(row["date"])
            for key, name in (("first|||", "dose1_cum"), ("second|||", "dose2_cum")):
                if (total := number(row[name])) is not None:
                    districts[row["district_key"]][day][key] = total
    return [growth(days) for days in districts.values()]


class Tally:
    def __init__(self):
        self.days = self.flagged = 0
        self.planted, self.found = defaultdict(int), defaultdict(int)


def look(districts, sheet, every):
    tally, eligible = Tally(), 0
    for series in districts:
        days = sorted({day for key in sheet.dose_cells for day in series.get(key, ())})
        for day in days:
            since = day - datetime.timedelta(WINDOW_DAYS)
            window = {
                key: {one: count for one, count in counts.items() if since <= one < day}
                for key, counts in series.items()
            }
            known = {"usual": usual(window, sheet)}
            counts = {key: series[key][day] for key in sheet.cells if day in series.get(key, ())}
            tally.days += 1
            tally.flagged += bool(evaluate(RULE, sheet, known, counts))
            for key in sheet.dose_cells:
                enough = len(window.get(key, ())) >= LEAST_DAYS
                if not enough or counts.get(key, 0) < LEAST_PLANTED:
                    continue
                eligible += 1
                if eligible % every:
                    continue
                wrong = counts | {key: counts[key] * 10}
                hits = evaluate(RULE, sheet, known, wrong)
                tally.planted[key] += 1
                tally.found[key] += any(hit.cell == key for hit in hits)
    return tally


def report(title, tally):
    share = 100 * tally.flagged / tally.days
    print(f"\n{title}: {tally.days} district-days, flagged {share:.2f} % (goal: at most 4 %)")
    for key, name in (("first|||", "first doses"), ("second|||", "second doses")):
        planted, found = tally.planted[key], tally.found[key]
        if planted:
            missed = 99 - 100 * found / planted
            verdict = "met" if missed <= 0 else f"MISSED by {missed:.1f} points"
            print(
                f"  tenfold errors in {name}: {found} of {planted} found, {100 * found / planted:.2f} % ({verdict})"
            )
    planted, found = sum(tally.planted.values()), sum(tally.found.values())
    print(f"  in either: {100 * found / planted:.2f} %")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--every", type=int, default=7)
    options = parser.parse_args()
    report("Whole sheets of CoWIN", look(wide_districts(options.data / WIDE), WHOLE_SHEET, options.every))
    report(
        "First and second doses alone", look(long_districts(options.data / LONG), DOSES_ONLY, options.every)
    )


if __name__ == "__main__":
    main()
