"""The shipped tables of states, districts and blocks."""

import csv
import datetime
import unicodedata

import pytest

from districts import shipped
from districts.lookup import AreaIndex
from districts.models import Area, AreaAlias, AuditEvent, Level, Population
from districts.names import fold
from districts.sources import POPULATION_SOURCES


def test_india_has_36_states_763_districts_and_their_blocks(reference):
    counts = {level: Area.objects.filter(level=level).count() for level in Level}
    assert counts == {
        Level.NATION: 1,
        Level.STATE: 36,
        Level.DISTRICT: 763,
        Level.BLOCK: 7223,
        Level.SITE: 0,
    }


def test_codes_are_made_of_the_level_and_the_lgd_code(reference):
    for level, letter in ((Level.STATE, "S"), (Level.DISTRICT, "D"), (Level.BLOCK, "B")):
        wrong = [area for area in Area.objects.filter(level=level) if area.code != f"{letter}{area.lgd_code}"]
        assert wrong == []
    assert Area.objects.get(code="S22").name_en == "Chhattisgarh"
    assert Area.objects.get(code="D387").name_en == "Raipur"
    assert Area.objects.get(code="D387").parent.code == "S22"


def test_every_state_has_its_own_iso_code(reference):
    codes = list(Area.objects.filter(level=Level.STATE).values_list("iso_code", flat=True))
    assert len(set(codes)) == 36
    assert all(code.startswith("IN-") and len(code) == 5 for code in codes)
    index = AreaIndex(levels=[Level.NATION, Level.STATE])
    for former, state in (("IN-CT", "S22"), ("IN-OR", "S21"), ("IN-TG", "S36"), ("IN-DN", "S38")):
        assert index.find(former, within=index.by_code["IN"], scheme="iso").code == state


def test_every_state_and_district_has_a_name_in_both_languages(reference):
    for area in Area.objects.filter(level__in=[Level.NATION, Level.STATE, Level.DISTRICT]):
        # "NTR" is a person's initials, all other names are written, not shouted.
        assert not area.name_en.isupper() or area.name_en == "NTR", area
        letters = [char for char in area.name_hi if unicodedata.category(char)[0] == "L"]
        assert letters and all("DEVANAGARI" in unicodedata.name(char) for char in letters), area


def test_names_are_in_order_below_each_parent(reference):
    for parent in Area.objects.filter(level__lt=Level.BLOCK):
        names = [fold(name) for name in parent.children.order_by("path").values_list("name_en", flat=True)]
        assert names == sorted(names)


def test_loading_again_adds_nothing_and_writes_no_audit_row(reference):
    audited = AuditEvent.objects.count()
    assert not any(shipped.load().values())
    assert AuditEvent.objects.count() == audited == 1


def test_loading_again_keeps_what_somebody_has_put_right(reference):
    Area.objects.filter(code="D387").update(name_en="Raipur City", valid_until=datetime.date(2030, 1, 1))
    shipped.load()
    kept = Area.objects.get(code="D387")
    assert (kept.name_en, kept.valid_until) == ("Raipur City", datetime.date(2030, 1, 1))


def test_the_census_districts_sum_to_the_census_total(reference):
    census = Population.objects.filter(
        source__in=[POPULATION_SOURCES["census"], POPULATION_SOURCES["census_then"]]
    )

    def total(level):
        return sum(census.filter(area__level=level).values_list("persons", flat=True))

    assert census.filter(area__level=Level.DISTRICT).count() == 640
    assert total(Level.DISTRICT) == total(Level.STATE) == total(Level.NATION) == 1_21_08_54_977


def test_a_district_that_was_split_since_the_census_says_so(reference):
    def source(code):
        return Population.objects.get(area__code=code, source__startswith="Census").source

    assert source("D375") == "Census of India 2011, boundaries of 2011"  # Bilaspur gave up two districts
    assert source("D383") == "Census of India 2011"  # Korba is what it was
    assert not Population.objects.filter(area__code="D762", source__startswith="Census").exists()


def test_a_new_district_has_the_day_from_which_it_stands(reference):
    on = Area.objects.filter(level=Level.DISTRICT).current_on
    assert on(datetime.date(2021, 11, 3)).count() == 739
    assert not on(datetime.date(2022, 4, 3)).filter(code="D743").exists()
    assert on(datetime.date(2022, 4, 4)).filter(code="D743").exists()
    assert on(datetime.date(2022, 12, 14)).count() == 763


def test_aliases_are_folded_and_lie_within_their_state(reference):
    for alias in AreaAlias.objects.select_related("area", "within"):
        assert alias.value == fold(alias.value)
        assert alias.within.contains(alias.area), alias


@pytest.mark.parametrize(
    ("state", "name", "code"),
    [
        ("S22", "Kawardha", "D382"),
        ("S22", "KABIRDHAM", "D382"),
        ("S22", "कबीरधाम", "D382"),
        ("S10", "Aurangabad", "D189"),
        ("S27", "Aurangabad", "D469"),
        ("S9", "Allahabad", "D120"),
        ("S23", "Hoshangabad", "D409"),
        ("S8", "Jaipur II", "D102"),
        ("S36", "Warangal(Urban)", "D686"),
        ("S36", "Warangal Rural", "D522"),
        ("S19", "Diamond Harbor HD (S 24 Parganas)", "D304"),
        ("S31", "Agatti Island", "D553"),
        ("S1", "Shupiyan", "D625"),
    ],
)
def test_a_district_is_found_by_any_of_its_names_in_its_state(reference, state, name, code):
    index = AreaIndex(levels=[Level.STATE, Level.DISTRICT])
    assert index.find_named(name, within=index.by_code[state]).code == code


def test_every_row_of_the_cowin_files_finds_its_district(reference, shared_data):
    index = AreaIndex(levels=[Level.NATION, Level.STATE, Level.DISTRICT])
    india = index.by_code["IN"]
    with (shared_data / "cowin_vaccine_data_districtwise.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))[2:]
    assert len(rows) == 754
    for _number, state_code, state, key, cowin_key, _district, *_counts in rows:
        by_key = index.find(key, within=india, scheme="covid19india")
        its_state = index.find_named(state, within=india)
        assert by_key is not None, key
        assert its_state == index.find(state_code, within=india, scheme="covid19india")
        assert index.find(cowin_key, within=its_state, scheme="cowin") == by_key
    with (shared_data / "cowin_ids.csv").open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            district = index.find(row["cowin_district_id"], within=india, scheme="cowin_id")
            state = index.find(row["cowin_state_id"], within=india, scheme="cowin_state_id")
            assert state.contains(district), row


def test_districts_named_in_other_public_files_are_found(reference, shared_data):
    index = AreaIndex(levels=[Level.NATION, Level.STATE, Level.DISTRICT])
    missing = set()
    for name, state_column, district_column in (
        ("har_ghar_dastak_45_districts_pm_review_20211103.csv", "state", "district"),
        ("nfhs5_district_immunization_subset.csv", "State/UT", "District Names"),
    ):
        with (shared_data / name).open(encoding="utf-8-sig", newline="") as file:
            for row in csv.DictReader(file):
                state = index.find_named(row[state_column], within=index.by_code["IN"])
                if index.find_named(row[district_column], within=state) is None:
                    missing.add((row[state_column], row[district_column].strip()))
    # The survey's file lists Chandel, a district of Manipur, under Mizoram.
    assert missing == {("Mizoram", "Chandel")}
