"""Every address of stock: allowed, refused (403) and outside one's own area (404)."""

import pytest
from django.urls import reverse

from districts.models import Role
from inventory.models import StockJournal, StockMovement
from inventory.services.requisitions import ask
from tests.inventory.depot import ahead, depot
from tests.plugins.cast import make_person

__all__ = ["depot"]


@pytest.fixture
def keeper(tree):
    """Keeps the stock of Raipur."""
    return make_person("keeper", role=Role.STOCK_KEEPER, area=tree.raipur)


@pytest.fixture
def requisition(depot):
    return ask(
        to_store=depot.raipur,
        from_store=depot.state,
        vaccine=depot.vaccine,
        doses=500,
        wanted_by=ahead(3),
        by=depot.officer,
    )


def status(client, person, address, method="get"):
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return getattr(client, method)(address).status_code


def looking(depot, requisition):
    area, store = depot.tree.raipur.code, depot.raipur.code
    booked = StockJournal.objects.get(operation="waste")
    return [
        *(
            reverse(name, args=[area])
            for name in (
                *("stock-area", "stock-identity", "stock-risk", "stock-plan"),
                *("stock-requisitions", "stock-movements"),
            )
        ),
        *(reverse(name, args=[store]) for name in ("stock-store", "stock-ledger", "stock-consignments")),
        *(
            reverse(name, args=[depot.arrived.pk])
            for name in ("stock-consignment", "stock-voucher", "stock-receipt")
        ),
        reverse("stock-requisition", args=[requisition.pk]),
        reverse("stock-journal", args=[booked.pk]),
    ]


KEEPING = (
    "stock-receive",
    "stock-dispatch",
    "stock-waste",
    "stock-earmark",
    "stock-count",
    "stock-monitors",
    "stock-levels",
    "stock-request",
)


def keeping(depot, requisition):
    booked = StockJournal.objects.get(operation="waste")
    return [
        *(reverse(name, args=[depot.raipur.code]) for name in KEEPING),
        reverse("stock-accept", args=[depot.arrived.pk]),
        reverse("stock-undo", args=[booked.pk]),
        reverse("stock-requisition-close", args=[requisition.pk]),
    ]


@pytest.mark.parametrize(
    "who", ["national_officer", "state_officer", "district_officer", "keeper", "api_client_user"]
)
def test_officers_keepers_and_clients_of_the_area_see_and_keep(who, request, client, depot, requisition):
    person = request.getfixturevalue(who)
    for address in (*looking(depot, requisition), *keeping(depot, requisition)):
        assert status(client, person, address) == 200, address


def test_an_auditor_sees_and_keeps_nothing(client, auditor, depot, requisition):
    for address in looking(depot, requisition):
        assert status(client, auditor, address) == 200, address
    for address in keeping(depot, requisition):
        assert status(client, auditor, address, "post") == 403, address


def test_a_posting_without_stock_is_refused(client, depot, requisition, block_clerk):
    # Abhanpur lies in Raipur: the clerk may see the tallies of the block, not the stock of the district.
    for address in (*looking(depot, requisition), *keeping(depot, requisition)):
        assert status(client, block_clerk, address) in {403, 404}, address
    assert status(client, block_clerk, reverse("stock")) == 403


@pytest.mark.parametrize("who", ["other_state_officer", "stranger", "former_officer"])
def test_what_lies_outside_ones_area_does_not_exist(who, request, client, depot, requisition):
    person = request.getfixturevalue(who)
    for address in (*looking(depot, requisition), *keeping(depot, requisition)):
        assert status(client, person, address) == 404, address


def test_visitors_are_asked_to_sign_in(client, depot, requisition):
    for address in (reverse("stock"), *looking(depot, requisition), *keeping(depot, requisition)):
        response = client.get(address)
        assert response.status_code == 302, address
        assert response["Location"].startswith(reverse("sign-in"))


def test_a_consignment_is_open_to_both_ends_and_accepted_only_at_its_end(
    client, district_officer, depot, tree
):
    bastar = make_person("bastar_keeper", role=Role.STOCK_KEEPER, area=tree.bastar)
    page, accept = (
        reverse(name, args=[depot.under_way.pk]) for name in ("stock-consignment", "stock-accept")
    )
    assert status(client, bastar, page) == 200
    assert status(client, bastar, accept) == 200
    assert status(client, depot.officer, accept) == 200  # Bastar lies in the state.
    assert status(client, district_officer, page) == 404


def test_a_receiver_cannot_call_back_what_the_sender_sent(client, depot, tree):
    bastar = make_person("bastar_keeper", role=Role.STOCK_KEEPER, area=tree.bastar)
    sent = depot.under_way.journals.get(operation="dispatch")
    assert status(client, bastar, reverse("stock-journal", args=[sent.pk])) == 200
    assert status(client, bastar, reverse("stock-undo", args=[sent.pk]), "post") == 403


def test_the_trace_of_a_batch_lists_only_places_of_ones_own_area(client, depot, tree):
    bastar = make_person("bastar_keeper", role=Role.STOCK_KEEPER, area=tree.bastar)
    address = reverse("stock-batch", args=[depot.soon.pk])
    client.force_login(bastar, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(address).content.decode()
    assert "7,000 doses of it are outside your area" in page
    assert "Raipur" not in page
    assert status(client, bastar, reverse("stock-batch", args=[depot.late.pk])) == 404


def test_stock_stands_in_the_navigation_of_those_who_may_see_it(client, keeper, block_clerk):
    client.force_login(keeper, backend="django.contrib.auth.backends.ModelBackend")
    assert 'href="/stock/"' in client.get("/").content.decode()
    client.force_login(block_clerk, backend="django.contrib.auth.backends.ModelBackend")
    assert 'href="/stock/"' not in client.get("/").content.decode()


def test_stock_leads_to_ones_own_area(client, keeper, depot):
    client.force_login(keeper, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(reverse("stock"))["Location"] == reverse("stock-area", args=["D387"])


def test_nothing_is_booked_by_looking(client, depot, requisition, state_officer):
    before = StockMovement.objects.count()
    for address in (*looking(depot, requisition), *keeping(depot, requisition)):
        status(client, state_officer, address)
    assert StockMovement.objects.count() == before
