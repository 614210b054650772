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
from inventory.selectors.shelf import last_counts, last_readings, levels_of, requisitions, shelf_at, to_issue
from inventory.selectors.standing import day_to_show
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


def opening_day(store):
    """The day on which the pages and forms of a store open: that of its area."""
    return day_to_show(store.area, timezone.localdate())


def _asked(request, store):
    """(the StockQuery, what the page shows of it around its contents)."""
    today, shown = timezone.localdate(), opening_day(store)
    query = read_query(request.GET, default_day=shown)
    context = {
        "query": query,
        "today": today,
        "vaccines": Vaccine.objects.all(),
        "earmarks": Earmark.choices,
        "params": urlencode(params_of(query, default_day=None if "date" in request.GET else shown)),
        # Since the day on which a quiet ledger opens nothing has moved.
        "is_past": query.day < shown or query.as_of is not None,
        "quiet": query.day == shown != today and "date" not in request.GET,
        "today_url": f"{request.path}?date={today.isoformat()}",
    }
    return query, context


@for_store(scope.SEE)
@require_safe
def store(request, store):
    """What lay in the store at the end of a day, what becomes of it, and what is asked of it and by it."""
    query, context = _asked(request, store)
    day, known = query.day, {"last": query.day, "as_of": query.as_of}
    positions = shelf_at(store, query)
    on_shelf = to_issue(positions, store, **known)
    outlooks = outlooks_of_shelf(positions, daily_use([store.pk], day, as_of=query.as_of), day)
    # What was on the way on a past day may long have been taken in.
    may_accept = scope.may_keep(request.user, store.area) and not context["is_past"]
    consignments = list(of_store(store, **known)[:SHOWN])
    asked = requisitions(Q(from_store=store) | Q(to_store=store), only_open=True)[:SHOWN]
    shelf = shelf_rows(positions, on_shelf, issue_order(on_shelf, day), outlooks, day)
    ahead = outlook_rows(outlooks, levels_of(store), day)
    found = [tables.shelf(shelf), tables.outlooks(ahead)]
    if downloads.file_wanted(request):
        name, about = f"store-{store.code}-{day}", downloads.of_query(query)
        return downloads.answer(request, found, name, (_("Store"), store.name), *about)
    on_the_way = open_doses(consignments, **known)
    context |= store_frame(request, store) | {
        "shelf": shelf,
        "outlooks": ahead,
        "downloads": downloads.links(request, *((one.code, one.title) for one in found)),
        "consignments": consignment_rows(consignments, on_the_way, store, may_keep=may_accept),
        "requisitions": requisition_rows(asked, day),
        "readings": last_readings(store, query, SHOWN),
        "counts": last_counts(store, query, SHOWN),
        "stock_outs": stock_out_days(store, day, as_of=query.as_of, vaccine=query.vaccine),
        "held": numbers.indian(sum(one.doses for one in positions)),
        "free": _free_space(store, positions, query),
    }
    return render(request, "stock/store.html", context)


def _free_space(store, positions, query):
    """Doses that still go in; None where the capacity, or all that lies in it, is not known."""
    if store.capacity_doses is None or query.vaccine is not None or query.earmark:
        return None
    return store.capacity_doses - sum(one.doses for one in positions)


@for_store(scope.SEE)
@require_safe
def ledger(request, store):
    """Every movement of a store in the order of days with the balance after it; opens on the newest page."""
    query, context = _asked(request, store)
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
    context |= store_frame(request, store) | {
        "page": page,
        "opening": numbers.indian(before),
        "rows": ledger_rows(shown, before),
        "downloads": downloads.links(request),
    }
    return render(request, "stock/ledger.html", context)
