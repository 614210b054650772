"""Whose stock a person may look at and keep: every page and file about stock asks here."""

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404
from django.shortcuts import get_object_or_404

from districts import access
from districts.models import Area, Level
from inventory.models import Dispatch, Location, LocationKind, Requisition, StockPosition

SEE, KEEP, SET_UP = "see_stock", "keep_stock", "set_up"


def top_areas(user):
    """The highest areas whose stock the user may see, in tree order, each once."""
    areas = sorted(set(access.areas_with_right(user, SEE)), key=lambda area: area.path)
    return [one for one in areas if not any(top != one and top.contains(one) for top in areas)]


def may_keep(user, area):
    return access.has_right(user, KEEP, area)


def may_set_up(user, area):
    return access.has_right(user, SET_UP, area)


def may_set_up_everywhere(user):
    """Vaccines are the whole country's: who sets up at its top may."""
    return any(area.level == Level.NATION for area in access.areas_with_right(user, SET_UP))


def keeping_areas(user):
    return access.areas_with_right(user, KEEP)


def batches_to_set_up(user, batches):
    """Ids of those batches that lie, and ever lay, only where the user sets up. One query.

    A batch belongs to every store that had some of it: a district must not change the expiry day of another's.
    """
    outside = (
        StockPosition.objects.filter(batch__in=batches)
        .exclude(visible_path(user, "location__area", SET_UP))
        .values_list("batch_id", flat=True)
    )
    if not access.areas_with_right(user, SET_UP):
        return set()
    return {one.pk for one in batches} - set(outside)


def require_set_up_of_batch(user, batch):
    """404 for a batch that was never in one's areas, 403 where one may not change it."""
    there = StockPosition.objects.filter(batch=batch)
    if there.exists() and not there.filter(visible_path(user, "location__area")).exists():
        raise Http404("Never in your area.")
    if batch.pk not in batches_to_set_up(user, [batch]):
        raise PermissionDenied("This batch is in stores that you do not set up.")


def open_area(user, code, right=SEE):
    """The area of an address: 404 outside one's own, 403 without the right inside it."""
    area = get_object_or_404(Area.objects.select_related("parent"), code=code)
    access.require(user, right, area)
    return area


def above(user, area):
    """The areas over this one, as far as the user may see their stock. One query."""
    return [one for one in Area.objects.ancestors_of(area) if access.has_right(user, SEE, one)]


def open_store(user, code, right=SEE):
    stores = Location.objects.filter(kind=LocationKind.STORE).select_related("area")
    store = get_object_or_404(stores, code=code)
    access.require(user, right, store.area)
    return store


def open_consignment(user, number, right=SEE, end=None):
    """A consignment is open to both its ends; to act on one (``end``: from_store or to_store) takes the right there."""
    rows = Dispatch.objects.select_related("from_store__area", "to_store__area", "by")
    consignment = get_object_or_404(rows, pk=number)
    _require_an_end(user, consignment, right, end)
    return consignment


def open_requisition(user, number, right=SEE, end=None):
    rows = Requisition.objects.select_related("from_store__area", "to_store__area", "vaccine", "by")
    requisition = get_object_or_404(rows, pk=number)
    _require_an_end(user, requisition, right, end)
    return requisition


def _require_an_end(user, row, right, end):
    ends = [row.from_store.area, row.to_store.area]
    if not any(access.has_right(user, "see", area) for area in ends):
        raise Http404("Outside your area.")
    wanted = [getattr(row, end).area] if end else ends
    if not any(access.has_right(user, right, area) for area in wanted):
        raise PermissionDenied("Your posting does not allow this here.")


def visible_path(user, field, right=SEE):
    """A condition on the path at ``field`` (such as ``source__area``) for the areas that the user may see."""
    condition = Q(pk__in=[])
    for area in top_areas(user) if right == SEE else access.areas_with_right(user, right):
        condition |= Q(**{f"{field}__path__gte": area.path, f"{field}__path__lte": area.path_end})
    return condition


def touching(user, right=SEE):
    """A condition on movements: one end lies where the user holds the right. All that one may read of an operation."""
    return visible_path(user, "source__area", right) | visible_path(user, "destination__area", right)


def may_undo(user, journal, store):
    """Whether the user keeps ``store``, which answers for the operation, and every other store that it touched.

    An operation booked for many stores at once cannot be undone by the keeper of one of them.
    """
    if store is None or not may_keep(user, store.area):
        return False
    return not any(
        journal.movements.filter(**{f"{end}__kind": LocationKind.STORE})
        .exclude(visible_path(user, f"{end}__area", KEEP))
        .exists()
        for end in ("source", "destination")
    )


def reachable_stores(store, also=""):
    """The open stores that a store sends to and asks of: those of its state, those above, and of other states.

    ``also`` is the code of one more, which a plan proposed. A national store reaches all.
    """
    stores = Location.objects.filter(kind=LocationKind.STORE, closed_on__isnull=True).exclude(pk=store.pk)
    if store.area.level != Level.NATION:
        state = Area.objects.ancestors_of(store.area, include_self=True).filter(level=Level.STATE).first()
        near = Q(area__level__lte=Level.STATE) | Q(code=also)
        if state is not None:
            near |= Q(area__path__gte=state.path, area__path__lte=state.path_end)
        stores = stores.filter(near)
    return stores.select_related("area").order_by("area__path", "id")
