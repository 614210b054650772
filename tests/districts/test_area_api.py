"""GET areas/: open to anyone, paged, conditional, in JSON and CSV."""

import csv
import datetime
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from districts import tree as growing
from districts.models import Area, AreaAlias, Level, Population


def codes(client, **query):
    response = client.get("/api/v1/areas/", query)
    assert response.status_code == 200, response.text
    return [row["code"] for row in response.json()["results"]]


def problems(client, **query):
    response = client.get("/api/v1/areas/", query)
    assert response.status_code == 400
    body = response.json()["error"]
    assert body["code"] == "invalid"
    return {detail["field"]: detail["message"] for detail in body["details"]}


def test_the_tree_is_listed_in_its_own_order(client, tree):
    assert codes(client)[:5] == ["IN", "S22", "D387", "B3693", "B3694"]


def test_a_row_says_what_the_area_is(client, tree):
    (row,) = client.get("/api/v1/areas/", {"q": "D387"}).json()["results"]
    assert row.pop("updated_at")
    assert row == {
        "code": "D387",
        "level": "district",
        "name_en": "Raipur",
        "name_hi": "रायपुर",
        "parent": "S22",
        "lgd_code": 387,
        "iso_code": "",
        "valid_from": None,
        "valid_until": None,
    }


def test_conditions_narrow_the_list_together(client, tree):
    assert codes(client, level="state") == ["S22", "S27"]
    assert codes(client, parent="S22") == ["D387", "D374"]
    assert codes(client, under="S22", level="block") == ["B3693", "B3694", "B3593", "B3595"]
    assert codes(client, under="D387") == ["D387", "B3693", "B3694"]
    assert codes(client, under="S27", level="state") == ["S27"]
    assert codes(client, parent="S22", q="bas") == ["D374"]


@pytest.mark.parametrize("text", ["raip", "RAIPUR", "रायप", "Capital", "  capital city "])
def test_a_name_is_found_in_either_language_and_by_alias(client, tree, text):
    AreaAlias.objects.create(area=tree.raipur, scheme="name", value="capital city", within=tree.chhattisgarh)
    assert codes(client, q=text) == ["D387"]


def test_percent_and_underscore_are_letters_like_others(client, tree):
    assert codes(client, q="%") == []
    assert codes(client, q="R_ipur") == []


def test_areas_may_be_asked_for_as_of_a_day(client, tree):
    Area.objects.filter(code="B3694").update(valid_from=datetime.date(2022, 4, 4))
    assert codes(client, parent="D387", valid_on="2022-04-03") == ["B3693"]
    assert codes(client, parent="D387", valid_on="2022-04-04") == ["B3693", "B3694"]


def test_what_changed_since_an_instant_is_all_that_comes(client, tree):
    instant = timezone.now()
    assert codes(client, updated_since=instant.isoformat()) == []
    growing.add_area(parent=tree.arang, code="X1", level=Level.SITE, name_en="New site")
    assert codes(client, updated_since=instant.isoformat()) == ["X1"]


def test_wrong_conditions_are_named(client, tree):
    assert set(problems(client, level="planet", parent="S99", valid_on="yesterday", updated_since="x")) == {
        "level",
        "parent",
        "valid_on",
        "updated_since",
    }
    assert "Known are" in problems(client, parrent="S22")["parrent"]
    assert "S99" in problems(client, under="S99")["under"]
    assert "1 to 1000" in problems(client, limit="1001")["limit"]
    assert "1 to 1000" in problems(client, limit="0")["limit"]
    assert "q" in problems(client, q="x" * 101)
    assert "q" in problems(client, q="a\0b")


@pytest.mark.parametrize("instant", ["0001-01-01T00:00:00+23:00", "9999-12-31T23:59:59-23:00"])
def test_an_instant_at_the_end_of_time_is_no_server_error(client, tree, instant):
    assert client.get("/api/v1/areas/", {"updated_since": instant}).status_code in (200, 400)


def test_pages_follow_each_other_and_hold_every_area_once(client, tree):
    seen, url = [], "/api/v1/areas/?limit=4"
    while url:
        response = client.get(url)
        body = response.json()
        assert body["count"] == 15
        seen += [row["code"] for row in body["results"]]
        assert (f'<{body["next"]}>; rel="next"' in response.headers.get("Link", "")) == bool(body["next"])
        url = body["next"]
    assert len(seen) == len(set(seen)) == 15
    assert client.get("/api/v1/areas/", {"page": "99"}).status_code == 404


