"""API tokens: one's own, and those of the API clients in one's area."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from districts.forms.tokens import TokenForm
from districts.presenters.account import token_rows
from districts.services.tokens import make_token, revoke_token
from districts.tokens import programs_managed, tokens_managed


@login_required
@require_safe
def token_list(request):
    return render(request, "account/tokens.html", {"rows": token_rows(tokens_managed(request.user)[:200])})


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def new_token(request):
    """The key stands in the answer to the POST and nowhere else."""
    owners = [request.user, *programs_managed(request.user)]
    asked = {"owner": request.GET["for"]} if "for" in request.GET else None
    form = TokenForm(request.POST or None, owners=owners, initial=asked)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        token, key = make_token(by=request.user, user=values.pop("owner"), **values)
        return render(request, "account/new_token_key.html", {"token": token, "key": key})
    context = {"form": form, "for_others": len(owners) > 1}
    return render(request, "account/new_token.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "POST"])
def revoke(request, pk):
    token = get_object_or_404(tokens_managed(request.user), pk=pk)
    if request.method == "POST":
        if revoke_token(by=request.user, token=token):
            messages.success(
                request, _("The token “%(name)s” opens nothing any more.") % {"name": token.name}
            )
        return redirect("tokens")
    return render(request, "account/revoke_token.html", {"row": token_rows([token])[0]})
