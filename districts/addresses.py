"""Where a request comes from, for the audit trail, the lists of sessions and the throttles."""

import ipaddress
from contextvars import ContextVar

from django.conf import settings

_request = ContextVar("request_being_answered", default=None)


def address_of(request):
    """The visitor's IP address, or None where there is none (a socket, a test).

    Behind a proxy of our own it is the last that X-Forwarded-For names: those before it are what the visitor
    wrote. Without such a proxy the whole header is what the visitor wrote, so it is not read.
    """
    text = request.META.get("REMOTE_ADDR", "")
    if settings.BEHIND_PROXY:
        text = request.META.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2].strip() or text
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        return None


def answering(request):
    """From now on ``current`` is the address of this request, in this thread. Returns what ``done`` takes."""
    return _request.set(request)


def done(token):
    _request.reset(token)


def current():
    """The address of the request being answered; None in a worker or a command."""
    request = _request.get()
    return None if request is None else address_of(request)
