import datetime

import pytest

from inventory.models import Batch, Location, LocationKind, Vaccine

TODAY = datetime.date(2026, 11, 1)


def make_store(area, **fields):
    return Location.objects.create(
        area=area,
        kind=LocationKind.STORE,
        code=f"STORE-{area.code}",
        name_en=f"{area.name_en} store",
        **fields,
    )


@pytest.fixture
def covishield(db):
    return Vaccine.objects.create(
        code="covishield",
        name_en="Covishield",
        antigen="COVID-19",
        manufacturer="SII",
        wastage_limit_percent=10,
    )


@pytest.fixture
def early_batch(covishield):
    return Batch.objects.create(
        vaccine=covishield, number="4121Z001", manufacturer="SII", expires_on=datetime.date(2026, 12, 1)
    )


@pytest.fixture
def late_batch(covishield):
    return Batch.objects.create(
        vaccine=covishield, number="4121Z002", manufacturer="SII", expires_on=datetime.date(2027, 6, 1)
    )


@pytest.fixture
def state_store(tree):
    return make_store(tree.chhattisgarh)


@pytest.fixture
def raipur_store(tree):
    return make_store(tree.raipur)


@pytest.fixture
def bastar_store(tree):
    return make_store(tree.bastar)
