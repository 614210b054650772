"""Consignments: sending one, following it, taking it in, and the papers that travel with it."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from districts import numbers
from districts.templatetags.indian import indian
from inventory import ledger
from inventory.forms.fields import DOSES
from inventory.forms.rows import AcceptForm, DispatchForm
from inventory.issuing import DISCARD_STAGE, issue_order, suggest
from inventory.models import Earmark, Operation, RequisitionState
from inventory.presenters import tables
from inventory.presenters.rows import accept_rows, position_rows
from inventory.presenters.stores import consignment_rows, line_rows
from inventory.selectors import scope
from inventory.selectors.consignments import lines_of, of_store, open_doses
from inventory.selectors.shelf import live_fillings, shelf_of, to_issue
from inventory.services.consignments import send
from inventory.views import downloads
from inventory.views.doors import for_consignment, for_store
from inventory.views.paging import page_of
from inventory.views.refusals import carry_out
from inventory.views.stores import opening_day, store_frame

EARMARKS = dict(Earmark.choices)


@for_store(scope.KEEP)
def dispatch(request, store):
    """Send doses to another store: by hand, as a requisition asks, or as the redistribution plan proposes."""
    shelf, day = shelf_of(store), opening_day(store)
    on_shelf = to_issue(shelf, store)
    requisition = _requisition(request, store)
    _put_first_what_leaves_first(shelf, on_shelf, requisition, day)
    also = requisition.to_store.code if requisition else request.GET.get("to", "")
    initial = {"sent_on": day} | _initial(request, store, on_shelf, requisition, day)
    form = DispatchForm(
        request.POST or None,
        initial=initial,
        store=store,
        shelf=shelf,
        on_shelf=on_shelf,
        stores=scope.reachable_stores(store, also[:48]),
    )
    if request.method == "POST" and form.is_valid():
        done = carry_out(
            form,
            lambda: send(
                from_store=store,
                to_store=form.cleaned_data["to_store"],
                lines=form.lines(),
                sent_on=form.cleaned_data["sent_on"],
                by=request.user,
                note=form.full_note(),
                key=f"form-dispatch-{form.cleaned_data['key']}",
                requisition=requisition,
            ),
        )
        if done:
            messages.success(request, _("Dispatched under voucher %(number)s.") % {"number": done[0]})
            return redirect("stock-consignment", done[0].pk)
    return _show_dispatch(request, store, form, on_shelf, requisition, day)


def _put_first_what_leaves_first(shelf, on_shelf, requisition, day):
    """What was asked for on top, then each vaccine in the order of issue; what never leaves comes last."""
    rank = {one.key: n for n, one in enumerate(issue_order(on_shelf, day))}
    asked = requisition and requisition.vaccine_id
    shelf.sort(
        key=lambda one: (
            one.batch.vaccine_id != asked,
            one.pk not in rank,
            one.batch.vaccine.code,
            rank.get(one.pk, 0),
            one.batch.expires_on,
        )
    )


def _show_dispatch(request, store, form, on_shelf, requisition, today):
    stages = {one.key: one.stage for one in on_shelf}
    order = {}
    for group in {(one.vaccine_id, one.earmark) for one in on_shelf}:
        rows = [one for one in on_shelf if (one.vaccine_id, one.earmark) == group]
        order |= {
            key: n for n, key in enumerate(suggest(rows, sum(one.doses for one in rows), today), start=1)
        }
    hints = {
        key: (_("leaves as no. %(n)d") % {"n": order[key]} if key in order else _never(stage))
        for key, stage in stages.items()
    }
    context = store_frame(request, store) | {
        "form": form,
        "rows": position_rows(form, today, hints=hints),
        "requisition": requisition,
        "sent_before": numbers.indian(requisition.sent) if requisition else "",
        "nothing_usable": requisition is not None
        and not any(one.vaccine_id == requisition.vaccine_id for one in issue_order(on_shelf, today)),
        "from_plan": "plan" in request.GET,
        "vaccines": sorted({one.batch.vaccine for one in form.shelf}, key=lambda one: one.code),
        "earmarks": Earmark.choices,
        "asked": request.GET,
        "to_code": request.GET.get("to", "")[:48],
    }
    return render(request, "stock/dispatch.html", context, status=422 if form.errors else 200)


def _never(stage):
    if stage is not None and stage >= DISCARD_STAGE:
        return _("never suggested: vial monitor at stage %(stage)d") % {"stage": stage}
    return _("never suggested: expired")


def _requisition(request, store):
    """The requisition that this dispatch fills, when the address names one of this store."""
    number = request.GET.get("requisition", "")
    if not (number.isascii() and number.isdigit() and len(number) < 18):
        return None
    requisition = scope.open_requisition(request.user, int(number), scope.KEEP, "from_store")
    if requisition.from_store_id != store.pk or requisition.state == RequisitionState.CLOSED:
        return None
    sent = live_fillings().filter(requisition=requisition).values_list("doses", flat=True)
    requisition.sent = sum(sent)
    return requisition


def _initial(request, store, on_shelf, requisition, today):
    """What stands in the fields at first: what was asked for, in the order of issue."""
    initial = {"unit": DOSES}
    wanted = _number(request.GET.get("doses", ""))
    if requisition is not None:
        initial["to_store"] = requisition.to_store_id
        wanted = max(requisition.doses - requisition.sent, 0)
        rows = [one for one in on_shelf if one.vaccine_id == requisition.vaccine_id]
        rows = [one for one in rows if one.earmark == Earmark.CAMPAIGN] or rows
        chosen = suggest(rows, wanted, today)
    elif "plan" in request.GET:
        batch, mark = _number(request.GET.get("batch", "")), request.GET.get("earmark", "")
        rows = [one for one in on_shelf if one.batch_id == batch and one.earmark == mark]
        chosen = {one.key: min(wanted, one.doses) for one in rows if wanted}
        initial["override"] = _("Redistribution plan: saves these doses from expiry")
    else:
        vaccine, mark = _number(request.GET.get("vaccine", "")), request.GET.get("earmark", "")
        rows = [one for one in on_shelf if one.vaccine_id == vaccine and one.earmark == mark]
        chosen = suggest(rows, wanted, today) if wanted else {}
    if code := request.GET.get("to"):
        target = scope.reachable_stores(store, code[:48]).filter(code=code[:48]).first()
        initial["to_store"] = target.pk if target else None
    return initial | {f"n-{key}": doses for key, doses in chosen.items()}


def _number(text):
    text = text.replace(",", "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else 0


@for_store(scope.SEE)
@require_safe
def consignments(request, store):
    if downloads.file_wanted(request):
        found = list(of_store(store))
        table = tables.consignments(consignment_rows(found, open_doses(found), store, may_keep=False))
        return downloads.answer(request, [table], f"consignments-{store.code}", (_("Store"), store.name))
    page = page_of(request, of_store(store))
    context = store_frame(request, store) | {
        "page": page,
        "downloads": downloads.links(request),
        "rows": consignment_rows(
            page.object_list,
            open_doses(list(page.object_list)),
            store,
            may_keep=scope.may_keep(request.user, store.area),
        ),
    }
    return render(request, "stock/consignments.html", context)


@for_consignment(scope.SEE)
@require_safe
def consignment(request, consignment):
    lines = lines_of(consignment)
    under_way, rows = any(line.on_the_way for line in lines), line_rows(lines, EARMARKS)
    if downloads.file_wanted(request):
        name, about = f"consignment-{consignment.pk}", (_("Consignment"), consignment.number)
        return downloads.answer(request, [tables.lines(rows)], name, about)
    context = {
        "consignment": consignment,
        "rows": rows,
        "downloads": downloads.links(request),
        "under_way": under_way,
        "may_accept": under_way and scope.may_keep(request.user, consignment.to_store.area),
        "fillings": consignment.fillings.all(),
        "journals": consignment.journals.select_related("by").order_by("pk"),
    }
    return render(request, "stock/consignment.html", context)


@for_consignment(scope.KEEP, "to_store")
def accept(request, consignment):
    lines, day = lines_of(consignment), opening_day(consignment.to_store)
    form = AcceptForm(request.POST or None, initial={"accepted_on": day}, lines=lines)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        done = carry_out(
            form,
            lambda: ledger.accept(
                consignment=consignment,
                lines=form.taken(),
                accepted_on=data["accepted_on"],
                by=request.user,
                reason=data["reason"],
                key=f"form-accept-{data['key']}",
            ),
        )
        if done:
            good = sum(line[2] for line in form.taken())
            messages.success(
                request,
                _("The consignment is taken in: %(doses)s doses in good order.") % {"doses": indian(good)},
            )
            return redirect("stock-consignment", consignment.pk)
    context = store_frame(request, consignment.to_store) | {
        "consignment": consignment,
        "form": form,
        "rows": accept_rows(form, EARMARKS, day),
    }
    return render(request, "stock/accept.html", context, status=422 if form.errors else 200)


@for_consignment(scope.SEE)
@require_safe
def paper(request, consignment, kind):
    """The dispatch voucher or the receipt, for the printer."""
    lines = lines_of(consignment)
    accepted = (
        consignment.journals.filter(operation=Operation.ACCEPT, movements__reversed_by__isnull=True)
        .select_related("by")
        .distinct()
        .order_by("-pk")
        .first()
    )
    context = {
        "consignment": consignment,
        "kind": kind,
        "rows": line_rows(lines, EARMARKS),
        "requisitions": consignment.fillings.order_by("requisition").values_list("requisition", flat=True),
        "sent": numbers.indian(sum(line.sent for line in lines)),
        "good": numbers.indian(sum(line.good for line in lines)),
        "damaged": numbers.indian(sum(line.damaged for line in lines)),
        "short": numbers.indian(sum(line.short for line in lines)),
        "accepted": accepted,
        "accepted_on": accepted.movements.first().happened_on if accepted else None,
        "address": request.build_absolute_uri(reverse("stock-consignment", args=[consignment.pk])),
    }
    return render(request, "stock/paper.html", context)
