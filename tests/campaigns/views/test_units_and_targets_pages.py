"""Choosing reporting units and writing target sets in the web interface."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from districts.models import Population
from tests.campaigns.views.pages import address, said, seen, send

# -- reporting units -------------------------------------------------------------------------------------


def choice(**values):
    return {"way": "level", "level": "2", "except-TOTAL_FORMS": "3", "except-INITIAL_FORMS": "0"} | values


def test_districts_but_blocks_in_one(officer, campaign):
    data = choice(**{"except-0-area": "D387 Raipur", "except-0-level": "3"})
    assert "Save 3 units" in send(officer, "setup-units", campaign, data | seen(campaign)).content.decode()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (choice(**{"except-0-area": "D999", "except-0-level": "3"}), "No area has the code"),
        (choice(**{"except-0-area": "D484", "except-0-level": "3"}), "does not lie in"),
        (choice(**{"except-0-area": "B3693", "except-0-level": "3"}), "lies inside the reporting unit"),
        (choice(way="code", codes=""), "at least one code"),
        (choice(way="code", codes="D387 X9"), "X9"),
        (choice(way="code", codes="D387 B3693", save="1"), "lies under"),
        (choice(way="code", codes="D484", save="1"), "does not lie in"),
    ],
)
def test_choices_that_cannot_be_are_explained_and_change_nothing(officer, campaign, data, words):
    response = send(officer, "setup-units", campaign, data | seen(campaign))
    assert words in response.content.decode()
    assert campaign.units.count() == 3


def test_two_officers_at_the_units_do_not_overwrite_one_another(officer, campaign):
    old = seen(campaign)
    send(officer, "setup-units", campaign, choice(way="code", codes="D387", save="1") | old)
    response = send(officer, "setup-units", campaign, choice(way="code", codes="D374", save="1") | old)
    assert "Somebody else has changed" in response.content.decode()
    assert [unit.area.code for unit in campaign.units.select_related("area")] == ["D387"]


# -- targets ---------------------------------------------------------------------------------------------

NAMED = {"save-table": "1", "name_en": "Line list", "source": "State", "year": "2021", "is_default": "on"}


def rows(target_set):
    return {
        (unit, cohort): persons
        for unit, cohort, persons in target_set.targets.values_list("unit__code", "cohort__code", "persons")
    }


@pytest.mark.parametrize("way", ["paste", "file", "semicolon"])
def test_a_table_of_targets_is_read(officer, campaign, way):
    text = 'unit,name,18-44,60-plus\nD374,Bastar,"1,25,000",\nb3693,Abhanpur,200,0\n'
    data = dict(NAMED)
    if way == "file":
        data["file"] = SimpleUploadedFile("t.csv", ("\ufeff" + text).encode())
    else:
        data["table"] = text if way == "paste" else text.replace('"1,25,000"', "125000").replace(",", ";")
    response = send(officer, "setup-targets", campaign, data)
    assert rows(campaign.target_sets.get()) == {
        ("D374", "18-44"): 125000,
        ("B3693", "18-44"): 200,
        ("B3693", "60-plus"): 0,
    }
    assert said(response) == ["The target set is saved.", "1 unit has no target in it."]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "Choose a file or paste"),
        ("code,18-44\nD374,5", "first column must be called"),
        ("unit,18-45\nD374,5", "No group has the code “18-45”"),
        ("unit,18-44\nD387,5", "Row 2: D387 is not a reporting unit"),
        ("unit,18-44\nD374,many", "Row 2: “many” is not a whole number of persons"),
        ("unit,18-44\nD374,-5", "Row 2: -5 is negative. A target is a number of persons, 0 or more."),
        ("unit,18-44\nD374,99999999999", "Row 2: 99999999999 is too large. The largest target is"),
        ("unit,18-44\nD374,5\nD374,6", "Row 3: D374 comes twice"),
        ("unit,18-44\n\n", "holds no targets"),
    ],
)
def test_a_table_that_cannot_be_read_is_explained_by_row(officer, campaign, text, words):
    response = send(officer, "setup-targets", campaign, NAMED | {"table": text})
    assert words in response.content.decode()
    assert not campaign.target_sets.exists()


def test_a_file_in_another_encoding_is_explained(officer, campaign):
    data = NAMED | {"file": SimpleUploadedFile("t.csv", "unit,18-44\nD374,5 é".encode("latin-1"))}
    assert "not written in UTF-8" in send(officer, "setup-targets", campaign, data).content.decode()


def test_the_table_to_fill_in_can_be_sent_back_as_it_is(officer, campaign, targets):
    table = officer.get(address("target-table", campaign)).content.decode("utf-8-sig")
    assert table.splitlines()[:2] == ["unit,name,18-44,45-59,60-plus", "B3693,Abhanpur,1000,1000,1000"]
    send(officer, "setup-targets", campaign, NAMED | {"table": table})
    assert rows(campaign.target_sets.get(code="line-list")) == rows(targets)


def test_a_second_set_of_the_same_name_overwrites_nothing(officer, campaign):
    for persons in ("5", "6"):
        send(officer, "setup-targets", campaign, NAMED | {"table": f"unit,18-44\nD374,{persons}"})
    assert {one.code: rows(one) for one in campaign.target_sets.all()} == {
        "line-list": {("D374", "18-44"): 5},
        "line-list-2": {("D374", "18-44"): 6},
    }
    assert campaign.target_sets.get(is_default=True).code == "line-list-2"
    send(officer, "target-set-default", campaign, {}, "line-list")
    assert campaign.target_sets.get(is_default=True).code == "line-list"
    response = send(officer, "target-set-remove", campaign, {}, "line-list")
    assert "Choose another default" in said(response)[0]
    send(officer, "target-set-remove", campaign, {}, "line-list-2")
    assert campaign.target_sets.count() == 1


def test_shares_without_any_share_are_explained(officer, campaign, tree):
    Population.objects.create(area=tree.bastar, source="Census", year=2011, persons=1000)
    data = {"derive": "1", "derive-name_en": "X", "derive-population": "Census|2011|total"}
    assert "share of at least one group" in send(officer, "setup-targets", campaign, data).content.decode()


def test_without_populations_the_page_says_what_is_missing_and_what_to_do(officer, campaign):
    Population.objects.all().delete()
    html = officer.get(address("setup-targets", campaign)).content.decode()
    assert "3 reporting units are chosen, but the population of none of them is known here" in html
    assert f'<a href="{address("target-table", campaign)}">table with your units</a>' in html
    campaign.units.all().delete()
    html = officer.get(address("setup-targets", campaign)).content.decode()
    assert "No reporting units are chosen yet." in html
    assert f'<a href="{address("setup-units", campaign)}">Choose them first</a>' in html


def test_a_set_keeps_its_source_in_hindi_and_hindi_pages_show_it(officer, campaign):
    sent = NAMED | {"source_hi": "राज्य की सूची", "table": "unit,18-44\nD374,5"}
    send(officer, "setup-targets", campaign, sent)
    assert campaign.target_sets.get().source_hi == "राज्य की सूची"
    send(officer, "setup-targets", campaign, NAMED | {"name_en": "Another", "table": "unit,18-44\nD374,5"})
    officer.cookies["abhiyan_language"] = "hi"
    html = officer.get(address("setup-targets", campaign)).content.decode()
    assert "<td>राज्य की सूची</td>" in html
    assert "<td>State</td>" in html, "the other set has its source in English alone"
    officer.cookies["abhiyan_language"] = "en-in"
    assert "<td>राज्य की सूची</td>" not in officer.get(address("setup-targets", campaign)).content.decode()


def test_a_derived_set_knows_the_hindi_name_of_a_population_that_came_with_the_project(
    officer, campaign, tree
):
    source = "Census of India 2011"
    Population.objects.create(area=tree.bastar, source=source, year=2011, persons=1000)
    share = f"derive-share-{campaign.cohorts.get(code='18-44').pk}"
    data = {"derive": "1", "derive-name_en": "X", "derive-population": f"{source}|2011|total", share: "40"}
    send(officer, "setup-targets", campaign, data)
    found = campaign.target_sets.get()
    assert (found.source, found.source_hi) == (source, "भारत की जनगणना 2011")
