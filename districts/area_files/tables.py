"""Reading a file about areas: its rows, by the meaning of their columns.

Headers differ between issues of the same directory (``District Name``, ``District Name(In English)``) and two
columns of one file may share a header: the second then holds the name in the local language. So a column is
known by its letters and by which of its kind it is, never by its place.
"""

import csv
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _

from districts.names import letters

# The folded header → what the column means. A header that stands twice gets "_local" the second time.
MEANINGS = {
    "statecode": "state_code",
    "statename": "state_name",
    "statenameinenglish": "state_name",
    "districtcode": "district_code",
    "districtname": "district_name",
    "districtnameinenglish": "district_name",
    "blockcode": "block_code",
    "blockname": "block_name",
    "subdistrictcode": "subdistrict_code",
    "districtkey": "district_key",
    "district": "district_name",
    "state": "state_name",
    "stateut": "state_name",
    "statenameharmonized": "state_name",
    "abbreviation": "abbreviation",
    "year": "year",
    "population": "total",
    "males": "male",
    "females": "female",
}

# kind → the meanings that it must have; the first that fits wins, so the more demanding stand first.
KINDS = {
    "subdistricts": {"district_code", "subdistrict_code"},
    "blocks": {"state_code", "district_code", "block_code", "block_name"},
    "covid19india_districts": {"district_key", "total"},
    "districts": {"state_code", "district_code", "district_name"},
    "states": {"state_code", "state_name"},
    "covid19india_states": {"state_name", "abbreviation", "total"},
    "iips": {"year", "state_name", "district_name", "total"},
    "ncp": {"year", "state_name", "total"},
}
DIRECTORIES = ("states", "districts", "blocks")


class FileRefused(Exception):
    """A file that cannot be read at all, with what would be right."""


@dataclass(frozen=True, slots=True)
class Row:
    number: int
    cells: dict  # meaning → text without outer spaces
    headers: dict  # meaning → header as the file writes it

    def __getitem__(self, meaning):
        return self.cells.get(meaning, "")

    def header(self, meaning):
        return self.headers.get(meaning, meaning)


def read(path):
    """The kind of the file and its rows."""
    try:
        with Path(path).open(encoding="utf-8-sig", newline="") as file:
            records = list(csv.reader(file))
    except UnicodeDecodeError:
        raise FileRefused(_("The file is not UTF-8. Save it as “CSV UTF-8” and try again.")) from None
    except (OSError, csv.Error) as error:
        raise FileRefused(_("The file cannot be read as CSV: %(why)s.") % {"why": error}) from None
    if not records:
        raise FileRefused(_("The file is empty."))
    places, headers = _columns(records[0])
    kind = next((kind for kind, needed in KINDS.items() if needed <= places.keys()), None)
    if kind is None:
        raise FileRefused(
            _(
                "The columns of the first row are not those of a known file: %(header)s. Known are the "
                "directories of states, districts and blocks of lgdirectory.gov.in and the population tables "
                "of covid19india, IIPS and the National Commission on Population."
            )
            % {"header": ", ".join(records[0])}
        )
    if kind == "subdistricts":
        raise FileRefused(
            _(
                "Sub-districts are not a level of the tree: below a district stand blocks. Load the file of blocks."
            )
        )
    return kind, _rows(records, places, headers)


def _columns(header):
    places, headers = {}, {}
    for index, name in enumerate(header):
        meaning = MEANINGS.get(letters(name))
        if meaning in places:
            meaning += "_local"
        if meaning and meaning not in places:
            places[meaning] = index
            headers[meaning] = " ".join(name.split())
    return places, headers


def _rows(records, places, headers):
    rows = []
    for number, record in enumerate(records[1:], start=2):
        if not any(cell.strip() for cell in record):
            continue
        cells = {
            meaning: " ".join(record[place].split())
            for meaning, place in places.items()
            if place < len(record)
        }
        rows.append(Row(number, cells, headers))
    return rows
