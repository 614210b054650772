"""Everything that one dashboard shows, read in a fixed number of queries."""

from dataclasses import dataclass

from districts.models import AreaBoundary
from districts.prepared import Prepared
from reports.selectors.coverage import Coverage, area_figures
from reports.selectors.freshness import Waiting, waiting
from reports.selectors.reporting import silent_units
from reports.selectors.series import parts_of, series_of
from reports.selectors.stock import StockHeadline, stock_headline


@dataclass(frozen=True)
class Shapes:
    """The outlines known of an area's children: their frame, their codes and what changes when they do."""

    view_box: str
    codes: frozenset
    version: int


@dataclass(frozen=True)
class Facts:
    coverage: Coverage
    series: dict  # item code → Series
    parts: list
    silent: list  # of SilentUnit, the first ones
    vaccines: tuple  # empty where neither the sheet nor the stock asks for them
    shapes: Shapes | None
    stock: StockHeadline | None  # of a campaign whose doses leave the stock
    waiting: Waiting | None  # while so much is to be added up that the figures are not complete


def read_facts(*, campaign, area, query, fresh, span, silent_shown):
    first, last = span
    coverage = area_figures(
        campaign=campaign,
        area=area,
        day=query.day,
        as_of=query.as_of,
        target_set=query.target_set,
        cohort=query.cohort,
        fresh=fresh,
        charted_from=first,
    )
    sheet = coverage.sheet
    has_vaccines = campaign.keeps_stock or any(cell["vaccine__code"] for cell in sheet.parts)
    vaccines = tuple(campaign.vaccines.all()) if has_vaccines else ()
    return Facts(
        coverage=coverage,
        series=series_of(
            sheet.items, sheet, counts=coverage.counts, reported=coverage.reported, first=first, last=last
        ),
        parts=parts_of(sheet, counts=coverage.counts, day=query.day),
        silent=silent_units(
            campaign=campaign,
            area=area,
            day=query.day,
            as_of=query.as_of,
            calendar=coverage.calendar,
            most=silent_shown,
        ),
        vaccines=vaccines,
        shapes=shapes_of(area, coverage.children),
        stock=stock_headline(
            campaign=campaign, area=area, vaccines=vaccines, day=query.day, as_of=query.as_of
        ),
        waiting=waiting(campaign, fresh),
    )


def boundaries_below(area):
    return AreaBoundary.objects.filter(area__parent=area).select_related("area")


_OUTLINES = Prepared(
    "outlines",
    "SELECT a.code, b.uploaded_at, b.min_x, b.min_y, b.max_x, b.max_y "
    "FROM districts_areaboundary b JOIN districts_area a ON a.id = b.area_id WHERE a.parent_id = %s",
)


def shapes_of(area, children):
    """None while fewer than half of the children have an outline: names tell more than scattered shapes."""
    codes = {child.code for child in children}
    rows = _OUTLINES.rows([area.pk]) if codes else ()
    found = {code: row for code, *row in rows if code in codes}
    if not found or 2 * len(found) < len(codes):
        return None
    uploaded, lefts, tops, rights, bottoms = zip(*found.values(), strict=True)
    left, top = min(lefts), min(tops)
    width, height = max(rights) - left, max(bottoms) - top
    pad = max(width, height) // 50 + 1
    return Shapes(
        view_box=f"{left - pad} {top - pad} {width + 2 * pad} {height + 2 * pad}",
        codes=frozenset(found),
        version=int(max(uploaded).timestamp()),
    )
