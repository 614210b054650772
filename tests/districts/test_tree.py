import datetime
import threading

import pytest
from django.db import connection, connections

from districts import shipped
from districts import tree as growing
from districts.models import Area, Level


def site(parent, code, **fields):
    return {"parent": parent, "code": code, "name_en": f"Site {code}", **fields}


def test_siblings_are_numbered_on_in_the_order_given(tree):
    first, second = growing.add_areas(
        parent=tree.abhanpur,
        rows=[
            {"code": "X2", "level": Level.SITE, "name_en": "Second by name"},
            {"code": "X1", "level": Level.SITE, "name_en": "First by name"},
        ],
    )
    assert first.path == f"{tree.abhanpur.path}00001"
    assert second.path == f"{tree.abhanpur.path}00002"
    assert growing.add_area(parent=tree.abhanpur, code="X3", level=Level.SITE, name_en="Third").path.endswith(
        "00003"
    )


def test_an_area_contains_itself_and_all_below_and_nothing_beside(tree):
    found = set(Area.objects.under(tree.raipur))
    assert found == {tree.raipur, tree.abhanpur, tree.arang}
    assert tree.raipur.contains(tree.arang)
    assert not tree.raipur.contains(tree.jagdalpur)


def test_the_tenth_sibling_is_not_below_the_first(tree):
    children = growing.add_areas(
        parent=tree.pune,
        rows=[{"code": f"X{n}", "level": Level.BLOCK, "name_en": f"Block {n}"} for n in range(12)],
    )
    growing.add_area(parent=children[0], code="Y", level=Level.SITE, name_en="Below the first")
    assert set(Area.objects.under(children[0]).values_list("code", flat=True)) == {"X0", "Y"}


def test_ancestors_come_from_the_nation_down(tree):
    steps = Area.objects.ancestors_of(tree.arang, include_self=True)
    assert list(steps) == [tree.india, tree.chhattisgarh, tree.raipur, tree.arang]
    assert list(Area.objects.ancestors_of(tree.india)) == []


@pytest.mark.parametrize("direction", ["path", "-path"])
def test_a_subtree_is_one_range_of_an_index(tree, direction):
    growing.add_sites(rows=[site(tree.katol, f"K{n}") for n in range(3000)])
    growing.add_sites(rows=[site(tree.arang, f"A{n}") for n in range(30)])
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE districts_area")
    plan = Area.objects.under(tree.raipur).order_by(direction).explain()
    if connection.vendor == "postgresql":
        assert "Seq Scan" not in plan
        assert "Index Cond" in plan and ">=" in plan and "<=" in plan
    else:
        assert "SCAN" not in plan.replace("SEARCH", "")
        assert "USING INDEX" in plan and "(path>? AND path<?)" in plan


def test_a_level_lies_under_a_higher_one(tree):
    with pytest.raises(growing.TreeRefused, match="cannot lie under"):
        growing.add_area(parent=tree.arang, code="X", level=Level.DISTRICT, name_en="Upside down")


@pytest.mark.parametrize("code", ["", "with space", "शहर", "a/b", "x" * 33, "dotted.code", "-x"])
def test_a_code_stands_in_an_address_unquoted(tree, code):
    with pytest.raises(growing.TreeRefused, match="a code is"):
        growing.add_area(parent=tree.arang, code=code, level=Level.SITE, name_en="Site")


@pytest.mark.parametrize(
    ("code", "level"), [("D901", Level.SITE), ("b7", Level.SITE), ("S9", Level.DISTRICT)]
)
def test_the_codes_of_the_directories_are_kept_for_them(tree, code, level):
    with pytest.raises(growing.TreeRefused, match="those of the LGD"):
        growing.add_area(parent=tree.maharashtra, code=code, level=level, name_en="Place")


