"""The long district file, and rows that name no district."""

import datetime

import pytest

from campaigns.services.national import unassigned_area
from campaigns.services.setup import set_reporting_units
from districts.models import AreaAlias
from tests.campaigns.imports.standing import day_counts, item_total, kinds, reported_days
from tests.campaigns.imports.wide_file import BASTAR, RAIPUR, sound, wide

FIRST, SECOND = "first_dose|||", "second_dose|||"
HEADER = ["date", "state_code", "state", "district_key", "district", "dose1_cum", "dose2_cum"]
CT = ["CT", "Chhattisgarh"]
D10, D11, D12 = (datetime.date(2021, 4, day) for day in (10, 11, 12))


def row(day, district, first, second="", state=CT):
    return [f"2021-04-{day}", *state, f"{state[0]}_{district}", district, first, second]


def test_running_totals_become_the_counts_of_days(cowin, tree, load, write_csv):
    rows = [
        row(10, "Raipur", 100),
        row(10, "Bastar", 7),
        row(11, "Raipur", 130, 4),
        row(12, "Raipur", 120, 9),
    ]
    _receipt, findings = load(cowin, write_csv([HEADER, *rows]))
    assert day_counts(cowin, tree.raipur, FIRST) == {D10: 100, D11: 30, D12: -10}
    assert day_counts(cowin, tree.raipur, SECOND) == {D11: 4, D12: 5}
    assert kinds(findings) == {"blank": 2, "fall": 1}


def test_a_district_that_is_silent_for_a_day_is_not_reported(cowin, tree, load, write_csv):
    load(cowin, write_csv([HEADER, row(10, "Raipur", 100), row(11, "Bastar", 1), row(12, "Raipur", 160)]))
    assert reported_days(cowin, tree.raipur) == [D10, D12]
    assert day_counts(cowin, tree.raipur, FIRST) == {D10: 100, D12: 60}


def test_what_others_posted_on_a_day_that_the_file_leaves_out_is_not_counted_twice(
    cowin, tree, load, write_csv
):
    load(cowin, write_csv([HEADER, row(11, "Raipur", 25)], "before.csv"))
    load(cowin, write_csv([HEADER, row(10, "Raipur", 100), row(12, "Raipur", 160)]))
    assert day_counts(cowin, tree.raipur, FIRST) == {D10: 100, D11: 25, D12: 35}
    assert item_total(cowin, "first_dose") == 160


def test_a_second_row_of_the_same_day_is_refused(cowin, tree, load, write_csv):
    _receipt, findings = load(cowin, write_csv([HEADER, row(10, "Raipur", 100), row(10, "Raipur", 200)]))
    assert day_counts(cowin, tree.raipur, FIRST) == {D10: 100}
    assert [(one.kind, one.row) for one in findings.failures] == [("out_of_order", 3)]


def test_rows_out_of_date_order_are_refused_and_say_what_would_be_right(cowin, load, write_csv):
    _receipt, findings = load(cowin, write_csv([HEADER, row(11, "Raipur", 130), row(10, "Raipur", 100)]))
    assert [(one.kind, one.row, one.column) for one in findings.failures] == [("out_of_order", 3, "date")]
    assert "Sort the file by date" in findings.failures[0].explanation


@pytest.mark.parametrize(
    ("bad", "kind", "column"),
    [
        (["2021-04-31", *CT, "CT_Raipur", "Raipur", 5, ""], "bad_date", "date"),
        (["04/26/2021", *CT, "CT_Raipur", "Raipur", 5, ""], "bad_date", "date"),
        (["2020-12-31", *CT, "CT_Raipur", "Raipur", 5, ""], "outside_campaign", "date"),
        (row(11, "Raipur", "12x"), "not_a_count", "dose1_cum"),
        (row(11, "Raipur", 130, -4), "negative", "dose2_cum"),
        (row(11, "Raipur", 99999999999), "too_large", "dose1_cum"),
        (row(11, "Atlantis", 5), "unknown_unit", "district_key"),
        (row(11, "Raipur", 5, state=["XX", "Nowhere"]), "unknown_unit", "district_key"),
    ],
)
def test_a_bad_cell_is_named_by_row_column_value_and_reason(cowin, tree, load, write_csv, bad, kind, column):
    _receipt, findings = load(cowin, write_csv([HEADER, row(10, "Raipur", 100), bad]))
    (failure,) = findings.failures
    assert (failure.kind, failure.row, failure.column) == (kind, 3, column)
    assert failure.value in [str(cell) for cell in bad]
    assert failure.explanation
    assert day_counts(cowin, tree.raipur, FIRST)[D10] == 100


def test_a_day_that_has_not_come_is_refused(cowin, load, write_csv):
    cowin.ends_on = datetime.date(2999, 1, 1)
    cowin.save()
    future = ["2998-01-01", *CT, "CT_Raipur", "Raipur", 5, ""]
    _receipt, findings = load(cowin, write_csv([HEADER, row(10, "Raipur", 1), future]))
    assert [one.kind for one in findings.failures] == ["in_the_future"]


def test_a_day_past_the_late_window_is_refused(cowin, load, write_csv):
    cowin.late_window_days = 30
    cowin.save()
    _receipt, findings = load(cowin, write_csv([HEADER, row(10, "Raipur", 1)]))
    assert [one.kind for one in findings.failures] == ["window_closed"]
    assert item_total(cowin, "first_dose") == 0


