"""The pages that officials open: the list of campaigns, the dashboards and their files."""

import hashlib

from django.http import Http404, HttpResponseNotModified, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from campaigns.models import Campaign
from districts.models import Area
from districts.models.areas import local_name
from districts.table_files import writing
from districts.templatetags.indian import instant, short_day
from reports.bodies import dashboard_body
from reports.forms import read_query
from reports.pages import acts, open_scope, own_area, scope_of, visible_campaign
from reports.presenters.columns import columns_of
from reports.presenters.pages import Addresses, area_path
from reports.presenters.table import export_rows
from reports.selectors.coverage import area_figures
from reports.selectors.dashboard import boundaries_below
from reports.selectors.freshness import freshness
from reports.selectors.reporting import silent_units


@require_safe
def home(request):
    """Every campaign that the visitor may see, but the archived ones: their pages stay at their addresses."""
    campaigns = Campaign.objects.visible_to(request.user).in_service().select_related("area").distinct()
    return render(request, "reports/home.html", {"campaigns": campaigns})


@require_safe
def dashboard(request, slug, code=None):
    """Nation, state, district or block: one view, since one tree holds them all."""
    campaign, road = visible_campaign(request, slug, code)
    if code is None:
        area = own_area(request, campaign)
        if area is None:
            raise Http404("No such campaign.")
        if area != campaign.area:
            return redirect("area-dashboard", slug, area.code)
    scope = scope_of(request, campaign, road)
    fresh = freshness(scope.campaign)
    query = read_query(request.GET, scope.campaign, fresh)
    addresses = Addresses(slug, request.path, scope.campaign.area.code, query)
    if "n" in request.GET:
        # The slider speaks in day numbers; addresses that are kept and shared speak in dates.
        return HttpResponseRedirect(addresses.same())
    context = {
        "campaign": scope.campaign,
        "area": scope.area,
        "crumbs": [(one.name, area_path(slug, one.code, scope.campaign.area.code)) for one in scope.above],
        "acts": acts(request, scope),
        "fresh": fresh,
        "body": dashboard_body(scope=scope, query=query, fresh=fresh, addresses=addresses),
    }
    return render(request, "reports/dashboard.html", context)


@require_safe
def pulse(request, slug):
    """The line at the foot of a dashboard, asked for every second or two by every open page.

    Its tag changes with the figures and with the state of the worker, so nearly every answer is a 304. When
    the figures have moved on from what the page has ``seen``, the answer tells the page to fetch itself.
    """
    campaign, _road = visible_campaign(request, slug)
    fresh = freshness(campaign)
    tag = _tag(
        fresh.tag,
        fresh.figures_as_of,
        fresh.worker_is_down,
        fresh.is_behind,
        fresh.is_incomplete,
        get_language(),
    )
    if request.headers.get("If-None-Match") == tag:
        response = HttpResponseNotModified()
    else:
        response = render(request, "reports/_pulse.html", {"campaign": campaign, "fresh": fresh})
        if request.GET.get("seen") not in (None, fresh.tag):
            response["HX-Trigger"] = "figures-changed"
    response["ETag"] = tag
    # The browser may keep it, but must ask each time.
    response["Cache-Control"] = "private, no-cache"
    return response


def _tag(*parts):
    return f'"{hashlib.sha256(repr(parts).encode()).hexdigest()[:24]}"'


@require_safe
def file(request, slug, code, name):
    """What a dashboard shows, as a file: the table of children, or the silent units."""
    scope = open_scope(request, slug, code)
    fresh = freshness(scope.campaign)
    query = read_query(request.GET, scope.campaign, fresh)
    stem = f"{slug}-{code}-{query.day.isoformat()}"
    if name == "silent.csv":
        return writing.csv_file(_silent_rows(scope, query), f"{stem}-silent")
    coverage = area_figures(
        campaign=scope.campaign,
        area=scope.area,
        day=query.day,
        as_of=query.as_of,
        target_set=query.target_set,
        cohort=query.cohort,
        fresh=fresh,
    )
    rows = export_rows(coverage, query, columns_of(coverage.sheet))
    if name == "table.csv":
        return writing.csv_file(rows, stem)
    return writing.xlsx_file(rows, stem, _about(scope, query, fresh))


def _silent_rows(scope, query):
    yield [_("Code"), _("Unit"), _("In")]
    silent = silent_units(campaign=scope.campaign, area=scope.area, day=query.day, as_of=query.as_of)
    for unit in silent:
        yield [unit.code, local_name(unit), local_name(unit.parent)]


def _about(scope, query, fresh):
    rows = [
        (_("Campaign"), scope.campaign.name),
        (_("Area"), scope.area),
        (_("Day"), short_day(query.day)),
        (_("Denominator"), query.target_set.name if query.target_set else _("none")),
        (_("Group"), query.cohort.name if query.cohort else _("all")),
        (_("As known at"), instant(query.as_of) if query.as_of else _("the latest")),
    ]
    if fresh.figures_as_of:
        rows.append((_("Figures as of"), instant(fresh.figures_as_of)))
    if fresh.is_incomplete:
        rows.append((_("Note"), _("Not all counts are added up yet: these figures are not complete.")))
    if scope.campaign.is_simulated:
        rows.append((_("Note"), _("Simulated figures.")))
    return rows


@require_safe
def shapes(request, code):
    """Outlines of an area's children, one symbol by code: public geography, kept by the browser."""
    area = get_object_or_404(Area, code=code)
    outlines = boundaries_below(area).order_by("area__path")
    response = render(request, "reports/shapes.svg", {"outlines": outlines}, content_type="image/svg+xml")
    # The address carries the version of the outlines.
    response["Cache-Control"] = "public, max-age=604800"
    return response
