"""One store: what lies in it, and its ledger."""

from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import Q
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from districts import numbers
from inventory.forms.query import params_of, read_query
from inventory.issuing import issue_order
from inventory.models import Earmark, Vaccine
from inventory.presenters import tables
from inventory.presenters.requisitions import requisition_rows
from inventory.presenters.stores import (
    consignment_rows,
    ledger_rows,
    outlook_rows,
    outlooks_of_shelf,
    shelf_rows,
)
from inventory.selectors import scope
from inventory.selectors.consignments import of_store, open_doses
from inventory.selectors.shelf import last_counts, last_readings, levels_of, requisitions, shelf_of, to_issue
from inventory.selectors.stockouts import stock_out_days
from inventory.selectors.store_ledger import balance_before, store_movements, with_names
from inventory.selectors.stores import daily_use
from inventory.views import downloads
from inventory.views.doors import for_store

PAGE = 50
SHOWN = 10


def store_frame(request, store):
    """What every page of a store shows around its contents."""
    return {
        "store": store,
        "area": store.area,
        "above": [*scope.above(request.user, store.area), store.area],
        "may_keep": scope.may_keep(request.user, store.area),
        "may_set_up": scope.may_set_up(request.user, store.area),
    }


@for_store(scope.SEE)
@require_safe
def store(request, store):
    today = timezone.localdate()
    positions = shelf_of(store)
    on_shelf = to_issue(positions, store)
    outlooks = outlooks_of_shelf(positions, daily_use([store.pk], today), today)
    may_keep = scope.may_keep(request.user, store.area)
    consignments = list(of_store(store)[:SHOWN])
    asked = requisitions(Q(from_store=store) | Q(to_store=store), only_open=True)[:SHOWN]
    shelf = shelf_rows(positions, on_shelf, issue_order(on_shelf, today), outlooks, today)
    ahead = outlook_rows(outlooks, levels_of(store), today)
    found = [tables.shelf(shelf), tables.outlooks(ahead)]
    if downloads.file_wanted(request):
        return downloads.answer(request, found, f"store-{store.code}-{today}", (_("Store"), store.name))
    context = store_frame(request, store) | {
        "today": today,
        "shelf": shelf,
        "outlooks": ahead,
        "downloads": downloads.links(request, *((one.code, one.title) for one in found)),
        "consignments": consignment_rows(consignments, open_doses(consignments), store, may_keep=may_keep),
        "requisitions": requisition_rows(asked, today),
        "readings": last_readings(store, SHOWN),
        "counts": last_counts(store, SHOWN),
        "stock_outs": stock_out_days(store, today),
        "held": numbers.indian(sum(one.doses for one in positions)),
        "free": _free_space(store, positions),
    }
    return render(request, "stock/store.html", context)


def _free_space(store, positions):
    if store.capacity_doses is None:
        return None
    return store.capacity_doses - sum(one.doses for one in positions)


@for_store(scope.SEE)
@require_safe
def ledger(request, store):
    """Every movement of a store in the order of days with the balance after it; opens on the newest page."""
    today = timezone.localdate()
    query = read_query(request.GET, default_day=today)
    rows = store_movements(
        store, last=query.day, as_of=query.as_of, vaccine=query.vaccine, earmark=query.earmark
    )
    if downloads.file_wanted(request):
        table = tables.ledger(ledger_rows(with_names(rows), 0))
        name, about = f"ledger-{store.code}-{query.day}", downloads.of_query(query)
        return downloads.answer(request, [table], name, (_("Store"), store.name), *about)
    pages = Paginator(rows, PAGE)
    page = pages.get_page(request.GET.get("page") or pages.num_pages)
    before = balance_before(rows, page.start_index() - 1 if page.object_list else 0)
    start = page.start_index() - 1 if pages.count else 0
    shown = with_names(rows)[start : start + PAGE]
    context = store_frame(request, store) | {
        "query": query,
        "today": today,
        "vaccines": Vaccine.objects.all(),
        "earmarks": Earmark.choices,
        "page": page,
        "opening": numbers.indian(before),
        "rows": ledger_rows(shown, before),
        "params": urlencode(params_of(query, default_day=today)),
        "downloads": downloads.links(request),
    }
    return render(request, "stock/ledger.html", context)
