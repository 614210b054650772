"""The supply identity of an area and its movements, for any vaccine, channel, period and state of knowledge."""

from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from inventory.forms.query import params_of
from inventory.presenters import tables
from inventory.presenters.area_tables import identity as identity_table
from inventory.presenters.identity import identity_tables, whole_equation
from inventory.presenters.words import movement_row
from inventory.selectors.journals import area_movements
from inventory.selectors.standing import day_to_show, identity_of
from inventory.views import downloads
from inventory.views.areas import PAGE, area_frame
from inventory.views.doors import for_area


@for_area
@require_safe
def identity(request, area):
    today = timezone.localdate()
    query, address, context = area_frame(request, area, today, day_to_show(area, today), period=True)
    facts = identity_of(area, query)
    found = identity_tables(facts, lambda code: address("stock-identity", code))
    if downloads.file_wanted(request):
        name, about = f"stock-identity-{area.code}-{query.day}", downloads.of_query(query)
        return downloads.answer(request, [identity_table(found)], name, (_("Area"), area.name), *about)
    context |= {"tables": found, "whole": whole_equation(facts), "downloads": downloads.links(request)}
    return render(request, "stock/identity.html", context)


@for_area
@require_safe
def movements(request, area):
    today = timezone.localdate()
    query, _address, context = area_frame(request, area, today, day_to_show(area, today), period=True)
    rows = area_movements(area, query)
    if downloads.file_wanted(request):
        table = tables.movements(tuple(movement_row(one) for one in rows.iterator(chunk_size=2_000)))
        name, about = f"stock-movements-{area.code}-{query.day}", downloads.of_query(query)
        return downloads.answer(request, [table], name, (_("Area"), area.name), *about)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    context |= {
        "page": page,
        "rows": tuple(movement_row(one) for one in page.object_list),
        "params": urlencode(params_of(query, default_day=None)),
        "downloads": downloads.links(request),
    }
    return render(request, "stock/movements.html", context)
