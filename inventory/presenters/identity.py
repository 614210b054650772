"""The supply identity as tables that visibly add up: one table per vaccine, a row per part of the area."""

from collections import defaultdict
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from districts import numbers
from districts.models.areas import local_name
from districts.templatetags.indian import no_data
from inventory.figures import Identity
from inventory.models import Channel, Operation, WasteCause
from inventory.presenters.words import bare_vials, vials
from inventory.selectors.identity import total as total_of


@dataclass(frozen=True, slots=True)
class Column:
    label: str
    css: str  # what the figure is: comes in, goes out, a sum
    doses: object  # Identity → int


@dataclass(frozen=True, slots=True)
class Row:
    name: str
    url: str
    cells: tuple  # of (text, css)
    rates: tuple  # of text


@dataclass(frozen=True, slots=True)
class Rate:
    label: str
    text: str
    about: str
    css: str


@dataclass(frozen=True, slots=True)
class Why:
    """Something that the residual may come from, with how much of it there is."""

    label: str
    text: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class IdentityTable:
    code: str
    vaccine: str
    per_vial: str
    columns_in: tuple
    columns_out: tuple
    rows: tuple
    total: Row
    in_vials: tuple
    without: str  # how many children have no record of it
    equation_in: tuple  # of (label, doses, is the sum)
    equation_out: tuple
    sum_text: str
    rates: tuple
    causes: tuple  # of (label, doses, vials): loss by cause
    residual: str
    residual_css: str
    residual_words: str
    residual_parts: tuple  # of Why: what the ledger itself says; adds up to the residual
    residual_open: tuple  # of Why: what may still explain it


def rest_of(whole, parts):
    """The Identity of what is left of a whole without its parts: the stores of the area itself."""
    supplied, wasted = defaultdict(int, whole.supplied), defaultdict(int, whole.wasted)
    sums = {name: getattr(whole, name) for name in SUMMED}
    for part in parts:
        for channel, doses in part.supplied.items():
            supplied[channel] -= doses
        for cause, doses in part.wasted.items():
            wasted[cause] -= doses
        for name in SUMMED:
            sums[name] -= getattr(part, name)
    return Identity(whole.area_id, whole.vaccine_id, dict(supplied), wasted=dict(wasted), **sums)


SUMMED = ("transferred_in", "administered", "balance", "in_transit", "residual")


def columns_in(total, *, is_nation):
    columns = [
        Column(str(Channel(code).label), "in", lambda one, code=code: one.supplied.get(code, 0))
        for code in Channel.values
        if total.supplied.get(code)
    ]
    if not columns:
        columns = [Column(_("Supplied"), "in", lambda one: one.total_supplied)]
    if not is_nation or total.transferred_in:
        columns.append(Column(_("From outside the area"), "in", lambda one: one.transferred_in))
    columns.append(Column(_("Came in, in all"), "sum", lambda one: one.total_supplied + one.transferred_in))
    return tuple(columns)


def columns_out():
    return (
        Column(_("Administered"), "out", lambda one: one.administered),
        Column(_("Wasted, opened vials"), "out", lambda one: one.wasted_open),
        Column(_("Wasted, closed vials"), "out", lambda one: one.wasted_closed),
        Column(_("Balance"), "out", lambda one: one.balance),
        Column(_("In transit"), "out", lambda one: one.in_transit),
        Column(_("Unreported residual"), "residual", lambda one: one.residual),
    )


def identity_tables(standing, child_url):
    return tuple(
        _table(standing, vaccine, child_url)
        for vaccine in standing.vaccines
        if _anything(standing.identities[standing.area.pk, vaccine.pk])
    )


@dataclass(frozen=True, slots=True)
class Equation:
    """The identity of all vaccines together, in one line."""

    equation_in: tuple
    sum_text: str
    equation_out: tuple


def whole_equation(standing):
    """None where there is one vaccine only: its own table says it."""
    area = standing.area
    rows = [standing.identities[area.pk, one.pk] for one in standing.vaccines]
    if len([one for one in rows if _anything(one)]) < 2:
        return None
    one = total_of(area.pk, rows)
    return Equation(
        equation_in=_equation(columns_in(one, is_nation=area.parent_id is None), one),
        sum_text=numbers.indian(one.total_supplied + one.transferred_in),
        equation_out=_equation(columns_out(), one),
    )


def _anything(one):
    return any(
        (one.total_supplied, one.administered, one.total_wasted, one.balance, one.in_transit, one.residual)
    )


def _table(standing, vaccine, child_url):
    area = standing.area
    total = standing.identities[area.pk, vaccine.pk]
    found = [
        (child, standing.identities[child.pk, vaccine.pk])
        for child in standing.children
        if (child.pk, vaccine.pk) in standing.identities
    ]
    into, out = columns_in(total, is_nation=area.parent_id is None), columns_out()
    columns, blank = (*into, *out), no_data()
    rows = [_row(local_name(child), child_url(child.code), one, columns, blank) for child, one in found]
    if found:
        own = rest_of(total, [one for _child, one in found])
        rows.insert(0, _row(_("%(area)s: own stores") % {"area": local_name(area)}, "", own, columns, blank))
    without = len(standing.children) - len(found)
    return IdentityTable(
        code=vaccine.code,
        vaccine=vaccine.name,
        per_vial=ngettext("%(n)d dose per vial", "%(n)d doses per vial", vaccine.doses_per_vial)
        % {"n": vaccine.doses_per_vial},
        columns_in=into,
        columns_out=out,
        rows=tuple(rows),
        total=_row(_("%(area)s, in all") % {"area": local_name(area)}, "", total, columns, blank),
        in_vials=tuple(bare_vials(column.doses(total), vaccine.doses_per_vial) for column in columns),
        without=_without(without) if found and without else "",
        equation_in=_equation(into, total),
        equation_out=_equation(out, total),
        sum_text=numbers.indian(total.total_supplied + total.transferred_in),
        rates=_rates(total, vaccine),
        causes=_causes(total, vaccine),
        residual=numbers.indian(total.residual),
        **_residual(standing, vaccine, total),
    )


