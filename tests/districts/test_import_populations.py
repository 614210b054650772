"""Tables of populations: every figure keeps its source and year."""

import pytest

from districts.area_files.importing import import_file
from districts.models import Area, AreaAlias, Population
from districts.tree import add_area

DISTRICTS = "SlNo,State_Code,State,District_Key,District,Population"
IIPS = "year,state_name_harmonized,district,males,females,population"
NCP = "year,state_name_harmonized,males,females,population"


@pytest.fixture
def table(tmp_path):
    def write(*lines):
        path = tmp_path / "populations.csv"
        path.write_text("\n".join(lines), encoding="utf-8")
        return path

    return write


def figures(**conditions):
    rows = Population.objects.filter(**conditions).order_by("area__path", "source", "year", "group")
    return [(row.area.code, row.source, row.year, row.group, row.persons) for row in rows]


def test_a_district_is_known_by_its_key_or_by_its_name_in_its_state(tree, table):
    AreaAlias.objects.create(area=tree.raipur, scheme="covid19india", value="ct_capital", within=tree.india)
    report = import_file(
        table(
            DISTRICTS,
            "1,CT,Chhattisgarh,CT_Capital,Another name,4062160",
            "2,CT,Chhattisgarh,CT_Bastar,BASTAR,1302253",
        )
    )
    assert report.refused == []
    assert figures() == [
        ("D387", "covid19india.org", 2011, "total", 4062160),
        ("D374", "covid19india.org", 2011, "total", 1302253),
    ]


def test_two_former_territories_are_added_into_the_one_they_became(tree, table):
    merged = add_area(
        parent=tree.india, code="S38", level=1, name_en="Dadra and Nagar Haveli and Daman and Diu"
    )
    for name in ("dadra and nagar haveli", "daman and diu"):
        AreaAlias.objects.create(area=merged, scheme="name", value=name, within=tree.india)
    report = import_file(
        table(
            NCP,
            "2011,Dadra & Nagar Haveli,193000.0,150000.0,344000.0",
            "2011,Daman & Diu,150000.0,93000.0,243000.0",
            "2012,Daman & Diu,,,250000.0",
        )
    )
    assert report.refused == []
    assert [(year, group, persons) for _code, _source, year, group, persons in figures()] == [
        (2011, "female", 243000),
        (2011, "male", 343000),
        (2011, "total", 587000),
        (2012, "total", 250000),
    ]


def test_good_figures_are_kept_beside_bad_ones(tree, table):
    report = import_file(
        table(
            IIPS,
            "2011,Chhattisgarh,Raipur,2048186,2015686,4063872",
            "2011,Chhattisgarh,Raipurr,1,1,2",
            "2011,Chhatisgar,Raipur,1,1,2",
            "year,Chhattisgarh,Bastar,1,1,2",
            "2016,Chhattisgarh,Raipur,-5,2.5,NaN",
            "2011,Chhattisgarh,RAIPUR,1,1,2",
            "2021,Chhattisgarh,Bastar,,,",
        )
    )
    assert len(report.added) == 3
    assert report.counts["blank"] == 1
    assert [(refusal.row, refusal.column, refusal.value) for refusal in report.refused] == [
        (3, "district", "Raipurr"),
        (4, "state_name_harmonized", "Chhatisgar"),
        (5, "year", "year"),
        (6, "population", "NaN"),
        (6, "males", "-5"),
        (6, "females", "2.5"),
        (7, "population", "2"),
        (7, "males", "1"),
        (7, "females", "1"),
    ]
    told = [refusal.reason for refusal in report.refused]
    assert "Did you mean Raipur (D387)?" in told[0]
    assert "Did you mean Chhattisgarh (S22)?" in told[1]
    assert "whole number of persons" in told[3]
    assert "has a figure for this year further up" in told[6]


def test_a_figure_that_changed_is_told_with_what_it_was(tree, table):
    import_file(table(NCP, "2021,India,,,1363006000"))
    before = Area.objects.get(code="IN").updated_at
    report = import_file(table(NCP, "2021,India,,,1363007000"))
    assert report.changed == ["India (IN) 2021 total: 1363007000 (was 1363006000)"]
    assert [persons for *_key, persons in figures()] == [1363007000]
    assert Area.objects.get(code="IN").updated_at > before


def test_a_dry_run_writes_no_figure(tree, table):
    report = import_file(table(NCP, "2021,India,,,1363006000"), dry_run=True)
    assert len(report.added) == 1
    assert figures() == []


def test_an_empty_tree_refuses_rows_and_does_not_break(db, table):
    report = import_file(table(NCP, "2021,India,,,1363006000"))
    assert [refusal.value for refusal in report.refused] == ["India"]
