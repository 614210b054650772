"""A small supply chain in service: the Centre supplies Chhattisgarh, which supplies Raipur and Bastar.

Days count back from today, so that what is about to expire stays about to expire.

    10 days ago  8,000 of `soon` and 5,000 of `late` from the Centre to the state store
     9           3,000 of `soon` to Raipur, taken in the next day: 2,900 good, 60 damaged, 40 short
     8           1,000 of `soon` to Bastar, still on the way
     5           700 given in Raipur, 50 lost in opened vials there
"""

import datetime
from types import SimpleNamespace

import pytest
from django.utils import timezone

from inventory import ledger
from inventory.giving import give
from inventory.models import Batch, Channel, Earmark, WasteCause
from inventory.services.consignments import send


def ago(days):
    return timezone.localdate() - datetime.timedelta(days)


def ahead(days):
    return timezone.localdate() + datetime.timedelta(days)


@pytest.fixture
def depot(tree, state_officer, state_store, raipur_store, bastar_store, covishield):
    def batch(number, days):
        return Batch.objects.create(
            vaccine=covishield, number=number, manufacturer="SII", expires_on=ahead(days)
        )

    soon, late = batch("SOON-1", 20), batch("LATE-9", 300)
    for one, doses in ((soon, 8000), (late, 5000)):
        ledger.receive(
            store=state_store,
            batch=one,
            doses=doses,
            channel=Channel.FREE_OF_COST,
            happened_on=ago(10),
            by=state_officer,
        )

    def consignment(store, doses, days):
        return send(
            from_store=state_store,
            to_store=store,
            lines=[(soon, Earmark.CAMPAIGN, doses)],
            sent_on=ago(days),
            by=state_officer,
        )

    arrived, under_way = consignment(raipur_store, 3000, 9), consignment(bastar_store, 1000, 8)
    ledger.accept(
        consignment=arrived,
        lines=[(soon, Earmark.CAMPAIGN, 2900, 60)],
        accepted_on=ago(8),
        by=state_officer,
        reason="Carton fell",
    )
    give(area=tree.raipur, vaccine=covishield, doses=700, happened_on=ago(5), by=None)
    ledger.waste(
        store=raipur_store,
        batch=soon,
        doses=50,
        cause=WasteCause.OPEN_LEFTOVER,
        happened_on=ago(5),
        by=state_officer,
    )
    return SimpleNamespace(
        tree=tree,
        vaccine=covishield,
        soon=soon,
        late=late,
        state=state_store,
        raipur=raipur_store,
        bastar=bastar_store,
        arrived=arrived,
        under_way=under_way,
        officer=state_officer,
    )
