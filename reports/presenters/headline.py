"""The headline figures of an area on a day."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from districts import numbers
from districts.figures import Ratio
from districts.templatetags.indian import no_data, short
from reports.presenters.axes import coordinate
from reports.presenters.measures import doses_of_the_day, is_first_to_second, overdue_label

BAR_FULL = 100


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar in per cent of its full width; what goes over is drawn full, in the colour of "over"."""

    width: str
    css: str = ""
    expected: str = ""  # where the bar should be by now


@dataclass(frozen=True, slots=True)
class Tile:
    label: str
    figure: str
    full: str = ""  # the same without shortening
    lines: tuple = ()
    bar: Bar | None = None
    css: str = ""


def bar_of(ratio, expected=None):
    if not ratio.has_data:
        return None
    share = ratio.numerator * ratio.scale / ratio.denominator
    return Bar(
        width=coordinate(min(max(share, 0), BAR_FULL)),
        css="bar-over" if share > BAR_FULL else "",
        expected=(
            coordinate(min(max(expected * 100 / ratio.denominator, 0), BAR_FULL))
            if expected is not None
            else ""
        ),
    )


def ahead_text(days):
    """ "3.2 days ahead", in working days of the plan."""
    if days is None or not days.has_data:
        return ""
    size = numbers.decimal(abs(days.exact))
    if days.exact < 0:
        return _("%(days)s working days behind") % {"days": size}
    return _("%(days)s working days ahead") % {"days": size}


def headline(coverage):
    """The tiles, most wanted first. ``coverage`` is what ``reports.selectors.coverage`` answers."""
    figures, sheet = coverage.area, coverage.sheet
    tiles = []
    if sheet.dose_cells:
        tiles.append(_doses(figures))
    pair = [item for item in (sheet.first, sheet.last) if item is not None]
    tiles += [_reached(item, figures.items[item.code], coverage) for item in pair]
    if len(pair) == 2:
        tiles.append(_drop_out(figures))
    if figures.overdue is not None:
        tiles.append(_overdue(figures, sheet))
    tiles.append(_reporting(figures.units))
    return tuple(tiles)


def _doses(figures):
    today = doses_of_the_day(figures)
    lines = [
        _("%(count)s on this day") % {"count": numbers.indian(today)}
        if today is not None
        else _("No report on this day yet")
    ]
    if figures.revised_added or figures.revised_removed:
        lines.append(
            _("Revised since yesterday: %(added)s, %(removed)s")
            % {
                "added": numbers.signed(figures.revised_added),
                "removed": numbers.signed(-figures.revised_removed),
            }
        )
    lines += _verified(figures)
    total = figures.doses_to_date
    return Tile(
        _("Doses to date"), short(total), full=numbers.indian(total), lines=tuple(lines), css="tile--wide"
    )


def _verified(figures):
    """Which share somebody vouches for, to date and of the day."""
    to_date = figures.verified
    today = Ratio(figures.doses_verified_today, figures.doses_today, "doses of the day")
    if not to_date.has_data:
        return []
    values = {"to_date": numbers.percent(to_date), "today": numbers.percent(today) if today.has_data else ""}
    if today.has_data:
        return [_("Verified: %(to_date)s to date, %(today)s of this day") % values]
    return [_("Verified: %(to_date)s to date") % values]


def _reached(item, figures, coverage):
    ratio = figures.coverage
    label = _("%(item)s: coverage") % {"item": item.name}
    if not ratio.has_data:
        count = "" if figures.to_date is None else numbers.indian(figures.to_date)
        return Tile(label, no_data(), lines=tuple(filter(None, (count, _("No target is set.")))))
    lines = [
        _("%(count)s of %(target)s")
        % {"count": numbers.indian(figures.to_date), "target": numbers.indian(figures.target)},
    ]
    if figures.expected is not None:
        lines.append(_("expected by now: %(count)s") % {"count": numbers.indian(figures.expected)})
    ahead = ahead_text(figures.days_ahead)
    return Tile(
        label,
        numbers.percent(ratio),
        lines=(*lines, *([ahead] if ahead else ())),
        bar=bar_of(ratio, figures.expected),
    )


def _drop_out(figures):
    category = figures.category
    lines = []
    if category:
        lines.append(
            _("Category %(letter)s: %(meaning)s") % {"letter": category, "meaning": meanings()[category]}
        )
    return Tile(_("Drop-out"), percent_or_mark(figures.drop_out), lines=tuple(lines))


def percent_or_mark(ratio):
    return numbers.percent(ratio) if ratio.has_data else no_data()


def meanings():
    """What each performance category says."""
    return {
        "A": _("coverage 90% or more, drop-out 10% or less"),
        "B": _("coverage 90% or more, drop-out over 10%"),
        "C": _("coverage under 90%, drop-out 10% or less"),
        "D": _("coverage under 90%, drop-out over 10%"),
    }


def _overdue(figures, sheet):
    said = {"item": sheet.first.name, "days": sheet.interval_days}
    plain = is_first_to_second(sheet)
    since = _("first dose at least %(days)s days ago") if plain else _("%(item)s at least %(days)s days ago")
    lines = [since % said]
    if figures.left_out is not None:
        left_out = (
            _("left out (no first dose): %(count)s") if plain else _("left out (no %(item)s): %(count)s")
        )
        lines.append(left_out % {**said, "count": numbers.indian(figures.left_out)})
    return Tile(
        overdue_label(sheet),
        short(figures.overdue),
        full=numbers.indian(figures.overdue),
        lines=tuple(lines),
    )


def _reporting(units):
    counts = {
        "on_time": numbers.indian(units.on_time),
        "late": numbers.indian(units.late),
        "silent": numbers.indian(units.silent),
    }
    return Tile(
        _("Units that reported"),
        _("%(reported)s of %(expected)s")
        % {"reported": numbers.indian(units.reported), "expected": numbers.indian(units.expected)},
        lines=(_("%(on_time)s on time, %(late)s late, %(silent)s silent") % counts,),
        bar=bar_of(units.completeness),
    )
