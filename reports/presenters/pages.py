"""A whole dashboard as values: everything the template prints, and nothing it must work out."""

import datetime
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from districts import numbers
from districts.models.areas import Level, local_name
from reports.presenters import panels
from reports.presenters.columns import columns_of
from reports.presenters.headline import headline
from reports.presenters.maps import Outlines, Place, draw_map
from reports.presenters.marks import marks_of
from reports.presenters.measures import choose, item_names, measures_of
from reports.presenters.stock import stock_tiles
from reports.presenters.table import child_table

SILENT_SHOWN = 24
_ONE_DAY = datetime.timedelta(1)


@dataclass(frozen=True)
class Addresses:
    """Makes the addresses of a dashboard; ``here`` is its path, ``top_code`` the campaign's own area."""

    slug: str
    here: str
    top_code: str
    query: object

    def same(self, **changes):
        return _with(self.here, self.query.params(**changes))

    def children(self):
        """A function from a child's code to its address; what all of them share is made once."""
        # A search and a page belong to this table, not to the one of the child.
        before, after = area_path(self.slug, "\x00", self.top_code).split("%00")
        after = _with(after, self.query.params(q="", page=1))
        return lambda code: f"{before}{quote(code)}{after}"

    def file(self, code, name):
        return _with(reverse("dashboard-file", args=[self.slug, code, name]), self.query.params(page=1))

    def hidden(self, *left_out):
        """Name and value of what a form must carry besides its own fields."""
        return tuple((n, v) for n, v in self.query.params(page=1).items() if n not in left_out)


def _with(path, params):
    return f"{path}?{urlencode(params)}" if params else path


def area_path(slug, code, top_code):
    if code == top_code:
        return reverse("campaign-dashboard", args=[slug])
    return reverse("area-dashboard", args=[slug, code])


@dataclass(frozen=True, slots=True)
class DayChooser:
    day: object
    number: int
    last_number: int
    first: object
    last: object
    previous_url: str
    next_url: str
    newest_url: str


def day_chooser(query, addresses):
    day, one = query.day, _ONE_DAY
    return DayChooser(
        day=day,
        number=(day - query.first_day).days,
        last_number=(query.last_day - query.first_day).days,
        first=query.first_day,
        last=query.last_day,
        previous_url=addresses.same(day=day - one, page=1) if day > query.first_day else "",
        next_url=addresses.same(day=day + one, page=1) if day < query.last_day else "",
        newest_url=addresses.same(day=query.newest_day, page=1) if day != query.newest_day else "",
    )


@dataclass(frozen=True)
class Silence:
    """The units that have not reported: some by name, all by number."""

    total: str
    names: tuple  # of (name, name of the area above)
    more: str


def silence(units, silent):
    names = tuple((local_name(area), local_name(area.parent)) for area in silent[:SILENT_SHOWN])
    more = units.silent - len(names)
    return Silence(numbers.indian(units.silent), names, numbers.indian(more) if more > 0 else "")


@dataclass(frozen=True)
class Page:
    """All that the template of a dashboard prints."""

    query: object
    waiting: object  # reports.selectors.freshness.Waiting, or None
    days: DayChooser
    tiles: tuple
    marks: tuple
    measures: tuple  # of (code, label, is chosen)
    map: object
    daily: object
    cumulative: object
    splits: tuple
    items: tuple
    table: object
    silence: Silence
    stock: tuple  # of Tile; empty for a campaign that keeps no stock
    addresses: Addresses
    hidden_for_day: tuple
    hidden_for_measure: tuple
    hidden_for_search: tuple
    hidden_for_options: tuple
    children_title: str
    csv_url: str
    xlsx_url: str
    silent_url: str
    now_url: str


def present(*, facts, query, addresses):
    """``facts`` are ``reports.selectors.dashboard.Facts``; ``query`` is the read address."""
    coverage = facts.coverage
    sheet, figures = coverage.sheet, coverage.area
    measures = measures_of(sheet)
    measure = choose(measures, query.measure)
    items = panels.charted_items(sheet, query.measure)
    title = children_title(coverage.children)
    child_url = addresses.children()
    return Page(
        query=query,
        waiting=facts.waiting,
        days=day_chooser(query, addresses),
        tiles=headline(coverage),
        marks=marks_of(figures, item_names(sheet)),
        measures=tuple((one.code, one.label, one is measure) for one in measures),
        map=_map(coverage, measure, title, child_url, facts.shapes) if coverage.children else None,
        daily=panels.daily_chart(items, facts.series),
        cumulative=panels.cumulative_chart(items, facts.series, coverage),
        splits=tuple(
            panels.splits_of(
                [item for item in items if item.accumulates],
                facts.parts,
                cohorts=query.cohorts,
                vaccines=facts.vaccines,
                cohort=query.cohort,
            )
        ),
        items=panels.item_rows(coverage),
        table=child_table(
            coverage,
            query,
            columns_of(sheet),
            here=addresses.same,
            child_url=child_url,
        )
        if coverage.children
        else None,
        silence=silence(figures.units, facts.silent),
        stock=stock_tiles(
            facts.stock, reported=None if facts.waiting else figures.doses_to_date, cohort=query.cohort
        ),
        addresses=addresses,
        hidden_for_day=addresses.hidden("date"),
        hidden_for_measure=addresses.hidden("measure"),
        hidden_for_search=addresses.hidden("q"),
        hidden_for_options=addresses.hidden("denominator", "cohort", "as_of"),
        children_title=title,
        csv_url=addresses.file(figures.code, "table.csv"),
        xlsx_url=addresses.file(figures.code, "table.xlsx"),
        silent_url=addresses.file(figures.code, "silent.csv"),
        now_url=addresses.same(as_of=None) if query.as_of else "",
    )


def children_title(children):
    levels = {child.level for child in children}
    if len(levels) != 1:
        return _("Areas")
    return {
        Level.STATE: _("States and union territories"),
        Level.DISTRICT: _("Districts"),
        Level.BLOCK: _("Blocks"),
        Level.SITE: _("Session sites"),
    }.get(levels.pop(), _("Areas"))


def _map(coverage, measure, title, child_url, shapes):
    values = [measure.exact(child) for child in coverage.children]
    places = [
        Place(child.code, local_name(child), value, measure.text(child), child_url(child.code))
        for child, value in zip(coverage.children, values, strict=True)
    ]
    return draw_map(
        title=_("%(places)s by %(measure)s") % {"places": title, "measure": measure.label},
        places=places,
        scale=measure.scale(values),
        outlines=Outlines(
            shapes.view_box,
            f"{reverse('shapes', args=[coverage.area.code])}?v={shapes.version}",
            shapes.codes,
        )
        if shapes
        else None,
    )
