"""Taking back what one has just sent: a correcting submission to what stood before, with a reason like any other.

Nothing leaves the ledger. A first report that is taken back leaves a nil report behind, for a report that was
made cannot be unmade.
"""

from django.db.models import Max, Min
from django.utils.translation import gettext as _

from campaigns.models import Journal, Submission, TallyEntry
from campaigns.selectors.declared import declared_of_many
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
    # A choice between two counts wrote two versions: both are taken back, by one.
    written = Submission.objects.filter(journal__in=mine, happened_on=day, unit__in=areas)
    versions = dict(written.order_by().values_list("unit_id").annotate(version=Max("version")))
    open_cells = set(sheet_of(campaign).cell_ids.values())
    stands = standings(campaign, list(versions), day, open_cells)
    counts = {unit: {} for unit in versions}
    entries = TallyEntry.objects.filter(submission__in=written)
    for unit, cell, change in entries.values_list("unit_id", "cell_id", "change"):
        if cell in open_cells:
            before = counts[unit].get(cell, stands[unit].counts.get(cell, 0))
            counts[unit][cell] = before - change
    # The total of the paper too, where it was all that was sent.
    firsts = dict(written.order_by().values_list("unit_id").annotate(version=Min("version")))
    totals = declared_of_many(campaign, {unit: version - 1 for unit, version in firsts.items()}, day)
    reason = _("Taken back by the person who had sent it.")
    sheets = [
        UnitSheet(
            unit=areas[unit],
            counts=counts[unit],
            version=version,
            reason=reason,
            answers=Answers(declared=totals.get(unit), reasons={"": reason}, says_total=True),
        )
        for unit, version in versions.items()
    ]
    return submit_sheets(campaign=campaign, day=day, sheets=sheets, by=by)
