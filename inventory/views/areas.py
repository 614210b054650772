"""Stock by area: the dashboard, the worklist of doses at risk, the redistribution plan, requisitions."""

from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Q
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from inventory.forms.query import params_of, read_query
from inventory.models import Channel, Earmark, Vaccine
from inventory.presenters import tables
from inventory.presenters.area_page import SHOWN, present, risk_rows
from inventory.presenters.area_tables import area_tables
from inventory.presenters.plan import plan_page
from inventory.presenters.requisitions import requisition_rows
from inventory.selectors import scope
from inventory.selectors.plan import redistribution
from inventory.selectors.shelf import requisitions
from inventory.selectors.standing import day_to_show, standing, supply_of
from inventory.views import downloads
from inventory.views.doors import for_area

PAGE = 50


@login_required
@require_safe
def home(request):
    """To the stock of one's own area; who has several chooses."""
    tops = scope.top_areas(request.user)
    if not tops:
        raise PermissionDenied("Your posting does not allow you to see stock.")
    if len(tops) == 1:
        return redirect("stock-area", tops[0].code)
    return render(request, "stock/choose.html", {"areas": tops})


def area_frame(request, area, today, shown, *, period=False):
    """What every page of an area shows around its figures."""
    query = read_query(request.GET, default_day=shown, period=period)
    # A day that was asked for stays in every address; else the pages below choose theirs.
    default = None if "date" in request.GET else shown

    def address(name, code, **changes):
        params = params_of(query, default_day=default, **changes)
        path = reverse(name, args=[code])
        return f"{path}?{urlencode(params)}" if params else path

    return (
        query,
        address,
        {
            "area": area,
            "above": [(one.name, address("stock-area", one.code)) for one in scope.above(request.user, area)],
            "query": query,
            "today": today,
            "vaccines": Vaccine.objects.all(),
            "earmarks": Earmark.choices,
            "channels": Channel.choices,
            "period": period,
            "may_keep": scope.may_keep(request.user, area),
        },
    )


@for_area
@require_safe
def dashboard(request, area):
    today = timezone.localdate()
    shown = day_to_show(area, today)
    query, address, context = area_frame(request, area, today, shown)
    facts = standing(area, query)
    kind = downloads.file_wanted(request)
    page = present(facts, lambda code: address("stock-area", code), most=None if kind else SHOWN)
    found = area_tables(page)
    if kind:
        name = f"stock-{area.code}-{query.day}"
        return downloads.answer(request, found, name, (_("Area"), area.name), *downloads.of_query(query))
    context |= {
        "page": page,
        "downloads": downloads.links(request, *((one.code, one.title) for one in found)),
        "stores": [one for one in facts.supply.stores.values() if one.area_id == area.pk],
        "movements_url": address("stock-movements", area.code),
        "risk_url": address("stock-risk", area.code),
        "quiet": query.day == shown != today and "date" not in request.GET,
        "now_url": address("stock-area", area.code, as_of=None),
        "today_url": f"{request.path}?date={today.isoformat()}",
    }
    return render(request, "stock/area.html", context)


@for_area
@require_safe
def risk(request, area):
    """Every batch of every store that will not be used in time."""
    today = timezone.localdate()
    query, _address, context = area_frame(request, area, today, day_to_show(area, today))
    risks = supply_of(area, query).at_risk()
    if downloads.file_wanted(request):
        table = tables.risk(risk_rows(risks, query.day))
        name, about = f"stock-risk-{area.code}-{query.day}", downloads.of_query(query)
        return downloads.answer(request, [table], name, (_("Area"), area.name), *about)
    page = Paginator(risks, PAGE).get_page(request.GET.get("page"))
    context |= {
        "page": page,
        "rows": risk_rows(page.object_list, query.day),
        "downloads": downloads.links(request),
        "params": urlencode(params_of(query, default_day=None)),
    }
    return render(request, "stock/risk.html", context)


@for_area
@require_safe
def plan(request, area):
    """Transfers that save the most doses; each is one click away from its dispatch for who may send it."""
    today = timezone.localdate()
    shown = day_to_show(area, today)
    query, _address, context = area_frame(request, area, today, shown)
    earmark, day = query.earmark or Earmark.CAMPAIGN, query.day
    # Since the day on which a quiet ledger opens nothing has moved: what was there then is there now.
    is_past = day < shown or query.as_of is not None
    transfers, at_risk, stores, batches = redistribution(
        area, day, earmark=earmark, as_of=query.as_of, from_movements=is_past
    )
    page = Paginator(transfers, PAGE).get_page(request.GET.get("page"))
    wanted = downloads.file_wanted(request)
    shown = plan_page(
        transfers if wanted else page.object_list,
        stores,
        batches,
        day=day,
        earmark=earmark,
        # What a plan of the past proposes cannot be sent any more.
        may_keep=lambda one: not is_past and scope.may_keep(request.user, one),
    )
    if wanted:
        name, about = f"stock-plan-{area.code}-{day}", downloads.of_query(query)
        return downloads.answer(request, [tables.transfers(shown)], name, (_("Area"), area.name), *about)
    context |= {
        "page": page,
        "rows": shown,
        "saved": sum(one.doses for one in transfers),
        "at_risk": at_risk,
        "earmark": earmark,
        "is_past": is_past,
        "params": urlencode(params_of(query, default_day=shown, earmark=earmark)),
        "downloads": downloads.links(request),
    }
    return render(request, "stock/plan.html", context)


@for_area
@require_safe
def asked(request, area):
    """Requisitions from and to the stores of an area."""
    today = timezone.localdate()
    shown = day_to_show(area, today)
    _query, _address, context = area_frame(request, area, today, shown)
    only_open = request.GET.get("state") != "all"
    inside = Q()
    for end in ("from_store", "to_store"):
        inside |= Q(**{f"{end}__area__path__gte": area.path, f"{end}__area__path__lte": area.path_end})
    found = requisitions(inside, only_open=only_open)
    if downloads.file_wanted(request):
        table = tables.requisitions(requisition_rows(found, shown))
        return downloads.answer(request, [table], f"requisitions-{area.code}", (_("Area"), area.name))
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    context |= {
        "page": page,
        "rows": requisition_rows(page.object_list, shown),
        "only_open": only_open,
        "params": "" if only_open else "state=all",
        "downloads": downloads.links(request),
    }
    return render(request, "stock/requisitions.html", context)
