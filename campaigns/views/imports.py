"""Upload a file of counts, see what it would change, confirm, see what it changed."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from campaigns.forms.imports import ConfirmForm, TemplateForm, UploadForm
from campaigns.imports.template_file import MOST_ROWS, csv_pieces, template_for, workbook_bytes
from campaigns.models import Campaign
from campaigns.presenters.imports import run_page
from campaigns.selectors.imports import areas_to_import, is_being_added_up, run_of, runs_of
from campaigns.services import import_runs
from districts.table_files.errors import FileRefused

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# What a browser sends around the file itself: field names, boundaries, the token.
MULTIPART_OVERHEAD = 64 * 1024


def _campaign_and_areas(request, slug):
    """404 for a campaign that one does not see, 403 where one sees it and may not import."""
    campaign = get_object_or_404(Campaign.objects.visible_to(request.user).select_related("area"), slug=slug)
    areas = areas_to_import(request.user, campaign)
    if not areas:
        raise PermissionDenied("Your posting does not allow imports here.")
    return campaign, areas


# The body is not read before its size is known: the middleware that checks the token would read all of it.
@csrf_exempt
@login_required
@require_http_methods(["GET", "POST"])
def imports(request, slug):
    campaign, _areas = _campaign_and_areas(request, slug)
    if request.method == "POST":
        if int(request.META.get("CONTENT_LENGTH") or 0) > settings.IMPORT_MAX_BYTES + MULTIPART_OVERHEAD:
            text = _("The file is larger than %(size)d MB. Split it.") % {
                "size": settings.IMPORT_MAX_BYTES // 2**20
            }
            return HttpResponse(text, status=413, content_type="text/plain; charset=utf-8")
        return _upload(request, campaign)
    return _imports_page(request, campaign, UploadForm())


@csrf_protect
def _upload(request, campaign):
    form = UploadForm(request.POST, request.FILES)
    if form.is_valid() and campaign.archived_at:
        form.add_error(None, _("This campaign is archived and takes no more counts."))
    if form.is_valid():
        try:
            run = import_runs.start_run(
                campaign=campaign,
                upload=form.cleaned_data["file"],
                file_format=form.cleaned_data["file_format"],
                by=request.user,
                language=get_language() or "",
            )
        except FileRefused as refusal:
            form.add_error("file", str(refusal))
        else:
            return redirect("import-run", slug=campaign.slug, key=run.key)
    return _imports_page(request, campaign, form, status=422)


@csrf_protect
def _imports_page(request, campaign, form, status=200):
    return render(
        request,
        "campaigns/imports/list.html",
        {
            "campaign": campaign,
            "form": form,
            "template_form": TemplateForm(campaign=campaign),
            "runs": runs_of(request.user, campaign)[:50],
            "most_megabytes": settings.IMPORT_MAX_BYTES // 2**20,
        },
        status=status,
    )


@login_required
@require_GET
def template(request, slug, kind):
    campaign, areas = _campaign_and_areas(request, slug)
    form = TemplateForm(request.GET, campaign=campaign)
    if form.is_valid():
        made = template_for(
            campaign,
            areas=areas,
            first_day=form.cleaned_data["first_day"],
            last_day=form.cleaned_data["last_day"],
        )
        if made.rows <= MOST_ROWS:
            name = f"{campaign.slug}-{made.days[0]}-{made.days[-1]}.{kind}"
            return _template_response(made, kind, name)
        form.add_error(
            None,
            _("That would be %(rows)d rows; a template has at most %(most)d. Choose fewer days.")
            % {"rows": made.rows, "most": MOST_ROWS},
        )
    page = {"campaign": campaign, "form": UploadForm(), "template_form": form, "runs": []}
    return render(request, "campaigns/imports/list.html", page, status=422)


def _template_response(made, kind, name):
    if kind == "xlsx":
        response = HttpResponse(workbook_bytes(made), content_type=XLSX)
    else:
        response = StreamingHttpResponse(csv_pieces(made), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@login_required
@require_GET
def run(request, slug, key):
    campaign, _areas = _campaign_and_areas(request, slug)
    found = run_of(request.user, campaign, key)
    if request.htmx.trigger == "adding-up" and is_being_added_up(found):
        return HttpResponse(status=204)
    if request.htmx and not found.is_working:
        # The step is done: the whole page is another one now.
        response = HttpResponse()
        response["HX-Refresh"] = "true"
        return response
    return _run_page(request, found)


def _run_page(request, found, form=None, status=200):
    page = run_page(found, is_adding_up=is_being_added_up(found))
    form = form or ConfirmForm(needs_reason=page.needs_reason)
    name = "campaigns/imports/_working.html" if request.htmx else "campaigns/imports/run.html"
    return render(
        request, name, {"campaign": found.campaign, "page": page, "run": found, "form": form}, status=status
    )


@login_required
@require_POST
def act(request, slug, key, act):
    campaign, _areas = _campaign_and_areas(request, slug)
    found = run_of(request.user, campaign, key)
    try:
        if act == "confirm":
            needs_reason = bool(found.preview.get("corrections"))
            form = ConfirmForm(request.POST, needs_reason=needs_reason)
            if not form.is_valid():
                return _run_page(request, found, form, status=422)
            import_runs.confirm_run(run=found, by=request.user, reason=form.cleaned_data["reason"])
        elif act == "cancel":
            import_runs.cancel_run(run=found, by=request.user)
        else:
            import_runs.retry_run(run=found, by=request.user)
    except import_runs.RunRefused as refusal:
        messages.error(request, str(refusal))
    return redirect("import-run", slug=slug, key=key)


@login_required
@require_GET
def findings_file(request, slug, key, step, name):
    """The rows that were not loaded, or every finding, as CSV."""
    campaign, _areas = _campaign_and_areas(request, slug)
    path = run_of(request.user, campaign, key).findings_folder(step) / f"{name}.csv"
    if not path.exists():
        raise Http404("No such file.")
    return FileResponse(
        path.open("rb"), as_attachment=True, filename=f"{name}.csv", content_type="text/csv; charset=utf-8"
    )
