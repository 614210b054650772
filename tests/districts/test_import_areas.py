"""Directories of the LGD, newer ones over older ones."""

import csv
import datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from districts import tree as growing
from districts.area_files.importing import import_file
from districts.area_files.tables import FileRefused
from districts.models import Area, AreaAlias, AuditEvent, Level

STATES = "S.No.,State Code,State Version,State Name,State Name,Census 2001 Code,Census 2011 Code,State or UT"
DISTRICTS_2021 = "District Code,District Name(In English),State Code,State Name (In English),Census 2001 Code"
DISTRICTS_2022 = "State Code,State Name,District Code,District Name,Census 2001 Code,Census 2011 Code"
BLOCKS = (
    "S.No.,State Code,State Name,District Code,District Name,Block Code,Block Version,Block Name ,Block Name"
)


@pytest.fixture
def table(tmp_path):
    """Write a CSV file; returns its path."""

    def write(*lines, name="file.csv", encoding="utf-8"):
        path = tmp_path / name
        path.write_bytes("\r\n".join(lines).encode(encoding))
        return path

    return write


def refusals(report):
    return [(refusal.row, refusal.column, refusal.value) for refusal in report.refused]


def everything():
    return (
        list(Area.objects.order_by("path").values_list()),
        list(AreaAlias.objects.order_by("pk").values_list()),
        AuditEvent.objects.count(),
    )


# -- the real files ----------------------------------------------------------------------------------


@pytest.fixture
def states_of_lgd(db, shared_data):
    return import_file(shared_data / "lgd_states.csv")


def test_the_files_build_a_tree_from_nothing(states_of_lgd, shared_data):
    assert len(states_of_lgd.added) == 36
    assert Area.objects.get(code="S38").name_en == "The Dadra and Nagar Haveli and Daman and Diu"
    districts = import_file(shared_data / "lgd_districts_20221214.csv")
    assert (len(districts.added), districts.refused) == (763, [])
    blocks = import_file(shared_data / "lgd_blocks_20220311.csv")
    assert (len(blocks.added), len(blocks.refused)) == (7223, 10)
    assert Area.objects.get(code="B3694").path.startswith(Area.objects.get(code="D387").path)


def test_the_later_file_adds_26_districts_and_loses_no_history(states_of_lgd, shared_data):
    first = import_file(shared_data / "lgd_districts_20211022.csv")
    assert (len(first.added), first.refused) == (737, [])
    before = dict(Area.objects.values_list("code", "path"))
    later = import_file(shared_data / "lgd_districts_20221214.csv")
    assert len(later.added) == 26
    assert sorted(later.renamed) == [
        "D225 East District → Gangtok",
        "D226 North District → Mangan",
        "D227 South District → Namchi",
        "D228 West District → Gyalshing",
        "D409 Hoshangabad → Narmadapuram",
    ]
    assert (later.absent, later.closed, later.refused) == ([], [], [])
    after = dict(Area.objects.values_list("code", "path"))
    assert {code: after[code] for code in before} == before
    renamed = Area.objects.get(code="D409")
    assert AreaAlias.objects.get(area=renamed).value == "hoshangabad"


@pytest.mark.parametrize("first", ["lgd_districts_20211022.csv", "lgd_districts_20221214.csv"])
def test_importing_a_file_again_changes_nothing(states_of_lgd, shared_data, first):
    import_file(shared_data / first)
    before = everything()
    again = import_file(shared_data / first)
    assert not again.wrote_something
    assert again.counts["unchanged"] == again.rows
    assert everything() == before


def test_the_earlier_file_after_the_later_one_takes_nothing_back(states_of_lgd, shared_data):
    import_file(shared_data / "lgd_districts_20211022.csv")
    import_file(shared_data / "lgd_districts_20221214.csv")
    before = everything()
    earlier = import_file(shared_data / "lgd_districts_20211022.csv")
    assert len(earlier.absent) == 26
    assert not earlier.wrote_something
    assert everything() == before


def test_ten_blocks_under_two_districts_stay_under_the_first(states_of_lgd, shared_data):
    import_file(shared_data / "lgd_districts_20221214.csv")
    report = import_file(shared_data / "lgd_blocks_20220311.csv")
    assert refusals(report)[0] == (799, "Block Code", "2494")
    assert "Row 795 has the same code under Bajali (D739)" in report.refused[0].reason
    assert Area.objects.get(code="B2494").parent.code == "D739"


# -- traps -------------------------------------------------------------------------------------------


def test_the_second_of_two_columns_with_one_header_is_the_local_name(tree, table):
    report = import_file(
        table(
            BLOCKS,
            "1,22,CHHATTISGARH,387,RAIPUR,9001,1,TILDA,तिल्दा",
            "2,22,CHHATTISGARH,387,RAIPUR,9002,1,KHARORA,ખરોરા",
        )
    )
    assert [(area.name_en, area.name_hi) for area in Area.objects.filter(code__in=["B9001", "B9002"])] == [
        ("Kharora", ""),
        ("Tilda", "तिल्दा"),
    ]
    assert report.refused == []


