"""The five progress tables, reckoned entry by entry."""

from django.db import connection

from districts.models import Level


def tables(ledger):
    """{name: {key: sums}} of what the folded part of the ledger comes to; days are written as text."""
    made = {"daily": {}, "monthly": {}, "to_date": {}, "reporting": {}, "revision": {}}
    for submission in ledger.submissions:
        if not ledger.is_folded(submission):
            continue
        for area in ledger.above[submission["unit_id"]]:
            # Sites keep no rows.
            if ledger.areas[area]["level"] != Level.SITE:
                _count_report(ledger, made, submission, area)
                for entry in ledger.entries_of(submission):
                    _count_entry(ledger, made, submission, entry, area)
    return made


def _count_report(ledger, made, submission, area):
    if submission["version"] == 1:
        key = (area, ledger.campaign.pk, str(submission["happened_on"]))
        reported, on_time = made["reporting"].get(key, (0, 0))
        made["reporting"][key] = (reported + 1, on_time + (not submission["is_late"]))


def _count_entry(ledger, made, submission, entry, area):
    day, change = entry["happened_on"], entry["change"]
    item = ledger.cells[entry["cell_id"]]["item_id"]
    for cell in (entry["cell_id"], ledger.total_of[item]):
        for name, key in (
            ("daily", (area, cell, str(day))),
            ("monthly", (area, cell, str(day.replace(day=1)))),
            ("to_date", (area, cell)),
        ):
            made[name][key] = made[name].get(key, 0) + change
        if ledger.is_revision(submission):
            key = (area, cell, str(ledger.recorded_on(submission)))
            added, removed = made["revision"].get(key, (0, 0))
            made["revision"][key] = (added + max(change, 0), removed + max(-change, 0))


_KEPT = {
    "daily": "SELECT area_id, cell_id, day, count FROM reports_dailyprogress WHERE {cells}",
    "monthly": "SELECT area_id, cell_id, month, count FROM reports_monthlyprogress WHERE {cells}",
    "to_date": "SELECT area_id, cell_id, count FROM reports_progresstodate WHERE {cells}",
    "reporting": "SELECT area_id, campaign_id, day, reported, on_time FROM reports_dailyreporting WHERE {campaign}",
    "revision": "SELECT area_id, cell_id, recorded_on, added, removed FROM reports_dailyrevision WHERE {cells}",
}
_SUMS = {"reporting": 2, "revision": 2}


def kept(campaign):
    """The same of what the progress tables hold, row by row."""
    conditions = {
        "campaign": f"campaign_id = {campaign.pk}",
        "cells": f"cell_id IN (SELECT id FROM campaigns_sheetcell WHERE campaign_id = {campaign.pk})",
    }
    found = {}
    with connection.cursor() as cursor:
        for name, sql in _KEPT.items():
            cursor.execute(sql.format(**conditions))
            sums = _SUMS.get(name, 1)
            found[name] = {
                (*row[:2], *map(str, row[2:-sums])): row[-1] if sums == 1 else row[-sums:]
                for row in cursor.fetchall()
            }
    return found
