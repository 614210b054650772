"""The stock of the demonstration: stores, batches, supplies, consignments, losses, and the doses given.

Booked as one past through ``inventory.services.history``, after the campaign's own figures have been proved; then
read back and compared with the published identities.
"""

import csv
import datetime
from collections import defaultdict

from django.db import transaction
from django.db.models import Case, IntegerField, Sum, Value, When

from campaigns.models import TallyEntry
from campaigns.services.changes import change_basics
from config.demonstration import facts, people, requisitions, shelves, supply
from config.demonstration.movements import Movements
from districts.models import Area
from inventory.giving import unknown_batch
from inventory.models import (
    Location,
    LocationKind,
    StockMovement,
    VialMonitorReading,
)
from inventory.selectors.identity import identities, total
from inventory.services import declared, history
from inventory.services.observations import set_levels

# Most used first. WHO's indicative maximum for vials of ten or more doses, discarded at the session's end.
VACCINES = ("covishield", "covaxin")
WASTAGE_LIMIT_PERCENT = 15
VIAL_MONITORS = {"D387": 3, "D374": 2, "D484": 2, "D101": 2}
READ_ON = facts.AS_OF - datetime.timedelta(1)
LEVEL_WEEKS = (2, 8)  # the least and the most that a store of Chhattisgarh should hold


class DoesNotAddUp(Exception):
    """The stock that was loaded differs from the published figures."""


@transaction.atomic
def load(campaign, users, units, *, is_whole):
    """Load the stock of the units' states once, and let the campaign's doses leave it from now on."""
    if StockMovement.objects.exists():
        return
    officer = users[people.NATIONAL]
    vaccines = _vaccines(campaign)
    plan = supply.plan(_given(campaign, units), units, VACCINES, is_whole=is_whole)
    stores = _stores(units)
    moved = Movements(
        stores=stores,
        ends=history.virtual_ends(_ends(units)),
        shelves=shelves.Shelves(
            shelves.batches(vaccines), {code: unknown_batch(vaccine) for code, vaccine in vaccines.items()}
        ),
        officers={None: officer, facts.CHHATTISGARH: users[people.STATE]},
    )
    moved.run(plan)
    history.book(moved.in_order())
    _observe(stores, moved.shelves, officer)
    _set_levels(stores, plan, vaccines, users[people.STATE])
    requisitions.load(stores, vaccines, users[people.STATE])
    with (facts.FOLDER / "published_stock.csv").open(encoding="utf-8", newline="") as file:
        declared.load(csv.DictReader(file), name=file.name.rpartition("/")[2], by=officer)
    check(campaign, is_whole=is_whole, has_chhattisgarh=facts.CHHATTISGARH in plan.districts)
    change_basics(campaign=campaign, by=officer, keeps_stock=True)


def _vaccines(campaign):
    vaccines = {vaccine.code: vaccine for vaccine in campaign.vaccines.filter(code__in=VACCINES)}
    for vaccine in vaccines.values():
        vaccine.wastage_limit_percent = vaccine.wastage_limit_percent or WASTAGE_LIMIT_PERCENT
        vaccine.save(update_fields=["wastage_limit_percent"])
    return vaccines


def _given(campaign, units):
    """{(unit, vaccine code, period): doses} of the whole ledger of counts, in one statement."""
    by_area = {unit.area.pk: unit for unit in units}
    period = Case(
        *(When(happened_on__lte=day, then=Value(number)) for number, day in enumerate(supply.PERIODS)),
        output_field=IntegerField(),
    )
    rows = (
        TallyEntry.objects.filter(cell__in=list(campaign.cells.filter(item__code__in=facts.DOSES)))
        .annotate(period=period)
        .values_list("unit_id", "cell__vaccine__code", "period")
        .annotate(doses=Sum("change"))
        .order_by("unit_id", "cell__vaccine__code", "period")
    )
    return {(by_area[unit], vaccine, period): doses for unit, vaccine, period, doses in rows if doses}


def _stores(units):
    """{code of a state or district: its store}, made in the order of the tree."""
    codes = {unit.state for unit in units} | {unit.district for unit in units}
    areas = Area.objects.filter(code__in=codes).order_by("path")
    Location.objects.bulk_create(
        Location(
            area=area,
            kind=LocationKind.STORE,
            code=f"{area.code}-STORE",
            name_en=f"{area.name_en} vaccine store",
            name_hi=f"{area.name_hi} वैक्सीन भंडार" if area.name_hi else "",
        )
        for area in areas
    )
    rows = Location.objects.filter(kind=LocationKind.STORE, area__in=areas).select_related("area")
    return {store.area.code: store for store in rows}


def _ends(units):
    """The virtual ends that the past will meet."""
    codes = {unit.state for unit in units} | {unit.district for unit in units}
    areas = Area.objects.in_bulk(codes, field_name="code")
    wanted = set()
    for unit in units:
        district = areas[unit.district]
        wanted |= {(unit.area, "administered", ""), (unit.area, "unaccounted", "")}
        wanted |= {(district, "in_transit", ""), (district, "unaccounted", "")}
        wanted |= {(district, "wasted", cause) for cause in shelves.CAUSES}
        wanted |= {(areas[unit.state], "supply", channel) for channel in shelves.CHANNELS}
    return wanted


def _observe(stores, held, officer):
    """The vial monitors of some stores were read: at Raipur those of one batch have reached the discard point."""
    VialMonitorReading.objects.bulk_create(
        VialMonitorReading(
            location=stores[code],
            batch=held.first(code, VACCINES[0]),
            stage=stage,
            observed_on=READ_ON,
            by=officer,
        )
        for code, stage in VIAL_MONITORS.items()
        if code in stores and held.first(code, VACCINES[0])
    )


def _set_levels(stores, plan, vaccines, officer):
    use = defaultdict(int)
    for (district, vaccine, period), doses in plan.need.items():
        if period in supply.ROUNDS[max(supply.ROUNDS)]:
            use[district, vaccine] += doses
    for code in plan.districts.get(facts.CHHATTISGARH, ()):
        levels = {
            vaccines[name]: tuple(use[code, name] * weeks // 4 for weeks in LEVEL_WEEKS) for name in VACCINES
        }
        set_levels(store=stores[code], levels=levels, by=officer)


def check(campaign, *, is_whole, has_chhattisgarh):
    """Compare the identities of the published days with the published figures. Raises DoesNotAddUp."""
    nation = campaign.area
    told = {}
    if is_whole:
        for day in (supply.JUNE, supply.NOVEMBER):
            row = _identity(nation, day)
            told[f"supplied by {day}"] = (row.total_supplied, supply.SUPPLIED[day])
            told[f"balance of {day}"] = (row.balance, supply.BALANCE[day])
        told["administered"] = (row.administered, facts.RELEASE_TOTAL)
    if has_chhattisgarh:
        row = _identity(Area.objects.get(code=facts.CHHATTISGARH), facts.BULLETIN_DAY)
        told["balance of Chhattisgarh"] = (row.balance, supply.CHHATTISGARH_BALANCE)
    wrong = {name: pair for name, pair in told.items() if pair[0] != pair[1]}
    if wrong:
        raise DoesNotAddUp(f"The stock differs from what was published (loaded, published): {wrong}")
    return told


def _identity(area, day):
    return total(area.pk, list(identities(areas=[area], last=day).values()))
