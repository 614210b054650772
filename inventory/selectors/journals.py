"""Operations on the stock, one by one: what they moved, who answers for them, what hangs on them."""

from django.db.models import Q
from django.utils.translation import gettext as _

from districts.templatetags.indian import indian, short_day
from inventory.models import Operation, StockJournal, StockMovement
from inventory.selectors.balances import of_channel, until

MOST_NAMED = 5


def movements_of(journal, condition):
    """The rows of an operation that meet a condition, with everything that a page says about them. One query."""
    return list(
        journal.movements.filter(condition)
        .select_related("batch__vaccine", "source__area", "destination__area", "reversed_by__journal")
        .order_by("pk")
    )


def what_depends_on(journal):
    """In words: the later movements out of where these doses went, at most five. Two queries."""
    ends = list(journal.movements.values_list("destination_id", "batch_id"))
    later = StockMovement.objects.filter(
        journal_id__gt=journal.pk,
        source_id__in={destination for destination, _batch in ends},
        source__kind="store",
        batch_id__in={batch for _destination, batch in ends},
        reversed_by__isnull=True,
        # An undoing does not depend on what it undid.
        reversal_of__isnull=True,
    ).select_related("destination", "batch")
    return [
        _("%(doses)s of batch %(batch)s to %(place)s on %(day)s")
        % {
            "doses": indian(one.doses),
            "batch": one.batch,
            "place": one.destination,
            "day": short_day(one.happened_on),
        }
        for one in later.order_by("pk")[:MOST_NAMED]
    ]


def acting_store(journal):
    """The store whose keeper answers for an operation; None when no store took part."""
    if journal.dispatch_id and journal.operation == Operation.DISPATCH:
        return journal.dispatch.from_store
    if journal.dispatch_id and journal.operation == Operation.ACCEPT:
        return journal.dispatch.to_store
    first = journal.movements.select_related("source__area", "destination__area").order_by("pk").first()
    if journal.operation == Operation.REVERSE:
        return acting_store(StockJournal.objects.get(movements=first.reversal_of_id))
    return next((end for end in (first.source, first.destination) if end.is_store), None)


def area_movements(area, query):
    """The movements into, out of or within an area that a StockQuery asks for, the last day first; with names."""
    here = Q(source__area__path__gte=area.path, source__area__path__lte=area.path_end) | Q(
        destination__area__path__gte=area.path, destination__area__path__lte=area.path_end
    )
    rows = until(
        of_channel(StockMovement.objects.filter(here), query.channel),
        first=query.first,
        last=query.day,
        as_of=query.as_of,
    )
    if query.earmark:
        rows = rows.filter(Q(source_earmark=query.earmark) | Q(destination_earmark=query.earmark))
    if query.vaccine is not None:
        rows = rows.filter(batch__vaccine=query.vaccine)
    return rows.select_related(
        "journal__by", "batch__vaccine", "source__area", "destination__area", "reversal_of"
    ).order_by("-happened_on", "-pk")


def recent_movements(area, query, most=20):
    """Those that were recorded last. One query."""
    return list(area_movements(area, query).order_by("-pk")[:most])
