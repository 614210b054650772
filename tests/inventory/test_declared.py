"""Published figures: loading them, and setting them beside the ledger's own."""

import datetime

import pytest
from django.core.management import CommandError, call_command

from districts import shipped
from districts.models import AuditEvent
from inventory import ledger
from inventory.models import Channel, DeclaredFigure, WasteCause
from inventory.selectors.declared import statements
from inventory.services.declared import NotAFileOfFigures, load_file

SUPPLY = "as_of,state,doses_received,consumption_incl_wastage,balance,source"
WASTAGE = "as_of,scope,state,wastage_pct,wastage_doses,source"


@pytest.fixture
def table(tmp_path):
    def write(*lines, name="figures.csv"):
        path = tmp_path / name
        path.write_text("\n".join(lines), encoding="utf-8")
        return path

    return write


def figures():
    return {
        (row.area.code, row.measure, row.scope): row.value
        for row in DeclaredFigure.objects.select_related("area")
    }


def test_supply_and_balance_are_loaded_and_a_blank_is_no_figure(tree, table):
    load_file(table(SUPPLY, "2021-04-30,Maharashtra,16362470,15906147,,NDTV"))
    assert figures() == {("S27", "supplied", ""): 16362470, ("S27", "consumption", ""): 15906147}
    assert AuditEvent.objects.get(action="stock.declared").detail["added"] == 2


def test_wastage_may_be_negative_and_is_kept_as_published(tree, table):
    load_file(table(WASTAGE, "2021-05-31,May 2021 only,Chhattisgarh,-6.37,-110000,PTI"))
    assert figures() == {
        ("S22", "wastage_per_myriad", "May 2021"): -637,
        ("S22", "wasted", "May 2021"): -110000,
    }


def test_loading_again_changes_nothing_and_a_new_figure_replaces_the_old(tree, table):
    row = "2021-04-30,Chhattisgarh,100,60,40,NDTV"
    assert load_file(table(SUPPLY, row)).added == 3
    again = load_file(table(SUPPLY, row))
    assert (again.added, again.changed, again.unchanged) == (0, 0, 3)
    third = load_file(table(SUPPLY, row.replace("40", "41")))
    assert (third.added, third.changed, third.unchanged) == (0, 1, 2)
    assert figures()["S22", "balance", ""] == 41


def test_each_bad_row_is_named_and_the_others_are_loaded(tree, table, capsys):
    path = table(
        SUPPLY,
        "2021-04-30,Chhattisgarh,100,60,40,NDTV",
        "30 April,Chhattisgarh,100,60,40,NDTV",
        "2021-04-30,Chattisgad,100,60,40,NDTV",
        "2021-04-30,Maharashtra,1e5,,,NDTV",
        "2021-04-30,Maharashtra,,,,NDTV",
        "2021-04-30,Maharashtra,1,,,",
        "2021-04-30,Maharashtra,1",
    )
    with pytest.raises(CommandError, match="6 rows were refused"):
        call_command("import_declared_figures", str(path))
    errors = capsys.readouterr().err
    assert [f"line {line}:" in errors for line in range(2, 9)] == [False] + [True] * 6
    assert "Chhattisgarh?" in errors  # did you mean
    assert {code for code, _measure, _scope in figures()} == {"S22"}


@pytest.mark.parametrize("content", ["", "a,b\n1,2", "\x00"])
def test_another_file_is_refused(tree, table, content):
    with pytest.raises(NotAFileOfFigures):
        load_file(table(content))


def test_a_file_that_is_not_there_is_said_so(tree):
    with pytest.raises(CommandError, match=r"nowhere\.csv"):
        call_command("import_declared_figures", "nowhere.csv")


def test_what_does_not_reconcile_is_named_and_left_as_it_is(tree, table, capsys):
    path = table(
        SUPPLY,
        "2021-04-30,Chhattisgarh,1000,600,390,NDTV",
        "2021-05-01,Chhattisgarh,900,,,NDTV",
        "2021-05-02,Chhattisgarh,1100,700,400,NDTV",
    )
    call_command("import_declared_figures", str(path))
    said = capsys.readouterr().out
    assert "2021-04-30 Chhattisgarh: supplied − consumption − balance is +10, not 0" in said
    assert "2021-05-01 Chhattisgarh: doses supplied to date fall by −100" in said
    assert "2021-05-02" not in said
    assert [one.problems for one in statements([tree.chhattisgarh])] == [
        [("does_not_reconcile", 10)],
        [("falls", -100)],
        [],
    ]


def test_the_ledgers_own_figures_of_the_day_stand_beside(tree, table, state_store, early_batch):
    day = datetime.date(2021, 4, 30)
    ledger.receive(
        store=state_store,
        batch=early_batch,
        doses=1000,
        channel=Channel.FREE_OF_COST,
        happened_on=day,
        by=None,
    )
    for doses, later in ((30, 0), (99, 1)):
        ledger.waste(
            store=state_store,
            batch=early_batch,
            doses=doses,
            cause=WasteCause.CLOSED_FROZEN,
            happened_on=day + datetime.timedelta(later),
            by=None,
        )
    load_file(table(SUPPLY, "2021-04-30,Chhattisgarh,1010,50,960,NDTV", "2021-04-30,Maharashtra,5,,,NDTV"))
    load_file(table(WASTAGE, "2021-04-30,cumulative,Chhattisgarh,30.2,,Mint"))
    mint, ours, empty = statements([tree.chhattisgarh, tree.maharashtra])
    assert ours.beside == [
        ("supplied", 1010, 1000, -10),
        ("consumption", 50, 30, -20),
        ("balance", 960, 970, 10),
    ]
    # The day has the ledger's figures whichever source speaks; a rate has no column of its own there.
    assert mint.own == ours.own and mint.beside == []
    assert empty.own is None and empty.beside == []


@pytest.mark.django_db
def test_the_published_tables_load_with_their_contradictions_named(shared_data, capsys):
    shipped.load()
    files = [
        str(shared_data / f"{name}.csv") for name in ("state_supply_balance_published", "wastage_published")
    ]
    call_command("import_declared_figures", *files)
    said = capsys.readouterr().out
    assert "2021-04-30 Uttar Pradesh: supplied − consumption − balance is +440, not 0" in said
    assert "2021-05-11 Maharashtra: doses supplied to date fall" in said
    for state in ("Kerala", "West Bengal"):
        assert f"2021-05-31 {state}: wastage is negative" in said
    count = DeclaredFigure.objects.count()
    assert count == 140
    call_command("import_declared_figures", *files)
    assert DeclaredFigure.objects.count() == count and "0 figures added, 0 changed" in capsys.readouterr().out
