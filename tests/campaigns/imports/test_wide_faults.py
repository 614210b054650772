"""Every fault of the wide CoWIN file, in files small enough to add up in one's head."""

import datetime

from tests.campaigns.imports.standing import day_counts, item_total, kinds, reported_days
from tests.campaigns.imports.wide_file import BASTAR, PUNE, RAIPUR, sound, wide

FIRST, SECOND = "first_dose|||", "second_dose|||"
D10, D11, D12, D13 = (datetime.date(2021, 4, day) for day in (10, 11, 12, 13))
DATES = ["10/04/2021", "11/04/2021", "12/04/2021", "13/04/2021"]


def only(findings, kind):
    (finding,) = [one for one in findings.sample if one.kind == kind]
    return finding


def test_running_totals_become_the_counts_of_days(cowin, tree, load, write_csv):
    path = write_csv(wide(DATES[:3], [(*RAIPUR, [sound(100, 10), sound(150, 10), sound(180, 40)])]))
    load(cowin, path)
    assert day_counts(cowin, tree.raipur, FIRST) == {D10: 100, D11: 50, D12: 30}
    assert day_counts(cowin, tree.raipur, SECOND) == {D10: 10, D12: 30}


def test_sessions_and_sites_stand_each_for_its_own_day(cowin, tree, load, write_csv):
    blocks = [sound(1, sessions=9, sites=3), sound(1, sessions=5, sites=4)]
    load(cowin, write_csv(wide(DATES[:2], [(*RAIPUR, blocks)])))
    assert day_counts(cowin, tree.raipur, "sessions|||") == {D10: 9, D11: 5}
    assert day_counts(cowin, tree.raipur, "sites|||") == {D10: 3, D11: 4}


def test_two_rows_of_one_district_are_added_together(cowin, tree, load, write_csv):
    rows = [
        (*RAIPUR, [sound(100), sound(150)]),
        (*BASTAR, [sound(7), sound(8)]),
        (*RAIPUR, [sound(1), sound(3)]),
    ]
    _receipt, findings = load(cowin, write_csv(wide(DATES[:2], rows)))
    assert day_counts(cowin, tree.raipur, FIRST) == {D10: 101, D11: 52}
    assert day_counts(cowin, tree.bastar, FIRST) == {D10: 7, D11: 1}
    assert kinds(findings)["two_rows"] == 2


def test_whole_numbers_with_decimals_are_read_and_counted(cowin, tree, load, write_csv):
    block = [f"{figure}.0" for figure in sound(745)]
    _receipt, findings = load(cowin, write_csv(wide(DATES[:1], [(*RAIPUR, [block])])))
    assert day_counts(cowin, tree.raipur, FIRST) == {D10: 745}
    finding = only(findings, "decimal")
    assert (finding.row, finding.cell, finding.value, finding.cells) == (3, "G3", "745.0", 10)


def test_a_blank_is_carried_forward_and_is_no_report(cowin, tree, load, write_csv):
    _receipt, findings = load(
        cowin, write_csv(wide(DATES[:3], [(*RAIPUR, [sound(100), [""] * 10, sound(130)])]))
    )
    assert day_counts(cowin, tree.raipur, FIRST) == {D10: 100, D12: 30}
    assert reported_days(cowin, tree.raipur) == [D10, D12]
    finding = only(findings, "blank")
    assert (finding.row, finding.date, finding.cells) == (3, "2021-04-11", 10)
    # Each column of the blank date is told, not only those that are blank alone.
    told = {kind: dict(columns) for kind, _cells, columns in findings.remarks()}["blank"]
    assert sum(told.values()) == 10
    assert told["Sessions"] == 1 and len(told) == 10


def test_a_zero_is_not_a_blank(cowin, tree, load, write_csv):
    load(cowin, write_csv(wide(DATES[:1], [(*RAIPUR, [sound(0, sessions=0, sites=0)])])))
    assert reported_days(cowin, tree.raipur) == [D10]


def test_the_blank_of_one_of_two_rows_does_not_take_the_other_rows_doses_away(cowin, tree, load, write_csv):
    rows = [(*RAIPUR, [sound(100), sound(110), sound(120)]), (*RAIPUR, [sound(50), [""] * 10, sound(60)])]
    load(cowin, write_csv(wide(DATES[:3], rows)))
    assert day_counts(cowin, tree.raipur, FIRST) == {D10: 150, D11: 10, D12: 20}


def test_a_falling_total_is_a_negative_correction_on_its_day(cowin, tree, load, write_csv):
    _receipt, findings = load(
        cowin, write_csv(wide(DATES[:3], [(*RAIPUR, [sound(100), sound(90), sound(95)])]))
    )
    assert day_counts(cowin, tree.raipur, FIRST) == {D10: 100, D11: -10, D12: 5}
    fall = next(
        one for one in findings.sample if one.kind == "fall" and one.column == "First Dose Administered"
    )
    assert (fall.row, fall.cell, fall.date, fall.value) == (3, "T3", "2021-04-11", "90")
    assert "100" in fall.explanation and "−10" in fall.explanation


