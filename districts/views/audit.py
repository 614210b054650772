"""The audit trail: who did what, when, from where. Nothing here, or anywhere, changes it."""

from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from districts.audit import record
from districts.audit_trail import events_visible_to, narrowed
from districts.forms.audit import AuditForm, actions_of
from districts.presenters.audit import event_rows, export_rows
from districts.table_files import writing
from districts.templatetags.indian import instant

PAGE = 50
MOST_EXPORTED = 50_000


@login_required
@require_safe
def audit(request):
    form, events = _asked(request)
    page = Paginator(events, PAGE).get_page(request.GET.get("page"))
    kept = _kept(request)
    context = {
        "form": form,
        "page": page,
        "rows": event_rows(page.object_list, reader=request.user),
        "params": urlencode(kept),
        "is_search": bool(kept),
        "most": MOST_EXPORTED,
    }
    return render(request, "audit/list.html", context, status=422 if form.errors else 200)


@login_required
@require_safe
def file(request, kind):
    """What the page shows, all of it: that it was taken along is an act too."""
    form, events = _asked(request)
    if request.method == "GET":
        record(by=request.user, action="audit.export", subject=f"audit {kind}", detail=_kept(request))
    name = f"audit-{timezone.localdate().isoformat()}"
    rows = export_rows(events[:MOST_EXPORTED].iterator(), reader=request.user)
    if kind == "csv":
        return writing.csv_file(rows, name)
    about = [
        (_("Exported by"), request.user.get_full_name() or request.user.get_username()),
        (_("Exported at"), instant(timezone.now())),
        *((form.fields[field].label, value) for field, value in _kept(request).items()),
    ]
    return writing.xlsx_file(rows, name, about)


def _asked(request):
    form = AuditForm(request.GET or None)
    events = events_visible_to(request.user)
    if not form.is_bound:
        return form, events
    if not form.is_valid():
        return form, events.none()
    asked = form.cleaned_data
    return form, narrowed(
        events,
        person=asked["q"],
        actions=actions_of(asked["action"]),
        area=asked["area"],
        first=asked["first"],
        last=asked["last"],
    )


def _kept(request):
    return {name: request.GET[name] for name in AuditForm.base_fields if request.GET.get(name)}
