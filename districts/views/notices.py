"""A person's own notices: the list, what is unread in the page head, and which kinds reach them how."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from districts import notices

PAGE = 30


@login_required
def notice_list(request):
    page = Paginator(notices.in_app(request.user), PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [(notice, notices.worded(notice)) for notice in page],
        "unread": notices.in_app(request.user).filter(read_at=None).count(),
    }
    return render(request, "districts/notices.html", context)


@require_POST
@login_required
def notice_read(request, pk=None):
    """Mark one of my notices as read and open its page, or mark all."""
    if pk is None:
        notices.read(by=request.user)
        return redirect("notices")
    notice = get_object_or_404(notices.in_app(request.user), pk=pk)
    notices.read(by=request.user, notices=[notice.pk])
    if "open" in request.POST and url_has_allowed_host_and_scheme(notice.path, allowed_hosts=None):
        return redirect(notice.path)
    return redirect("notices")


@require_safe
def notice_count(request):
    """The number beside the user's name; the page asks for it after it is shown, so that it costs the page nothing."""
    number = notices.in_app(request.user).filter(read_at=None).count() if request.user.is_authenticated else 0
    response = render(request, "districts/_notice_count.html", {"number": number})
    response["Cache-Control"] = "private, no-store"
    return response


@login_required
def notice_choices(request):
    """Which kinds reach me, and by which road."""
    if request.method == "POST":
        for kind, _channels in notices.choices_of(request.user):
            notices.choose(
                by=request.user,
                kind=kind.code,
                in_app=f"{kind.code}-in_app" in request.POST,
                by_email=f"{kind.code}-by_email" in request.POST,
            )
        messages.success(request, _("Your choices are saved."))
        return redirect("notice-choices")
    return render(request, "districts/notice_choices.html", {"choices": notices.choices_of(request.user)})
