"""Who may do what where. Every list, page, endpoint, export and file asks here; what is not allowed is refused."""

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404

from districts.models import Area, Posting, Role

OFFICERS = {Role.NATIONAL_OFFICER, Role.STATE_OFFICER, Role.DISTRICT_OFFICER}

KEEPING = {"see_stock", "keep_stock"}
# Who sees the quality of the data need not decide on it: an auditor does not.
REVIEWING = {"see_quality", "review"}
# Who is told where from others did what they did; what was done, everybody who may see its area is.
AUDITING = {"audit"}

# The rights a role carries in its area and everything below.
RIGHTS = {
    Role.NATIONAL_OFFICER: {"see", "submit", "import", "set_up", "manage_people", "upload_boundaries"}
    | KEEPING
    | REVIEWING
    | AUDITING,
    Role.STATE_OFFICER: {"see", "submit", "import", "set_up", "manage_people"}
    | KEEPING
    | REVIEWING
    | AUDITING,
    Role.DISTRICT_OFFICER: {"see", "submit", "import", "manage_people"} | KEEPING | REVIEWING | AUDITING,
    Role.BLOCK_CLERK: {"see", "submit"},
    Role.STOCK_KEEPER: {"see"} | KEEPING,
    Role.AUDITOR: {"see", "see_stock", "see_quality"} | AUDITING,
    # A state's own system posts its counts and its stock alike.
    Role.API_CLIENT: {"see", "submit", "import"} | KEEPING,
}


def postings_of(user, *, on=None):
    """The postings in force, read once per user object: a request asks many times."""
    if not user.is_authenticated or not user.is_active:
        return []
    if on is not None:
        return _narrowed(user, user.postings.in_force(on).select_related("area"))
    if not hasattr(user, "_postings_in_force"):
        user._postings_in_force = list(user.postings.in_force().select_related("area"))
    return user._postings_in_force


def remember_postings(user, postings, *, within=None):
    """For who has read the postings in force together with the user.

    ``within`` is the area of the token that the request came with: this user object reaches nothing outside it.
    """
    user._within = within
    user._postings_in_force = _narrowed(user, postings)


def reach_of(user):
    """The code of the area to which the request's token narrows its user, or an empty text."""
    within = getattr(user, "_within", None)
    return within.code if within else ""


def _narrowed(user, postings):
    within = getattr(user, "_within", None)
    if within is None:
        return list(postings)
    kept = []
    for posting in postings:
        if within.contains(posting.area):
            kept.append(posting)
        elif posting.area.contains(within):
            kept.append(Posting(pk=posting.pk, user=user, role=posting.role, area=within))
    return kept


def areas_with_right(user, right):
    """The areas at the top of what the user holds the right in."""
    return [posting.area for posting in postings_of(user) if right in RIGHTS[posting.role]]


def has_right(user, right, area):
    return any(top.contains(area) for top in areas_with_right(user, right))


def visible_to(user, queryset=None, *, field="", right="see"):
    """Narrow a queryset to the rows whose area (at ``field``) the user holds a right in."""
    queryset = Area.objects.all() if queryset is None else queryset
    prefix = f"{field}__" if field else ""
    condition = Q(pk__in=[])
    for area in areas_with_right(user, right):
        condition |= Q(**{f"{prefix}path__gte": area.path, f"{prefix}path__lte": area.path_end})
    return queryset.filter(condition)


def require(user, right, area):
    """Raise 404 for an area outside one's own, 403 for a right that one does not hold inside it."""
    if not has_right(user, "see", area):
        raise Http404("No such area.")
    if not has_right(user, right, area):
        raise PermissionDenied("Your posting does not allow this here.")
