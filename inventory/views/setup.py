"""Adding and changing vaccines, batches and stores."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from inventory.forms.setup import BatchForm, StoreForm, VaccineForm
from inventory.models import Batch, Location, Vaccine
from inventory.models.products import UNKNOWN_BATCH
from inventory.presenters import setup as rows
from inventory.presenters.words import batch_name
from inventory.selectors import scope
from inventory.selectors.products import batches_known_to, stores_with_stock, vaccines_with_batches
from inventory.services import setup
from inventory.views import downloads
from inventory.views.doors import for_area, for_set_up_area, for_store
from inventory.views.paging import PAGE
from inventory.views.refusals import carry_out


def _seeing(request):
    if not scope.top_areas(request.user):
        raise PermissionDenied("Your posting does not allow you to see stock.")


def _form_page(request, form, *, title, submit, back, status):
    context = {"form": form, "title": title, "submit": submit, "back": back}
    return render(request, "stock/set_up.html", context, status=status)


@login_required
@require_safe
def vaccines(request):
    _seeing(request)
    table = rows.vaccine_table(vaccines_with_batches())
    if downloads.file_wanted(request):
        return downloads.answer(request, [table], "vaccines")
    context = {
        "rows": table.rows,
        "may_set_up": scope.may_set_up_everywhere(request.user),
        "downloads": downloads.links(request),
    }
    return render(request, "stock/vaccines.html", context)


@login_required
def vaccine(request, code=None):
    """A new vaccine, or one as it is."""
    _seeing(request)
    if not scope.may_set_up_everywhere(request.user):
        raise PermissionDenied("Vaccines are set up for the whole country.")
    row = get_object_or_404(Vaccine, code=code) if code else Vaccine()
    form = VaccineForm(request.POST or None, instance=row)
    if request.method == "POST" and form.is_valid():
        done = carry_out(
            form,
            lambda: setup.save_vaccine(
                vaccine=Vaccine.objects.get(pk=row.pk) if code else Vaccine(),
                values=form.values(setup.VACCINE_FIELDS),
                by=request.user,
            ),
        )
        if done:
            messages.success(request, _("%(vaccine)s is saved.") % {"vaccine": done[0].name})
            return redirect("stock-vaccines")
    title = Vaccine.objects.get(pk=row.pk).name if code else _("Add a vaccine")
    return _form_page(
        request,
        form,
        title=title,
        submit=_("Save"),
        back="stock-vaccines",
        status=422 if form.errors else 200,
    )


@login_required
@require_safe
def batches(request):
    """The batches that were ever in the visitor's areas, and those that nobody has received yet."""
    _seeing(request)
    asked = request.GET.get("number", "").strip()[:40]
    found = batches_known_to(request.user, number=asked)
    if downloads.file_wanted(request):
        return downloads.answer(request, [rows.batch_table(found, request.user)], "batches")
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": rows.batch_table(page.object_list, request.user).rows,
        "asked": asked,
        "params": f"number={asked}" if asked else "",
        "may_keep": bool(scope.keeping_areas(request.user)),
        "downloads": downloads.links(request),
    }
    return render(request, "stock/batches.html", context)


@login_required
def batch(request, number=None):
    """A new batch, or one as it is."""
    _seeing(request)
    row = get_object_or_404(Batch.objects.exclude(number=UNKNOWN_BATCH), pk=number) if number else Batch()
    if number:
        scope.require_set_up_of_batch(request.user, row)
    elif not scope.keeping_areas(request.user):
        raise PermissionDenied("Your posting does not allow this.")
    form = BatchForm(request.POST or None, instance=row)
    if request.method == "POST" and form.is_valid():
        done = carry_out(
            form,
            lambda: setup.save_batch(
                batch=Batch.objects.get(pk=row.pk) if number else Batch(),
                values=form.values(setup.BATCH_FIELDS),
                by=request.user,
                reason=form.cleaned_data.get("reason", ""),
            ),
        )
        if done:
            messages.success(request, _("Batch %(batch)s is saved.") % {"batch": done[0]})
            return redirect("stock-batches")
    title = _("Batch %(batch)s") % {"batch": batch_name(row)} if number else _("Add a batch")
    return _form_page(
        request, form, title=title, submit=_("Save"), back="stock-batches", status=422 if form.errors else 200
    )


@for_area
@require_safe
def stores(request, area):
    """The stores of an area and everything below, with what they hold."""
    found = stores_with_stock(area)
    table = rows.store_table(found)
    if downloads.file_wanted(request):
        return downloads.answer(request, [table], f"stores-{area.code}", (_("Area"), area.name))
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    context = {
        "area": area,
        "above": scope.above(request.user, area),
        "page": page,
        "rows": rows.store_table(page.object_list).rows,
        "may_keep": scope.may_keep(request.user, area),
        "may_set_up": scope.may_set_up(request.user, area),
        "downloads": downloads.links(request),
        "params": "",
    }
    return render(request, "stock/stores.html", context)


@for_set_up_area
def new_store(request, area):
    form = StoreForm(request.POST or None, under=area)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        values = {**form.values(set(setup.STORE_FIELDS) - {"closed_on"}), "closed_on": None}
        fresh = Location(area=data["area"], code=data["code"])
        done = carry_out(form, lambda: setup.save_store(store=fresh, values=values, by=request.user))
        if done:
            messages.success(request, _("%(store)s is open.") % {"store": done[0].name})
            return redirect("stock-store", done[0].code)
    context = {"form": form, "title": _("Open a store"), "submit": _("Open the store"), "area": area}
    return render(request, "stock/set_up_store.html", context, status=422 if form.errors else 200)


@for_store(scope.SET_UP)
def change_store(request, store):
    name = store.name
    form = StoreForm(request.POST or None, instance=store, under=store.area)
    if request.method == "POST" and form.is_valid():
        fresh = Location.objects.select_related("area").get(pk=store.pk)
        values = form.values(setup.STORE_FIELDS)
        done = carry_out(form, lambda: setup.save_store(store=fresh, values=values, by=request.user))
        if done:
            messages.success(request, _("%(store)s is saved.") % {"store": done[0].name})
            return redirect("stock-store", store.code)
    context = {"form": form, "title": name, "submit": _("Save"), "area": store.area, "store": store}
    return render(request, "stock/set_up_store.html", context, status=422 if form.errors else 200)
