"""Supply that had expired before it came is taken in only by who looked again and says why."""

import datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from rest_framework.test import APIClient

from districts.models import Role
from inventory.errors import StockRefused
from inventory.models import Batch, Earmark, StockFile, StockJournal, StockMovement
from inventory.services.supply import receive_batch
from tests.inventory.depot import ago
from tests.plugins.cast import make_person

WORDS = "before it came. Look at the vial again"
WHY = "Came back from a closed site, to be destroyed"


def take_in(store, covishield, **changes):
    supply = {
        "store": store,
        "vaccine": covishield,
        "number": "OLD-1",
        "manufacturer": "SII",
        "expires_on": ago(6),
        "doses": 100,
        "channel": "donation",
        "happened_on": ago(5),
        "by": None,
        "earmark": Earmark.CAMPAIGN,
        "document": "",
        "key": "",
    }
    return receive_batch(**{**supply, **changes})


def test_a_batch_that_had_expired_when_it_came_needs_a_reason(raipur_store, covishield):
    with pytest.raises(StockRefused, match=WORDS):
        take_in(raipur_store, covishield, reason="  ")
    assert not StockMovement.objects.exists() and not Batch.objects.exists()
    assert take_in(raipur_store, covishield, reason=WHY).reason == WHY


def test_on_its_last_day_and_after_a_late_entry_none_is_needed(raipur_store, covishield):
    assert take_in(raipur_store, covishield, expires_on=ago(5)).reason == ""
    take_in(raipur_store, covishield, happened_on=ago(7), number="OLD-2")  # good then, expired today


@pytest.fixture
def keeper(client, tree, raipur_store):
    person = make_person("keeper", role=Role.STOCK_KEEPER, area=tree.raipur)
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return person


def post_form(client, store, covishield, **changes):
    data = {
        "key": "0123456789abcdef" * 2,
        "unit": "doses",
        "vaccine": covishield.pk,
        "number": "OLD-1",
        "expires_on": ago(6).isoformat(),
        "amount": "100",
        "channel": "donation",
        "earmark": "campaign",
        "happened_on": ago(5).isoformat(),
    }
    return client.post(reverse("stock-receive", args=[store.code]), {**data, **changes})


def test_the_form_asks_for_the_reason_and_keeps_what_was_typed(client, keeper, raipur_store, covishield):
    response = post_form(client, raipur_store, covishield)
    assert response.status_code == 422 and list(response.context["form"].errors) == ["reason"]
    page = response.content.decode()
    assert WORDS in page and 'value="OLD-1"' in page
    assert not StockMovement.objects.exists()
    assert post_form(client, raipur_store, covishield, reason=WHY).status_code == 302
    journal = StockJournal.objects.get()
    assert journal.reason == WHY
    assert WHY in client.get(reverse("stock-journal", args=[journal.pk])).content.decode()


def test_the_form_asks_also_for_a_batch_that_is_known_and_whose_day_was_left_empty(
    client, keeper, raipur_store, covishield
):
    Batch.objects.create(vaccine=covishield, number="OLD-1", manufacturer="SII", expires_on=ago(30))
    response = post_form(client, raipur_store, covishield, expires_on="")
    assert list(response.context["form"].errors) == ["reason"]


def test_a_reason_that_nothing_needs_does_not_stand_in_the_ledger(client, keeper, raipur_store, covishield):
    post_form(client, raipur_store, covishield, expires_on=ago(-90).isoformat(), reason=WHY)
    assert StockJournal.objects.get().reason == ""


def body(store, **more):
    return {
        "operation": "receive",
        "store": store.code,
        "date": ago(5).isoformat(),
        "vaccine": "covishield",
        "number": "OLD-1",
        "manufacturer": "SII",
        "expires_on": ago(6).isoformat(),
        "doses": 100,
        "channel": "donation",
        **more,
    }


def post(user, content):
    client = APIClient()
    client.force_authenticate(user)
    return client.post("/api/v1/stock/movements/", content, format="json")


def test_the_api_asks_for_the_reason(keeper, raipur_store, covishield):
    refused = post(keeper, body(raipur_store))
    assert (refused.status_code, refused.json()["error"]["code"]) == (422, "refused")
    assert WORDS in refused.json()["error"]["message"]
    taken = post(keeper, body(raipur_store, reason=WHY))
    assert taken.status_code == 201 and taken.json()["movements"][0]["reason"] == WHY


@pytest.mark.parametrize(
    ("role", "place", "status"), [(Role.STOCK_KEEPER, "bastar", 404), (Role.AUDITOR, "raipur", 403)]
)
def test_a_reason_opens_no_store_to_others(role, place, status, tree, raipur_store, covishield):
    person = make_person("other", role=role, area=getattr(tree, place))
    assert post(person, body(raipur_store, reason=WHY)).status_code == status


HEADER = "what,store,vaccine,batch,expires,doses,channel,date,document"
ROW = "{what},STORE-D387,covishield,OLD-1,2026-10-01,100,donation,2026-11-01,CH-1"


def upload(client, text):
    client.post(
        reverse("stock-files", args=["D387"]), {"file": SimpleUploadedFile("supply.csv", text.encode())}
    )
    return StockFile.objects.first()


@pytest.mark.parametrize("what", ["supply", "opening"])
def test_a_row_of_a_file_needs_the_reason_in_a_column_of_its_own(
    what, client, keeper, raipur_store, covishield, settings, tmp_path
):
    settings.MEDIA_ROOT = tmp_path
    row = ROW.format(what=what)
    [[number, column, _value, why]] = upload(client, f"{HEADER}\n{row}\n").report["failures"]
    assert (number, column) == (2, "expires") and WORDS in why and "[reason]" in why
    [failure] = upload(client, f"{HEADER},reason\n{row},\n").report["failures"]
    assert failure[1] == "expires"
    file = upload(client, f"{HEADER},reason\n{row},{WHY.replace(',', ' ')}\n")
    assert (file.report["new"], file.report["failed"]) == (1, 0)
    client.post(reverse("stock-file-confirm", args=[file.key]))
    journal = StockJournal.objects.get()
    assert journal.reason == WHY.replace(",", " ")
    assert journal.movements.get().happened_on == datetime.date(2026, 11, 1)


def test_the_template_has_the_column_and_its_rows_are_still_read(client, keeper, raipur_store, covishield):
    template = b"".join(client.get(reverse("stock-template-csv", args=["D387"]))).decode("utf-8-sig")
    assert template.splitlines()[0].endswith("[reason]")
