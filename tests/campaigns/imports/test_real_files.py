"""The national files themselves, against slow second readings of them."""

import csv
import datetime
from collections import Counter

import pytest
from django.core.management import call_command

from campaigns.models import Campaign, Journal, Submission
from districts.models import Area, AreaAlias, Level
from districts.shipped import load as load_areas
from tests.campaigns.imports.standing import item_total, sums_by_day, sums_by_state
from tests.oracles import cowin_wide, district_long

LAST = datetime.date(2021, 4, 26)
SHIFTED_ON = datetime.date(2021, 4, 14)
ITEMS = {"first_dose": ["first"], "second_dose": ["second"], "persons": ["male", "female", "other"]}


@pytest.fixture
def india(db):
    load_areas()
    return Area.objects.get(code="IN")


def import_counts(path, slug="cowin", **options):
    call_command("import_counts", path, campaign=slug, create_campaign=True, **options)
    return Campaign.objects.get(slug=slug)


def state_codes():
    """{CT: S22, …} by the names that the files and the tree share."""
    aliases = AreaAlias.objects.filter(scheme="covid19india", area__level=Level.STATE)
    return {value.upper(): code for value, code in aliases.values_list("value", "area__code")}


@pytest.fixture
def wide_path(shared_data):
    return shared_data / "cowin_vaccine_data_districtwise.csv"


def sums_of_rows(rows, days, last):
    """{(state, item): running total} by the second reading."""
    sums = Counter()
    for _number, state, _key, cells in rows:
        for item, measures in ITEMS.items():
            sums[state, item] += sum(cowin_wide.to_date(cells, days, last, measure) for measure in measures)
    return sums


@pytest.mark.slow
def test_the_wide_file_loads_in_one_go_and_adds_up(india, wide_path, shared_data, tmp_path, capsys):
    report = tmp_path / "report.csv"
    campaign = import_counts(wide_path, report=report)
    rows, days = cowin_wide.rows(wide_path)
    standing = sums_by_state(campaign)
    expected = sums_of_rows(rows, days, LAST)
    codes = state_codes()

    # The published totals of 26 April 2021, and every state adds up to them.
    assert sum(count for (_state, item), count in standing.items() if item == "first_dose") == 11_96_95_566
    assert sum(count for (_state, item), count in standing.items() if item == "second_dose") == 2_26_38_641
    assert {key: standing[codes[key[0]], key[1]] for key in expected} == expected
    doses = sum(count for (_state, item), count in standing.items() if item == "doses_by_vaccine")
    assert doses == 11_96_95_566 + 2_26_38_641

    # So does every day on which no row is shifted.
    first_doses, to_date = sums_by_day(campaign, "first_dose"), 0
    for day in days:
        to_date += first_doses.get(day, 0)
        if day != SHIFTED_ON and day.day in (1, 13, 15, 16, 31):
            assert to_date == sum(cowin_wide.to_date(cells, days, day, "first") for *_row, cells in rows), day

    # And on the day of the shift the two states come to what the state file says.
    on_the_day = sums_by_state(campaign, until=SHIFTED_ON)
    with (shared_data / "cowin_vaccine_data_statewise_to_20210831.csv").open(
        encoding="utf-8", newline=""
    ) as file:
        published = {
            row["State"]: row
            for row in csv.DictReader(file)
            if row["Updated On"] == SHIFTED_ON.strftime("%d/%m/%Y")
        }
    for name, code in (("Punjab", "S3"), ("Puducherry", "S34")):
        assert on_the_day[code, "first_dose"] == int(published[name]["First Dose Administered"])
        assert on_the_day[code, "second_dose"] == int(published[name]["Second Dose Administered"])

    check_report(report, rows, days)
    assert "5,888" in capsys.readouterr().out

    # Loading it again changes nothing.
    before = (Journal.objects.count(), Submission.objects.count())
    import_counts(wide_path)
    assert (Journal.objects.count(), Submission.objects.count()) == before
    assert sums_by_state(campaign) == standing


