"""Where did every dose of this batch go?"""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from inventory.models import Batch
from inventory.presenters import tables
from inventory.presenters.trace import SHOWN, trace_page
from inventory.presenters.words import batch_name, expiry, movement_row
from inventory.selectors import scope
from inventory.selectors.standing import day_to_show
from inventory.selectors.trace import movements_of_batch, places_of, sums_of
from inventory.views import downloads
from inventory.views.paging import page_of


@login_required
@require_safe
def batch(request, number):
    """The whole batch in sum, and every place and movement of it in the visitor's own areas."""
    tops = scope.top_areas(request.user)
    if not tops:
        raise PermissionDenied("Your posting does not allow you to see stock.")
    batch = get_object_or_404(Batch.objects.select_related("vaccine"), pk=number)
    rows = movements_of_batch(batch, scope.touching(request.user))
    page = page_of(request, rows)
    if not page.paginator.count:
        raise Http404("Never in your area.")
    found = places_of(batch, scope.visible_path(request.user, "location__area"))
    wanted = downloads.file_wanted(request)
    trace = trace_page(batch, sums_of(batch), found, most=None if wanted else SHOWN)
    files = [
        tables.places(trace.groups),
        tables.movements(tuple(movement_row(one) for one in (rows if wanted else page.object_list))),
    ]
    if wanted:
        about = ((_("Vaccine"), batch.vaccine.name), (_("Batch"), batch_name(batch)))
        return downloads.answer(request, files, f"batch-{batch.pk}", *about)
    context = {
        "batch": batch,
        "name": batch_name(batch),
        "expiry": expiry(batch, max(day_to_show(area, timezone.localdate()) for area in tops)),
        "trace": trace,
        "page": page,
        "rows": files[1].rows,
        "downloads": downloads.links(request, *((one.code, one.title) for one in files)),
        "tops": tops,
    }
    return render(request, "stock/batch.html", context)
