"""Which batches were given at a unit on a day: asked of the clerk who reports its doses."""

import datetime

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from districts import access, numbers
from districts.models import Area
from inventory.errors import StockRefused
from inventory.forms.given import GivenForm
from inventory.presenters.words import batch_name
from inventory.services.naming import givings, name_batches


@login_required
def given(request, code, day):
    """Who may report the doses of a unit may say which batch they came from."""
    area = get_object_or_404(Area, code=code)
    access.require(request.user, "submit", area)
    day = _day(day)
    found = givings(area, day)
    form = GivenForm(request.POST or None, givings=found)
    back = request.GET.get("back", "")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure()):
        back = ""
    if request.method == "POST" and form.is_valid():
        changed = _name_all(request, area, day, form)
        if not form.errors:
            messages.success(request, _("The batches are noted.") if changed else _("Nothing has changed."))
            return redirect(back or request.path)
    rows = [
        (
            one,
            fields,
            rest,
            [(batch_name(batch), numbers.indian(doses)) for batch, doses in one.given.items()],
        )
        for one, fields, rest in form.rows()
    ]
    context = {"area": area, "day": day, "form": form, "rows": rows, "back": back}
    return render(request, "stock/given.html", context, status=422 if form.errors else 200)


def _name_all(request, area, day, form):
    """Name the batches of every vaccine, or of none when the form has errors afterwards. Returns: has any changed?"""
    changed = False
    with transaction.atomic():
        for giving, named in form.chosen():
            try:
                changed |= name_batches(
                    area=area, vaccine=giving.vaccine, day=day, named=named, by=request.user
                )
            except StockRefused as refused:
                form.refuse(giving, str(refused))
        if form.errors:
            transaction.set_rollback(True)
    return changed


def _day(text):
    try:
        day = datetime.date.fromisoformat(text)
    except ValueError:
        raise Http404("No such day.") from None
    if day > timezone.localdate():
        raise Http404("This day has not come yet.")
    return day
