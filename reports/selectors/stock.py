"""The stock behind a campaign: supplied, given, left and at risk, of its vaccines in an area."""

from dataclasses import dataclass

from django.db.models import F
from django.urls import reverse

from campaigns.models import Campaign
from inventory.figures import Identity
from inventory.models import Earmark
from inventory.selectors.explaining import Silent
from inventory.selectors.identity import identities, total
from inventory.selectors.standing import StockQuery, supply_of
from reports.selectors.reporting import silent_count


@dataclass(frozen=True)
class StockHeadline:
    identity: Identity  # of all vaccines of the campaign together
    at_risk: int
    expired: int  # of those at risk, what has expired already


def stock_headline(*, campaign, area, vaccines, day, as_of=None):
    """None for a campaign whose doses do not leave the stock. Nine queries, whatever the area holds."""
    if not campaign.keeps_stock:
        return None
    rows = identities(
        areas=[area], last=day, as_of=as_of, earmark=Earmark.CAMPAIGN, vaccines=vaccines
    ).values()
    supply = supply_of(area, StockQuery(day=day, as_of=as_of, earmark=Earmark.CAMPAIGN))
    wanted = {vaccine.pk for vaccine in vaccines}
    risks = [row for row in supply.at_risk() if row.batch.vaccine_id in wanted]
    return StockHeadline(
        identity=total(area.pk, rows),
        at_risk=sum(row.unused for row in risks),
        expired=sum(row.unused for row in risks if row.batch.expires_on < day),
    )


def silent_in_campaigns(area, day, as_of=None):
    """[Silent] of the campaigns under way on a day whose doses leave the stock: what they owe is in no ledger yet.

    Queries: a few for each such campaign, of which a place has one or two at a time.
    """
    running = Campaign.objects.filter(
        keeps_stock=True, archived_at=None, starts_on__lte=day, ends_on__gte=day
    ).select_related("area")
    found = []
    for campaign in running.order_by(F("starts_on").desc(), "pk"):
        if units := silent_count(campaign=campaign, area=area, day=day, as_of=as_of):
            is_top = area.code == campaign.area.code
            path = (
                reverse("campaign-dashboard", args=[campaign.slug])
                if is_top
                else reverse("area-dashboard", args=[campaign.slug, area.code])
            )
            found.append(Silent(campaign.name, units, path))
    return found
