"""Sign-in, passwords and language. A person's language goes with the account, so that a shared machine starts right."""

from django.conf import settings
from django.contrib.auth import views as auth
from django.core.exceptions import PermissionDenied
from django.shortcuts import render
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_POST, require_safe
from django.views.i18n import set_language as set_language_cookie

from districts.addresses import address_of
from districts.api.throttles import is_too_often
from districts.audit import record
from districts.models import User
from districts.services import sign_ins


def _remember_language(response, language):
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        samesite="Lax",
    )
    return response


def by_address(view):
    """Counts what is posted from each address: guesses over many accounts, or mails to many addresses."""

    def inside(request, *args, **kwargs):
        if request.method == "POST":
            wait = is_too_often(settings.SIGN_IN_RATE, f"sign-in:{address_of(request)}")
            if wait:
                response = render(request, "registration/too_often.html", {"wait": wait}, status=429)
                response["Retry-After"] = str(wait)
                return response
        return view(request, *args, **kwargs)

    return inside


@method_decorator(by_address, name="dispatch")
class SignIn(auth.LoginView):
    redirect_authenticated_user = True

    def form_valid(self, form):
        response = super().form_valid(form)
        language = form.get_user().language
        known = {code for code, _name in settings.LANGUAGES}
        return _remember_language(response, language) if language in known else response


@require_safe
def to_sign_in(request):
    """From the admin's own door. Who is signed in already would be sent back there, and on, without end."""
    if request.user.is_authenticated:
        raise PermissionDenied("This part is for those who administer the site.")
    return auth.redirect_to_login(request.GET.get("next", ""))


@method_decorator(by_address, name="dispatch")
class PasswordReset(auth.PasswordResetView):
    subject_template_name = "registration/password_reset_subject.txt"


class PasswordResetConfirm(auth.PasswordResetConfirmView):
    def form_valid(self, form):
        """Whoever is signed in with the old password, or took it, is so no more."""
        response = super().form_valid(form)
        sign_ins.end_sessions(by=self.user, user=self.user)
        record(by=self.user, action="password.set", subject=f"user {self.user.get_username()}")
        return response


class PasswordChange(auth.PasswordChangeView):
    def form_valid(self, form):
        """The other sessions end: one of them may be the reason for the new password."""
        key = self.request.session.session_key
        response = super().form_valid(form)
        sign_ins.follow(self.request, key)
        user = self.request.user
        sign_ins.end_sessions(by=user, user=user, but=self.request.session.session_key)
        record(by=user, action="password.change", subject=f"user {user.get_username()}")
        return response


@require_POST
def set_language(request):
    """Django's own language switch; someone signed in finds the choice again on the next machine."""
    language = request.POST.get("language", "")
    if request.user.is_authenticated and language in {code for code, _name in settings.LANGUAGES}:
        User.objects.filter(pk=request.user.pk).update(language=language)
    return set_language_cookie(request)
