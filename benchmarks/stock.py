"""The stock: postings that contend for one batch, the identity of a large state, a plan for the nation.

DATABASE_URL=postgresql://postgres@127.0.0.1/any python -m benchmarks.stock
"""

import datetime
import multiprocessing
import statistics
import time

from benchmarks import measuring, national

CLIENTS, POSTINGS, TURNS = 8, 60, 5
VACCINES, BATCHES_OF_A_VACCINE, DAYS = 10, 2, 365
BATCHES = VACCINES * BATCHES_OF_A_VACCINE
LAST_DAY = datetime.date(2021, 11, 11)
FIRST_STORE, FIRST_END = 1, 10_001


def main():
    results = measuring.Results("Stock")
    with measuring.own_database("stock"):
        national.make_areas()
        _make_products()
        _contention(results)
        _make_movements()
        _identity(results)
        _redistribution(results)
    results.show()


def _make_products():
    """A store and the virtual ends of every district and state; ten vaccines of two batches."""
    from django.db import connection

    from inventory.models import Batch, Vaccine

    for number in range(VACCINES):
        vaccine = Vaccine.objects.create(code=f"v{number}", name_en=f"Vaccine {number}", antigen="X")
        for other in range(BATCHES_OF_A_VACCINE):
            expires = LAST_DAY + datetime.timedelta(15 + 5 * number + 40 * other)
            Batch.objects.create(vaccine=vaccine, number=f"B{other}", manufacturer="", expires_on=expires)
    ends = {"supply": "free_of_cost", "administered": "", "unaccounted": "", "wasted": "open_leftover"}
    with connection.cursor() as cursor:
        columns = "(id, area_id, kind, cause, code, name_en, name_hi)"
        cursor.execute(
            f"INSERT INTO inventory_location {columns} "
            f"SELECT {FIRST_STORE} - 1 + id, id, 'store', '', code || '-STORE', code, '' FROM districts_area"
        )
        for number, (kind, cause) in enumerate(ends.items()):
            cursor.execute(
                f"INSERT INTO inventory_location {columns} SELECT {FIRST_END} + {number} * 10000 + id, id, %s, %s, "
                f"code || ':' || %s, '', '' FROM districts_area",
                [kind, cause, kind],
            )
        cursor.execute(
            "SELECT setval(pg_get_serial_sequence('inventory_location', 'id'), MAX(id)) FROM inventory_location"
        )
        cursor.execute("ANALYZE inventory_location")


def _contention(results):
    """Eight processes at one batch in one store: the ledger, and the least that keeps two rows right."""
    from django.utils import timezone

    from inventory import ledger
    from inventory.models import Batch, Location, StockPosition

    store, batch = Location.objects.filter(kind="store").last(), Batch.objects.first()
    doses = CLIENTS * POSTINGS * (2 * TURNS + 1)
    ledger.receive(
        store=store,
        batch=batch,
        doses=doses,
        channel="free_of_cost",
        happened_on=timezone.localdate(),
        by=None,
    )
    _wasting(store.pk, batch.pk)()
    pair = list(StockPosition.objects.filter(batch=batch).exclude(location__kind="supply").order_by("pk"))
    rates = {"ledger": [], "bare": []}
    for _turn in range(TURNS):
        # In turns, so that both meet the machine as it is.
        rates["ledger"].append(_rate(_wasting, store.pk, batch.pk))
        rates["bare"].append(_rate(_updating, *(one.pk for one in pair)))
    left = StockPosition.objects.get(location=store, batch=batch).doses
    expected = doses - 1 - CLIENTS * POSTINGS * 2 * TURNS
    if left != expected:
        raise AssertionError(f"{left} doses are left, not {expected}: an update was lost.")
    ours, floor = (statistics.median(rates[name]) for name in ("ledger", "bare"))
    results.add(
        f"{CLIENTS} clients post on one batch (postings a second)",
        f"{ours:.0f}/s",
        floor=f"{floor:.0f}/s",
        ratio=ours / floor,
        goal="≥ 0.3 of a bare locked two-row update",
        met=ours >= 0.3 * floor,
    )


def _rate(work, *args):
    """Postings a second of all clients together, each with a connection of its own."""
    from django.db import connections

    connections.close_all()
    context = multiprocessing.get_context("fork")
    ready, done = context.Barrier(CLIENTS + 1), context.Barrier(CLIENTS + 1)
    clients = [context.Process(target=_client, args=(ready, done, work, args)) for _ in range(CLIENTS)]
    for client in clients:
        client.start()
    ready.wait()
    began = time.perf_counter()
    done.wait()
    took = time.perf_counter() - began
    for client in clients:
        client.join()
        if client.exitcode:
            raise AssertionError("A client failed.")
    return CLIENTS * POSTINGS / took


def _client(ready, done, work, args):
    from django.db import connection

    connection.ensure_connection()
    post = work(*args)
    ready.wait(60)
    for _ in range(POSTINGS):
        post()
    done.wait(120)


def _wasting(store, batch):
    """A client of the ledger that has its store and batch at hand, as the floor has its rows."""
    from django.utils import timezone

    from inventory import ledger
    from inventory.models import Batch, Location

    loss = {
        "store": Location.objects.select_related("area").get(pk=store),
        "batch": Batch.objects.get(pk=batch),
        "doses": 1,
        "cause": "open_leftover",
        # As keepers post: what is entered later is asked as well whether the store held it then.
        "happened_on": timezone.localdate(),
        "by": None,
    }
    return lambda: ledger.waste(**loss)