class TestShiftedColumns:
    """A date whose ten figures stand one cell too far left, as six rows do on 14 April 2021."""

    TRUE = sound(120, 20, covaxin=30, sessions=8, sites=3)

    def shifted(self):
        before, stray = sound(100, 10, covaxin=30), 777
        robbed = [*before[:9], self.TRUE[0]]
        return [sound(90, 5, covaxin=30), robbed, [*self.TRUE[1:], stray], sound(130, 25, covaxin=30)]

    def test_the_days_figures_are_right(self, cowin, tree, load, write_csv):
        load(cowin, write_csv(wide(DATES, [(*RAIPUR, self.shifted())])))
        assert day_counts(cowin, tree.raipur, FIRST) == {D10: 90, D11: 10, D12: 20, D13: 10}
        assert day_counts(cowin, tree.raipur, SECOND) == {D10: 5, D11: 5, D12: 10, D13: 5}
        assert day_counts(cowin, tree.raipur, "sessions|||")[D12] == 8
        assert day_counts(cowin, tree.raipur, "sites|||")[D12] == 3

    def test_the_overwritten_figure_of_the_day_before_follows_from_the_sum(
        self, cowin, tree, load, write_csv
    ):
        load(cowin, write_csv(wide(DATES, [(*RAIPUR, self.shifted())])))
        # All doses less Covaxin: 95-30, 110-30, 140-30, 155-30.
        covishield = day_counts(cowin, tree.raipur, "doses_by_vaccine||covishield|")
        assert covishield == {D10: 65, D11: 15, D12: 30, D13: 15}

    def test_it_is_listed_with_the_cells_it_touches(self, cowin, load, write_csv):
        _receipt, findings = load(cowin, write_csv(wide(DATES, [(*RAIPUR, self.shifted())])))
        assert kinds(findings) == {"shifted": 1, "overwritten": 1, "stray": 1}
        assert only(findings, "shifted").cell == "AA3"
        assert (only(findings, "overwritten").cell, only(findings, "overwritten").value) == ("Z3", "120")
        assert (only(findings, "stray").cell, only(findings, "stray").value) == ("AJ3", "777")

    def test_figures_that_only_do_not_add_up_are_loaded_as_they_stand(self, cowin, tree, load, write_csv):
        odd = sound(120)
        odd[5] += 1
        _receipt, findings = load(cowin, write_csv(wide(DATES[:2], [(*RAIPUR, [sound(100), odd])])))
        assert day_counts(cowin, tree.raipur, FIRST) == {D10: 100, D11: 20}
        assert kinds(findings) == {"not_adding_up": 1}

    def test_a_quiet_row_of_zeros_is_never_taken_for_shifted(self, cowin, load, write_csv):
        _receipt, findings = load(
            cowin, write_csv(wide(DATES[:2], [(*RAIPUR, [sound(0), sound(0, covaxin=0)])]))
        )
        assert kinds(findings) == {}


def test_vaccine_columns_change_their_meaning_on_the_first_of_april(cowin, tree, load, write_csv):
    blocks = [
        sound(100, 40, covaxin=10, all_doses=False),
        sound(110, 50, covaxin=25),
        sound(120, 60, covaxin=27),
    ]
    dates = ["31/03/2021", "01/04/2021", "02/04/2021"]
    _receipt, findings = load(cowin, write_csv(wide(dates, [(*RAIPUR, blocks)])))
    march, april, second = (
        datetime.date(2021, 3, 31),
        datetime.date(2021, 4, 1),
        datetime.date(2021, 4, 2),
    )
    assert day_counts(cowin, tree.raipur, "first_dose_by_vaccine||covaxin|") == {march: 10}
    assert day_counts(cowin, tree.raipur, "doses_by_vaccine||covaxin|") == {april: 25, second: 2}
    assert item_total(cowin, "doses_by_vaccine") == 180 == item_total(cowin, "first_dose") + 60
    assert kinds(findings)["meaning_changed"] == 3


def test_individuals_registered_are_loaded_until_the_column_repeats_the_doses(cowin, tree, load, write_csv):
    blocks = [sound(100, registered=900, all_doses=False), sound(110)]
    load(cowin, write_csv(wide(["31/03/2021", "01/04/2021"], [(*RAIPUR, blocks)])))
    assert item_total(cowin, "registered") == 900


def test_a_cut_off_last_date_is_left_out_and_named(cowin, tree, load, write_csv):
    names = ["Total Individuals Vaccinated", "Sessions", "Sites ", "First Dose Administered"]
    lines = wide(DATES[:2], [(*RAIPUR, [sound(100), sound(120)])], ["12/04/2021"] * 4, names)
    lines[2][26:30] = [140, 1, 1, 140]
    _receipt, findings = load(cowin, write_csv(lines))
    assert reported_days(cowin, tree.raipur) == [D10, D11]
    assert item_total(cowin, "first_dose") == 120
    finding = only(findings, "cut_off")
    assert (finding.cell, finding.date, finding.cells) == ("AA1", "2021-04-12", 4)
    assert "covishield" in finding.explanation


