"""Conditional GET: an answer that has not changed costs one small query and no body.

A view mixes in ``ConditionalGet`` and says in ``etag_key`` what its answer stands on (a version, an instant).
The key is all that is read before a 304, so it must be cheap, and it must change with the answer.
"""

import hashlib
from functools import cache

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponse
from django.utils.crypto import salted_hmac

from districts import access
from districts.api.tokens import TokenAuthentication


def etag(request, key):
    """A weak tag for this key, asked for at this address, with this Accept header and language, by this user.

    The user belongs to it because what one may see differs; it is keyed, so that nobody can guess another's
    tag and learn from a 304 that something exists.
    """
    parts = (
        request.path,
        request.META.get("QUERY_STRING", ""),
        request.META.get("HTTP_ACCEPT", ""),
        getattr(request, "LANGUAGE_CODE", settings.LANGUAGE_CODE),
        str(request.user.pk or ""),
        access.reach_of(request.user),
        str(key),
    )
    digest = hashlib.blake2b("\0".join(parts).encode(), digest_size=16, key=_secret()).hexdigest()
    return f'W/"{digest}"'


@cache
def _secret():
    return salted_hmac("districts.api.etag", "", algorithm="sha256").digest()


def matches(request, tag):
    """Does If-None-Match name this tag? ``*`` does not: it would answer 304 to those who have nothing."""
    header = request.META.get("HTTP_IF_NONE_MATCH", "")
    opaque = tag.removeprefix("W/")
    return any(given.strip().removeprefix("W/") == opaque for given in header.split(","))


class ConditionalGet:
    """Mixin for an APIView, before it in the bases.

    A client that brings a tag is answered before the framework is set in motion, which costs more than the one
    query that it takes to tell. Whatever is not a plain 304 there (no rights, no such thing, a wrong token)
    goes the usual way and gets the usual words. 304s are not counted by the throttles: a client that asks
    politely costs almost nothing.
    """

    cache_control = "private, no-cache"
    tag = None
    _known_key = _NOT_READ = object()

    def etag_key(self):
        """What the answer stands on, as a string; None when it cannot be told.

        Read ``self.request``, but only what Django's own request has too: it may be either.
        """
        raise NotImplementedError

    def dispatch(self, request, *args, **kwargs):
        if request.method in ("GET", "HEAD") and "HTTP_IF_NONE_MATCH" in request.META:
            try:
                if self._is_unchanged(request):
                    return HttpResponse(status=304, headers=self._headers())
            except Exception:
                # Met again on the usual way, where it is answered or logged.
                self._known_key = self._NOT_READ
        return super().dispatch(request, *args, **kwargs)

    def _is_unchanged(self, request):
        self.request = request
        if "HTTP_AUTHORIZATION" in request.META:
            request.user, _token = TokenAuthentication().authenticate(request)
        elif settings.SESSION_COOKIE_NAME not in request.COOKIES:
            request.user = AnonymousUser()  # without setting the session in motion to find that there is none
        self.check_permissions(request)
        self._known_key = self.etag_key()
        self.tag = etag(request, self._known_key) if self._known_key is not None else None
        return self.tag is not None and matches(request, self.tag)

    def check_throttles(self, request):
        # The last step before the view itself, after the rights.
        if request.method in ("GET", "HEAD"):
            key = self.etag_key() if self._known_key is self._NOT_READ else self._known_key
            self.tag = etag(request, key) if key is not None else None
        super().check_throttles(request)

    def finalize_response(self, request, response, *args, **kwargs):
        response = super().finalize_response(request, response, *args, **kwargs)
        if self.tag and response.status_code == 200:
            for name, value in self._headers().items():
                response[name] = value
        return response

    def _headers(self):
        # Authorization: or a shared cache hands one user's answer to another.
        vary = "Accept, Accept-Language, Authorization, Cookie"
        return {"ETag": self.tag, "Cache-Control": self.cache_control, "Vary": vary}
