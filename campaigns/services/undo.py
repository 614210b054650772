"""Taking back what one has just sent: a correcting submission to what stood before, with a reason like any other.

Nothing leaves the ledger. A first report that is taken back leaves a nil report behind, for a report that was
made cannot be unmade.
"""

from django.utils.translation import gettext as _

from campaigns.models import Journal, Submission, TallyEntry
from campaigns.selectors.entry_grid import standings
from campaigns.selectors.sheets import sheet_of
from campaigns.services.checking import Answers
from campaigns.services.grid import UnitSheet, submit_sheets


def undo(*, campaign, day, journal_ids, by, units):
    """Take back the submissions of one's own journals, of the ``units`` that one may submit for.

    Returns a GridReceipt; a unit that somebody has posted since is a conflict and stays as it is.
    """
    mine = Journal.objects.filter(pk__in=journal_ids, campaign=campaign, by=by)
    areas = {unit.pk: unit for unit in units}
    written = list(Submission.objects.filter(journal__in=mine, happened_on=day, unit__in=areas))
    open_cells = set(sheet_of(campaign).cell_ids.values())
    stands = standings(campaign, [one.unit_id for one in written], day, open_cells)
    changes = {}
    entries = TallyEntry.objects.filter(submission__in=[one.pk for one in written])
    for unit, cell, change in entries.values_list("unit_id", "cell_id", "change"):
        if cell in open_cells:
            changes.setdefault(unit, {})[cell] = stands[unit].counts.get(cell, 0) - change
    reason = _("Taken back by the person who had sent it.")
    sheets = [
        UnitSheet(
            unit=areas[one.unit_id],
            counts=changes.get(one.unit_id, {}),
            version=one.version,
            reason=reason,
            answers=Answers(reasons={"": reason}),
        )
        for one in written
    ]
    return submit_sheets(campaign=campaign, day=day, sheets=sheets, by=by)
