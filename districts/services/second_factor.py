"""The second factor: a code from an app on the phone (TOTP), or a recovery code when the phone is lost.

The session says how far it has come. ``due``: the password was right and the code is still to come. ``passed``:
both were right. Neither: this person had no second factor when they signed in, and needs one only if their
posting does (SECOND_FACTOR=on, for national and state officers).
"""

import base64
import secrets

import segno
from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from districts import access
from districts.audit import record
from districts.models import Role
from districts.services import sign_ins
from districts.services.invitations import send

KEY = "second_factor"
DUE, PASSED = "due", "passed"
REQUIRED_OF = {Role.NATIONAL_OFFICER, Role.STATE_OFFICER}
RECOVERY_CODES = 10
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # without what reads alike


# -- who must --------------------------------------------------------------------------------------------


def is_required_of(user):
    """Whether the person may do nothing before a second factor is set up and given."""
    if not settings.SECOND_FACTOR:
        return False
    return user.is_superuser or any(posting.role in REQUIRED_OF for posting in access.postings_of(user))


def device_of(user):
    return TOTPDevice.objects.filter(user=user, confirmed=True).first()


def begin(request, user):
    """At sign-in: who has a second factor still owes a code. From setting it up on, this holds for everybody."""
    request.session.pop(KEY, None)
    if device_of(user):
        request.session[KEY] = DUE


def is_due(request):
    """Whether this signed-in session must stop at the pages of the second factor. Reads nothing for most."""
    state = request.session.get(KEY)
    if state == PASSED:
        return False
    return state == DUE or is_required_of(request.user)


def has_passed(request):
    return request.session.get(KEY) == PASSED


# -- setting it up ---------------------------------------------------------------------------------------


def device_to_set_up(user):
    """The device whose secret the set-up page shows. One per person, until it is confirmed."""
    device = TOTPDevice.objects.filter(user=user, confirmed=False).first()
    return device or TOTPDevice.objects.create(user=user, name="phone", confirmed=False)


def secret_of(device):
    """The secret as apps take it by hand, in groups of four."""
    text = base64.b32encode(device.bin_key).decode().rstrip("=")
    return " ".join(text[at : at + 4] for at in range(0, len(text), 4))


def drawing_of(device):
    """The QR code as an SVG element without styles, which the Content-Security-Policy lets through."""
    code = segno.make(device.config_url, error="m", micro=False)
    return code.svg_inline(
        scale=5, border=4, dark="#000", light="#fff", omitsize=True, svgclass="qr", lineclass=None
    )


def set_up(*, request, code):
    """Confirm the device with its first code. Returns the recovery codes, or None when the code is wrong.

    Other sessions of the person were opened with the password alone, and end.
    """
    user = request.user
    with transaction.atomic():
        device = TOTPDevice.objects.select_for_update().filter(user=user, confirmed=False).first()
        if device is None or device_of(user) or not device.verify_token(code.replace(" ", "")):
            return None
        device.confirmed = True
        device.save(update_fields=["confirmed"])
        codes = _new_codes(user)
        record(by=user, action="second_factor.set_up", subject=f"user {user.get_username()}")
        _pass(request)
        sign_ins.end_sessions(by=user, user=user, but=request.session.session_key)
    _tell(user, gettext_noop("A second factor was set up for your account."))
    return codes


# -- giving it -------------------------------------------------------------------------------------------


@transaction.atomic
def give_code(*, request, code):
    """Take a code of the app or a recovery code. Returns whether it was right; after a wrong one each further
    try must wait twice as long as the last."""
    user, text = request.user, code.strip().replace(" ", "").replace("-", "").lower()
    if text.isascii() and text.isdecimal():
        device = TOTPDevice.objects.select_for_update().filter(user=user, confirmed=True).first()
        is_right = device is not None and device.verify_token(text)
    else:
        device = StaticDevice.objects.select_for_update().filter(user=user, confirmed=True).first()
        is_right = device is not None and device.verify_token(_kept(user, text))
        if is_right:
            left = device.token_set.count()
            record(
                by=user,
                action="second_factor.recovery_code",
                subject=f"user {user.get_username()}",
                detail={"left": left},
            )
    if is_right:
        _pass(request)
    return is_right


def locked_until(user):
    """Until when no code is looked at, after wrong ones; None when the next may come now."""
    instants = []
    for model in (TOTPDevice, StaticDevice):
        for device in model.objects.filter(user=user):
            _allowed, why = device.verify_is_allowed()
            if why and why.get("locked_until"):
                instants.append(why["locked_until"])
    return max(instants, default=None)


def seconds_locked(user):
    until = locked_until(user)
    return max(1, round((until - timezone.now()).total_seconds())) if until else 0


# -- changing it -----------------------------------------------------------------------------------------


@transaction.atomic
def renew_codes(*, user):
    codes = _new_codes(user)
    record(by=user, action="second_factor.codes", subject=f"user {user.get_username()}")
    return codes


def codes_left(user):
    device = StaticDevice.objects.filter(user=user).first()
    return device.token_set.count() if device else 0


@transaction.atomic
def remove(*, by, user, area=None):
    """Take the second factor off an account: its owner, where it is not required; or an officer, when the phone
    and the codes are lost. The account's sessions end, for one of them may be the thief's."""
    TOTPDevice.objects.filter(user=user).delete()
    StaticDevice.objects.filter(user=user).delete()
    record(by=by, action="second_factor.remove", subject=f"user {user.get_username()}", area=area)
    if by != user:
        sign_ins.end_sessions(by=by, user=user)
        _tell(user, gettext_noop("The second factor of your account was removed by an officer."))


def _pass(request):
    request.session[KEY] = PASSED
    sign_ins.change_key(request)


def _new_codes(user):
    device, _made = StaticDevice.objects.get_or_create(user=user, defaults={"name": "recovery"})
    device.token_set.all().delete()
    device.throttle_reset()
    codes = ["".join(secrets.choice(_ALPHABET) for _letter in range(10)) for _code in range(RECOVERY_CODES)]
    for code in codes:
        device.token_set.create(token=_kept(user, code))
    return [f"{code[:5]}-{code[5:]}" for code in codes]


def _kept(user, code):
    """What the database keeps of a recovery code: of no use without the site's key."""
    return salted_hmac(f"districts.recovery.{user.pk}", code, algorithm="sha256").hexdigest()[:16]


def _tell(user, sentence):
    with translation.override(user.language or settings.LANGUAGE_CODE):
        subject = _("Abhiyan: your second factor")
        text = _("%(what)s If it was not you who asked for it, tell your officer at once.") % {
            "what": _(sentence)
        }
    send(subject, text, user.email)
