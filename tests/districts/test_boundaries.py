"""Outlines from an uploaded map: joining, writing, and who may do it."""

import json
from io import StringIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command

from districts import boundaries
from districts.boundaries import BoundariesRefused, import_boundaries
from districts.models import Area, AreaAlias, AreaBoundary, AuditEvent, Level, Role
from tests.plugins.cast import make_person


def box(left):
    return [[[left, 20], [left + 1, 20], [left + 1, 21], [left, 21], [left, 20]]]


def map_of(*properties):
    """Boxes side by side, one for each dict of properties."""
    features = [
        {
            "type": "Feature",
            "properties": facts,
            "geometry": {"type": "Polygon", "coordinates": box(75 + index)},
        }
        for index, facts in enumerate(properties)
    ]
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


RAIPUR = {"st_nm": "Chhattisgarh", "district": "Raipur"}


def draw(content, source="A map of our own", **options):
    return import_boundaries(content=content, source=source, by=None, **options)


def drawn():
    return set(AreaBoundary.objects.values_list("area__code", flat=True))


# -- joining -----------------------------------------------------------------------------------------


def test_shapes_are_joined_by_state_and_name(tree):
    report = draw(map_of(RAIPUR, {"st_nm": "Maharashtra", "district": "PUNE "}, {"st_nm": "Chhattisgarh"}))
    assert drawn() == {"D387", "D490", "S22"}
    assert report.drawn == {Level.STATE: 1, Level.DISTRICT: 2}
    assert report.unmatched == []


def test_former_names_and_respellings_join_through_the_aliases(tree):
    AreaAlias.objects.create(area=tree.raipur, scheme="name", value="rypur", within=tree.chhattisgarh)
    draw(map_of({"STATE": "छत्तीसगढ़", "DISTRICT": "Rypur"}))
    assert drawn() == {"D387"}


def test_a_census_code_is_not_taken_for_a_code(tree):
    # 387 is another district's census code: the name decides.
    draw(map_of({"st_nm": "Chhattisgarh", "district": "Bastar", "dt_code": "387"}))
    assert drawn() == {"D374"}


@pytest.mark.parametrize(
    "facts",
    [
        {"state": "?", "district": "?", "dist_lgd": 387},
        {"state": "?", "district": "?", "Dist_LGD": 387.0},
        {"state": "?", "district": "?", "code": "d387"},
    ],
)
def test_our_own_code_and_the_lgds_are_trusted(tree, facts):
    draw(map_of(facts))
    assert drawn() == {"D387"}


def test_a_shape_that_joins_nothing_is_told_with_what_was_near(tree):
    report = draw(map_of(RAIPUR, {"st_nm": "Chhattisgarh", "district": "Bustar"}, {"name_9": "Atlantis"}))
    bustar, atlantis = report.unmatched
    assert (bustar.name, bustar.state, bustar.suggestions) == ("Bustar", "Chhattisgarh", [tree.bastar])
    assert atlantis.suggestions == []
    assert drawn() == {"D387"}


def test_several_shapes_of_one_area_are_drawn_together(tree):
    AreaAlias.objects.create(area=tree.pune, scheme="name", value="pune city", within=tree.maharashtra)
    report = draw(
        map_of(
            {"st_nm": "Maharashtra", "district": "Pune"}, {"st_nm": "Maharashtra", "district": "Pune City"}
        )
    )
    assert report.together == [(tree.pune, ["Pune", "Pune City"])]
    outline = AreaBoundary.objects.get()
    assert (outline.min_x, outline.max_x) == (7500, 7700)
    assert outline.svg_path.count("M") == 2


def test_areas_without_a_shape_are_told(tree):
    assert draw(map_of(RAIPUR)).without == [tree.bastar, tree.nagpur, tree.pune]


# -- writing -----------------------------------------------------------------------------------------


def test_a_second_map_replaces_what_it_draws_and_keeps_the_rest(tree):
    draw(map_of(RAIPUR, {"st_nm": "Maharashtra", "district": "Pune"}))
    report = draw(map_of({"st_nm": "Maharashtra", "district": "Pune"}), source="A better map")
    assert drawn() == {"D387", "D490"}
    assert AreaBoundary.objects.get(area=tree.pune).source == "A better map"
    assert AreaBoundary.objects.get(area=tree.raipur).source == "A map of our own"
    assert report.areas == 1


def test_the_same_map_again_changes_nothing(tree):
    content = map_of(RAIPUR)
    draw(content)
    before = list(AreaBoundary.objects.values_list()), Area.objects.get(code="D387").updated_at
    assert draw(content).unchanged == 1
    assert (list(AreaBoundary.objects.values_list()), Area.objects.get(code="D387").updated_at) == before


def test_an_area_that_was_drawn_counts_as_changed(tree):
    before = Area.objects.get(code="D387").updated_at
    draw(map_of(RAIPUR))
    assert Area.objects.get(code="D387").updated_at > before
    assert Area.objects.get(code="D490").updated_at < Area.objects.get(code="D387").updated_at


