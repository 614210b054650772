"""Everything that one dashboard shows, read in a fixed number of queries."""

from dataclasses import dataclass

from django.db.models import Max, Min

from districts.models import AreaBoundary
from reports.selectors.coverage import Coverage, area_figures
from reports.selectors.freshness import Waiting, waiting
from reports.selectors.reporting import silent_units
from reports.selectors.series import item_series, parts_of
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
    silent: list  # the first silent units, with their parents
    vaccines: tuple
    shapes: Shapes | None
    stock: StockHeadline | None  # of a campaign whose doses leave the stock
    waiting: Waiting | None  # while so much is to be added up that the figures are not complete


def read_facts(*, campaign, area, query, fresh, span, silent_shown):
    coverage = area_figures(
        campaign=campaign,
        area=area,
        day=query.day,
        as_of=query.as_of,
        target_set=query.target_set,
        cohort=query.cohort,
        fresh=fresh,
    )
    first, last = span
    vaccines = tuple(campaign.vaccines.all())
    return Facts(
        coverage=coverage,
        series=item_series(
            campaign=campaign,
            area=area,
            first=first,
            last=last,
            cohort=query.cohort,
            as_of=query.as_of,
            sheet=coverage.sheet,
        ),
        parts=parts_of(
            campaign=campaign, area=area, day=query.day, as_of=query.as_of, newest_day=fresh.last_day
        ),
        silent=list(
            silent_units(
                campaign=campaign,
                area=area,
                day=query.day,
                as_of=query.as_of,
                calendar=coverage.calendar,
            )[:silent_shown]
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


def shapes_of(area, children):
    """None while fewer than half of the children have an outline: names tell more than scattered shapes."""
    codes = {child.code for child in children}
    rows = boundaries_below(area).filter(area__code__in=codes)
    found = dict(rows.values_list("area__code", "uploaded_at")) if codes else {}
    if not found or 2 * len(found) < len(codes):
        return None
    frame = rows.aggregate(left=Min("min_x"), top=Min("min_y"), right=Max("max_x"), bottom=Max("max_y"))
    width, height = frame["right"] - frame["left"], frame["bottom"] - frame["top"]
    pad = max(width, height) // 50 + 1
    return Shapes(
        view_box=f"{frame['left'] - pad} {frame['top'] - pad} {width + 2 * pad} {height + 2 * pad}",
        codes=frozenset(found),
        version=int(max(found.values()).timestamp()),
    )
