"""The check finds any damage in any of the progress tables, and the rebuild mends it; both as commands, too."""

import datetime

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from campaigns.models import Campaign, Cohort, Item
from campaigns.services import setup
from campaigns.services.tallies import Line, submit_tally
from reports import fold, tasks
from reports.models import CampaignFold, ProgressCheck
from tests.oracles import ledger as ledger_oracle
from tests.oracles import progress as progress_oracle
from tests.reports.sequences import Sequence, make_world

pytestmark = pytest.mark.django_db

# What may go wrong with a row, as statements over a table with a chosen row ({key}) and its first sum ({sum}).
DAMAGE = {
    "a sum too large": "UPDATE {table} SET {sum} = {sum} + 1 WHERE {key}",
    "a row lost": "DELETE FROM {table} WHERE {key}",
    "a row too many": ("INSERT INTO {table} SELECT {columns_elsewhere} FROM {table} WHERE {key}"),
}
TABLES = {
    "reports_dailyprogress": (("area_id", "cell_id", "day"), ("count",)),
    "reports_monthlyprogress": (("area_id", "cell_id", "month"), ("count",)),
    "reports_progresstodate": (("area_id", "cell_id"), ("count",)),
    "reports_dailyreporting": (("area_id", "campaign_id", "day"), ("reported", "on_time")),
    "reports_dailyrevision": (("area_id", "cell_id", "recorded_on"), ("added", "removed")),
}


@pytest.fixture
def world():
    """A campaign with some weeks of reports behind it, all folded."""
    world = make_world("mixed")
    sequence = Sequence(world, seed=7)
    sequence.run(length=60)
    fold.fold_marks(world.campaign.pk)
    return world


def a_row(table):
    """The condition that picks one row, and its values."""
    keys, _sums = TABLES[table]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {table} ORDER BY {', '.join(keys)} LIMIT 1 OFFSET 3")
        names = [column[0] for column in cursor.description]
        row = dict(zip(names, cursor.fetchone(), strict=True))
    return " AND ".join(f"{key} = '{row[key]}'" for key in keys), row


def damage(table, kind, sum_column=None):
    _keys, sums = TABLES[table]
    key, row = a_row(table)
    # An area that there is not.
    elsewhere = {"area_id": "(SELECT MAX(id) + 1 FROM districts_area)"}
    with connection.cursor() as cursor:
        cursor.execute(
            DAMAGE[kind].format(
                table=table,
                key=key,
                sum=sum_column or sums[0],
                columns_elsewhere=", ".join(elsewhere.get(name, name) for name in row),
            )
        )
        assert cursor.rowcount == 1


@pytest.mark.parametrize("kind", DAMAGE)
@pytest.mark.parametrize("table", TABLES)
def test_any_damage_in_any_table_is_found_and_mended(world, table, kind):
    before = progress_oracle.kept(world.campaign)
    assert fold.verify(world.campaign).differences == 0
    damage(table, kind)
    check = fold.verify(world.campaign)
    assert check.differences == 1
    (difference,) = check.sample
    assert difference["table"] == table
    if kind == "a sum too large":
        assert difference["kept"][0] == difference["recomputed"][0] + 1
    else:
        missing, there = ("kept", "recomputed") if kind == "a row lost" else ("recomputed", "kept")
        assert difference[missing] is None and difference[there] is not None
    assert fold.rebuild(world.campaign) == 1
    assert progress_oracle.kept(world.campaign) == before
    assert fold.verify(world.campaign).differences == 0


@pytest.mark.parametrize(
    ("table", "column"), [("reports_dailyreporting", "on_time"), ("reports_dailyrevision", "removed")]
)
def test_the_second_sum_of_a_row_is_checked_as_well(world, table, column):
    damage(table, "a sum too large", column)
    assert fold.verify(world.campaign).differences == 1
    assert fold.rebuild(world.campaign) == 1


def test_a_rebuild_of_figures_that_are_right_writes_no_row(world):
    assert fold.rebuild(world.campaign) == 0


def test_a_rebuild_makes_all_figures_from_the_ledger_alone(world):
    before = progress_oracle.kept(world.campaign)
    state = CampaignFold.objects.get(campaign=world.campaign)
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"DELETE FROM {table}")
    CampaignFold.objects.filter(campaign=world.campaign).update(
        last_day=None, busy_day=None, newest_recorded_at=None
    )
    assert fold.rebuild(world.campaign) == sum(map(len, before.values()))
    assert progress_oracle.kept(world.campaign) == before
    again = CampaignFold.objects.get(campaign=world.campaign)
    for name in ("last_day", "busy_day", "newest_recorded_at"):
        assert getattr(again, name) == getattr(state, name) is not None, name
    assert again.version > state.version


