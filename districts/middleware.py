"""What happens around every request: where it came from, and how far its session may go."""

from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _

from districts import addresses
from districts.api.tokens import brings_a_token
from districts.services import second_factor, sign_ins

# All that answers between the password and the code.
OPEN_BEFORE_THE_CODE = {"second-factor-code", "second-factor-set-up", "sign-out", "set_language"}


def remember_address(get_response):
    """For the audit trail: an act deep in a service knows no request."""

    def inside(request):
        token = addresses.answering(request)
        try:
            return get_response(request)
        finally:
            addresses.done(token)

    return inside


# A form with the largest file that an ordinary page takes (5 MB), and what a browser sends around it.
MOST_BYTES = 6 * 1024 * 1024


class BoundBodies:
    """Refuses a body that no page here takes, before a byte of it is read.

    The check of a form's token reads the whole body, files onto the disk, and it comes before the view can ask
    who sends it. A view that takes more says so in ``most_bytes``; those that are exempt from that check look
    for themselves.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        if request.method in ("GET", "HEAD") or getattr(view, "csrf_exempt", False):
            return None
        size = request.META.get("CONTENT_LENGTH") or "0"
        most = getattr(view, "most_bytes", MOST_BYTES)
        # A number of thousands of digits is no length either, and costs Python an exception to read.
        if size.isdecimal() and int(size[:16]) <= most:
            return None
        text = _("That is more than %(size)d MB, which is the most that this page takes.") % {
            "size": most // 2**20
        }
        return HttpResponse(text, status=413, content_type="text/plain; charset=utf-8")


class SignedIn:
    """Stops a session at the second factor until it has passed, and notes now and then that it is in use."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        # Who brings no cookie has no session; looking for one would make every public answer vary by it.
        if settings.SESSION_COOKIE_NAME not in request.COOKIES or SESSION_KEY not in request.session:
            return None
        if request.path.startswith("/api/") and brings_a_token(request):
            return None
        sign_ins.note_use(request)
        if request.resolver_match.view_name in OPEN_BEFORE_THE_CODE:
            return None
        if second_factor.has_passed(request) or not request.user.is_authenticated:
            return None
        return _stopped(request) if second_factor.is_due(request) else None


def _stopped(request):
    if request.path.startswith("/api/"):
        message = _("Sign in with your second factor first, or bring a token.")
        error = {"code": "second_factor_required", "message": message, "details": []}
        response = JsonResponse({"error": error}, status=403)
    else:
        page = "second-factor-code" if second_factor.device_of(request.user) else "second-factor-set-up"
        response = _to(reverse(page), request)
    add_never_cache_headers(response)
    return response


def _to(address, request):
    if not request.headers.get("HX-Request"):
        if request.method == "GET":
            address += "?" + urlencode({"next": request.get_full_path()})
        return HttpResponseRedirect(address)
    if address in request.headers.get("HX-Current-URL", ""):
        # The head of the very page asks for its notices: sent to where it is, it would load itself for ever.
        return HttpResponse(status=204)
    return HttpResponse(status=403, headers={"HX-Redirect": address})
