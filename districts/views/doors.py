"""Who comes in to the people pages. Outside one's area nobody exists."""

from functools import wraps

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404

from districts import people


def for_managers(view):
    """For who may post people somewhere."""

    @login_required
    @wraps(view)
    def inside(request, *args, **kwargs):
        if not people.may_manage(request.user):
            raise PermissionDenied("Your posting does not allow you to manage people.")
        return view(request, *args, **kwargs)

    return inside


def for_person(view):
    """The view gets a person who is or was posted where the user manages people."""

    @for_managers
    @wraps(view)
    def inside(request, pk, **kwargs):
        return view(request, get_object_or_404(people.people_managed(request.user), pk=pk), **kwargs)

    return inside
