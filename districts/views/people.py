"""Who is posted where: the list, one person, inviting, posting, and ending a posting."""

from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from districts import people
from districts.errors import AppointmentRefused
from districts.forms.people import InvitationForm, PersonFields, PostingForm, SearchForm
from districts.models import Role
from districts.presenters.people import person_rows, posting_rows
from districts.services import appointing, second_factor
from districts.services.invitations import send_again, send_invitation
from districts.views.doors import for_managers, for_person

PAGE = 30


@for_managers
@require_safe
def people_list(request):
    """People posted in one's own area and below; those whose postings there are over stand apart."""
    form = SearchForm(request.GET or None, user=request.user)
    asked = form.cleaned_data if form.is_valid() else {}
    ended = request.GET.get("state") == "ended"
    met = people.found(
        request.user,
        text=asked.get("q", ""),
        role=asked.get("role", ""),
        area=asked.get("area"),
        ended=ended,
    )
    page = Paginator(met, PAGE).get_page(request.GET.get("page"))
    kept = {name: request.GET[name] for name in ("q", "role", "area") if request.GET.get(name)}
    context = {
        "form": form,
        "ended": ended,
        "page": page,
        "rows": person_rows(page.object_list),
        "is_search": bool(kept),
        "params": urlencode(kept | ({"state": "ended"} if ended else {})),
        "search": urlencode(kept),
        "proposed": form.proposed_areas(),
    }
    return render(request, "people/list.html", context)


@for_person
@require_safe
def person(request, person):
    mine = people.postings_managed(request.user).filter(user=person)
    in_force = mine.to_come_or_in_force()
    looks_after = people.may_look_after(request.user, person)
    context = {
        "person": person,
        "postings": posting_rows(in_force.order_by("area__path", "role"), by=request.user),
        "ended": posting_rows(
            mine.exclude(pk__in=in_force.values("pk")).order_by("-starts_on"), by=request.user
        ),
        "is_program": people.is_program(person),
        "is_invited": not person.has_usable_password(),
        "looks_after": looks_after,
        "has_second_factor": looks_after and second_factor.device_of(person) is not None,
    }
    return render(request, "people/person.html", context)


@for_managers
@require_http_methods(["GET", "POST"])
def invite(request):
    form = InvitationForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            posting, is_new = appointing.invite(by=request.user, **form.cleaned_data)
        except AppointmentRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            _tell_of(request, posting, is_new)
            return redirect("person", posting.user_id)
    return _form(request, "people/invite.html", form)


@for_person
@require_http_methods(["GET", "POST"])
def new_posting(request, person):
    form = PostingForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            posting = appointing.post(by=request.user, user=person, **form.cleaned_data)
        except AppointmentRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            _tell_of(request, posting, False)
            return redirect("person", person.pk)
    return _form(request, "people/new_posting.html", form, person=person)


@for_person
@require_http_methods(["GET", "POST"])
def correct(request, person):
    """Name and addresses of an account that has not been used yet."""
    if person.has_usable_password() or not people.may_look_after(request.user, person):
        raise PermissionDenied("This account is in use: only its owner changes it.")
    names = list(PersonFields.base_fields)
    form = PersonFields(request.POST or None, initial={name: getattr(person, name) for name in names})
    if request.method == "POST" and form.is_valid():
        area = people.area_of(request.user, person)
        try:
            appointing.correct_invitation(by=request.user, user=person, area=area, **form.cleaned_data)
        except AppointmentRefused as refusal:
            form.add_error("email", str(refusal))
        else:
            messages.success(request, _("Saved. Send the invitation again if the address was wrong."))
            return redirect("person", person.pk)
    return _form(request, "people/correct.html", form, person=person)


@for_person
@require_POST
def invitation(request, person):
    """Send the invitation again."""
    posting = people.postings_managed(request.user).filter(user=person).to_come_or_in_force().first()
    if posting is None or people.is_program(person):
        raise PermissionDenied("There is no posting to tell of.")
    _say_whether_sent(request, person, send_again(posting=posting, by=request.user))
    return redirect("person", person.pk)


@for_managers
@require_http_methods(["GET", "POST"])
def end_posting(request, pk):
    """Asks first, in words that say what is lost; for one's own posting in stronger ones."""
    posting = get_object_or_404(people.postings_managed(request.user), pk=pk)
    if not people.may_give(request.user, posting.role, posting.area):
        raise PermissionDenied("This posting is not yours to end.")
    own = posting.user_id == request.user.pk
    if request.method == "POST" and (not own or "own" in request.POST):
        if appointing.end_posting(by=request.user, posting=posting):
            messages.success(
                request,
                _("The posting of %(name)s as %(role)s in %(area)s has ended.")
                % {
                    "name": posting.user.get_full_name() or posting.user.get_username(),
                    "role": Role(posting.role).label,
                    "area": posting.area.name,
                },
            )
        return redirect("account") if own else redirect("person", posting.user_id)
    others = _who_else(posting)
    context = {
        "posting": posting_rows([posting], by=request.user)[0],
        "person": posting.user,
        "own": own,
        "unticked": request.method == "POST",
        "is_last": others == 0,
    }
    return render(request, "people/end.html", context, status=422 if request.method == "POST" else 200)


@for_person
@require_http_methods(["GET", "POST"])
def remove_second_factor(request, person):
    """For somebody who has lost the phone and the recovery codes."""
    if person == request.user or not people.may_look_after(request.user, person):
        raise PermissionDenied("This account is not yours to look after.")
    if request.method == "POST":
        area = people.area_of(request.user, person)
        second_factor.remove(by=request.user, user=person, area=area)
        messages.success(request, _("The second factor is removed, and the person is signed out everywhere."))
        return redirect("person", person.pk)
    return render(request, "people/remove_second_factor.html", {"person": person})


def _form(request, template, form, **context):
    context |= {"form": form, "proposed": form.proposed_areas() if hasattr(form, "proposed_areas") else ()}
    return render(request, template, context, status=422 if form.errors else 200)


def _who_else(posting):
    """How many others hold the same role in the same area: nobody left is worth a warning."""
    held = type(posting).objects.in_force().filter(role=posting.role, area=posting.area)
    return held.exclude(user=posting.user_id).count()


def _tell_of(request, posting, is_new):
    if posting.role == Role.API_CLIENT:
        messages.success(
            request, _("The API client is made. It signs in with a token: make one for it below.")
        )
        return
    name = posting.user.get_full_name() or posting.user.get_username()
    if not is_new:
        messages.info(request, _("%(name)s has an account already and is posted with it.") % {"name": name})
    _say_whether_sent(request, posting.user, send_invitation(posting=posting, by=request.user))


def _say_whether_sent(request, person, sent):
    if sent:
        messages.success(request, _("A mail is on its way to %(address)s.") % {"address": person.email})
    else:
        messages.warning(
            request,
            _(
                "The posting stands, but the mail to %(address)s could not be sent. Check it and send it again."
            )
            % {"address": person.email or "–"},
        )
