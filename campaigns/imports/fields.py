"""The columns of the national files, and the cells of the tally sheet that they are counted into."""

from typing import NamedTuple

from django.utils.translation import gettext as _

from campaigns.imports.findings import Kind
from campaigns.models.sheet import cell_key
from districts.table_files.errors import FileRefused


class Field(NamedTuple):
    """``accumulates``: the file holds running totals; otherwise each figure stands for its own day."""

    code: str
    label: str
    key: str
    accumulates: bool = True


# Since this day the vaccine columns of the district file count all doses; before it only first doses. The two
# meanings are two items: their sum would be neither.
ALL_DOSES_FROM = "2021-04-01"

FIELDS = {
    field.code: field
    for field in (
        Field("first", "First Dose Administered", cell_key("first_dose")),
        Field("second", "Second Dose Administered", cell_key("second_dose")),
        Field("sessions", "Sessions", cell_key("sessions"), accumulates=False),
        Field("sites", "Sites", cell_key("sites"), accumulates=False),
        Field("registered", "Total Individuals Registered", cell_key("registered")),
        Field("male", "Male(Individuals Vaccinated)", cell_key("persons", sex="M")),
        Field("female", "Female(Individuals Vaccinated)", cell_key("persons", sex="F")),
        Field("other_sex", "Transgender(Individuals Vaccinated)", cell_key("persons", sex="O")),
        Field(
            "covaxin_first",
            "Covaxin (Doses Administered)",
            cell_key("first_dose_by_vaccine", vaccine="covaxin"),
        ),
        Field(
            "covishield_first",
            "CoviShield (Doses Administered)",
            cell_key("first_dose_by_vaccine", vaccine="covishield"),
        ),
        Field("covaxin_all", "Covaxin (Doses Administered)", cell_key("doses_by_vaccine", vaccine="covaxin")),
        Field(
            "covishield_all",
            "CoviShield (Doses Administered)",
            cell_key("doses_by_vaccine", vaccine="covishield"),
        ),
        Field(
            "sputnik_all", "Sputnik V (Doses Administered)", cell_key("doses_by_vaccine", vaccine="sputnik-v")
        ),
    )
}


def cells_of(codes, ground):
    """{field code: cell id} of the fields that the campaign's sheet asks for.

    Both doses must be on the sheet; any other column that it does not ask for is left out with a remark.
    """
    known = ground.cells
    found = {code: known[FIELDS[code].key] for code in codes if FIELDS[code].key in known}
    missing = [FIELDS[code].key for code in ("first", "second") if code not in found]
    if missing:
        raise FileRefused(
            _(
                "The tally sheet of this campaign has no cells %(keys)s, into which this file counts. Import it into a "
                "campaign made from the CoWIN preset."
            )
            % {"keys": ", ".join(missing)}
        )
    for code in codes:
        if code not in found:
            ground.findings.note(
                Kind.NO_CELL,
                row=1,
                column=FIELDS[code].label,
                explanation=_("The sheet of this campaign has no cell %(key)s; the column is left out.")
                % {"key": FIELDS[code].key},
            )
    return found
