"""Sessions and tokens as their owner sees them."""

from django.utils import timezone
from django.utils.translation import gettext as _

# The first that is found names it: every browser also calls itself by the names of others.
_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("UCBrowser", "UC Browser"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = ("Android", "iPhone", "iPad", "Windows", "Macintosh", "CrOS", "Linux")


def device_name(agent):
    """Chrome, Android: enough to tell one's phone from the office computer."""
    browser = next((name for sign, name in _BROWSERS if f"{sign}/" in agent), "")
    system = next((name for name in _SYSTEMS if name in agent), "")
    return ", ".join(filter(None, [browser, system])) or _("Unknown device")


def session_rows(sign_ins, own_key):
    rows = [
        {
            "sign_in": one,
            "device": device_name(one.agent),
            "is_this": one.session_key == own_key,
        }
        for one in sign_ins
    ]
    return sorted(rows, key=lambda row: not row["is_this"])


def token_rows(tokens):
    now = timezone.now()
    return [
        {
            "token": token,
            "owner": token.user.get_full_name() or token.user.get_username(),
            "is_open": token.revoked_at is None and (token.expires_at is None or token.expires_at > now),
            "is_expired": token.expires_at is not None and token.expires_at <= now,
        }
        for token in tokens
    ]
