"""The page that shows the API to people. The schema itself is ``schema/``."""

from django.conf import settings
from django.shortcuts import render
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_safe


@require_safe
@ensure_csrf_cookie
def docs(request):
    return render(request, "api/docs.html", {"csrf_cookie": settings.CSRF_COOKIE_NAME})