def test_csv_holds_what_json_holds(client, tree):
    rows = client.get("/api/v1/areas/", {"under": "S22"}).json()["results"]
    for response in (
        client.get("/api/v1/areas/", {"under": "S22", "format": "csv"}),
        client.get("/api/v1/areas/", {"under": "S22"}, headers={"Accept": "text/csv"}),
    ):
        assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
        table = list(csv.DictReader(io.StringIO(response.content.decode())))
        assert table == [
            {key: "" if cell is None else str(cell) for key, cell in row.items()} for row in rows
        ]


def test_an_error_is_json_whatever_was_asked_for(client, tree):
    response = client.get("/api/v1/areas/", {"level": "planet", "format": "csv"})
    assert response.status_code == 400
    assert response.headers["Content-Type"] == "application/json"
    assert response.json()["error"]["code"] == "invalid"


def test_one_area_comes_with_its_ancestors_aliases_and_populations(client, tree):
    AreaAlias.objects.create(area=tree.raipur, scheme="cowin_id", value="109", within=tree.india)
    Population.objects.create(area=tree.raipur, source="Census of India 2011", year=2011, persons=4063872)
    body = client.get("/api/v1/areas/D387/").json()
    assert [step["code"] for step in body["ancestors"]] == ["IN", "S22"]
    assert body["ancestors"][1] == {
        "code": "S22",
        "level": "state",
        "name_en": "Chhattisgarh",
        "name_hi": "छत्तीसगढ़",
    }
    assert body["aliases"] == [{"scheme": "cowin_id", "value": "109", "within": "IN"}]
    assert body["populations"] == [
        {"source": "Census of India 2011", "year": 2011, "group": "total", "persons": 4063872}
    ]
    assert client.get("/api/v1/areas/D1/").status_code == 404


def test_what_has_not_changed_comes_as_304_after_one_small_query(client, tree, django_assert_num_queries):
    for url in ("/api/v1/areas/?under=S22", "/api/v1/areas/D387/", "/api/v1/areas/?format=csv"):
        tag = client.get(url).headers["ETag"]
        response = client.get(url, headers={"If-None-Match": f'"other", {tag}'})
        assert (response.status_code, response.content) == (304, b"")
        with django_assert_num_queries(1):
            client.get(url, headers={"If-None-Match": tag})


def test_any_change_of_the_tree_makes_a_new_answer(client, tree):
    def tag():
        return client.get("/api/v1/areas/D387/").headers["ETag"]

    first = tag()
    growing.add_sites(rows=[{"parent": tree.katol, "code": "X1", "name_en": "New site"}])
    assert tag() != first


def test_a_tag_belongs_to_its_address_format_language_and_reader(client, state_officer):
    def tag(url="/api/v1/areas/", **headers):
        return client.get(url, headers=headers).headers["ETag"]

    anonymous = tag()
    others = {
        tag("/api/v1/areas/?limit=5"),
        tag("/api/v1/areas/?format=csv"),
        tag(Accept="text/csv"),
        tag(**{"Accept-Language": "hi"}),
    }
    client.force_login(state_officer)
    others.add(tag())
    assert anonymous not in others and len(others) == 5
    assert client.get("/api/v1/areas/", headers={"If-None-Match": anonymous}).status_code == 200


def test_a_star_is_no_tag(client, tree):
    assert client.get("/api/v1/areas/D1/", headers={"If-None-Match": "*"}).status_code == 404
    assert client.get("/api/v1/areas/", headers={"If-None-Match": "*"}).status_code == 200


def test_the_list_costs_the_same_queries_however_long_it_is(client, tree):
    def asked():
        with CaptureQueriesContext(connection) as captured:
            count = len(codes(client, limit="1000"))
        return count, len([query for query in captured if "districts_area" in query["sql"]])

    assert asked() == (15, 3)  # version, count, rows
    growing.add_sites(rows=[{"parent": tree.katol, "code": f"X{n}", "name_en": "Site"} for n in range(500)])
    assert asked() == (515, 3)


def test_areas_cannot_be_written_through_the_api(client, national_officer):
    client.force_login(national_officer)
    for method in (client.post, client.put, client.patch, client.delete):
        assert method("/api/v1/areas/D387/", data="{}", content_type="application/json").status_code in (
            403,
            405,
        )
    assert Area.objects.get(code="D387").name_en == "Raipur"


def test_updated_at_of_areas_grows_in_the_order_of_writing(tree):
    stamps = [
        growing.add_area(parent=tree.arang, code=f"X{n}", level=Level.SITE, name_en="Site").updated_at
        for n in range(3)
    ]
    growing.add_sites(rows=[{"parent": tree.arang, "code": "X9", "name_en": "Site"}])
    stamps.append(Area.objects.get(code="X9").updated_at)
    assert stamps == sorted(stamps)
