"""One's own account: where one is signed in, the second factor, the password; all in one place."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from districts import access, people
from districts.forms.account import EmailChange
from districts.models import SignIn
from districts.presenters.account import session_rows
from districts.presenters.people import posting_rows
from districts.services import email_change, second_factor, sign_ins
from districts.tokens import tokens_of
from districts.views.signing_in import by_address


@login_required
@require_safe
def account(request):
    device = second_factor.device_of(request.user)
    context = {
        "sessions": session_rows(sign_ins.running(request.user), request.session.session_key),
        "postings": posting_rows(access.postings_of(request.user)),
        "device": device,
        "codes_left": second_factor.codes_left(request.user) if device else 0,
        "may_remove": not second_factor.is_required_of(request.user),
        "tokens": tokens_of(request.user).filter(revoked_at=None).count(),
        "manages": people.may_manage(request.user),
    }
    return render(request, "account/account.html", context)


@login_required
@by_address
def change_email(request):
    """Ask for another address. The password is asked for: an open machine must not give the account away."""
    form = EmailChange(request.user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        went = email_change.ask(user=request.user, email=form.cleaned_data["email"])
        if went:
            text = _("A link is on its way to %(email)s. The address is yours here once you have opened it.")
            messages.success(request, text % {"email": form.cleaned_data["email"]})
        else:
            messages.error(request, _("The mail could not be sent. Try again later, or tell your officer."))
        return redirect("account")
    return render(request, "account/email.html", {"form": form})


@login_required
@by_address
def confirm_email(request, key):
    """What the link opens. Only the button sets the address: programs that look into mails open links too."""
    try:
        email = email_change.address_in(key, user=request.user)
        if request.method == "POST":
            email_change.confirm(key=key, user=request.user)
            messages.success(request, _("Your e-mail address is changed."))
            return redirect("account")
    except email_change.Refused:
        text = _(
            "This link does not work: it is old or used, it belongs to another account, or the address has an "
            "account already."
        )
        messages.error(request, text)
        return redirect("account")
    return render(request, "account/email_confirm.html", {"email": email})


@login_required
@require_POST
def end_session(request, pk):
    sign_in = get_object_or_404(SignIn, pk=pk, user=request.user)
    if sign_in.session_key == request.session.session_key:
        messages.info(request, _("This is the session you are in. Sign out to end it."))
    else:
        sign_ins.end_session(by=request.user, sign_in=sign_in)
        messages.success(request, _("The session has ended."))
    return redirect("account")


@login_required
@require_POST
def end_other_sessions(request):
    sign_ins.end_sessions(by=request.user, user=request.user, but=request.session.session_key)
    messages.success(request, _("You are signed out everywhere else."))
    return redirect("account")
