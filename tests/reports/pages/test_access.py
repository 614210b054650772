"""Who may open a dashboard: everybody a public one, the posted a closed one inside their own area."""

import pytest

BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def closed(drive):
    drive.campaign.is_public = False
    drive.campaign.save()
    return drive


def status(client, path):
    return client.get(path).status_code


@pytest.mark.parametrize("path", ["/drive/", "/drive/S22/", "/drive/D387/table.csv", "/drive/pulse/"])
def test_a_public_campaign_is_open_to_all(client, drive, path):
    assert status(client, path) == 200


@pytest.mark.parametrize("path", ["/drive/", "/drive/S22/", "/drive/D387/table.csv", "/drive/pulse/"])
def test_a_closed_campaign_does_not_exist_for_a_visitor_or_a_stranger(client, closed, stranger, path):
    assert status(client, path) == 404
    client.force_login(stranger, backend=BACKEND)
    assert status(client, path) == 404


def test_a_state_officer_sees_the_own_state_and_below_and_nothing_else(client, closed, state_officer):
    client.force_login(state_officer, backend=BACKEND)
    for path in ("/drive/S22/", "/drive/D387/", "/drive/B3694/", "/drive/S22/table.xlsx", "/drive/pulse/"):
        assert status(client, path) == 200, path
    for path in (
        "/drive/S27/",
        "/drive/IN/",
        "/drive/D490/",
        "/drive/D490/table.csv",
        "/drive/IN/silent.csv",
    ):
        assert status(client, path) == 404, path


def test_the_address_of_a_campaign_leads_an_officer_to_the_own_area(client, closed, district_officer):
    client.force_login(district_officer, backend=BACKEND)
    response = client.get("/drive/")
    assert response.status_code == 302
    assert response.url == "/drive/D387/"


def test_the_crumbs_lead_nowhere_that_the_visitor_may_not_go(client, closed, drive, district_officer):
    client.force_login(district_officer, backend=BACKEND)
    html = client.get("/drive/B3694/").content.decode()
    crumbs = html[html.index('class="crumbs"') : html.index("</ol>")]
    assert "/drive/D387/" in crumbs
    assert "/drive/S22/" not in crumbs


def test_a_posting_that_has_ended_opens_nothing(client, closed, former_officer):
    client.force_login(former_officer, backend=BACKEND)
    assert status(client, "/drive/S22/") == 404


def test_an_area_outside_the_campaign_is_not_found(client, drive):
    drive.campaign.area = drive.tree.chhattisgarh
    drive.campaign.save()
    assert status(client, "/drive/S22/") == 200
    assert status(client, "/drive/S27/") == 404
    assert status(client, "/drive/NOWHERE/") == 404


def test_a_remembered_page_is_not_shown_to_someone_who_may_not_see_it(client, closed, state_officer):
    client.force_login(state_officer, backend=BACKEND)
    assert status(client, "/drive/S22/") == 200
    client.logout()
    assert status(client, "/drive/S22/") == 404


def test_a_dashboard_takes_no_post(client, drive):
    assert client.post("/drive/").status_code == 405


def test_a_page_offers_to_each_what_each_may_do_there(client, drive, block_clerk, auditor):
    def offered(path):
        head = client.get(path).content.decode().partition('class="page-head"')[2].partition("<div id")[0]
        return "Enter counts" in head, "Set up" in head

    assert offered("/drive/B3693/") == (False, False)
    client.force_login(auditor, backend=BACKEND)
    assert offered("/drive/B3693/") == (False, False)
    client.force_login(block_clerk, backend=BACKEND)
    assert offered("/drive/B3693/") == (True, False)
    assert offered("/drive/B3694/") == (False, False)
    client.force_login(drive.by, backend=BACKEND)
    assert offered("/drive/B3694/") == (True, True)
