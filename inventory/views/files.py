"""Files of opening balances and supplies: the template, an upload, what it would book, confirming it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from districts.table_files.errors import FileRefused
from districts.table_files.writing import table_file
from districts.templatetags.indian import indian
from inventory.errors import StockRefused
from inventory.forms.files import StockFileForm
from inventory.imports.template import template_rows
from inventory.models import Channel, StockFile
from inventory.selectors import scope
from inventory.selectors.standing import day_to_show
from inventory.services import stock_files
from inventory.views.doors import for_kept_area

# What a browser sends around the file itself: field names, boundaries, the token.
MULTIPART_OVERHEAD = 64 * 1024
SHOWN = 20


# The body is not read before its size is known: the middleware that checks the token would read all of it.
@csrf_exempt
@for_kept_area
@require_http_methods(["GET", "POST"])
def files(request, area):
    if request.method == "POST":
        if int(request.META.get("CONTENT_LENGTH") or 0) > stock_files.LARGEST_FILE + MULTIPART_OVERHEAD:
            text = _("The file is larger than %(size)d MB. Split it.") % {
                "size": stock_files.LARGEST_FILE // 2**20
            }
            return HttpResponse(text, status=413, content_type="text/plain; charset=utf-8")
        return _upload(request, area)
    return _page(request, area, StockFileForm())


@csrf_protect
def _upload(request, area):
    form = StockFileForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            row = stock_files.start(upload=form.cleaned_data["file"], area=area, by=request.user)
        except FileRefused as refusal:
            form.add_error("file", str(refusal))
        else:
            return redirect("stock-file", row.key)
    return _page(request, area, form, status=422)


@csrf_protect
def _page(request, area, form, status=200):
    context = {
        "area": area,
        "above": scope.above(request.user, area),
        "form": form,
        "rows": StockFile.objects.filter(by=request.user, area=area)[:SHOWN],
        "most_megabytes": stock_files.LARGEST_FILE // 2**20,
        "may_keep": True,
    }
    return render(request, "stock/files.html", context, status=status)


@for_kept_area
@require_safe
def template(request, area, kind):
    rows = template_rows(area, day_to_show(area, timezone.localdate()))
    about = [(_("Stores of"), area.name), (_("Day"), timezone.localdate().isoformat())]
    return table_file(kind, rows, f"stock-template-{area.code}", about)


def _mine(request, key):
    """A file is its sender's own; for everybody else it does not exist."""
    row = get_object_or_404(StockFile.objects.select_related("area"), key=key, by=request.user)
    if not scope.may_keep(request.user, row.area):
        raise PermissionDenied("Your posting does not allow this here any more.")
    return row


@login_required
@require_safe
def stock_file(request, key):
    row = _mine(request, key)
    sums = [
        (vaccine, Channel(channel).label, rows, doses)
        for _code, vaccine, channel, rows, doses in row.report["sums"]
    ]
    context = {
        "area": row.area,
        "above": scope.above(request.user, row.area),
        "file": row,
        "report": row.report,
        "sums": sums,
        "failures_more": max(row.report["failed"] - len(row.report["failures"]), 0),
    }
    return render(request, "stock/file.html", context)


@login_required
@require_POST
def act(request, key, act):
    row = _mine(request, key)
    try:
        if act == "confirm":
            done = stock_files.confirm(stock_file=row, by=request.user)
            messages.success(request, _("Booked: %(doses)s doses.") % {"doses": indian(done.report["doses"])})
        else:
            stock_files.cancel(stock_file=row)
    except (StockRefused, FileRefused) as refusal:
        messages.error(request, str(refusal))
    return redirect("stock-file", row.key)


@login_required
@require_safe
def failures(request, key):
    """The rows that were not booked under their header, with the reasons in columns of their own."""
    row = _mine(request, key)
    if not row.failures.exists():
        raise Http404("No such file.")
    return FileResponse(
        row.failures.open("rb"),
        as_attachment=True,
        filename="not-booked.csv",
        content_type="text/csv; charset=utf-8",
    )