def _without(number):
    text = ngettext(
        "%(n)s area below has no record of this vaccine.",
        "%(n)s areas below have no record of this vaccine.",
        number,
    )
    return text % {"n": numbers.indian(number)}


def _row(name, url, one, columns, blank):
    return Row(
        name=name,
        url=url,
        cells=tuple(
            (numbers.indian(doses), _cell_css(column, doses)) for column, doses in _cells(one, columns)
        ),
        rates=tuple(
            numbers.percent(ratio) if ratio.has_data else blank
            for ratio in (one.open_vial_wastage, one.closed_vial_wastage)
        ),
    )


def _cells(one, columns):
    return [(column, column.doses(one)) for column in columns]


def _cell_css(column, doses):
    css = f"number identity__{column.css}"
    return f"{css} identity__below" if column.css == "residual" and doses < 0 else css


def _equation(columns, total):
    return tuple(
        (column.label, numbers.indian(column.doses(total))) for column in columns if column.css != "sum"
    )


def _rates(one, vaccine):
    limit = vaccine.wastage_limit_percent
    open_vial = one.open_vial_wastage
    return (
        Rate(_("Open-vial wastage"), numbers.percent(open_vial), *_judged(open_vial, limit)),
        Rate(
            _("Closed-vial wastage"),
            numbers.percent(one.closed_vial_wastage),
            _("of the doses used and lost, to date"),
            "",
        ),
        Rate(_("Utilisation"), numbers.percent(one.utilisation), _("administered of what came in"), ""),
    )


def _judged(ratio, limit):
    """(words, css): a rate is judged to date; below 0 more was given than the vials hold, which is no fault."""
    if not ratio.has_data:
        return _("nothing used yet"), ""
    if ratio.exact < 0:
        return _("below 0: more doses were drawn from the vials than they are counted to hold"), ""
    if limit is None:
        return _("no indicative maximum is set for this presentation"), ""
    if ratio.exact > limit:
        return _("above the indicative maximum of %(limit)d%%") % {"limit": limit}, "pill--warn"
    return _("within the indicative maximum of %(limit)d%%") % {"limit": limit}, "pill--good"


def _causes(one, vaccine):
    return tuple(
        (
            str(cause.label),
            _("opened vial") if cause.is_open_vial else _("closed vial"),
            numbers.indian(one.wasted[cause.value]),
            vials(one.wasted[cause.value], vaccine.doses_per_vial),
        )
        for cause in WasteCause
        if one.wasted.get(cause.value)
    )


def _residual(standing, vaccine, one):
    if one.residual < 0:
        words = _("More was given or counted than was ever supplied on record.")
    elif one.residual > 0:
        words = _(
            "These doses came in, and nobody has reported yet what became of them. They are not wastage."
        )
    else:
        words = _("Every dose is accounted for.")
    return {
        "residual_css": "identity__below" if one.residual < 0 else "",
        "residual_words": words,
        "residual_parts": _parts(standing.residual_parts.get(vaccine.pk, {})),
        "residual_open": _open_questions(standing, vaccine, one),
    }


def _parts(by_operation):
    labels = {
        Operation.ADMINISTER: _("given to people without stock on record"),
        Operation.ACCEPT: _("short on arrival"),
        Operation.COUNT: _("differences of physical counts"),
        Operation.REVERSE: _("undone"),
    }
    return tuple(
        Why(str(labels.get(operation, Operation(operation).label)), numbers.signed(doses))
        for operation, doses in sorted(by_operation.items())
        if doses
    )


def _open_questions(standing, vaccine, one):
    if not one.residual:
        return ()
    whys = []
    if late := standing.late.get(vaccine.pk):
        whys.append(
            Why(
                _("Reports of silent units that came since then"),
                _("%(n)s doses") % {"n": numbers.signed(late)},
            )
        )
    for silent in standing.silent:
        text = ngettext("%(n)s unit has not reported", "%(n)s units have not reported", silent.units)
        whys.append(
            Why(
                _("Silent in %(campaign)s") % {"campaign": silent.campaign},
                text % {"n": numbers.indian(silent.units)},
                silent.path,
            )
        )
    if one.in_transit:
        whys.append(
            Why(
                _("Consignments under way"),
                _("%(n)s doses") % {"n": numbers.indian(one.in_transit)},
            )
        )
    if standing.uncounted:
        whys.append(
            Why(
                _("Physical counts outstanding"),
                ngettext("%(n)s store", "%(n)s stores", len(standing.uncounted))
                % {"n": numbers.indian(len(standing.uncounted))},
            )
        )
    private = one.supplied.get(Channel.PRIVATE, 0)
    if private:
        text = _("%(n)s doses on record") % {"n": numbers.indian(private)}
    else:
        text = _("no supply on record: what private centres bought and gave shows here")
    whys.append(Why(_("Private channel"), text))
    return tuple(whys)
