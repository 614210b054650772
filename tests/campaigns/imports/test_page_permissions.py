"""Who may open the import pages, send a file, and see what became of it."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from campaigns.models import ImportRun, ImportState
from tests.campaigns.imports.pages import GOOD, do, file_of, page, upload, uploaded


class TestWhoMay:
    def address(self, campaign):
        return reverse("imports", args=[campaign.slug])

    @pytest.mark.parametrize(
        "name", ["national_officer", "state_officer", "district_officer", "api_client_user"]
    )
    def test_those_with_the_right_to_import_see_the_page(self, request, drive, sign_in, name):
        assert sign_in(request.getfixturevalue(name)).get(self.address(drive)).status_code == 200

    @pytest.mark.parametrize("name", ["block_clerk", "auditor"])
    def test_those_who_only_see_the_campaign_are_refused(self, request, drive, sign_in, name):
        client = sign_in(request.getfixturevalue(name))
        assert client.get(self.address(drive)).status_code == 403
        assert upload(client, drive, file_of(GOOD)).status_code == 403
        assert not ImportRun.objects.exists()

    @pytest.mark.parametrize("name", ["other_state_officer", "stranger", "former_officer"])
    def test_for_others_the_campaign_does_not_exist(self, request, drive, sign_in, name):
        client = sign_in(request.getfixturevalue(name))
        assert client.get(self.address(drive)).status_code == 404
        assert upload(client, drive, file_of(GOOD)).status_code == 404

    def test_nobody_imports_without_signing_in(self, drive, client):
        assert client.get(self.address(drive)).status_code == 302
        assert "/sign-in/" in client.get(self.address(drive)).url

    def test_a_public_campaign_lets_only_its_importers_in(self, drive, stranger, sign_in):
        drive.is_public = True
        drive.save()
        assert sign_in(stranger).get(self.address(drive)).status_code == 403

    def test_another_officers_import_is_not_there(self, drive, state_officer, district_officer, sign_in):
        run = uploaded(sign_in(state_officer), drive, file_of(GOOD))
        client = sign_in(district_officer)
        assert page(client, run).status_code == 404
        assert do(client, run, "confirm").status_code == 404
        for name in ("failures", "anomalies"):
            address = reverse("import-findings", args=[drive.slug, run.key, "check", name])
            assert client.get(address).status_code == 404
        assert run.state == ImportState.READY

    def test_a_form_without_its_token_is_refused(self, drive, state_officer):
        client = Client(enforce_csrf_checks=True)
        client.force_login(state_officer, backend="django.contrib.auth.backends.ModelBackend")
        assert upload(client, drive, file_of(GOOD)).status_code == 403
        assert not ImportRun.objects.exists()

    def test_the_form_on_the_page_carries_its_token(self, drive, state_officer):
        client = Client(enforce_csrf_checks=True)
        client.force_login(state_officer, backend="django.contrib.auth.backends.ModelBackend")
        html = client.get(self.address(drive)).content.decode()
        token = re.search(
            r'enctype="multipart/form-data">\s*<input[^>]*name="csrfmiddlewaretoken" value="(\w+)"', html
        )
        response = upload(client, drive, file_of(GOOD), csrfmiddlewaretoken=token[1])
        assert response.status_code == 302

    @pytest.mark.parametrize(
        ("name", "offered"),
        [("state_officer", True), ("district_officer", True), ("block_clerk", False)],
    )
    def test_my_work_offers_imports_to_those_who_may(self, request, drive, sign_in, name, offered):
        html = sign_in(request.getfixturevalue(name)).get(reverse("campaign-list")).content.decode()
        assert (self.address(drive) in html) == offered
