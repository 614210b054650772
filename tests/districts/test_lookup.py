from districts.lookup import AreaIndex
from districts.models import AreaAlias, Level
from districts.names import fold
from districts.tree import add_area


def index():
    return AreaIndex(levels=Level.values)


def test_an_area_is_found_by_either_name_however_it_is_written(tree):
    assert index().find("  RAIPUR", within=tree.chhattisgarh) == tree.raipur
    assert index().find("रायपुर", within=tree.chhattisgarh) == tree.raipur
    assert index().by_lgd_code[Level.DISTRICT, 387] == tree.raipur
    assert index().by_code["D387"] == tree.raipur


def test_a_name_is_looked_for_in_its_state_only(tree):
    assert index().find("Raipur", within=tree.maharashtra) is None
    assert index().find("Raipur") is None


def test_an_alias_belongs_to_its_scheme(tree):
    AreaAlias.objects.create(area=tree.raipur, scheme="cowin_id", value="109", within=tree.india)
    assert index().find("109", within=tree.india, scheme="cowin_id") == tree.raipur
    assert index().find_named("109", within=tree.india) is None


def test_an_ampersand_reads_as_and(tree):
    place = add_area(parent=tree.maharashtra, code="D1", level=Level.DISTRICT, name_en="North and South")
    assert index().find_named("North & South", within=tree.maharashtra) == place
    assert index().find_named("North&South", within=tree.maharashtra) == place


def test_two_blocks_of_one_name_in_a_district_are_not_guessed(tree):
    add_area(parent=tree.raipur, code="B1", level=Level.BLOCK, name_en="ARANG")
    assert index().find("Arang", within=tree.raipur) is None
    assert index().find("Abhanpur", within=tree.raipur) == tree.abhanpur


def test_a_misspelt_name_brings_the_near_ones_nearest_first(tree):
    AreaAlias.objects.create(
        area=tree.bastar, scheme="name", value=fold("Raipurkhas"), within=tree.chhattisgarh
    )
    assert index().suggest("Raipor", within=tree.chhattisgarh) == [tree.raipur, tree.bastar]
    assert index().suggest("Thiruvananthapuram", within=tree.chhattisgarh) == []


def test_an_index_of_one_subtree_knows_nothing_beside_it(tree):
    below = AreaIndex(levels=[Level.BLOCK], under=tree.raipur)
    assert set(below.areas.values()) == {tree.abhanpur, tree.arang}
