"""Requisitions: a store asks another; the other fills it by dispatches or says why not."""

from django.contrib import messages
from django.db.models import Q
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from districts import access
from inventory.forms.rows import CloseForm, RequisitionForm
from inventory.models import Location
from inventory.presenters import tables
from inventory.presenters.requisitions import requisition_row
from inventory.selectors import scope
from inventory.selectors.shelf import live_fillings, requisitions
from inventory.services.requisitions import ask, close
from inventory.views import downloads
from inventory.views.doors import for_requisition, for_store
from inventory.views.refusals import carry_out
from inventory.views.stores import store_frame


@for_store(scope.KEEP)
def request_stock(request, store):
    stores = scope.reachable_stores(store)
    form = RequisitionForm(request.POST or None, stores=stores, initial={"from_store": _store_above(store)})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        done = carry_out(
            form,
            lambda: ask(
                to_store=store,
                from_store=data["from_store"],
                vaccine=data["vaccine"],
                doses=form.in_doses(),
                wanted_by=data["wanted_by"],
                by=request.user,
                reason=data["reason"],
            ),
        )
        if done:
            messages.success(request, _("The requisition is sent."))
            return redirect("stock-requisition", done[0].pk)
    context = store_frame(request, store) | {
        "form": form,
        "title": _("Ask for stock"),
        "lead": _("The other store sees it at once and fills it by a dispatch, in part or whole."),
        "submit": _("Send the requisition"),
    }
    return render(request, "stock/single.html", context, status=422 if form.errors else 200)


def _store_above(store):
    """The nearest open store over this one, which is the one usually asked."""
    prefixes = [store.area.path[:n] for n in range(5, len(store.area.path), 5)]
    above = Location.objects.filter(kind="store", closed_on__isnull=True, area__path__in=prefixes)
    return above.order_by("-area__level", "id").first()


@for_requisition(scope.SEE)
@require_safe
def requisition(request, requisition):
    row, sent = _row_and_fillings(requisition)
    files = [tables.requisition(row, requisition), tables.fillings(sent)]
    if downloads.file_wanted(request):
        about = (_("Requisition"), requisition.pk)
        return downloads.answer(request, files, f"requisition-{requisition.pk}", about)
    context = {
        "requisition": requisition,
        "row": row,
        "fillings": sent,
        "downloads": downloads.links(request, *((one.code, one.title) for one in files)),
        "may_fill": row.is_open and scope.may_keep(request.user, requisition.from_store.area),
        "may_close": row.is_open and _may_close(request.user, requisition),
    }
    return render(request, "stock/requisition.html", context)


@for_requisition(scope.SEE)
@require_safe
def requisition_paper(request, requisition):
    """The requisition for the printer, to be signed and sent where nobody reads screens."""
    row, sent = _row_and_fillings(requisition)
    address = request.build_absolute_uri(reverse("stock-requisition", args=[requisition.pk]))
    context = {"requisition": requisition, "row": row, "fillings": sent, "address": address}
    return render(request, "stock/requisition_paper.html", context)


def _row_and_fillings(requisition):
    row = requisition_row(requisitions(Q(pk=requisition.pk)).get(), timezone.localdate())
    sent = live_fillings().filter(requisition=requisition).select_related("dispatch").order_by("pk")
    return row, tuple(sent)


def _may_close(user, requisition):
    """Either side may end it: who asked, when it is no longer needed; who was asked, when nothing is left."""
    return any(
        access.has_right(user, scope.KEEP, end.area) for end in (requisition.from_store, requisition.to_store)
    )


@for_requisition(scope.KEEP)
def close_requisition(request, requisition):
    form = CloseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        done = carry_out(
            form,
            lambda: close(requisition=requisition, reason=form.cleaned_data["reason"], by=request.user),
        )
        if done:
            messages.success(request, _("The requisition is closed."))
            return redirect("stock-requisition", requisition.pk)
    return render(
        request,
        "stock/requisition_close.html",
        {"requisition": requisition, "form": form},
        status=422 if form.errors else 200,
    )
