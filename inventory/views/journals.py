"""One operation: what it moved, and undoing it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from districts import access
from inventory.forms.single import ReverseForm
from inventory.models import Operation, StockJournal
from inventory.presenters import tables
from inventory.presenters.words import movement_row
from inventory.selectors import scope
from inventory.selectors.journals import acting_store, movements_of, what_depends_on
from inventory.services.consignments import undo
from inventory.views import downloads
from inventory.views.refusals import carry_out


def _open(request, number):
    """(the operation, those of its rows that touch the visitor's areas, how many others it has).

    One operation may hold rows of many districts: whoever sees one of them sees that one, and no more.
    """
    rows = StockJournal.objects.select_related("by", "dispatch__from_store__area", "dispatch__to_store__area")
    journal = get_object_or_404(rows, pk=number)
    movements = movements_of(journal, scope.touching(request.user))
    if not movements:
        if not journal.movements.filter(scope.touching(request.user, "see")).exists():
            raise Http404("Outside your area.")
        raise PermissionDenied("Your posting does not allow this here.")
    return journal, movements, journal.movements.count() - len(movements)


def _why_not(journal, movements):
    """Why this cannot be undone, in words; empty when it can be tried."""
    if journal.operation == Operation.ADMINISTER:
        return _("Doses given come from the tallies: correct the report of that day instead.")
    if any(getattr(one, "reversed_by", None) for one in movements):
        return _("This was undone before.")
    return ""


@login_required
def journal(request, number):
    journal, movements, others = _open(request, number)
    store, rows = acting_store(journal), tuple(movement_row(one) for one in movements)
    if downloads.file_wanted(request):
        about = [(_("Operation"), journal.pk), (_("Reason"), journal.reason)]
        return downloads.answer(request, [tables.movements(rows)], f"operation-{journal.pk}", *about)
    undone_by = next(
        (one.reversed_by.journal for one in movements if getattr(one, "reversed_by", None)), None
    )
    context = {
        "journal": journal,
        "rows": rows,
        "downloads": downloads.links(request),
        "others": others,
        # Whose page is closed to the visitor is not named above it either.
        "store": store if store and access.has_right(request.user, scope.SEE, store.area) else None,
        "undone_by": undone_by,
        "may_undo": not _why_not(journal, movements) and scope.may_undo(request.user, journal, store),
        "why_not": _why_not(journal, movements) if undone_by is None else "",
    }
    return render(request, "stock/journal.html", context)


@login_required
def reverse_journal(request, number):
    """Undo an operation, after naming what was done since with what it moved."""
    journal, movements, _others = _open(request, number)
    store = acting_store(journal)
    if not scope.may_undo(request.user, journal, store):
        raise PermissionDenied("Only who keeps the store that did this can undo it.")
    form = ReverseForm(request.POST or None)
    why_not = _why_not(journal, movements)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        done = carry_out(
            form,
            lambda: undo(
                journal=journal, by=request.user, reason=data["reason"], key=f"form-reverse-{data['key']}"
            ),
        )
        if done:
            messages.success(request, _("It is undone. Both stay in the ledger."))
            return redirect("stock-journal", done[0].pk)
    context = {
        "journal": journal,
        "rows": tuple(movement_row(one) for one in movements),
        "store": store,
        "form": form,
        "why_not": why_not,
        "depends": what_depends_on(journal),
    }
    return render(request, "stock/reverse.html", context, status=422 if form.errors else 200)
