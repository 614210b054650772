"""The template of a file of opening balances and supplies: a row for each store and vaccine that one keeps."""

from inventory.imports import columns
from inventory.models import Channel, Earmark, Location, LocationKind, Vaccine

MOST_ROWS = 5_000


def template_rows(area, today):
    """The header, and a row for each open store of an area and vaccine with what is known filled in."""
    stores = Location.objects.filter(
        kind=LocationKind.STORE,
        closed_on__isnull=True,
        area__path__gte=area.path,
        area__path__lte=area.path_end,
    )
    vaccines = list(Vaccine.objects.order_by("code"))
    rows = [columns.headings()]
    for store in stores.order_by("area__path", "pk"):
        for vaccine in vaccines:
            known = {
                columns.WHAT: columns.OPENING,
                columns.STORE: store.code,
                columns.VACCINE: vaccine.code,
                columns.MANUFACTURER: vaccine.manufacturer,
                columns.CHANNEL: Channel.FREE_OF_COST.value,
                columns.EARMARK: Earmark.CAMPAIGN.value,
                columns.DATE: today.isoformat(),
            }
            rows.append([known.get(column, "") for column in columns.COLUMNS])
            if len(rows) > MOST_ROWS:
                return rows
    return rows
