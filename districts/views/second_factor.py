"""The pages of the second factor. While a code is due, they and the sign-out are all that answers."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from districts.forms.second_factor import CodeForm
from districts.services import second_factor


@never_cache
@login_required
@sensitive_post_parameters("code")
@require_http_methods(["GET", "POST"])
def set_up(request):
    """A new device: the QR code, its secret as text, and the first code. Then the recovery codes, once."""
    if second_factor.device_of(request.user):
        return redirect("account" if second_factor.has_passed(request) else "second-factor-code")
    device = second_factor.device_to_set_up(request.user)
    form = CodeForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and (codes := _try(request, form, second_factor.set_up)):
        return _codes(request, codes, next=_next(request))
    context = {
        "form": form,
        "drawing": second_factor.drawing_of(device),
        "secret": second_factor.secret_of(device),
        "is_required": second_factor.is_required_of(request.user),
        "next": _next(request),
    }
    return render(request, "account/set_up.html", context, status=422 if form.errors else 200)


@never_cache
@login_required
@sensitive_post_parameters("code")
@require_http_methods(["GET", "POST"])
def code(request):
    """Between the password and the site."""
    if not second_factor.device_of(request.user):
        return redirect("second-factor-set-up")
    if second_factor.has_passed(request):
        return redirect(_next(request) or "account")
    form = CodeForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and _try(request, form, second_factor.give_code):
        return redirect(_next(request) or "home")
    context = {"form": form, "next": _next(request)}
    return render(request, "account/code.html", context, status=422 if form.errors else 200)


@never_cache
@login_required
@sensitive_post_parameters("code")
@require_http_methods(["GET", "POST"])
def renew_codes(request):
    _require_passed(request)
    words = {
        "title": _("Make new recovery codes"),
        "text": _("The codes that you have kept work no more then."),
        "button": _("Make new recovery codes"),
    }
    return _with_code(request, words, lambda: _codes(request, second_factor.renew_codes(user=request.user)))


@never_cache
@login_required
@sensitive_post_parameters("code")
@require_http_methods(["GET", "POST"])
def remove(request):
    _require_passed(request)
    if second_factor.is_required_of(request.user):
        raise PermissionDenied("Your posting requires a second factor.")
    words = {
        "title": _("Remove your second factor?"),
        "text": _("The password alone then opens your account. The recovery codes work no more."),
        "button": _("Remove it"),
        "is_dangerous": True,
    }
    return _with_code(request, words, lambda: _remove(request))


def _remove(request):
    second_factor.remove(by=request.user, user=request.user)
    request.session.pop(second_factor.KEY, None)
    messages.success(request, _("Your second factor is removed: the password alone opens your account."))
    return redirect("account")


def _with_code(request, words, act):
    """Ask for a code once more: whoever finds the screen open must not take the second factor away."""
    form = CodeForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and _try(request, form, second_factor.give_code):
        return act()
    return render(
        request, "account/with_code.html", words | {"form": form}, status=422 if form.errors else 200
    )


def _require_passed(request):
    if not (second_factor.has_passed(request) and second_factor.device_of(request.user)):
        raise PermissionDenied("There is no second factor to change.")


def _codes(request, codes, next=""):
    """The only time that the codes are shown: an answer to a POST, kept by nobody."""
    return render(request, "account/codes.html", {"codes": codes, "next": next or resolve_url("home")})


def _try(request, form, check):
    """What ``check`` says of the code, or None with an error on the form."""
    wait = second_factor.seconds_locked(request.user)
    if wait:
        # Called wrong without having been looked at, a right code would be doubted for ever.
        text = _(
            "This code was not looked at: after a wrong one you have to wait. Try again in %(seconds)d s."
        )
        form.add_error("code", text % {"seconds": wait})
        return None
    answer = check(request=request, code=form.cleaned_data["code"])
    if not answer:
        text = _("This code is not right, or was used already. The next is looked at in %(seconds)d s.")
        form.add_error("code", text % {"seconds": second_factor.seconds_locked(request.user)})
    return answer


def _next(request):
    address = request.POST.get("next") or request.GET.get("next") or ""
    is_ours = url_has_allowed_host_and_scheme(
        address, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return address if is_ours else ""
