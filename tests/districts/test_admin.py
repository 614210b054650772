"""Areas in the administration: names may be put right, history stays."""

import pytest
from django.contrib import admin
from django.urls import include, path

from districts.models import Area, AreaAlias, AuditEvent, Population

urlpatterns = [path("admin/", admin.site.urls), path("", include("config.urls"))]
pytestmark = pytest.mark.urls(__name__)


@pytest.fixture
def administrator(client, stranger):
    stranger.is_staff = stranger.is_superuser = True
    stranger.save()
    client.force_login(stranger)
    return stranger


def edit(client, area, **fields):
    facts = {"name_en": area.name_en, "name_hi": area.name_hi, "iso_code": area.iso_code} | fields
    for prefix in ("aliases", "populations"):
        facts = {f"{prefix}-TOTAL_FORMS": "0", f"{prefix}-INITIAL_FORMS": "0"} | facts
    return client.post(f"/admin/districts/area/{area.pk}/change/", facts)


def test_a_new_name_keeps_the_old_one_as_an_alias_and_is_audited(client, tree, administrator):
    before = Area.objects.get(code="D374").updated_at
    assert edit(client, tree.bastar, name_en="Dakshin Bastar").status_code == 302
    renamed = Area.objects.get(code="D374")
    assert renamed.name_en == "Dakshin Bastar"
    assert renamed.updated_at > before
    assert AreaAlias.objects.get(area=renamed).value == "bastar"
    event = AuditEvent.objects.get()
    assert (event.by, event.action, event.subject, event.detail) == (
        administrator,
        "areas.edited",
        "D374",
        {"name_en": ["Bastar", "Dakshin Bastar"]},
    )


def test_an_alias_is_folded_as_it_is_saved(client, tree, administrator):
    new = {
        "aliases-TOTAL_FORMS": "1",
        "aliases-0-scheme": "name",
        "aliases-0-value": "  Jagdalpur  ZILA ",
        "aliases-0-within": str(tree.chhattisgarh.pk),
    }
    assert edit(client, tree.bastar, **new).status_code == 302
    assert AreaAlias.objects.get().value == "jagdalpur zila"


def test_a_population_put_right_by_hand_is_audited_with_what_it_was(client, tree, administrator):
    row = Population.objects.create(area=tree.bastar, source="Census", year=2011, persons=1000)
    changed = {
        "populations-TOTAL_FORMS": "1",
        "populations-INITIAL_FORMS": "1",
        "populations-0-id": str(row.pk),
        "populations-0-area": str(tree.bastar.pk),
        "populations-0-source": "Census",
        "populations-0-year": "2011",
        "populations-0-group": "total",
        "populations-0-persons": "1100",
    }
    assert edit(client, tree.bastar, **changed).status_code == 302
    [change] = AuditEvent.objects.filter(area=tree.bastar).latest("pk").detail["rows"]
    assert (change["kind"], change["before"]["persons"], change["after"]["persons"]) == (
        "population",
        "1000",
        "1100",
    )


def test_secrets_of_second_factors_are_in_no_page_of_the_administration(client, administrator):
    assert not [model for model in admin.site._registry if model._meta.app_label.startswith("otp_")]


def test_codes_and_places_in_the_tree_are_not_changed_here(client, tree, administrator):
    edit(client, tree.bastar, code="D1", parent=str(tree.maharashtra.pk), level="3", lgd_code="1")
    kept = Area.objects.get(pk=tree.bastar.pk)
    assert (kept.code, kept.parent, kept.level, kept.lgd_code) == ("D374", tree.chhattisgarh, 2, 374)


def test_areas_are_neither_added_nor_deleted_here(client, tree, administrator):
    assert client.get("/admin/districts/area/add/").status_code == 403
    assert client.post(f"/admin/districts/area/{tree.bastar.pk}/delete/", {"post": "yes"}).status_code == 403
    assert Area.objects.filter(pk=tree.bastar.pk).exists()


def test_areas_are_found_by_name_and_alias(client, tree, administrator):
    AreaAlias.objects.create(area=tree.raipur, scheme="name", value="capital", within=tree.chhattisgarh)
    found = client.get("/admin/districts/area/", {"q": "capital"}).text
    assert "D387" in found and "D374" not in found


def test_others_do_not_get_in(client, national_officer, tree):
    client.force_login(national_officer)
    assert client.get(f"/admin/districts/area/{tree.bastar.pk}/change/").status_code == 302
    assert edit(client, tree.bastar, name_en="Elsewhere").status_code == 302
    assert Area.objects.get(code="D374").name_en == "Bastar"
