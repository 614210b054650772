"""One shape for every error the API returns.

``{"error": {"code": "stale_version", "message": "…", "details": […]}}``; a detail names its field.
"""

from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.http import Http404, HttpResponsePermanentRedirect, JsonResponse
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _
from django.views import defaults
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import exception_handler

from campaigns.api.bodies import BodyRefused
from campaigns.errors import KeyReused, Problem, StaleReports, StaleVersion, TallyRefused
from districts.api.parsers import BodyTooLarge
from districts.api.queries import instant
from inventory.errors import InsufficientStock, StockKeyReused, StockRefused

PREFIX = "/api/"


def handle(exc, context):
    """DRF's hook: the response for an exception of a view, or None for a fault of ours."""
    if answer := _refusal(exc):
        return answer
    if isinstance(exc, RequestDataTooBig):
        exc = BodyTooLarge()
    elif isinstance(exc, SuspiciousOperation):
        exc = exceptions.ParseError(_("This request is malformed."))
    response = exception_handler(exc, context)
    if response is None:
        return None
    if isinstance(exc, exceptions.ValidationError):
        code, message = "invalid", _("The request holds values that are not accepted.")
        details = list(_details(exc.get_full_details()))
    else:
        code = _code(exc)
        message = response.data.get("detail", "") if isinstance(response.data, dict) else ""
        details = []
    response.data = body(code, message, details)
    return response


def body(code, message, details=(), **extra):
    return {"error": {"code": code, "message": str(message), "details": list(details), **extra}}


def for_path(request, status, code, message):
    """The documented error for addresses of the API, None for pages: for Django's own error handlers."""
    if not request.path.startswith(PREFIX):
        return None
    return JsonResponse(body(code, message), status=status)


def bad_request(request, exception):
    """Django's handler400: what no view has seen, such as a wrong Host."""
    answer = for_path(request, 400, "bad_request", _("This request is malformed."))
    return answer or defaults.bad_request(request, exception)


def server_error(request):
    """Django's handler500."""
    answer = for_path(request, 500, "server_error", _("A fault of ours. It has been noted; try again later."))
    return answer or defaults.server_error(request)


def unknown_address(request, *args, **kwargs):
    """Whatever under /api/ is no address. One without its last slash is sent on, as everywhere on the site."""
    if request.method in ("GET", "HEAD") and not request.path.endswith("/"):
        try:
            found = resolve(f"{request.path_info}/")
        except Resolver404:
            found = None
        if found is not None and found.func is not unknown_address:
            return HttpResponsePermanentRedirect(request.get_full_path(force_append_slash=True))
    message = _("There is no such address. See /api/v1/docs/; every address ends in a slash.")
    return JsonResponse(body("not_found", message), status=404)


# A POST to nowhere learns that there is nothing here, not that its CSRF token is missing.
unknown_address.csrf_exempt = True


def _refusal(exc):
    """What the doors of the two ledgers refuse."""
    if isinstance(exc, BodyRefused):
        return _refused(400, "invalid", _("The request holds values that are not accepted."), exc.problems)
    if isinstance(exc, TallyRefused):
        return _refused(422, "refused", _("The counts are refused; nothing was written."), exc.problems)
    if isinstance(exc, InsufficientStock):
        since = [Problem("", "depends_on", one) for one in exc.depends_on]
        return _refused(422, "insufficient_stock", exc, since)
    if isinstance(exc, StockRefused):
        return _refused(422, "refused", exc)
    if isinstance(exc, KeyReused | StockKeyReused):
        return _refused(409, "key_reused", exc)
    if isinstance(exc, StaleReports):
        message = _("Somebody else has posted some of these since; nothing was written.")
        return _refused(412, "stale_version", message, exc.problems)
    if isinstance(exc, StaleVersion):
        return _stale(exc)
    return None


def _refused(status, code, message, problems=()):
    details = [{"field": one.field, "code": one.code, "message": str(one.message)} for one in problems]
    return Response(body(code, message, details), status=status)


def _stale(exc):
    """Both states, whole and cell by cell where they differ."""
    differing = [
        {
            "field": cell,
            "code": "differs",
            "message": _("It stands at %(standing)d; you sent %(submitted)d.")
            % {"standing": exc.standing.get(cell, 0), "submitted": exc.submitted.get(cell, 0)},
        }
        for cell in sorted(exc.standing.keys() | exc.submitted.keys())
        if exc.standing.get(cell, 0) != exc.submitted.get(cell, 0)
    ]
    content = body(
        "stale_version",
        exc,
        differing,
        expected_version=exc.expected,
        current_version=exc.current,
        standing=exc.standing,
        submitted=exc.submitted,
        declared_total=exc.declared,
        since=[one | {"recorded_at": instant(one["recorded_at"])} for one in exc.since],
    )
    return Response(content, status=412, headers={"ETag": f'"{exc.current}"'})


def _code(exc):
    if isinstance(exc, Http404):
        return "not_found"
    if isinstance(exc, PermissionDenied):
        return "permission_denied"
    return getattr(exc, "default_code", "error")


def _details(tree, path=""):
    if isinstance(tree, dict) and set(tree) == {"message", "code"}:
        yield {"field": path, "code": str(tree["code"]), "message": str(tree["message"])}
    elif isinstance(tree, dict):
        for key, branch in tree.items():
            yield from _details(branch, f"{path}.{key}" if path else str(key))
    else:
        for index, branch in enumerate(tree):
            leaf = isinstance(branch, dict) and set(branch) == {"message", "code"}
            yield from _details(branch, path if leaf else f"{path}[{index}]")
