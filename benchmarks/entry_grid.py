"""How fast the grid of 200 units opens and takes 200 sheets of 12 counts, on PostgreSQL.

    DATABASE_URL=postgresql://… python -m benchmarks.entry_grid [--days 30]

*Open*: one request through the whole stack; the floor is a bare template of the same cells, filled with ready-made
texts. *Submit*: one request with 200 units and 12 counts each, rules judged; the floor is the import of a file with
the same counts into the same campaign, on a day of its own each time. Both with ``days`` of history before it.
"""

import argparse
import csv
import datetime
import statistics
import tempfile
from pathlib import Path

from benchmarks.measuring import Results, median, own_database, seconds

UNITS = 200
CELLS = 12
DAY = datetime.date(2021, 6, 1)

BARE = """<table>{% for row in rows %}<tr><th id="u{{ row.pk }}"><a href="/x/{{ row.code }}/">{{ row.name }}</a></th>
{% for cell in row.cells %}<td><input name="{{ cell.name }}" id="{{ cell.name }}" value="{{ cell.text }}" \
aria-labelledby="u{{ row.pk }} k{{ cell.column }}"><small>{{ cell.guide }}</small></td>{% endfor %}</tr>
{% endfor %}</table>"""


def make_campaign(days):
    from campaigns.models import Campaign, Cohort, Item
    from campaigns.services.bulk import submit_tallies
    from campaigns.services.creation import create_campaign
    from campaigns.services.rule_changes import set_rules
    from campaigns.services.setup import build_sheet, set_reporting_units, set_targets
    from districts.models import Area, Level, Posting, Role, User
    from districts.shipped import load

    load()
    officer = User.objects.create_user("officer")
    Posting.objects.create(
        user=officer, area=Area.objects.get(code="IN"), role=Role.NATIONAL_OFFICER, starts_on=DAY
    )
    campaign = create_campaign(
        by=officer,
        preset="empty",
        slug="grid",
        name_en="Grid",
        area=Area.objects.get(code="IN"),
        starts_on=DAY - datetime.timedelta(days),
        ends_on=DAY + datetime.timedelta(60),
    )
    cohorts = [
        Cohort.objects.create(campaign=campaign, code=f"c{n}", name_en=f"Group {n}", position=n)
        for n in range(5)
    ]
    for number, code in enumerate(("first", "second"), start=1):
        Item.objects.create(
            campaign=campaign, code=code, name_en=code, antigen="X", dose_number=number, position=number
        )
    for position, (code, kind) in enumerate((("houses", "household"), ("sessions", "session")), start=3):
        Item.objects.create(
            campaign=campaign, code=code, name_en=code, kind=kind, by_cohort=False, position=position
        )
    build_sheet(campaign=campaign, by=officer)
    units = list(Area.objects.filter(level=Level.BLOCK).order_by("path")[:UNITS])
    set_reporting_units(campaign=campaign, areas=units, by=officer)
    set_targets(
        campaign=campaign,
        code="all",
        name_en="All",
        source="x",
        year=2021,
        targets={(unit, cohort): 10_000_000 for unit in units for cohort in cohorts},
        by=officer,
    )
    set_rules(campaign=campaign, by=officer, settings={"above_stock": ("soft", {})})
    campaign = Campaign.objects.get(pk=campaign.pk)
    cells = list(campaign.cells.filter(is_open=True).order_by("pk"))
    assert len(cells) == CELLS
    rows = (
        (unit.pk, DAY - datetime.timedelta(back), cell.pk, 40 + (unit.pk * 7 + cell.pk * 3 + back) % 31)
        for back in range(1, days + 1)
        for unit in units
        for cell in cells
    )
    submit_tallies(campaign=campaign, rows=rows, by=officer)
    return campaign, units, cells, officer


def signed_in(officer):
    from django.test import Client

    client = Client()
    client.force_login(officer, backend="django.contrib.auth.backends.ModelBackend")
    # As after the second factor, where that is asked for.
    return client


def counts(unit, cell, day):
    return 40 + (unit.pk * 7 + cell.pk * 3 + day.toordinal()) % 31


