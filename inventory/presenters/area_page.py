"""The stock page of an area as values: everything the template prints."""

import datetime
from collections import defaultdict
from dataclasses import dataclass
from fractions import Fraction

from django.urls import reverse
from django.utils.translation import gettext as _

from districts import numbers
from districts.models.areas import local_name
from districts.templatetags.indian import no_data, short, short_day
from inventory.models import Channel, DeclaredFigure
from inventory.presenters.alerts import alert_rows
from inventory.presenters.identity import identity_tables, whole_equation
from inventory.presenters.timeline import expiry_timeline
from inventory.presenters.words import batch_name, expiry, movement_row, stage_text, vials
from inventory.selectors.alerts import alerts_of
from inventory.selectors.consignments import LONG_UNDER_WAY_DAYS
from inventory.selectors.declared import CUMULATIVE, DOES_NOT_RECONCILE, FALLS, NEGATIVE_WASTAGE
from inventory.selectors.identity import total

SHOWN = 12
RUNNING_OUT_DAYS = 30


@dataclass(frozen=True, slots=True)
class Tile:
    label: str
    figure: str
    full: str
    lines: tuple
    css: str = ""


@dataclass(frozen=True)
class AreaPage:
    tiles: tuple
    alerts: tuple
    whole: object  # Equation of all vaccines, or None
    tables: tuple
    timeline: object
    batches: tuple
    ahead: tuple
    at_risk: tuple
    at_risk_more: str
    running_out: tuple
    running_out_more: str
    below_minimum: tuple
    below_minimum_more: str
    under_way: tuple
    under_way_more: str
    uncounted: tuple
    uncounted_more: str
    movements: tuple
    declared: tuple
    declared_problems: tuple
    declared_day: str


def present(standing, child_url, *, most=SHOWN):
    """``most`` rows of each list; None for all of them, as a file has them."""
    supply, day = standing.supply, standing.query.day
    risks = supply.at_risk()
    running_out = supply.running_out(before=day + datetime.timedelta(RUNNING_OUT_DAYS))
    low = supply.below_minimum()
    names = {vaccine.pk: vaccine for vaccine in standing.vaccines}
    return AreaPage(
        tiles=_tiles(standing, risks),
        alerts=alert_rows(alerts_of(standing)),
        whole=whole_equation(standing),
        tables=identity_tables(standing, child_url),
        timeline=expiry_timeline(supply, day),
        batches=_batches(supply, day),
        ahead=_ahead(standing, names),
        at_risk=risk_rows(risks[:most], day),
        at_risk_more=_more(risks),
        running_out=tuple(
            _running_out_row(store, names[vaccine], ahead, day)
            for store, vaccine, ahead in running_out[:most]
            if vaccine in names
        ),
        running_out_more=_more(running_out),
        below_minimum=tuple(_low_row(*one) for one in low[:most]),
        below_minimum_more=_more(low),
        under_way=tuple(_under_way_row(one) for one in standing.under_way[:most]),
        under_way_more=_more(standing.under_way),
        uncounted=tuple((one.name, store_url(one)) for one in standing.uncounted[:most]),
        uncounted_more=_more(standing.uncounted),
        movements=tuple(movement_row(one) for one in standing.movements),
        declared=_declared(standing),
        declared_problems=_declared_problems(standing),
        declared_day=short_day(standing.declared[0].as_of) if standing.declared else "",
    )


def _more(rows):
    return numbers.indian(len(rows) - SHOWN) if len(rows) > SHOWN else ""


def store_url(store):
    return reverse("stock-store", args=[store.code])


def _tiles(standing, risks):
    area = standing.area
    rows = [standing.identities[area.pk, one.pk] for one in standing.vaccines]
    if not rows:
        return ()
    whole = total(area.pk, rows)
    channels = tuple(
        f"{Channel(code).label}: {short(doses)}" for code, doses in whole.supplied.items() if doses
    )
    lost = sum(row.unused for row in risks)
    expired = sum(row.unused for row in risks if row.batch.expires_on < standing.query.day)
    return (
        Tile(
            _("Came in"),
            *_figure(whole.total_supplied + whole.transferred_in),
            (
                *channels,
                *(
                    (_("from outside the area: %(n)s") % {"n": short(whole.transferred_in)},)
                    if whole.transferred_in
                    else ()
                ),
            ),
        ),
        Tile(_("Administered"), *_figure(whole.administered), ()),
        Tile(_("Wasted"), *_figure(whole.total_wasted), _wasted_lines(whole)),
        Tile(
            _("Balance in the stores"),
            *_figure(whole.balance),
            (_("in transit: %(n)s") % {"n": short(whole.in_transit)},),
            "tile--wide",
        ),
        Tile(
            _("At risk of expiry"),
            *_figure(lost),
            (_("of these expired: %(n)s") % {"n": short(expired)},) if expired else (),
        ),
        Tile(_("Unreported residual"), *_figure(whole.residual), (_("not wastage"),)),
    )


def _figure(doses):
    text, full = short(doses), numbers.indian(doses)
    return text, full if text != full else ""


def _wasted_lines(whole):
    return (
        _("opened vials: %(n)s") % {"n": short(whole.wasted_open)},
        _("closed vials: %(n)s") % {"n": short(whole.wasted_closed)},
    )


@dataclass(frozen=True, slots=True)
class BatchRow:
    vaccine: str
    batch: str
    url: str
    expiry: object
    doses: str
    vials: str
    stores: str
    unused: str


