"""Who comes in: every page about stock goes through one of these doors. What they do not open stays closed."""

from functools import wraps

from django.contrib.auth.decorators import login_required

from inventory.selectors import scope


def for_area(view):
    """The view gets an area whose stock the visitor may see."""

    @login_required
    @wraps(view)
    def inside(request, code, **kwargs):
        return view(request, scope.open_area(request.user, code), **kwargs)

    return inside


def for_kept_area(view):
    """The view gets an area whose stock the visitor keeps."""

    @login_required
    @wraps(view)
    def inside(request, code, **kwargs):
        return view(request, scope.open_area(request.user, code, scope.KEEP), **kwargs)

    return inside


def for_set_up_area(view):
    """The view gets an area in which the visitor sets up."""

    @login_required
    @wraps(view)
    def inside(request, code, **kwargs):
        return view(request, scope.open_area(request.user, code, scope.SET_UP), **kwargs)

    return inside


def for_store(right):
    """The view gets a store in which the visitor holds the right."""

    def door(view):
        @login_required
        @wraps(view)
        def inside(request, code, **kwargs):
            return view(request, scope.open_store(request.user, code, right), **kwargs)

        return inside

    return door


def for_consignment(right, end=None):
    """The view gets a consignment; ``end`` names the store at which the right is needed."""

    def door(view):
        @login_required
        @wraps(view)
        def inside(request, number, **kwargs):
            return view(request, scope.open_consignment(request.user, number, right, end), **kwargs)

        return inside

    return door


def for_requisition(right, end=None):
    def door(view):
        @login_required
        @wraps(view)
        def inside(request, number, **kwargs):
            return view(request, scope.open_requisition(request.user, number, right, end), **kwargs)

        return inside

    return door