def measure_opening(results, client, campaign, units, cells):
    from django.template import engines

    address = f"/campaigns/{campaign.slug}/entry/sheet/"
    response = client.get(address, {"date": DAY.isoformat()})
    assert response.status_code == 200, response.status_code
    assert response.content.count(b"<td><input") >= UNITS * CELLS
    template = engines["django"].from_string(BARE)
    rows = [
        {
            "pk": unit.pk,
            "code": unit.code,
            "name": unit.name_en,
            "cells": [
                {"name": f"c{unit.pk}-{cell.pk}", "text": "", "column": cell.pk, "guide": "25 · 24"}
                for cell in cells
            ],
        }
        for unit in units
    ]
    floor = median(lambda: template.render({"rows": rows}), times=9)
    took = median(lambda: client.get(address, {"date": DAY.isoformat()}), times=9)
    results.add(
        f"open {UNITS} units × {CELLS} cells",
        took,
        floor=floor,
        goal="≤ 2 × a bare template",
        met=took <= 2 * floor,
    )


def form_of(units, cells, day):
    data = {"units": ",".join(str(unit.pk) for unit in units), "submit": "1", "why": "benchmark"}
    for unit in units:
        data[f"v{unit.pk}"] = "0"
        for cell in cells:
            data[f"c{unit.pk}-{cell.pk}"] = str(counts(unit, cell, day))
    return data


def submitter(client, campaign, units, cells):
    """A function that sends the sheets of all units for a day."""
    from django.utils.http import urlencode

    from campaigns.models import Submission

    def submit(day):
        address = f"/campaigns/{campaign.slug}/entry/sheet/?date={day.isoformat()}"
        body = urlencode(form_of(units, cells, day))
        response = client.post(address, body, content_type="application/x-www-form-urlencoded")
        assert response.status_code == 302
        assert Submission.objects.filter(campaign=campaign, happened_on=day).count() == UNITS

    return submit


def loader(campaign, units, cells, officer, folder):
    """A function that imports a file with the same counts for a day."""
    from campaigns.imports.findings import Findings
    from campaigns.imports.formats import Format
    from campaigns.models import Submission
    from campaigns.services.imports import load_file

    def load(day):
        path = Path(folder) / f"{day}.csv"
        with path.open("w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["area", "date", *[cell.key for cell in cells]])
            for unit in units:
                writer.writerow([unit.code, day.isoformat(), *[counts(unit, cell, day) for cell in cells]])
        load_file(
            campaign=campaign,
            path=path,
            file_format=Format.TEMPLATE,
            by=officer,
            findings=Findings(),
            reason="x",
        )
        assert Submission.objects.filter(campaign=campaign, happened_on=day).count() == UNITS

    return load


def measure_submitting(results, client, campaign, units, cells, officer):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from campaigns.models import RuleHit

    days = iter(DAY + datetime.timedelta(n) for n in range(1, 60))
    submit = submitter(client, campaign, units, cells)
    with tempfile.TemporaryDirectory() as folder:
        load = loader(campaign, units, cells, officer, folder)
        # Turn and turn about, so that both see the same growing history; the first of each warms up.
        pairs = [
            (seconds(lambda: submit(next(days))), seconds(lambda: load(next(days)))) for _round in range(8)
        ]
    took, floor = (statistics.median(values) for values in zip(*pairs[1:], strict=True))
    rate, floor_rate = UNITS * CELLS / took, UNITS * CELLS / floor
    results.add(
        f"submit {UNITS} units × {CELLS} counts",
        f"{rate:,.0f} rows/s",
        floor=f"{floor_rate:,.0f} rows/s",
        ratio=rate / floor_rate,
        goal="≥ 0.3 × import of the same counts",
        met=rate >= 0.3 * floor_rate,
    )
    with CaptureQueriesContext(connection) as captured:
        submit(next(days))
    print(f"  one submit makes {len(captured)} queries; warnings in all: {RuleHit.objects.count()}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--days", type=int, default=30)
    options = parser.parse_args()
    with own_database("entry_grid"):
        results = Results("Grid of many units")
        campaign, units, cells, officer = make_campaign(options.days)
        client = signed_in(officer)
        measure_opening(results, client, campaign, units, cells)
        measure_submitting(results, client, campaign, units, cells, officer)
        results.show()


if __name__ == "__main__":
    main()
