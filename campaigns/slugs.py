"""Short names that no campaign may take, because an address of the site begins with them."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

# A campaign's dashboard lives at /<slug>/ and its own pages under /campaigns/<slug>/, so that the first words
# of both kinds of address are taken. A test walks the addresses of the site and finds what is missing here.
RESERVED = frozenset(
    [
        "about",
        "account",
        "accounts",
        "admin",
        "api",
        "archive",
        "areas",
        "audit",
        "boundaries",
        "bulletin",
        "bulletins",
        "campaigns",
        "certificates",
        "dashboard",
        "device",
        "docs",
        "download",
        "entry",
        "exports",
        "favicon.ico",
        "health",
        "healthz",
        "help",
        "home",
        "i18n",
        "import",
        "imports",
        "language",
        "login",
        "manifest.webmanifest",
        "logout",
        "map",
        "maps",
        "media",
        "metrics",
        "new",
        "notices",
        "password",
        "people",
        "progress",
        "reports",
        "robots.txt",
        "setup",
        "shapes",
        "sign-in",
        "sign-out",
        "static",
        "stock",
        "sw.js",
        "verify",
    ]
)


def validate_not_reserved(slug):
    if slug.lower() in RESERVED:
        raise ValidationError(
            _("“%(slug)s” is an address of this site itself. Choose another short name.") % {"slug": slug},
            code="reserved",
        )
