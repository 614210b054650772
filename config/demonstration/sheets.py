"""A day's sheet of a unit: its doses by vaccine, its centres, its households, as the ledger's cells."""

from campaigns.models.sheet import cell_key
from campaigns.selectors.sheets import sheet_of
from config.demonstration import facts
from config.demonstration.chance import stream

COVISHIELD, COVAXIN = "covishield", "covaxin"
COVAXIN_PER_MILLE = 115
# So large a district has both vaccines every day; the others have one or the other.
HAS_BOTH = 40_00_000
DOSES_OF_A_CENTRE = 95
HOUSEHOLDS_OF_A_DAY_PER_MILLE = 6


class Sheets:
    """Turns counts {(group, dose): n} into rows of cells. One for all units of a campaign."""

    def __init__(self, campaign, units):
        ids = sheet_of(campaign).cell_ids
        self._cells = {
            (group.code, dose, vaccine): ids[cell_key(dose, group.code, vaccine)]
            for group in facts.GROUPS
            for dose in facts.DOSES
            for vaccine in (COVISHIELD, COVAXIN)
        }
        self._sites, self._households = ids[cell_key("sites")], ids[cell_key("households")]
        self.keys = {cell: key.split("|") for key, cell in ids.items()}
        days = list(facts.days())
        self._covaxin_days = {}
        for unit in units:
            chances = stream("vaccine", unit.code)
            drawn = [chances.random() * 1000 < COVAXIN_PER_MILLE for _ in days]
            self._covaxin_days[unit] = {day for day, yes in zip(days, drawn, strict=True) if yes}

    def cells(self, unit, day, counts):
        """{cell id: count}. A nil report has one cell that counts 0."""
        both = unit.adults >= HAS_BOTH
        vaccine = COVAXIN if day in self._covaxin_days[unit] else COVISHIELD
        cells, doses = {}, 0
        for (group, dose), count in counts.items():
            doses += count
            if both and count > 0:
                some = count * COVAXIN_PER_MILLE // 1000
                if some:
                    cells[self._cells[group, dose, COVAXIN]] = some
                cells[self._cells[group, dose, COVISHIELD]] = count - some
            elif count:
                cells[self._cells[group, dose, vaccine]] = count
        cells[self._sites] = -(-max(doses, 0) // DOSES_OF_A_CENTRE)
        if day >= facts.HOUSE_TO_HOUSE_FROM:
            # As many doors as the day's doses allow: few on Diwali.
            pace = facts.days()[day]
            visited = unit.adults * HOUSEHOLDS_OF_A_DAY_PER_MILLE * pace // (4 * 1000 * 5500) if doses else 0
            if visited:
                cells[self._households] = visited
        return cells