def check_report(report, rows, days):
    """The anomaly report counts each kind of fault that the file has."""
    with report.open(encoding="utf-8-sig", newline="") as file:
        listed = list(csv.DictReader(file))
    counted = Counter()
    for finding in listed:
        counted[finding["kind"]] += int(finding["cells"])
    shifted = [finding for finding in listed if finding["kind"] == "shifted"]
    assert {(finding["unit"], finding["date"]) for finding in shifted} == {
        (key, "2021-04-14")
        for key in ("PB_Amritsar", "PB_Barnala", "PY_Karaikal", "PY_Mahe", "PY_Puducherry", "PY_Yanam")
    }
    assert counted["two_rows"] == 50
    assert counted["decimal"] == 30_843
    assert counted["blank"] == 71
    assert counted["cut_off"] == 8
    assert counted["trailing_columns"] == 90
    assert counted["meaning_changed"] == 3
    assert counted["overwritten"] == counted["stray"] == 6
    raw_falls = sum(cowin_wide.falls(cells, days, "first") for *_row, cells in rows)
    falls = [one for one in listed if one["kind"] == "fall" and one["column"] == "First Dose Administered"]
    assert raw_falls == 877
    assert len(falls) == raw_falls - len(shifted), "the other six are no falls: their columns are shifted"


@pytest.mark.slow
def test_the_long_file_loads_and_every_state_adds_up(india, shared_data, capsys):
    path = shared_data / "district_doses_daily_to_20210831.csv"
    campaign = import_counts(path)
    assert campaign.units.filter(area__code="S7-OTHER").exists(), "Delhi is one row in this file"
    codes = state_codes()
    for day in ("2021-04-26", "2021-08-31"):
        standing = sums_by_state(campaign, until=datetime.date.fromisoformat(day))
        for state, (first, second) in district_long.totals_to_date(path, day).items():
            assert standing.get((codes[state], "first_dose"), 0) == first
            assert standing.get((codes[state], "second_dose"), 0) == second
    assert "1,861" in capsys.readouterr().out


@pytest.mark.slow
def test_the_long_file_after_the_wide_one_counts_delhi_once(india, shared_data, wide_path):
    long_path = shared_data / "district_doses_daily_to_20210831.csv"
    import_counts(wide_path, ends_on=datetime.date(2021, 8, 31))
    campaign = import_counts(long_path)
    for day in ("2021-04-26", "2021-08-31"):
        standing = sums_by_state(campaign, until=datetime.date.fromisoformat(day))
        assert standing["S7", "first_dose"] == district_long.totals_to_date(long_path, day)["DL"][0]


def test_the_state_file_loads_and_its_rows_of_india_are_compared(india, shared_data, capsys):
    path = shared_data / "vaccine_doses_statewise_v2_to_20210831.csv"
    campaign = import_counts(path)
    assert campaign.units.filter(area__code="IN-OTHER").exists(), "Miscellaneous is no state"
    with path.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["Vaccinated As of"] == "31/08/2021"]
    expected = sum(int(row["First Dose Administered"]) for row in rows if row["State"] != "Total")
    assert item_total(campaign, "first_dose") == expected
    assert "Total that differs from its parts" in capsys.readouterr().out


@pytest.mark.parametrize(
    "name",
    [
        "cowin_vaccine_data_statewise_to_20210831.csv",
        "cowin_vaccine_data_statewise__variant_24col_to_20210715.csv",
    ],
)
def test_both_variants_of_the_state_file_load(india, shared_data, name):
    campaign = import_counts(shared_data / name)
    chhattisgarh = Area.objects.get(code="S22")
    with (shared_data / name).open(encoding="utf-8", newline="") as file:
        rows = [
            row
            for row in csv.DictReader(file)
            if row["State"] == "Chhattisgarh" and row["First Dose Administered"]
        ]
    assert item_total(campaign, "first_dose", under=chhattisgarh) == int(
        float(rows[-1]["First Dose Administered"])
    )


def test_every_district_key_of_cowin_is_known(india, shared_data):
    with (shared_data / "crosswalk_cowin_lgd.csv").open(encoding="utf-8", newline="") as file:
        truth = {row["district_key"].casefold(): f"D{row['lgd_code']}" for row in csv.DictReader(file)}
    aliases = dict(AreaAlias.objects.filter(scheme="covid19india").values_list("value", "area__code"))
    assert {key: aliases.get(key) for key in truth} == truth


def test_a_dry_run_writes_nothing(india, shared_data, capsys):
    path = shared_data / "vaccine_doses_statewise_v2_to_20210831.csv"
    import_counts(path, dry_run=True)
    assert Journal.objects.count() == Submission.objects.count() == 0
    assert "would change" in capsys.readouterr().out
