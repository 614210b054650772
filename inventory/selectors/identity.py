"""The supply identity of areas, for a day, a period and an instant: one statement whatever the size."""

from collections import defaultdict

from django.db import connection

from districts.models import Area, Level
from inventory.figures import Identity
from inventory.models import LocationKind

# The batches that came through a channel: those of its supply, wherever it was booked.
_OF_CHANNEL = (
    "m.batch_id IN (SELECT s.batch_id FROM inventory_stockmovement s "
    "JOIN inventory_location c ON c.id = s.source_id WHERE c.kind = 'supply' AND c.cause = %s)"
)


def identities(*, areas, first=None, last=None, as_of=None, earmark=None, vaccines=None, channel=None):
    """{(area id, vaccine id): Identity} for areas of any levels, over movements from ``first`` to ``last``.

    Without ``first`` the columns are what stands at the end of ``last``; with it, what changed since: the
    identity holds for both. ``as_of``: as known at an instant. ``channel``: of the batches that came through it;
    what of them came through others stands in its own column. One query.
    """
    conditions, params = ["true"], []
    for sql, value in (
        ("m.happened_on >= %s", first and first.isoformat()),
        ("m.happened_on <= %s", last and last.isoformat()),
        ("m.recorded_at <= %s", as_of and connection.ops.adapt_datetimefield_value(as_of)),
        (_OF_CHANNEL, channel or None),
    ):
        if value is not None:
            conditions.append(sql)
            params.append(value)
    if vaccines is not None:
        conditions.append(f"b.vaccine_id IN ({','.join(str(one.pk) for one in vaccines) or 'NULL'})")
    within = _within(areas)
    legs = []
    values = []
    for end, sign in (("destination", ""), ("source", "-")):
        where = list(conditions)
        own = list(params)
        if earmark is not None:
            where.append(f"m.{end}_earmark = %s")
            own.append(earmark)
        if within is not None:
            where.append(
                f"m.{end}_id IN (SELECT h.id FROM inventory_location h JOIN districts_area g ON g.id = h.area_id "
                f"WHERE g.path >= %s AND g.path <= %s)"
            )
            own += within
        legs.append(
            f"SELECT m.{end}_id AS location_id, b.vaccine_id, SUM({sign}m.doses) AS doses "
            f"FROM inventory_stockmovement m JOIN inventory_batch b ON b.id = m.batch_id "
            f"WHERE {' AND '.join(where)} GROUP BY 1, 2"
        )
        values += own
    return _collect(areas, legs, values)


def _within(areas):
    """The range of paths in which all areas lie; None for the nation, which narrows nothing.

    Without it a district's page would sum up the whole country first and throw that away.
    """
    if not areas or any(area.level == Level.NATION for area in areas):
        return None
    return [min(area.path for area in areas), max(area.path_end for area in areas)]


def _collect(areas, legs, params):
    lengths = sorted({len(area.path) for area in areas})
    ids = ",".join(str(area.pk) for area in areas) or "NULL"
    steps = " UNION ALL ".join(f"SELECT {length} AS n" for length in lengths) or "SELECT 0 AS n"
    sql = (
        f"SELECT t.id, x.vaccine_id, l.kind, l.cause, SUM(x.doses) FROM ({' UNION ALL '.join(legs)}) x "
        f"JOIN inventory_location l ON l.id = x.location_id "
        f"JOIN districts_area a ON a.id = l.area_id "
        f"JOIN ({steps}) k ON k.n <= length(a.path) "
        f"JOIN districts_area t ON t.path = substr(a.path, 1, k.n) AND t.id IN ({ids}) "
        f"GROUP BY t.id, x.vaccine_id, l.kind, l.cause"
    )
    sums = defaultdict(lambda: defaultdict(int))
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        for area, vaccine, kind, cause, doses in cursor.fetchall():
            sums[area, vaccine][kind, cause] += int(doses)
    return {key: _identity(*key, columns) for key, columns in sums.items()}


def _identity(area_id, vaccine_id, columns):
    def of(kind):
        return {cause: doses for (one, cause), doses in columns.items() if one == kind}

    return Identity(
        area_id=area_id,
        vaccine_id=vaccine_id,
        # A supply location gives: its position is below zero by what it gave.
        supplied={cause: -doses for cause, doses in of(LocationKind.SUPPLY).items()},
        transferred_in=sum(columns.values()),
        administered=columns.get((LocationKind.ADMINISTERED, ""), 0),
        wasted=of(LocationKind.WASTED),
        balance=columns.get((LocationKind.STORE, ""), 0),
        in_transit=columns.get((LocationKind.IN_TRANSIT, ""), 0),
        residual=columns.get((LocationKind.UNACCOUNTED, ""), 0),
    )


def total(area_id, rows):
    """The Identity of all vaccines of an area together."""
    supplied, wasted, sums = defaultdict(int), defaultdict(int), defaultdict(int)
    for row in rows:
        for channel, doses in row.supplied.items():
            supplied[channel] += doses
        for cause, doses in row.wasted.items():
            wasted[cause] += doses
        for column in ("transferred_in", "administered", "balance", "in_transit", "residual"):
            sums[column] += getattr(row, column)
    return Identity(area_id=area_id, vaccine_id=None, supplied=dict(supplied), wasted=dict(wasted), **sums)


def children_with_stock(area):
    """The areas directly below in which anything was ever stored, given or lost, in tree order."""
    return list(Area.objects.filter(parent=area).order_by("path"))
