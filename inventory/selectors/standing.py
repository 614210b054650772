"""Everything that the stock page of an area shows, read in a fixed number of queries."""

import datetime
from collections import defaultdict
from dataclasses import dataclass, field
from fractions import Fraction

from districts.models import Area
from inventory.expiry import Holding, outlook
from inventory.models import (
    Batch,
    Location,
    LocationKind,
    PhysicalCount,
    StockLevel,
    Vaccine,
)
from inventory.selectors.balances import (
    given_between,
    held_under,
    last_day_moved,
    recorded_since,
    residual_by_operation,
)
from inventory.selectors.consignments import under_way
from inventory.selectors.declared import newest_statements
from inventory.selectors.explaining import silent_units
from inventory.selectors.identity import children_with_stock, identities
from inventory.selectors.journals import recent_movements
from inventory.selectors.observations import latest_stages
from inventory.selectors.stores import USE_WINDOW_DAYS, daily_use

# A store whose stock nobody has counted for so long has a count outstanding.
COUNT_EVERY_DAYS = 30
QUIET_DAYS = 60


@dataclass(frozen=True)
class StockQuery:
    """What is asked: the state at the end of ``day``, as known at ``as_of``; None of the others means all.

    ``first``: what changed from that day on. ``channel``: of the batches that came through it.
    """

    day: datetime.date
    as_of: datetime.datetime | None = None
    earmark: str = ""
    vaccine: Vaccine | None = None
    problems: tuple = ()
    first: datetime.date | None = None
    channel: str = ""


@dataclass(frozen=True)
class AtRisk:
    """Doses of a batch in a store that will expire unused if use goes on as now."""

    store: Location
    batch: Batch
    held: int
    unused: int
    stage: int | None = None


@dataclass(frozen=True)
class Supply:
    """What the stores of an area hold and what becomes of it."""

    stores: dict  # id → Location
    batches: dict  # id → Batch with its vaccine
    held: list  # of balances.Held
    outlooks: dict  # (store id, vaccine id) → Outlook
    stages: dict  # (store id, batch id) → VVM stage
    levels: dict = field(default_factory=dict)  # (store id, vaccine id) → StockLevel

    def at_risk(self):
        """[AtRisk], what expires first on top, then the most doses."""
        held = defaultdict(int)
        for one in self.held:
            held[one.location_id, one.batch_id] += one.doses
        rows = [
            AtRisk(
                self.stores[store],
                self.batches[batch],
                held[store, batch],
                unused,
                self.stages.get((store, batch)),
            )
            for (store, _vaccine), ahead in self.outlooks.items()
            for batch, unused in ahead.unused.items()
            if store in self.stores
        ]
        return sorted(rows, key=lambda row: (row.batch.expires_on, -row.unused, row.store.pk, row.batch.pk))

    def running_out(self, *, before):
        """[(Location, vaccine id, Outlook)] of stores that use a vaccine and are without it by a day."""
        rows = [
            (self.stores[store], vaccine, ahead)
            for (store, vaccine), ahead in self.outlooks.items()
            if store in self.stores and ahead.days_of_stock is not None and ahead.runs_out_on <= before
        ]
        return sorted(rows, key=lambda row: (row[2].runs_out_on, row[0].area.path, row[0].pk, row[1]))

    def below_minimum(self):
        """[(Location, StockLevel, usable doses)] of stores that hold less than the least they should."""
        rows = []
        for (store, vaccine), level in self.levels.items():
            ahead = self.outlooks.get((store, vaccine))
            usable = ahead.usable if ahead else 0
            if usable < level.minimum:
                rows.append((self.stores[store], level, usable))
        return sorted(rows, key=lambda row: (row[0].area.path, row[0].pk, row[1].vaccine_id))


def _stores_of(area):
    """{id: Location} of all stores of an area and below, closed ones too. One query."""
    rows = Location.objects.filter(
        kind=LocationKind.STORE, area__path__gte=area.path, area__path__lte=area.path_end
    )
    return {store.pk: store for store in rows.select_related("area")}


def supply_of(area, query):
    """What is in the stores of an area at the end of the day, and what will become of it. Eight queries."""
    stores = _stores_of(area)
    held = held_under(area, last=query.day, as_of=query.as_of, earmark=query.earmark, vaccine=query.vaccine)
    batches = Batch.objects.select_related("vaccine").in_bulk({one.batch_id for one in held})
    use = daily_use(list(stores), query.day, as_of=query.as_of)
    if query.vaccine is not None:
        use = {key: rate for key, rate in use.items() if key[1] == query.vaccine.pk}
    shelves = defaultdict(list)
    for one in held:
        batch = batches[one.batch_id]
        # A negative balance of an early day (the ledger learned of the supply later) has no future.
        if one.doses > 0:
            shelves[one.location_id, batch.vaccine_id].append(
                Holding(one.batch_id, batch.expires_on, one.doses)
            )
    levels = StockLevel.objects.filter(location__in=list(stores)).select_related("vaccine")
    if query.vaccine is not None:
        levels = levels.filter(vaccine=query.vaccine)
    return Supply(
        stores=stores,
        batches=batches,
        held=held,
        outlooks={
            key: outlook(shelves[key], use.get(key, Fraction(0)), query.day)
            for key in sorted(shelves.keys() | use.keys())
        },
        stages=latest_stages(list(stores), last=query.day, as_of=query.as_of),
        levels={(level.location_id, level.vaccine_id): level for level in levels},
    )