def _batches(supply, day):
    """What is in the stores by vaccine and batch."""
    doses, stores, unused = defaultdict(int), defaultdict(set), defaultdict(int)
    for one in supply.held:
        doses[one.batch_id] += one.doses
        stores[one.batch_id].add(one.location_id)
    for row in supply.at_risk():
        unused[row.batch.pk] += row.unused
    rows = sorted(
        (supply.batches[pk] for pk in doses), key=lambda one: (one.vaccine.code, one.expires_on, one.number)
    )
    return tuple(
        BatchRow(
            vaccine=one.vaccine.name,
            batch=batch_name(one),
            url=reverse("stock-batch", args=[one.pk]),
            expiry=expiry(one, day),
            doses=numbers.indian(doses[one.pk]),
            vials=vials(doses[one.pk], one.vaccine.doses_per_vial),
            stores=numbers.indian(len(stores[one.pk])),
            unused=numbers.indian(unused[one.pk]),
        )
        for one in rows
    )


@dataclass(frozen=True, slots=True)
class AheadRow:
    vaccine: str
    usable: str
    per_day: str
    days: str
    out_on: str
    at_risk: str


def _ahead(standing, names):
    """For each vaccine how long the stock of the whole area lasts at the pace of the area."""
    usable, lost = defaultdict(int), defaultdict(int)
    for (_store, vaccine), outlook in standing.supply.outlooks.items():
        usable[vaccine] += outlook.usable
        lost[vaccine] += outlook.at_risk
    rows, blank = [], no_data()
    for vaccine in standing.vaccines:
        pace = standing.used_lately.get(vaccine.pk, Fraction(0))
        stock = usable[vaccine.pk]
        if not (pace or stock or lost[vaccine.pk]):
            continue
        days = Fraction(stock) / pace if pace else None
        rows.append(
            AheadRow(
                vaccine=vaccine.name,
                usable=numbers.indian(stock),
                per_day=numbers.decimal(pace, 0) if pace else blank,
                days=numbers.decimal(days, 0) if days is not None else blank,
                out_on=_out_on(standing.query.day, days) or blank,
                at_risk=numbers.indian(lost[vaccine.pk]),
            )
        )
    return tuple(rows)


def _out_on(day, days):
    # Beyond some years the day says nothing, and a calendar ends.
    if days is None or days > 2000:
        return ""
    return short_day(day + datetime.timedelta(int(days)))


@dataclass(frozen=True, slots=True)
class RiskRow:
    store: str
    store_url: str
    place: str
    vaccine: str
    batch: str
    batch_url: str
    expiry: object
    held: str
    unused: str
    vials: str
    stage: str
    is_expired: bool


def risk_rows(risks, day):
    return tuple(
        RiskRow(
            store=row.store.name,
            store_url=store_url(row.store),
            place=local_name(row.store.area),
            vaccine=row.batch.vaccine.name,
            batch=batch_name(row.batch),
            batch_url=reverse("stock-batch", args=[row.batch.pk]),
            expiry=expiry(row.batch, day),
            held=numbers.indian(row.held),
            unused=numbers.indian(row.unused),
            vials=vials(row.unused, row.batch.vaccine.doses_per_vial),
            stage=stage_text(row.stage),
            is_expired=row.batch.expires_on < day,
        )
        for row in risks
    )


def _running_out_row(store, vaccine, ahead, day):
    out_now = ahead.runs_out_on <= day
    return (
        store.name,
        store_url(store),
        vaccine.name,
        numbers.indian(ahead.usable),
        numbers.decimal(ahead.days_of_stock, 0),
        _("out of stock") if out_now else short_day(ahead.runs_out_on),
        "pill--bad" if out_now else "pill--warn",
    )


def _low_row(store, level, usable):
    return (
        store.name,
        store_url(store),
        level.vaccine.name,
        numbers.indian(usable),
        numbers.indian(level.minimum),
        numbers.indian(level.maximum),
    )


def _under_way_row(one):
    return (
        one.dispatch.number,
        reverse("stock-consignment", args=[one.dispatch.pk]),
        one.dispatch.from_store.name,
        one.dispatch.to_store.name,
        short_day(one.dispatch.sent_on),
        numbers.indian(one.doses),
        _("%(n)s days, too long") % {"n": numbers.indian(one.days)}
        if one.days > LONG_UNDER_WAY_DAYS
        else _("%(n)s days") % {"n": numbers.indian(one.days)},
        "pill--bad" if one.days > LONG_UNDER_WAY_DAYS else "",
    )


def _declared(standing):
    """(measure, what it is of, as published, the ledger's, the difference, source) of what was published last."""
    labels = dict(DeclaredFigure._meta.get_field("measure").choices)
    rows = []
    for statement in standing.declared:
        for (measure, channel, scope), value in statement.figures.items():
            mine = statement.own_of(measure, channel) if scope in CUMULATIVE else None
            rate = measure == "wastage_per_myriad"
            rows.append(
                (
                    _("Wastage") if rate else str(labels[measure]),
                    " · ".join(part for part in (_channel(channel), scope) if part),
                    numbers.decimal(Fraction(value, 100), 2) + "%" if rate else numbers.indian(value),
                    numbers.NO_DATA if mine is None else numbers.indian(mine),
                    numbers.NO_DATA if mine is None else numbers.signed(mine - value),
                    statement.source,
                )
            )
    return tuple(rows)


def _declared_problems(standing):
    """What does not agree in the published figures themselves, in words."""
    words = {
        DOES_NOT_RECONCILE: _("supplied − consumption − balance is %(n)s and not 0: it does not reconcile"),
        FALLS: _("fewer doses supplied than were published before: %(n)s"),
        NEGATIVE_WASTAGE: _("wastage below 0"),
    }
    return tuple(
        (statement.source, words[code] % {"n": numbers.signed(value)})
        for statement in standing.declared
        for code, value in statement.problems
    )


def _channel(code):
    return str(Channel(code).label) if code in Channel.values else code
