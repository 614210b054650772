"""The entry pages on a device: what it keeps to work without network.

The shell is a page without anybody's data, in each language; the kit is what it fills itself from. The
service worker keeps the shell and answers with it when an entry page cannot be fetched.
"""

import hashlib
import json
from functools import lru_cache
from pathlib import Path
from types import SimpleNamespace

from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import Http404, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils import translation
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from campaigns.presenters.device_words import device_words
from campaigns.presenters.kit import present_kit
from campaigns.selectors.calendar import deadline, opening_day
from campaigns.selectors.kit import entry_kit
from campaigns.selectors.rules import ruling_of
from campaigns.selectors.sheets import sheet_of
from campaigns.services.posting_days import day_problem
from campaigns.views.doors import for_entry

SHARED = ["offline/store.js", "offline/queue.js"]  # run by the pages and by the service worker
SCRIPTS = [
    *SHARED,
    "offline/kits.js",
    "offline/drafts.js",
    "entry/rules.js",
    "offline/dom.js",
    "offline/checks.js",
    "offline/conflict.js",
    "offline/sheet.js",
    "offline/units.js",
    "offline/app.js",
]
STYLES = ["tokens.css", "base.css", "components.css", "offline/device.css"]
ICONS = ["icon.svg", "offline/icon-192.png", "offline/icon-512.png", "offline/icon-maskable-512.png"]
# Every unit, wherever it lies: how long a unit exists, the device compares itself.
ANY_UNIT = SimpleNamespace(valid_from=None, valid_until=None)


@require_safe
def device(request):
    """Where the installed app starts."""
    return redirect("device-shell", language=translation.get_language())


@require_safe
def shell(request, language):
    """The page that draws itself from the device. It is the same for everybody."""
    if language not in dict(settings.LANGUAGES):
        raise Http404("No such language.")
    response = HttpResponse(_shell(language))
    response["Cache-Control"] = "no-cache"
    return response


@require_safe
@never_cache
def who(request):
    """Who is signed in, and the token to send with a report.

    A sign-in changes the token, so a report that waited for one person is never taken from the next.
    """
    user = request.user
    return JsonResponse({"user": user.pk if user.is_authenticated else None, "csrf": get_token(request)})


@require_safe
@never_cache
@for_entry
def kit(request, campaign):
    """What the device of this user keeps of a campaign."""
    content = present_kit(
        campaign,
        request.user,
        entry_kit(campaign, request.user, min(campaign.ends_on, opening_day(campaign))),
        sheet_of(campaign),
        ruling_of(campaign),
        open_day=lambda day: _closed_because(campaign, day),
        is_working=ruling_of(campaign).calendar.is_working,
        due=lambda day: deadline(campaign, day),
    )
    return JsonResponse(content)


def _closed_because(campaign, day):
    problem = day_problem(campaign, ANY_UNIT, day)
    return str(problem.message) if problem else ""


@require_safe
def service_worker(request):
    """At the root of the site, because a worker may not answer for addresses above its own."""
    response = HttpResponse(_worker(), content_type="text/javascript")
    response["Cache-Control"] = "no-cache"
    return response


@require_safe
def manifest(request):
    return JsonResponse(
        {
            "id": reverse("device"),
            "name": "Abhiyan · अभियान",
            "short_name": "अभियान" if translation.get_language() == "hi" else "Abhiyan",
            "start_url": reverse("device"),
            "scope": "/",
            "display": "standalone",
            "background_color": "#f5f7f8",
            "theme_color": "#073447",
            "icons": [
                {"src": static("offline/icon-192.png"), "sizes": "192x192", "type": "image/png"},
                {"src": static("offline/icon-512.png"), "sizes": "512x512", "type": "image/png"},
                {
                    "src": static("offline/icon-maskable-512.png"),
                    "sizes": "512x512",
                    "type": "image/png",
                    "purpose": "maskable",
                },
            ],
        },
        content_type="application/manifest+json",
    )


def _once(function):
    """Read once per process; with DEBUG anew each time, so that an edited file is seen."""
    return function if settings.DEBUG else lru_cache(maxsize=4)(function)


@_once
def _files_version():
    digest = hashlib.sha256()
    for name in [*SCRIPTS, *STYLES, *ICONS, "offline/worker.js"]:
        digest.update(Path(finders.find(name)).read_bytes())
    return digest.hexdigest()[:12]


def _versioned(name):
    return f"{static(name)}?v={_files_version()}"


@_once
def _shell(language):
    with translation.override(language):
        other = next(code for code, _name in settings.LANGUAGES if code != language)
        context = {
            "language": language,
            "other": other,
            "scripts": [_versioned(name) for name in SCRIPTS],
            "styles": [_versioned(name) for name in STYLES],
            "words": device_words(),
        }
        return render_to_string("campaigns/device/shell.html", context)


@_once
def _worker():
    """A new version of anything that the worker keeps changes this text, by which a browser notices."""
    shells = {code: reverse("device-shell", args=[code]) for code, _name in settings.LANGUAGES}
    version = hashlib.sha256("".join([_files_version(), *map(_shell, shells)]).encode()).hexdigest()[:12]
    kept = {
        "version": version,
        "shells": shells,
        "files": [_versioned(name) for name in [*SCRIPTS, *STYLES]] + [static(name) for name in ICONS],
        "signOut": reverse("sign-out"),
        "signIn": reverse("sign-in"),
    }
    scripts = json.dumps([_versioned(name) for name in [*SHARED, "offline/worker.js"]])
    return f'"use strict";\nself.kept = {json.dumps(kept)};\nimportScripts(...{scripts});\n'
