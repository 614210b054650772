"""Pages about areas: where the data come from, and the upload of outlines."""

from django.contrib.auth.decorators import login_required
from django.db.models import Count, Max, Min
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET, require_http_methods

from districts import access, selectors
from districts.boundaries import MAX_BYTES, BoundariesRefused, import_boundaries
from districts.forms.boundaries import BoundaryUploadForm
from districts.models import Area, AreaBoundary, Level, Population


@require_GET
def about_data(request):
    """Sources and licences, open to anyone, as the licences of the data ask."""
    populations = (
        Population.objects.values("source")
        .annotate(areas=Count("area", distinct=True), first=Min("year"), last=Max("year"))
        .order_by("source")
    )
    return render(
        request,
        "districts/about_data.html",
        {
            "levels": selectors.areas_by_level(),
            "populations": populations,
            "boundaries": _boundaries(),
            "may_upload": _may_upload(request.user),
        },
    )


def _may_upload(user):
    return user.is_superuser or bool(access.areas_with_right(user, "upload_boundaries"))


def _boundaries():
    return (
        AreaBoundary.objects.values("source")
        .annotate(areas=Count("area"), uploaded_at=Max("uploaded_at"))
        .order_by("source")
    )


@login_required
@require_http_methods(["GET", "POST"])
def boundaries(request):
    """Upload a map. Its report says what was drawn, what was not and what may have been meant."""
    nation = get_object_or_404(Area, level=Level.NATION)
    if not request.user.is_superuser:
        access.require(request.user, "upload_boundaries", nation)
    report, dry_run = None, "check" in request.POST
    form = BoundaryUploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            report = import_boundaries(
                content=form.cleaned_data["file"].read(),
                source=form.cleaned_data["source"],
                by=request.user,
                dry_run=dry_run,
            )
        except BoundariesRefused as error:
            form.add_error("file", str(error))
    return render(
        request,
        "districts/boundaries.html",
        {
            "form": form,
            "report": report,
            "dry_run": dry_run,
            "boundaries": _boundaries(),
            "drawing": selectors.drawing_of(nation),
        },
        status=422 if form.errors else 200,
    )


# Twice what is taken, so that a map that is somewhat too large is told so on the page.
boundaries.most_bytes = 2 * MAX_BYTES