def test_a_missing_hindi_name_is_filled_in_and_a_known_one_kept(tree, table):
    report = import_file(
        table(
            BLOCKS,
            "1,27,MAHARASHTRA,484,NAGPUR,4445,1,HINGNA,हिंगणा",
            "2,22,CHHATTISGARH,387,RAIPUR,3694,1,ARANG,आरङ्ग",
        )
    )
    assert report.changed == ["B4445 Hingna: हिंगणा"]
    assert Area.objects.get(code="B4445").name_hi == "हिंगणा"
    assert Area.objects.get(code="B3694").name_hi == "आरंग"


def test_a_respelt_name_is_no_new_name(tree, table):
    report = import_file(table(BLOCKS, "1,22,CHHATTISGARH,387,RAIPUR,3693,1,ABHAN-PUR.,"))
    assert not report.wrote_something
    assert Area.objects.get(code="B3693").name_en == "Abhanpur"


def test_good_rows_are_kept_beside_bad_ones(tree, table):
    report = import_file(
        table(
            DISTRICTS_2022,
            "22,CHHATTISGARH,901,SAKTI,,0",
            "22,CHHATTISGARH,x9,BALOD,,0",
            "99,ATLANTIS,902,POSEIDON,,0",
            "22,CHHATTISGARH,903,,,0",
            "22,MAHARASHTRA,904,SATARA,,0",
            "22,CHHATTISGARH,901,SAKTI,,0",
            "27,MAHARASHTRA,901,SAKTI,,0",
            "27,MAHARASHTRA,905,SATARA,,0",
            "",
            "27,MAHARASHTRA",
        )
    )
    assert report.added == ["D901 Sakti", "D905 Satara"]
    assert refusals(report) == [
        (3, "District Code", "x9"),
        (4, "State Code", "99"),
        (5, "District Name", ""),
        (6, "State Code", "22"),
        (8, "District Code", "901"),
        (11, "District Code", ""),
    ]
    told = {refusal.row: refusal.reason for refusal in report.refused}
    assert "whole number above 0" in told[3]
    assert "Load the file of that level first" in told[4]
    assert "Chhattisgarh (S22)" in told[6] and "Maharashtra (S27)" in told[6]
    assert "Row 2 has the same code under Chhattisgarh (S22)" in told[8]


def test_an_area_is_not_moved_to_another_parent(tree, table):
    report = import_file(table(DISTRICTS_2022, "27,MAHARASHTRA,387,RAIPUR,,0"))
    assert refusals(report) == [(2, "State Code", "27")]
    assert "stands under Chhattisgarh (S22)" in report.refused[0].reason
    assert Area.objects.get(code="D387").parent == tree.chhattisgarh


def test_a_name_that_a_neighbour_has_is_refused(tree, table):
    report = import_file(table(DISTRICTS_2022, "22,CHHATTISGARH,374,RAIPUR,,0"))
    assert refusals(report) == [(2, "District Name", "RAIPUR")]
    assert "Raipur (D387) is known by this name" in report.refused[0].reason
    assert Area.objects.get(code="D374").name_en == "Bastar"


def test_a_new_name_keeps_the_old_one_as_an_alias(tree, table):
    before = Area.objects.get(code="D374").updated_at
    report = import_file(table(DISTRICTS_2021, "374,DAKSHIN BASTAR,22,CHHATTISGARH,"))
    assert report.renamed == ["D374 Bastar → Dakshin Bastar"]
    renamed = Area.objects.get(code="D374")
    assert (renamed.name_en, renamed.name_hi) == ("Dakshin Bastar", "बस्तर")
    assert renamed.updated_at > before
    alias = AreaAlias.objects.get()
    assert (alias.area, alias.scheme, alias.value, alias.within) == (
        renamed,
        "name",
        "bastar",
        tree.chhattisgarh,
    )


def test_what_a_file_no_longer_has_ends_only_when_a_day_is_given(tree, table):
    file = table(BLOCKS, "1,22,CHHATTISGARH,387,RAIPUR,3694,1,ARANG,")
    report = import_file(file)
    # Chhattisgarh only: the file does not speak of Maharashtra.
    assert report.absent == ["B3693 Abhanpur", "B3593 Bastar", "B3595 Jagdalpur"]
    assert Area.objects.filter(valid_until__isnull=False).count() == 0
    closing = import_file(file, close_absent_on=datetime.date(2022, 4, 4))
    assert closing.closed == report.absent
    assert Area.objects.get(code="B3693").valid_until == datetime.date(2022, 4, 4)
    assert Area.objects.get(code="B3694").valid_until is None
    assert import_file(file).absent == []