def test_a_day_before_the_district_existed_is_refused(cowin, tree, load, write_csv):
    tree.raipur.valid_from = D11
    tree.raipur.save()
    _receipt, findings = load(cowin, write_csv([HEADER, row(10, "Raipur", 90), row(11, "Raipur", 100)]))
    assert [(one.kind, one.row) for one in findings.failures] == [("unit_not_there", 2)]
    assert day_counts(cowin, tree.raipur, FIRST) == {D11: 100}


def test_a_total_that_begins_before_the_file_is_named(cowin, load, write_csv):
    _receipt, findings = load(cowin, write_csv([HEADER, row(10, "Raipur", 100)]))
    assert [(one.row, one.value) for one in findings.sample if one.kind == "opening_balance"] == [(2, "100")]


class TestWithoutADistrict:
    """Unassigned rows and whole states: counted in one more unit of the state, never lost, never twice."""

    @pytest.fixture
    def other(self, cowin, tree, national_officer):
        area = unassigned_area(tree.chhattisgarh)
        areas = [unit.area for unit in cowin.units.select_related("area")]
        set_reporting_units(campaign=cowin, areas=[*areas, area], by=national_officer)
        return area

    @pytest.fixture
    def whole_state_key(self, tree):
        AreaAlias.objects.create(
            scheme="covid19india", value="ct_chhattisgarh", area=tree.chhattisgarh, within=tree.india
        )

    def test_an_unassigned_row_counts_for_the_state(self, cowin, tree, other, load, write_csv):
        rows = [row(10, "Raipur", 100), row(10, "Unassigned", 9), row(11, "Unassigned", 12)]
        _receipt, findings = load(cowin, write_csv([HEADER, *rows]))
        assert day_counts(cowin, other, FIRST) == {D10: 9, D11: 3}
        assert item_total(cowin, "first_dose", under=tree.chhattisgarh) == 112
        assert kinds(findings)["not_assigned"] == 1

    def test_an_unknown_district_counts_for_the_state_too_and_is_listed(self, cowin, other, load, write_csv):
        _receipt, findings = load(cowin, write_csv([HEADER, row(10, "Raipur", 100), row(10, "Atlantis", 9)]))
        assert day_counts(cowin, other, FIRST) == {D10: 9}
        assert [one.value for one in findings.sample if one.kind == "not_assigned"] == ["CT_Atlantis"]

    def test_without_such_a_unit_the_row_is_refused_and_says_how_to_make_one(self, cowin, load, write_csv):
        _receipt, findings = load(cowin, write_csv([HEADER, row(10, "Raipur", 1), row(10, "Unassigned", 9)]))
        (failure,) = findings.failures
        assert failure.kind == "not_a_unit" and "S22-OTHER" in failure.explanation

    def test_a_row_for_the_whole_state_counts_for_what_its_districts_did_not_report(
        self, cowin, tree, other, whole_state_key, load, write_csv
    ):
        load(cowin, write_csv([HEADER, row(10, "Raipur", 60), row(11, "Raipur", 80)], "districts.csv"))
        whole = [row(10, "Chhattisgarh", 100), row(11, "Chhattisgarh", 130)]
        _receipt, findings = load(cowin, write_csv([HEADER, *whole], "whole.csv"))
        assert day_counts(cowin, other, FIRST) == {D10: 40, D11: 10}
        assert item_total(cowin, "first_dose", until=D10) == 100
        assert item_total(cowin, "first_dose", until=D11) == 130
        assert kinds(findings) == {"blank": 2, "whole_state": 1}

    def test_when_the_districts_come_after_the_whole_state_nothing_counts_twice(
        self, cowin, tree, other, whole_state_key, load, write_csv
    ):
        whole = [row(10, "Chhattisgarh", 100), row(11, "Chhattisgarh", 130), row(12, "Chhattisgarh", 150)]
        load(cowin, write_csv([HEADER, *whole], "whole.csv"))
        districts = [(*RAIPUR, [sound(60), sound(80)]), (*BASTAR, [sound(40), sound(50)])]
        _receipt, findings = load(cowin, write_csv(wide(["10/04/2021", "11/04/2021"], districts)))
        assert item_total(cowin, "first_dose", until=D11) == 130
        assert item_total(cowin, "first_dose") == 150
        assert kinds(findings) == {"not_assigned_cleared": 2}

    def test_a_file_with_only_some_districts_leaves_the_unassigned_counts_alone(
        self, cowin, other, whole_state_key, load, write_csv
    ):
        load(cowin, write_csv([HEADER, row(10, "Unassigned", 9)], "first.csv"))
        load(cowin, write_csv([HEADER, row(10, "Raipur", 100)], "second.csv"))
        assert day_counts(cowin, other, FIRST) == {D10: 9}

    def test_a_whole_state_beside_its_own_districts_is_a_total_and_not_loaded(
        self, cowin, tree, other, whole_state_key, load, write_csv
    ):
        rows = [row(10, "Raipur", 60), row(10, "Chhattisgarh", 100)]
        _receipt, findings = load(cowin, write_csv([HEADER, *rows]))
        assert item_total(cowin, "first_dose") == 60
        assert kinds(findings)["total_row"] == 1

    def test_loading_it_again_changes_nothing(self, cowin, tree, other, whole_state_key, load, write_csv):
        load(cowin, write_csv([HEADER, row(10, "Raipur", 60)], "districts.csv"))
        whole = write_csv([HEADER, row(10, "Chhattisgarh", 100), row(12, "Chhattisgarh", 130)], "whole.csv")
        load(cowin, whole)
        receipt, _findings = load(cowin, whole)
        assert (receipt["changes"], receipt["submissions"]) == (0, 0)
