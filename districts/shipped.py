"""Loads the tables of ``districts/reference``: adds what is missing, never changes what is there.

Names and parents that an administrator or a newer directory has changed stay as they are; see
``manage.py import_areas`` for newer files.
"""

import csv
import datetime
from collections import Counter
from pathlib import Path

from django.db import connection, transaction

from districts import audit, tree
from districts.models import Area, AreaAlias, Level, Population
from districts.names import fold
from districts.sources import POPULATION_SOURCES

FOLDER = Path(__file__).parent / "reference"


def rows_of(name):
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


@transaction.atomic
def load(*, by=None):
    """Load the shipped areas, aliases and populations. Returns how many of each were added."""
    tree.lock()
    added = Counter()
    known = {area.code: area for area in Area.objects.filter(level__lt=Level.SITE)}
    for name, level in (("states", Level.STATE), ("districts", Level.DISTRICT), ("blocks", Level.BLOCK)):
        rows = [row for row in rows_of(name) if row["code"] not in known]
        # In the order of their names, which is the order of the paths and so of every list.
        rows.sort(key=lambda row: (row["code"] != "IN", fold(row["name_en"])))
        for group in (rows[:1], rows[1:]) if name == "states" else (rows,):
            areas = tree.add_many(rows=[_area(row, level, known) for row in group])
            known |= {area.code: area for area in areas}
        added[name] = len(rows)
    ids = {code: area.pk for code, area in known.items()}
    added["aliases"] = _load_aliases(ids)
    added["populations"] = _load_populations(ids)
    if any(added.values()):
        _analyze()
        audit.record(by=by, action="areas.loaded", subject="reference", detail=dict(added))
    return added


def _analyze():
    """Until autovacuum comes by, PostgreSQL would plan joins of these tables as if they were empty: minutes."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE districts_area, districts_areaalias, districts_population")


def _area(row, level, known):
    is_nation = row["code"] == "IN"
    return {
        "code": row["code"],
        "parent": None if is_nation else known[row.get("parent", "IN")],
        "level": Level.NATION if is_nation else level,
        "name_en": row["name_en"],
        "name_hi": row["name_hi"],
        "lgd_code": int(row["lgd_code"]) if row["lgd_code"] else None,
        "iso_code": row.get("iso_code", ""),
        "valid_from": datetime.date.fromisoformat(row["valid_from"]) if row.get("valid_from") else None,
    }


def _load_aliases(ids):
    standing = set(AreaAlias.objects.values_list("scheme", "value", "within"))
    aliases = [
        AreaAlias(
            scheme=row["scheme"], value=row["value"], area_id=ids[row["area"]], within_id=ids[row["within"]]
        )
        for row in rows_of("aliases")
        if (row["scheme"], row["value"], ids[row["within"]]) not in standing
    ]
    return len(AreaAlias.objects.bulk_create(aliases, batch_size=2000))


def _load_populations(ids):
    standing = set(Population.objects.values_list("area", "source", "year", "group"))
    populations = []
    for row in rows_of("populations"):
        key = (ids[row["area"]], POPULATION_SOURCES[row["source"]], int(row["year"]), row["group"])
        if key not in standing:
            area, source, year, group = key
            populations.append(
                Population(area_id=area, source=source, year=year, group=group, persons=int(row["persons"]))
            )
    return len(Population.objects.bulk_create(populations, batch_size=2000))
