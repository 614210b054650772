"""Holding what the selectors answer against the oracle, figure by figure."""

import dataclasses
import datetime

from reports.selectors import overdue, sheets
from reports.selectors.coverage import area_figures
from reports.selectors.reporting import silent_units
from reports.selectors.series import item_series, parts_of, series_of


def check_figures(ledger, oracle_class, *, campaign, area, day, as_of, cohort, target_set):
    """Everything that can be asked of an area, its children included."""
    # What is remembered by a version is wrong after a rollback, which no site in service knows.
    for remembered in (sheets._setup, overdue._units, overdue._overdue_units):
        remembered.cache_clear()
    common = {"day": day, "as_of": as_of, "cohort": cohort}
    first = day - datetime.timedelta(days=day.day % 20)  # inside the small lines' days, and before
    coverage = area_figures(campaign=campaign, area=area, target_set=target_set, charted_from=first, **common)
    units = set().union(*(ledger.above[unit] for unit in ledger.units))
    below = [row for pk, row in ledger.areas.items() if row["parent_id"] == area.pk and pk in units]
    assert [child.code for child in coverage.children] == [
        row["code"] for row in sorted(below, key=lambda row: row["path"])
    ]
    for one, figures in zip(coverage.areas, [coverage.area, *coverage.children], strict=True):
        oracle = oracle_class(ledger, area=one, target_set=target_set, **common)
        assert told(figures) == reckoned(oracle), f"{figures.code} on {day} as of {as_of}, {cohort}"
    oracle = oracle_class(ledger, area=area, target_set=target_set, **common)
    assert (coverage.elapsed, coverage.total) == (oracle.elapsed, oracle.total)
    silent = silent_units(campaign=campaign, area=area, day=day, as_of=as_of)
    assert [one.code for one in silent] == oracle.silent_codes()
    series = item_series(campaign=campaign, area=area, first=first, last=day, cohort=cohort, as_of=as_of)
    _check_charts(series, oracle, first, day)
    drawn = series_of(
        coverage.sheet.items,
        coverage.sheet,
        counts=coverage.counts,
        reported=coverage.reported,
        first=first,
        last=day,
    )
    _check_charts(drawn, oracle, first, day)
    if cohort is None:
        parts = parts_of(coverage.sheet, counts=coverage.counts, day=day)
        assert {
            (part.item, part.cohort, part.vaccine, part.sex): (part.today, part.to_date) for part in parts
        } == {tuple(ledger.cells[pk]["key"].split("|")): counts for pk, counts in oracle.parts().items()}


def _check_charts(series, oracle, first, day):
    assert list(series) == oracle.item_codes()
    for code, one in series.items():
        assert (one.daily, one.to_date) == oracle.series(code, first, day)


def _exact(ratio):
    return ratio.exact if ratio is not None else None


def told(figures):
    """What the selector says, in the shape of ``reckoned``."""
    return {
        "items": {
            code: {
                "today": item.today,
                "to_date": item.to_date,
                "target": item.target,
                "coverage": _exact(item.coverage),
                **(
                    {
                        "expected": item.expected,
                        "days_ahead": _exact(item.days_ahead),
                        "required_daily": _exact(item.required_daily),
                        "mean": _exact(item.mean_of_last_7),
                        "eta": item.eta,
                    }
                    if item.kind == "dose"
                    else {}
                ),
            }
            for code, item in figures.items.items()
        },
        "recent": figures.recent,
        "units": dataclasses.astuple(figures.units),
        "lead": (figures.first, figures.last),
        "drop_out": _exact(figures.drop_out),
        "left_out": figures.left_out,
        "category": figures.category,
        "overdue": figures.overdue,
        "revised": (figures.revised_added, figures.revised_removed),
        "flags": {(flag.kind, flag.item, flag.by) for flag in figures.flags},
        "doses": (figures.doses_today, figures.doses_to_date),
    }


def reckoned(oracle):
    codes = oracle.item_codes()
    doses = [code for code in codes if oracle.is_dose(code)]
    return {
        "items": {code: _item(oracle, code) for code in codes},
        "recent": {code: oracle.recent(code) for code in doses},
        "units": oracle.units(),
        "lead": oracle.lead(),
        "drop_out": oracle.drop_out(),
        "left_out": oracle.left_out(),
        "category": oracle.category(),
        "overdue": oracle.overdue(),
        "revised": oracle.revised(),
        "flags": oracle.flags(),
        "doses": (
            sum(oracle.count_today(code) for code in doses),
            sum(oracle.to_date(code) for code in doses),
        ),
    }


def _item(oracle, code):
    target = oracle.target(code)
    figures = {
        "today": oracle.count_today(code),
        "to_date": oracle.to_date(code),
        "target": target,
        "coverage": oracle.coverage(code),
    }
    if oracle.is_dose(code):
        pace = target is not None
        figures |= {
            "expected": oracle.expected(code) if pace else None,
            "days_ahead": oracle.days_ahead(code) if pace else None,
            "required_daily": oracle.required_daily(code) if pace else None,
            "mean": oracle.mean_of_last_7(code) if pace else None,
            "eta": oracle.eta(code) if pace else None,
        }
    return figures