def test_a_dry_run_draws_nothing(tree):
    assert draw(map_of(RAIPUR), dry_run=True).areas == 1
    assert drawn() == set()
    assert not AuditEvent.objects.exists()


@pytest.mark.parametrize(
    ("content", "source", "told"),
    [
        (b"{", "A map", "not valid JSON"),
        (map_of(RAIPUR), " ", "where the map comes from"),
        (map_of({"name_9": "Atlantis"}), "A map", "No shape could be joined"),
    ],
)
def test_a_map_that_cannot_be_used_is_refused_whole(tree, content, source, told):
    with pytest.raises(BoundariesRefused, match=told):
        draw(content, source)
    assert drawn() == set()


def test_a_map_beyond_the_bound_is_refused_before_it_is_read(tree, monkeypatch):
    monkeypatch.setattr(boundaries, "MAX_BYTES", 100)
    with pytest.raises(BoundariesRefused, match="Simplify the map"):
        draw(map_of(RAIPUR))


def test_the_command_draws_and_tells(tree, tmp_path):
    file, out = tmp_path / "map.geojson", StringIO()
    file.write_bytes(map_of(RAIPUR, {"st_nm": "Chhattisgarh", "district": "Bustar"}))
    call_command("import_boundaries", str(file), stdout=out)
    assert "District: 1 areas drawn" in out.getvalue()
    assert "not joined: Bustar in Chhattisgarh. Near: Bastar (D374)" in out.getvalue()
    assert AreaBoundary.objects.get().source == "map.geojson"
    with pytest.raises(CommandError, match="No such file"):
        call_command("import_boundaries", str(tmp_path / "nothing.json"))


# -- the page ----------------------------------------------------------------------------------------


def upload(client, content, button="save", **fields):
    file = SimpleUploadedFile("map.geojson", content, "application/geo+json")
    return client.post("/boundaries/", {"file": file, "source": "A map of our own", button: "1"} | fields)


def test_a_national_officer_uploads_a_map(client, national_officer):
    client.force_login(national_officer)
    response = upload(client, map_of(RAIPUR, {"st_nm": "Chhattisgarh", "district": "Bustar"}))
    assert response.status_code == 200
    assert drawn() == {"D387"}
    assert "Bustar" in response.text and "Bastar (D374)" in response.text
    event = AuditEvent.objects.get()
    assert (event.by, event.action, event.detail["areas"]) == (national_officer, "areas.drawn", 1)


def test_an_administrator_uploads_a_map(client, tree, stranger):
    stranger.is_superuser = True
    stranger.save()
    client.force_login(stranger)
    assert upload(client, map_of(RAIPUR)).status_code == 200
    assert drawn() == {"D387"}


def test_only_check_changes_nothing_and_says_so(client, national_officer):
    client.force_login(national_officer)
    response = upload(client, map_of(RAIPUR), button="check")
    assert "Nothing was changed" in response.text
    assert drawn() == set()


@pytest.mark.parametrize(
    "who", ["state_officer", "district_officer", "block_clerk", "stranger", "former_officer"]
)
def test_others_are_refused_and_nothing_is_drawn(client, request, tree, who):
    client.force_login(request.getfixturevalue(who))
    assert client.get("/boundaries/").status_code == 404
    assert upload(client, map_of(RAIPUR)).status_code == 404
    assert drawn() == set()


def test_one_who_sees_the_nation_without_the_right_is_refused(client, tree):
    client.force_login(make_person("national_auditor", role=Role.AUDITOR, area=tree.india))
    assert client.get("/boundaries/").status_code == 403
    assert upload(client, map_of(RAIPUR)).status_code == 403
    assert drawn() == set()


def test_who_has_not_signed_in_is_asked_to(client, tree):
    assert upload(client, map_of(RAIPUR)).headers["Location"].startswith("/sign-in/")
    assert drawn() == set()


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"not json", "not valid JSON"),
        (b"", "empty"),
        (b'{"type": "FeatureCollection"}', "breaks inside a shape"),
    ],
)
def test_the_page_says_what_is_wrong_with_a_file(client, national_officer, content, told):
    client.force_login(national_officer)
    response = upload(client, content)
    assert response.status_code == 422
    assert told in response.text
    assert drawn() == set()


def test_the_page_says_that_the_source_is_missing(client, national_officer):
    client.force_login(national_officer)
    response = upload(client, map_of(RAIPUR), source="")
    assert response.status_code == 422
    assert "This field is required" in response.text


# -- about the data ----------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en-in", "hi"])
def test_anyone_may_read_where_the_data_come_from(client, tree, language):
    draw(map_of(RAIPUR), source="Survey of somebody, CC BY")
    response = client.get("/about/data/", headers={"Accept-Language": language})
    assert response.status_code == 200
    assert "https://data.gov.in/government-open-data-license-india" in response.text
    assert "https://lgdirectory.gov.in" in response.text
    assert "Survey of somebody, CC BY" in response.text
    assert "/boundaries/" not in response.text


def test_who_may_upload_finds_the_way_from_there(client, national_officer):
    client.force_login(national_officer)
    assert 'href="/boundaries/"' in client.get("/about/data/").text
