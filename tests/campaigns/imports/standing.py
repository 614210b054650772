"""What stands in the ledger, as plain numbers.

Entries are read by plain ids and put together here: PostgreSQL knows nothing yet about rows of the test's own
transaction, and would join half a million of them one by one.
"""

from collections import Counter

from django.db.models import Sum

from campaigns.models import SheetCell, Submission, TallyEntry
from districts.models import Area, Level
from districts.models.areas import SEGMENT


def _sums(campaign, until=None):
    """[(unit id, cell, count)] over all days."""
    cells = {cell.pk: cell for cell in SheetCell.objects.filter(campaign=campaign).select_related("item")}
    entries = TallyEntry.objects.filter(cell__in=list(cells))
    if until:
        entries = entries.filter(happened_on__lte=until)
    sums = entries.values_list("unit_id", "cell_id").annotate(count=Sum("change")).order_by()
    return [(unit, cells[cell], count) for unit, cell, count in sums]


def day_counts(campaign, unit, key):
    """{day: count} of a cell, as it stands."""
    sums = (
        TallyEntry.objects.filter(unit=unit, cell__campaign=campaign, cell__key=key)
        .values_list("happened_on")
        .annotate(count=Sum("change"))
        .order_by("happened_on")
    )
    return {day: count for day, count in sums if count}


def item_total(campaign, item, *, until=None, under=None):
    units = None if under is None else set(Area.objects.under(under).values_list("pk", flat=True))
    return sum(
        count
        for unit, cell, count in _sums(campaign, until)
        if cell.item.code == item and (units is None or unit in units)
    )


def sums_by_state(campaign, *, until=None):
    """{(state code, item code): count}."""
    states = dict(Area.objects.filter(level=Level.STATE).values_list("path", "code"))
    paths = dict(campaign.units.values_list("area_id", "area__path"))
    sums = Counter()
    for unit, cell, count in _sums(campaign, until):
        sums[states[paths[unit][: 2 * SEGMENT]], cell.item.code] += count
    return dict(sums)


def sums_by_day(campaign, item):
    """{day: count} of the nation."""
    cells = list(SheetCell.objects.filter(campaign=campaign, item__code=item).values_list("pk", flat=True))
    entries = TallyEntry.objects.filter(cell__in=cells)
    return dict(entries.values_list("happened_on").annotate(count=Sum("change")).order_by())


def reported_days(campaign, unit):
    days = Submission.objects.filter(campaign=campaign, unit=unit).values_list("happened_on", flat=True)
    return sorted(set(days))


def kinds(findings):
    """{kind: cells}. That running totals began before the file is said of most small files, and has its own test."""
    told = {kind.value: cells for kind, cells, _columns in findings.remarks()}
    told.pop("opening_balance", None)
    return told
