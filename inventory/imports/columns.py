"""The columns of a file of opening balances and supplies, by the code in square brackets of their headings."""

import re

from django.utils.translation import gettext as _

from districts.table_files.errors import FileRefused

WHAT, STORE, VACCINE, BATCH, MANUFACTURER = "what", "store", "vaccine", "batch", "manufacturer"
EXPIRES, DOSES, VIALS, CHANNEL, EARMARK = "expires", "doses", "vials", "channel", "earmark"
DATE, DOCUMENT, REASON = "date", "document", "reason"

COLUMNS = (
    *(WHAT, STORE, VACCINE, BATCH, MANUFACTURER, EXPIRES),
    *(DOSES, VIALS, CHANNEL, EARMARK, DATE, DOCUMENT, REASON),
)
NEEDED = (STORE, VACCINE, BATCH, CHANNEL, DATE)

OPENING, SUPPLY = "opening", "supply"

_CODE = re.compile(r".*\[\s*(?P<code>[a-z]+)\s*\]\s*|\s*(?P<bare>[a-z]+)\s*", re.IGNORECASE)


def labels():
    """{column: its name for people}."""
    return {
        WHAT: _("Opening balance or supply"),
        STORE: _("Store code"),
        VACCINE: _("Vaccine"),
        BATCH: _("Batch number"),
        MANUFACTURER: _("Manufacturer"),
        EXPIRES: _("Expires"),
        DOSES: _("Doses"),
        VIALS: _("Vials"),
        CHANNEL: _("Came from"),
        EARMARK: _("Meant for"),
        DATE: _("Received on"),
        DOCUMENT: _("Document number"),
        REASON: _("Why is an expired batch taken in?"),
    }


def headings():
    names = labels()
    return [f"{names[column]} [{column}]" for column in COLUMNS]


def places_of(header):
    """{column: index} of a file's header. Raises FileRefused where a needed one is missing or one stands twice."""
    places = {}
    for index, heading in enumerate(header):
        match = _CODE.fullmatch(heading)
        code = (match["code"] or match["bare"] or "").lower() if match else ""
        if code not in COLUMNS:
            continue  # Remarks of one's own, and the reasons in a file of failed rows.
        if code in places:
            raise FileRefused(_("The column [%(column)s] stands twice in the header.") % {"column": code})
        places[code] = index
    missing = [column for column in NEEDED if column not in places]
    if DOSES not in places and VIALS not in places:
        missing.append(DOSES)
    if missing:
        raise FileRefused(
            _("The header has no column %(columns)s. Download the template and fill it.")
            % {"columns": ", ".join(f"[{column}]" for column in missing)}
        )
    return places
