"""Imports: where one may, and which runs one sees."""

from django.http import Http404

from campaigns.models import FoldMark, ImportRun, ImportState
from districts import access


def areas_to_import(user, campaign):
    """The areas in which the user may import into the campaign: within it, or all of it. Empty: nowhere."""
    areas = []
    for area in access.areas_with_right(user, "import"):
        if campaign.area.contains(area):
            areas.append(area)
        elif area.contains(campaign.area):
            areas.append(campaign.area)
    return areas


def runs_of(user, campaign):
    """One's own: a file may hold rows of areas that another importer must not see."""
    return ImportRun.objects.filter(campaign=campaign, by=user)


def run_of(user, campaign, key):
    run = runs_of(user, campaign).filter(key=key).select_related("campaign__area", "by").first()
    if run is None:
        raise Http404("No such import.")
    return run


def is_being_added_up(run):
    """Whether the counts of a loaded file stand in the ledger and are in the figures of no dashboard yet."""
    journal = run.result.get("journal_id")
    return journal is not None and FoldMark.objects.filter(journal_id=journal).exists()


def silent_runs():
    """Runs on which work is due and nobody has been heard for a while."""
    due = ImportRun.objects.filter(state__in=[ImportState.UPLOADED, ImportState.CONFIRMED]).order_by("pk")
    return [run for run in due if run.is_silent]
