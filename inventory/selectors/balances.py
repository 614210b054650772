"""What stood where at the end of a day, as known at an instant: sums over the movements."""

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Max, OuterRef, Subquery, Sum

from inventory.models import Location, LocationKind, StockMovement

ENDS = (("destination", 1), ("source", -1))


@dataclass(frozen=True, slots=True)
class Held:
    """Doses of a batch in a store under an earmark."""

    location_id: int
    batch_id: int
    earmark: str
    doses: int


def until(rows, *, last, as_of=None, first=None):
    """The movements that had happened by a day (from another on) and were on record at an instant."""
    rows = rows.filter(happened_on__lte=last)
    if first is not None:
        rows = rows.filter(happened_on__gte=first)
    return rows if as_of is None else rows.filter(recorded_at__lte=as_of)


def of_channel(rows, channel):
    """The movements of the batches that came through a supply channel; all of them without one."""
    if not channel:
        return rows
    supplied = StockMovement.objects.filter(source__kind=LocationKind.SUPPLY, source__cause=channel)
    return rows.filter(batch__in=supplied.values("batch"))


def under(area, end):
    """The condition that an end of a movement lies in an area or below it."""
    return {f"{end}__area__path__gte": area.path, f"{end}__area__path__lte": area.path_end}


def held_under(area, *, last, as_of=None, earmark=None, vaccine=None):
    """[Held] of the stores of an area and below, without what is 0. Two queries, for any day and instant."""
    doses = defaultdict(int)
    for end, sign in ENDS:
        rows = until(StockMovement.objects.all(), last=last, as_of=as_of)
        rows = rows.filter(**{f"{end}__kind": LocationKind.STORE}, **under(area, end))
        if earmark:
            rows = rows.filter(**{f"{end}_earmark": earmark})
        if vaccine is not None:
            rows = rows.filter(batch__vaccine=vaccine)
        sums = rows.values_list(f"{end}_id", "batch_id", f"{end}_earmark").annotate(total=Sum("doses"))
        for location, batch, mark, total in sums.order_by():
            doses[location, batch, mark] += sign * total
    return [Held(*key, number) for key, number in doses.items() if number]


def held_in(store, *, last, as_of=None):
    """{(batch id, earmark): doses} of one store at the end of a day, without what is 0. Two queries."""
    doses = defaultdict(int)
    for end, sign in ENDS:
        rows = until(StockMovement.objects.filter(**{end: store}), last=last, as_of=as_of)
        sums = rows.values_list("batch_id", f"{end}_earmark").annotate(total=Sum("doses"))
        for batch, earmark, total in sums.order_by():
            doses[batch, earmark] += sign * total
    return {key: number for key, number in doses.items() if number}


def changes_after(places, day):
    """{(store id, batch id, earmark): {day: net change}} of the days after ``day``, for the keys asked. Two queries."""
    changes = {key: defaultdict(int) for key in places}
    locations, batches = {key[0] for key in places}, {key[1] for key in places}
    for end, sign in ENDS:
        rows = StockMovement.objects.filter(
            happened_on__gt=day, **{f"{end}__in": locations}, batch__in=batches
        ).values_list(f"{end}_id", "batch_id", f"{end}_earmark", "happened_on")
        for *key, moved_on, total in rows.annotate(total=Sum("doses")).order_by():
            if tuple(key) in changes:
                changes[tuple(key)][moved_on] += sign * total
    return changes


def residual_by_operation(area, *, last, as_of=None, earmark=None, first=None, channel=""):
    """{vaccine id: {operation: doses}}: what makes up the residual of an area; it adds up to it. Two queries."""
    parts = defaultdict(lambda: defaultdict(int))
    for end, sign in ENDS:
        rows = until(of_channel(StockMovement.objects.all(), channel), first=first, last=last, as_of=as_of)
        rows = rows.filter(**{f"{end}__kind": LocationKind.UNACCOUNTED}, **under(area, end))
        if earmark:
            rows = rows.filter(**{f"{end}_earmark": earmark})
        sums = rows.values_list("batch__vaccine_id", "journal__operation").annotate(total=Sum("doses"))
        for vaccine, operation, total in sums.order_by():
            parts[vaccine][operation] += sign * total
    return parts


def given_between(area, first, last, *, as_of=None, earmark=None, vaccine=None):
    """{vaccine id: doses given to people from one day to another}, what came back taken off. Two queries."""
    doses = defaultdict(int)
    for end, sign in ENDS:
        rows = until(StockMovement.objects.all(), first=first, last=last, as_of=as_of)
        rows = rows.filter(**{f"{end}__kind": LocationKind.ADMINISTERED}, **under(area, end))
        if earmark:
            rows = rows.filter(**{f"{end}_earmark": earmark})
        if vaccine is not None:
            rows = rows.filter(batch__vaccine=vaccine)
        for one, total in rows.values_list("batch__vaccine_id").annotate(total=Sum("doses")).order_by():
            doses[one] += sign * total
    return doses


def recorded_since(area, *, last, as_of):
    """{vaccine id: doses given by ``last`` that reached the ledger after ``as_of``}, net. Two queries."""
    doses = defaultdict(int)
    for end, sign in ENDS:
        rows = StockMovement.objects.filter(
            happened_on__lte=last,
            recorded_at__gt=as_of,
            **{f"{end}__kind": LocationKind.ADMINISTERED},
            **under(area, end),
        )
        for vaccine, total in rows.values_list("batch__vaccine_id").annotate(total=Sum("doses")).order_by():
            doses[vaccine] += sign * total
    return doses


def last_day_moved(area):
    """The newest day on which anything moved in an area or below; None in an empty ledger.

    Asked of each location's index, newest first, so that the age of the ledger does not matter. One query.
    """
    days = {
        end: Subquery(
            StockMovement.objects.filter(**{end: OuterRef("pk")})
            .order_by("-happened_on")
            .values("happened_on")[:1]
        )
        for end, _sign in ENDS
    }
    here = Location.objects.filter(area__path__gte=area.path, area__path__lte=area.path_end)
    newest = here.annotate(**{f"last_{end}": day for end, day in days.items()}).aggregate(
        into=Max("last_destination"), out=Max("last_source")
    )
    return max(filter(None, newest.values()), default=None)
