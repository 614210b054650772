"""What a sign-in and a sign-out set in motion, whichever page they happen on."""

from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.dispatch import receiver

from districts.models import SignIn
from districts.services import second_factor, sign_ins


@receiver(user_logged_in, dispatch_uid="districts.begin_session")
def begin_session(sender, request, user, **kwargs):
    if request is not None and hasattr(request, "session"):
        second_factor.begin(request, user)
        sign_ins.note_sign_in(request, user)


@receiver(user_logged_out, dispatch_uid="districts.forget_session")
def forget_session(sender, request, user, **kwargs):
    key = getattr(getattr(request, "session", None), "session_key", None)
    if key:
        SignIn.objects.filter(session_key=key).delete()
