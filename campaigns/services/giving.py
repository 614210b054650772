"""Doses counted leave the stock: journals marked for it are booked in the stock ledger, each exactly once.

The mark is removed in the transaction that books its doses: a worker that dies in between leaves both undone.
"""

from django.db import transaction
from django.db.models import Sum

from campaigns.models import Campaign, ItemKind, StockMark, TallyEntry
from districts.models import Area
from inventory.giving import give
from inventory.models import Vaccine


def give_marked(campaign_id):
    """Book the doses of every marked journal of a campaign. Returns how many journals there were."""
    booked = 0
    while journal_id := (
        StockMark.objects.filter(campaign_id=campaign_id).order_by("pk").values_list("pk", flat=True).first()
    ):
        booked += _book(campaign_id, journal_id)
    return booked


@transaction.atomic
def _book(campaign_id, journal_id):
    # Two workers at one campaign follow one another, and the second finds the mark gone.
    # (no_key: a plain lock would make every posting wait whose foreign key names the campaign).
    campaign = Campaign.objects.select_for_update(no_key=True).get(pk=campaign_id)
    if not StockMark.objects.filter(pk=journal_id).exists():
        return 0
    only = _only_vaccine(campaign)
    rows = list(
        TallyEntry.objects.filter(submission__journal_id=journal_id, cell__item__kind=ItemKind.DOSE)
        .values_list("unit_id", "happened_on", "cell__vaccine_id")
        .annotate(doses=Sum("change"))
        .order_by("unit_id", "happened_on", "cell__vaccine_id")
    )
    areas = Area.objects.in_bulk({row[0] for row in rows})
    vaccines = Vaccine.objects.in_bulk({row[2] for row in rows if row[2]})
    journal = StockMark.objects.select_related("journal__by").get(pk=journal_id).journal
    for unit, day, vaccine, doses in rows:
        product = vaccines.get(vaccine, only)
        if product is not None:
            give(area=areas[unit], vaccine=product, doses=doses, happened_on=day, by=journal.by)
    StockMark.objects.filter(pk=journal_id).delete()
    return 1


def _only_vaccine(campaign):
    """The vaccine of a sheet that does not ask for it; None when the campaign has several or none."""
    vaccines = list(campaign.vaccines.all()[:2])
    return vaccines[0] if len(vaccines) == 1 else None