def test_a_rebuild_counts_what_is_marked_once(world):
    post(world, day=datetime.date(2021, 2, 1), count=5)
    fold.rebuild(world.campaign)
    ledger = ledger_oracle.read(world.campaign)
    assert not ledger.marked
    assert progress_oracle.kept(world.campaign) == progress_oracle.tables(ledger)
    assert fold.fold_marks(world.campaign.pk) == 0


def test_what_waits_for_its_fold_is_no_difference(world):
    post(world, day=datetime.date(2021, 2, 1), count=5)
    assert fold.verify(world.campaign).differences == 0
    fold.fold_marks(world.campaign.pk)
    assert fold.verify(world.campaign).differences == 0


def test_a_backlog_is_folded_in_steps_and_counts_once(world, monkeypatch):
    monkeypatch.setattr(fold, "MOST_MARKS", 3)
    for number in range(10):
        post(world, day=datetime.date(2021, 2, 1 + number), count=number + 1)
    assert fold.fold_marks(world.campaign.pk) == 10
    ledger = ledger_oracle.read(world.campaign)
    assert progress_oracle.kept(world.campaign) == progress_oracle.tables(ledger)


def test_the_nightly_check_keeps_what_it_found_and_shouts(world, caplog):
    damage("reports_dailyprogress", "a sum too large")
    tasks.verify_progress()
    assert ProgressCheck.objects.get().differences == 1
    assert "differ from its ledger in 1 rows" in caplog.text and "rebuild_progress mixed" in caplog.text


def test_the_command_checks_and_changes_nothing(world, capsys):
    call_command("rebuild_progress", "mixed", check=True)
    assert "rows compared, 0 differ" in capsys.readouterr().out
    damage("reports_monthlyprogress", "a row lost")
    with pytest.raises(CommandError, match="Run without --check"):
        call_command("rebuild_progress", check=True)
    assert "reports_monthlyprogress" in capsys.readouterr().out
    assert fold.verify(world.campaign).differences == 1


def test_the_command_rebuilds_and_says_how_much_was_wrong(world, capsys):
    damage("reports_monthlyprogress", "a row lost")
    call_command("rebuild_progress")
    assert capsys.readouterr().out == "mixed: rebuilt, 1 rows were wrong\n"
    assert fold.verify(world.campaign).differences == 0


def test_the_command_names_a_campaign_that_it_does_not_know(world):
    with pytest.raises(CommandError, match="No such campaign: nowhere"):
        call_command("rebuild_progress", "mixed", "nowhere")


def test_a_rebuild_leaves_other_campaigns_alone(world):
    elsewhere = make_second_campaign(world)
    before = progress_oracle.kept(elsewhere)
    assert sum(map(len, before.values())) > 0
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE reports_dailyprogress SET count = count + 1 WHERE cell_id IN "
            f"(SELECT id FROM campaigns_sheetcell WHERE campaign_id = {elsewhere.pk})"
        )
        wrong = cursor.rowcount
    assert fold.rebuild(world.campaign) == 0
    assert fold.verify(world.campaign).differences == 0
    assert fold.verify(elsewhere).differences == wrong
    fold.rebuild(elsewhere)
    assert progress_oracle.kept(elsewhere) == before


def make_second_campaign(world):
    first = world.campaign
    campaign = Campaign.objects.create(
        slug="second", name_en="Second", area=first.area, starts_on=first.starts_on, ends_on=first.ends_on
    )
    Cohort.objects.create(campaign=campaign, code="all", name_en="All")
    Item.objects.create(campaign=campaign, code="dose-1", name_en="First", dose_number=1, antigen="MR")
    setup.build_sheet(campaign=campaign, by=None)
    setup.set_reporting_units(campaign=campaign, areas=world.units, by=None)
    campaign.refresh_from_db()
    for number, unit in enumerate(world.units[:3]):
        submit_tally(
            campaign=campaign,
            unit=unit,
            day=datetime.date(2021, 2, 1),
            lines=[Line("dose-1", number + 1, "all")],
            by=None,
            source="form",
        )
    fold.fold_marks(campaign.pk)
    return campaign


def post(world, *, day, count, unit=0):
    submit_tally(
        campaign=world.campaign,
        unit=world.units[unit],
        day=day,
        lines=[Line("dose-1", count, "old")],
        by=None,
        source="form",
        reason="counted again",
    )
