"""The ledger of one store: its movements in the order of days, with the balance after each."""

from django.db.models import Case, F, IntegerField, Q, Sum, Value, When

from inventory.models import StockMovement
from inventory.selectors.balances import until


def store_movements(store, *, last, as_of=None, vaccine=None, batch=None, earmark=None):
    """Movements into and out of a store; ``change`` is what each did to its balance (of the earmark asked)."""
    into, out = Q(destination=store), Q(source=store)
    if earmark:
        into &= Q(destination_earmark=earmark)
        out &= Q(source_earmark=earmark)
    rows = until(StockMovement.objects.filter(into | out), last=last, as_of=as_of)
    if vaccine is not None:
        rows = rows.filter(batch__vaccine=vaccine)
    if batch is not None:
        rows = rows.filter(batch=batch)
    plus = Case(When(into, then=F("doses")), default=Value(0), output_field=IntegerField())
    minus = Case(When(out, then=F("doses")), default=Value(0), output_field=IntegerField())
    return rows.annotate(change=plus - minus).order_by("happened_on", "pk")


def balance_before(rows, start):
    """The sum of all changes before the row at index ``start``. One query."""
    if not start:
        return 0
    return rows.all()[:start].aggregate(total=Sum("change"))["total"] or 0


def with_names(rows):
    return rows.select_related(
        "journal__by",
        "journal__dispatch",
        "batch__vaccine",
        "source__area",
        "destination__area",
        "reversal_of",
        "reversed_by",
    )