def _updating(first, second):
    """A client that locks two rows in order, reads them and writes them."""
    from django.db import connection, transaction

    def post():
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT id, doses FROM inventory_stockposition WHERE id IN (%s, %s) ORDER BY id FOR UPDATE",
                [first, second],
            )
            (one, held), (other, given) = cursor.fetchall()
            cursor.execute("UPDATE inventory_stockposition SET doses = %s WHERE id = %s", [held - 1, one])
            cursor.execute("UPDATE inventory_stockposition SET doses = %s WHERE id = %s", [given + 1, other])

    return post


def _make_movements():
    """A year in which every district gives of every vaccine every day, and is sent some every week."""
    from django.db import connection

    start = LAST_DAY - datetime.timedelta(DAYS - 1)
    first, last = national.FIRST_DISTRICT, national.FIRST_DISTRICT + national.LARGEST_STATE - 1
    row = (
        "INSERT INTO inventory_stockmovement (journal_id, batch_id, source_id, destination_id, source_earmark, "
        "destination_earmark, doses, happened_on, recorded_at) SELECT j.id, b.id, "
    )
    # Within a day by district, as clerks post.
    every = (
        f"FROM (SELECT max(id) AS id FROM inventory_stockjournal) j, "
        f"generate_series(0, {DAYS - 1}) d, generate_series({first}, {last}) a, inventory_batch b "
    )
    at = f"DATE '{start}' + d, (DATE '{start}' + d + TIME '19:00') AT TIME ZONE 'Asia/Kolkata' "
    mark = "'campaign', 'campaign', "
    with connection.cursor() as cursor:
        cursor.execute(
            f"{row} {FIRST_END} + a, {FIRST_STORE} - 1 + a, {mark} 2000, {at} {every} WHERE d % 7 = 0 ORDER BY d, a"
        )
        cursor.execute(
            f"{row} {FIRST_STORE} - 1 + a, {FIRST_END} + 10000 + a, {mark} 100 + (a * b.id + d) %% 150, {at} {every} "
            f"WHERE b.id %% 2 = d %% 2 ORDER BY d, a".replace("%%", "%")
        )
        cursor.execute("ANALYZE inventory_stockmovement")


def _identity(results):
    from django.db import connection

    from districts.models import Area
    from inventory.models import StockMovement
    from inventory.selectors.identity import identities
    from inventory.selectors.standing import StockQuery, standing

    state = Area.objects.get(code="S0")
    areas = [state, *Area.objects.filter(parent=state)]
    count = StockMovement.objects.count()

    def floor():
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT x.location_id, b.vaccine_id, SUM(x.doses) FROM ("
                "SELECT destination_id AS location_id, batch_id, doses FROM inventory_stockmovement UNION ALL "
                "SELECT source_id, batch_id, -doses FROM inventory_stockmovement) x "
                "JOIN inventory_batch b ON b.id = x.batch_id GROUP BY 1, 2"
            )
            return cursor.fetchall()

    raw = measuring.median(floor)
    for what, day in (("today", LAST_DAY), ("half a year ago", LAST_DAY - datetime.timedelta(182))):

        def ours(day=day):
            found = identities(areas=areas, last=day)
            if not all(one.holds for one in found.values()):
                raise AssertionError("An identity does not hold.")

        took = measuring.median(ours)
        results.add(
            f"identity of a state and its {len(areas) - 1} districts, {VACCINES} vaccines, {count:,} movements, {what}",
            took,
            floor=raw,
            goal="≤ 3 × one raw GROUP BY of the same movements",
            met=took <= 3 * raw,
        )
    page = measuring.median(lambda: standing(state, StockQuery(day=LAST_DAY)), times=3)
    results.add("everything that the stock page of that state shows", page, floor=raw)


def _redistribution(results):
    """Every district holds every batch; a third hardly use what they have, the others use more."""
    from django.db import connection

    from districts.models import Area
    from inventory.selectors.plan import redistribution

    last = national.FIRST_DISTRICT + national.DISTRICTS - 1
    stores = f"generate_series({national.FIRST_DISTRICT}, {last}) a CROSS JOIN inventory_batch b"
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM inventory_stockposition")
        cursor.execute(
            "INSERT INTO inventory_stockposition (location_id, batch_id, earmark, is_store, doses) "
            f"SELECT {FIRST_STORE} - 1 + a, b.id, 'campaign', true, 500 + (a * 7919 + b.id * 104729) % 9000 "
            f"FROM {stores}"
        )
        cursor.execute(
            "INSERT INTO inventory_stockmovement (journal_id, batch_id, source_id, destination_id, source_earmark, "
            "destination_earmark, doses, happened_on, recorded_at) "
            "SELECT (SELECT max(id) FROM inventory_stockjournal), "
            f"b.id, {FIRST_STORE} - 1 + a, {FIRST_END} + 10000 + a, 'campaign', 'campaign', "
            f"CASE a % 3 WHEN 0 THEN 50 ELSE 4000 + (a * 31 + b.id) % 4000 END, DATE '{LAST_DAY}', now() FROM {stores}"
        )
        cursor.execute("ANALYZE inventory_stockposition")
        cursor.execute("ANALYZE inventory_stockmovement")
    nation, plans = Area.objects.get(code="IN"), []
    took = measuring.median(lambda: plans.append(redistribution(nation, LAST_DAY)), times=3, warm_up=0)
    transfers, at_risk, stores, batches = plans[-1]
    saved = sum(one.doses for one in transfers)
    results.add(
        f"redistribution for {national.DISTRICTS} stores × {len(batches)} batches "
        f"({saved:,} of {at_risk:,} doses saved)",
        took,
        goal="≤ 10 s",
        met=took <= 10,
    )


if __name__ == "__main__":
    main()