@pytest.mark.parametrize("name", ["", "  ", "x" * 201])
def test_a_name_is_not_empty_and_fits_on_every_database(tree, name):
    with pytest.raises(growing.TreeRefused, match="a name has"):
        growing.add_sites(rows=[site(tree.arang, "X") | {"name_en": name}])


def test_more_children_than_numbers_are_refused(tree, monkeypatch):
    monkeypatch.setattr(growing, "MOST_CHILDREN", 2)
    growing.add_sites(rows=[site(tree.arang, "A1"), site(tree.arang, "A2")])
    with pytest.raises(growing.TreeRefused, match="More than 2 areas"):
        growing.add_sites(rows=[site(tree.arang, "A3")])
    assert not Area.objects.filter(code="A3").exists()


def test_sites_by_the_lakh_stand_like_sites_added_one_by_one(tree):
    rows = [
        site(tree.arang, "A1", name_en='Sub-centre "Khauli", ward 7', name_hi="उप केंद्र"),
        site(tree.katol, "K1", name_en="Back\\slash and\ttab"),
        site(tree.arang, "A2"),
    ]
    assert growing.add_sites(rows=rows) == 3
    one_by_one = growing.add_area(parent=tree.arang, code="A3", level=Level.SITE, name_en="Site A3")
    assert one_by_one.path == f"{tree.arang.path}00003"
    first = Area.objects.get(code="A1")
    assert (first.level, first.parent, first.path) == (Level.SITE, tree.arang, f"{tree.arang.path}00001")
    assert (first.name_en, first.name_hi) == ('Sub-centre "Khauli", ward 7', "उप केंद्र")
    assert (first.lgd_code, first.iso_code, first.valid_from) == (None, "", None)
    assert Area.objects.get(code="K1").name_en == "Back\\slash and\ttab"
    assert first.updated_at <= one_by_one.updated_at


def test_the_statements_for_many_sites_do_not_grow_with_their_number(tree, django_assert_num_queries):
    blocks = [tree.abhanpur, tree.arang, tree.katol, tree.mulshi]
    with django_assert_num_queries(5):  # savepoint, lock, last numbers, insert, release
        growing.add_sites(rows=[site(blocks[n % 4], f"X{n}") for n in range(4)])
    with django_assert_num_queries(5):
        growing.add_sites(rows=[site(blocks[n % 4], f"Y{n}") for n in range(4000)])


@pytest.mark.django_db(transaction=True)
def test_two_writers_under_one_parent_hand_out_different_numbers(tree):
    start, failures = threading.Barrier(4), []

    def add(writer):
        try:
            start.wait(timeout=10)
            for number in range(5):
                growing.add_area(
                    parent=tree.arang, code=f"W{writer}-{number}", level=Level.SITE, name_en="Site"
                )
        except Exception as error:
            failures.append(error)
        finally:
            connections.close_all()

    writers = [threading.Thread(target=add, args=[number]) for number in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(timeout=60)
    assert failures == []
    paths = list(Area.objects.filter(parent=tree.arang).values_list("path", flat=True))
    assert paths == [f"{tree.arang.path}{number:05d}" for number in range(1, 21)]


def test_validity_ends_on_the_day_before_it_says(tree):
    tree.arang.valid_from, tree.arang.valid_until = datetime.date(2021, 1, 1), datetime.date(2022, 1, 1)
    tree.arang.save()

    def is_there(day):
        return Area.objects.current_on(day).filter(pk=tree.arang.pk).exists()

    assert [is_there(datetime.date(2020, 12, 31)), is_there(datetime.date(2021, 1, 1))] == [False, True]
    assert [is_there(datetime.date(2021, 12, 31)), is_there(datetime.date(2022, 1, 1))] == [True, False]


def test_a_tree_that_has_some_areas_gets_the_others(tree):
    raipur = tree.raipur.pk
    shipped.load()
    assert Area.objects.get(code="D387").pk == raipur
    assert Area.objects.filter(level=Level.DISTRICT).count() == 763