def test_an_area_does_not_end_before_those_below_it(tree, table):
    report = import_file(
        table(DISTRICTS_2022, "22,CHHATTISGARH,374,BASTAR,,0"), close_absent_on=datetime.date(2022, 4, 4)
    )
    assert report.closed == []
    assert "2 areas below it have not ended" in report.refused[0].reason
    assert Area.objects.get(code="D387").valid_until is None


def test_an_area_that_has_ended_is_not_taken_up_again_silently(tree, table):
    Area.objects.filter(code="B3694").update(valid_until=datetime.date(2022, 4, 4))
    report = import_file(table(BLOCKS, "1,22,CHHATTISGARH,387,RAIPUR,3694,1,ARANG NEW,"))
    assert refusals(report) == [(2, "Block Code", "3694")]
    assert Area.objects.get(code="B3694").name_en == "Arang"


def test_a_code_that_a_place_of_our_own_has_is_refused(tree, table):
    growing.add_area(
        parent=tree.maharashtra, code="D901", level=Level.DISTRICT, name_en="Not in any directory"
    )
    report = import_file(table(DISTRICTS_2022, "22,CHHATTISGARH,901,SAKTI,,0"))
    assert refusals(report) == [(2, "District Code", "901")]


def test_new_areas_may_be_given_their_first_day(tree, table):
    day = datetime.date(2022, 9, 9)
    import_file(table(DISTRICTS_2022, "22,CHHATTISGARH,762,SAKTI,,0"), valid_from=day)
    assert Area.objects.get(code="D762").valid_from == day


def test_a_dry_run_tells_all_and_changes_nothing(tree, table):
    before = everything()
    report = import_file(
        table(DISTRICTS_2022, "22,CHHATTISGARH,762,SAKTI,,0", "22,CHHATTISGARH,374,JAGDALPUR,,0"),
        dry_run=True,
        close_absent_on=datetime.date(2030, 1, 1),
    )
    assert (len(report.added), len(report.renamed)) == (1, 1)
    assert everything() == before


def test_what_was_imported_stands_in_the_audit_trail(tree, table, national_officer):
    import_file(table(DISTRICTS_2022, "22,CHHATTISGARH,762,SAKTI,,0"), by=national_officer)
    event = AuditEvent.objects.get()
    assert (event.by, event.action, event.subject) == (national_officer, "areas.imported", "file.csv")
    assert event.detail["added"] == 1


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ((), "empty"),
        (("a,b,c", "1,2,3"), "not those of a known file: a, b, c"),
        (
            ("State Code,District Code,District Name,Sub-district Code", "1,2,x,3"),
            "Sub-districts are not a level",
        ),
    ],
)
def test_a_file_that_is_something_else_is_refused_whole(tree, table, lines, told):
    with pytest.raises(FileRefused, match=told):
        import_file(table(*lines))


def test_a_file_in_another_encoding_is_refused_whole(tree, table):
    file = table(DISTRICTS_2022, "22,CHHATTISGARH,901,SÁKTI,,0", encoding="latin-1")
    with pytest.raises(FileRefused, match="UTF-8"):
        import_file(file)


def test_a_byte_order_mark_is_no_part_of_the_first_header(tree, table):
    report = import_file(table(DISTRICTS_2022, "22,CHHATTISGARH,901,SAKTI,,0", encoding="utf-8-sig"))
    assert report.added == ["D901 Sakti"]


def test_the_command_tells_rows_columns_and_values_and_writes_the_refused(tree, table, tmp_path):
    out, refused = StringIO(), tmp_path / "refused.csv"
    file = table(DISTRICTS_2022, "22,CHHATTISGARH,901,SAKTI,,0", "99,ATLANTIS,902,POSEIDON,,0")
    call_command("import_areas", str(file), "--refused", str(refused), stdout=out)
    assert "added: 1" in out.getvalue() and "D901 Sakti" in out.getvalue()
    assert "row 3, State Code: '99'" in out.getvalue()
    with refused.open(encoding="utf-8", newline="") as rows:
        assert [row[:4] for row in csv.reader(rows)] == [
            ["file", "row", "column", "value"],
            ["file.csv", "3", "State Code", "99"],
        ]


def test_the_command_names_a_file_that_it_cannot_take(tree, table):
    with pytest.raises(CommandError, match=r"file\.csv: The file is empty"):
        call_command("import_areas", str(table()))
    with pytest.raises(CommandError, match="Write it as 2022-04-04"):
        call_command("import_areas", str(table()), "--close-absent", "4.4.2022")


def test_load_areas_says_what_it_did(db):
    out = StringIO()
    call_command("load_areas", stdout=out)
    call_command("load_areas", stdout=out)
    assert "districts: 763 added" in out.getvalue()
    assert "Nothing to add" in out.getvalue()