@dataclass(frozen=True)
class Standing:
    """The stock of an area and what explains it."""

    area: Area
    children: list
    query: StockQuery
    vaccines: list
    identities: dict  # (area id, vaccine id) → Identity
    used_lately: dict  # vaccine id → mean doses given a day in the area (Fraction)
    supply: Supply
    residual_parts: dict  # vaccine id → {operation: doses}
    late: dict  # vaccine id → doses given by the day and recorded after the instant
    under_way: list
    uncounted: list  # stores with stock and without a count of late
    silent: list  # of explaining.Silent: who has not reported the day
    declared: list  # of declared.Statement: what was published last
    movements: list


def standing(area, query):
    """Queries: fixed, whatever the area holds."""
    children = children_with_stock(area)
    vaccines = [query.vaccine] if query.vaccine is not None else list(Vaccine.objects.all())
    window = {"as_of": query.as_of, "earmark": query.earmark or None, "vaccines": vaccines}
    rows = identities(areas=[area, *children], last=query.day, **window)
    supply = supply_of(area, query)
    return Standing(
        area=area,
        children=children,
        query=query,
        vaccines=[one for one in vaccines if (area.pk, one.pk) in rows],
        identities=rows,
        used_lately={
            vaccine: Fraction(max(doses, 0), USE_WINDOW_DAYS)
            for vaccine, doses in given_between(
                area,
                query.day - datetime.timedelta(USE_WINDOW_DAYS - 1),
                query.day,
                as_of=query.as_of,
                earmark=query.earmark,
                vaccine=query.vaccine,
            ).items()
        },
        supply=supply,
        residual_parts=residual_by_operation(area, last=query.day, as_of=query.as_of, earmark=query.earmark),
        late=recorded_since(area, last=query.day, as_of=query.as_of) if query.as_of else {},
        under_way=under_way(area, last=query.day, as_of=query.as_of),
        uncounted=uncounted_stores(supply.stores, supply.held, query.day),
        silent=silent_units(area, query.day, query.as_of),
        declared=newest_statements(
            area,
            query.day,
            as_of=query.as_of,
            earmark=query.earmark or None,
            own=None if query.vaccine else [rows[key] for key in rows if key[0] == area.pk],
        ),
        movements=recent_movements(area, query),
    )


@dataclass(frozen=True)
class SupplyIdentity:
    """What the supply identity of an area says, and what would explain its residual."""

    area: Area
    children: list
    query: StockQuery
    vaccines: list
    identities: dict  # (area id, vaccine id) → Identity
    residual_parts: dict
    late: dict
    uncounted: list
    silent: list


def identity_of(area, query):
    """The identity for a period and a channel too. Queries: fixed, whatever the area holds."""
    children = children_with_stock(area)
    vaccines = [query.vaccine] if query.vaccine is not None else list(Vaccine.objects.all())
    asked = {"as_of": query.as_of, "earmark": query.earmark or None, "channel": query.channel}
    rows = identities(areas=[area, *children], first=query.first, last=query.day, vaccines=vaccines, **asked)
    stores = _stores_of(area)
    held = held_under(area, last=query.day, as_of=query.as_of, earmark=query.earmark, vaccine=query.vaccine)
    return SupplyIdentity(
        area=area,
        children=children,
        query=query,
        vaccines=[one for one in vaccines if (area.pk, one.pk) in rows],
        identities=rows,
        residual_parts=residual_by_operation(area, first=query.first, last=query.day, **asked),
        late=recorded_since(area, last=query.day, as_of=query.as_of) if query.as_of else {},
        uncounted=uncounted_stores(stores, held, query.day),
        silent=silent_units(area, query.day, query.as_of),
    )


def uncounted_stores(stores, held, day):
    """Stores that hold something and have not been counted for a month. One query."""
    since = day - datetime.timedelta(COUNT_EVERY_DAYS)
    counted = set(
        PhysicalCount.objects.filter(location__in=list(stores), counted_on__gt=since, counted_on__lte=day)
        .values_list("location_id", flat=True)
        .distinct()
    )
    holding = {one.location_id for one in held if one.doses > 0}
    return [stores[pk] for pk in sorted(holding - counted) if pk in stores]


def day_to_show(area, today):
    """Today; in a ledger that has been quiet for long (a campaign of the past) its last day. One query."""
    last = last_day_moved(area)
    if last is None or (today - last).days <= QUIET_DAYS:
        return today
    return last