THREE = ["Total Doses Administered", "First Dose Administered", "Second Dose Administered"]


def test_blank_columns_at_the_end_are_counted_and_left_out(cowin, load, write_csv):
    lines = wide(DATES[:1], [(*RAIPUR, [sound(100)])], ["2021-05-01"] * 3, THREE)
    _receipt, findings = load(cowin, write_csv(lines))
    assert kinds(findings) == {"trailing_columns": 3}


def test_filled_columns_at_the_end_are_loaded(cowin, tree, load, write_csv):
    lines = wide(DATES[:1], [(*RAIPUR, [sound(100, 5)])], ["2021-05-01"] * 3, THREE)
    lines[2][16:19] = [165, 140, 25]
    load(cowin, write_csv(lines))
    assert day_counts(cowin, tree.raipur, FIRST) == {D10: 100, datetime.date(2021, 5, 1): 40}
    assert item_total(cowin, "second_dose") == 25


def test_a_cell_that_is_no_number_is_named_and_carried_forward(cowin, tree, load, write_csv):
    broken = sound(120)
    broken[3] = "1 20"
    _receipt, findings = load(
        cowin, write_csv(wide(DATES[:3], [(*RAIPUR, [sound(100), broken, sound(150)])]))
    )
    assert day_counts(cowin, tree.raipur, FIRST) == {D10: 100, D12: 50}
    (failure,) = findings.failures
    assert (failure.kind, failure.row, failure.cell, failure.value) == ("not_a_count", 3, "T3", "1 20")
    assert "whole number" in failure.explanation


def test_a_district_that_nobody_knows_is_refused_with_a_suggestion(cowin, load, write_csv):
    stranger = ("CT", "Chhattisgarh", "CT_Raipurr", "Raipurr")
    _receipt, findings = load(
        cowin, write_csv(wide(DATES[:1], [(*stranger, [sound(5)]), (*PUNE, [sound(9)])]))
    )
    (failure,) = findings.failures
    assert (failure.kind, failure.row, failure.value) == ("unknown_unit", 3, "CT_Raipurr")
    assert "Raipurr" in failure.explanation and "Raipur?" in failure.explanation
    assert item_total(cowin, "first_dose") == 9


def test_days_outside_the_campaign_are_named_once_and_their_doses_fall_on_its_first_day(
    cowin, tree, load, write_csv
):
    cowin.starts_on = D11
    cowin.save()
    _receipt, findings = load(cowin, write_csv(wide(DATES[:2], [(*RAIPUR, [sound(100), sound(130)])])))
    assert day_counts(cowin, tree.raipur, FIRST) == {D11: 130}
    assert kinds(findings) == {"outside_campaign": 1}


def test_a_later_file_continues_where_the_ledger_stands(cowin, tree, load, write_csv):
    load(cowin, write_csv(wide(DATES[:2], [(*RAIPUR, [sound(100), sound(130)])])))
    load(cowin, write_csv(wide(DATES[2:], [(*RAIPUR, [sound(150), sound(151)])]), "later.csv"))
    assert day_counts(cowin, tree.raipur, FIRST) == {D10: 100, D11: 30, D12: 20, D13: 1}


def test_the_same_file_again_changes_nothing(cowin, load, write_csv):
    path = write_csv(wide(DATES[:3], [(*RAIPUR, [sound(100), [""] * 10, sound(90)])]))
    load(cowin, path)
    receipt, _findings = load(cowin, path)
    assert (receipt["changes"], receipt["submissions"], receipt["journal_id"]) == (0, 0, None)


def test_a_corrected_file_sets_a_day_back_to_zero(cowin, tree, load, write_csv):
    load(cowin, write_csv(wide(DATES[:2], [(*RAIPUR, [sound(100), sound(130)])])))
    load(cowin, write_csv(wide(DATES[:2], [(*RAIPUR, [sound(100), sound(100)])])), reason="corrected")
    assert day_counts(cowin, tree.raipur, FIRST) == {D10: 100}


def test_sessions_and_sites_are_previewed_for_their_largest_day_and_doses_summed(
    cowin, tree, write_csv, preview
):
    """Oracle: sessions stand each for its day, so 9 + 5 over two districts on one day, and never 9 + 5 + 4 + 4."""
    days = [sound(100, sessions=9, sites=3), sound(130, sessions=4, sites=4)]
    others = [sound(10, sessions=5, sites=1), sound(20, sessions=4, sites=2)]
    found, _findings = preview(cowin, write_csv(wide(DATES[:2], [(*RAIPUR, days), (*BASTAR, others)])))
    items = {code: (before, after, adds_up) for code, before, after, adds_up in found["items"]}
    assert items["sessions"] == (0, 14, False)
    assert items["sites"] == (0, 6, False)
    assert items["first_dose"] == (0, 150, True)
