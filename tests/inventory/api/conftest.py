from types import SimpleNamespace

import pytest

from districts.models import Role
from inventory import ledger
from inventory.models import Channel, WasteCause
from tests.inventory.conftest import (
    TODAY,
    bastar_store,
    covishield,
    early_batch,
    late_batch,
    raipur_store,
    state_store,
)
from tests.plugins.cast import make_person

__all__ = ["bastar_store", "covishield", "early_batch", "late_batch", "raipur_store", "state_store"]


@pytest.fixture
def keeper(tree):
    """Keeps the stock of Raipur."""
    return make_person("keeper", role=Role.STOCK_KEEPER, area=tree.raipur)


@pytest.fixture
def stock(tree, state_store, raipur_store, bastar_store, early_batch, late_batch):
    """1,000 doses came to the state; Raipur has 300, lost 10 and gave 40; 50 are on the way to Bastar."""
    day = {"happened_on": TODAY, "by": None}
    ledger.receive(store=state_store, batch=early_batch, doses=600, channel=Channel.FREE_OF_COST, **day)
    ledger.receive(store=state_store, batch=late_batch, doses=400, channel=Channel.STATE_PROCUREMENT, **day)
    arrived, under_way = (
        ledger.dispatch(
            from_store=state_store,
            to_store=store,
            lines=[(early_batch, "campaign", doses)],
            sent_on=TODAY,
            number=f"DV-{doses}",
            by=None,
        )
        for store, doses in ((raipur_store, 300), (bastar_store, 50))
    )
    ledger.accept(consignment=arrived, lines=[(early_batch, "campaign", 300, 0)], accepted_on=TODAY, by=None)
    ledger.waste(store=raipur_store, batch=early_batch, doses=10, cause=WasteCause.OPEN_LEFTOVER, **day)
    given = ledger.virtual(tree.raipur, "administered")
    ledger.administer(moves=[ledger.Move(early_batch, raipur_store, given, 40)], **day)
    return SimpleNamespace(
        state=state_store,
        raipur=raipur_store,
        bastar=bastar_store,
        early=early_batch,
        late=late_batch,
        under_way=under_way,
    )
