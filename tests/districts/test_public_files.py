"""Public tables of populations and a public map, over the shipped areas."""

import pytest

from districts.area_files.importing import import_file
from districts.boundaries import import_boundaries
from districts.models import Area, AreaBoundary, Level, Population


@pytest.mark.parametrize(
    ("file", "figures_told", "refused"),
    [
        ("covid19india_districts_meta.csv", 719, 0),
        ("covid19india_states_meta.csv", 37, 0),
        ("iips_district_projection_census2011_boundaries_2011_2031.csv", 9600, 0),
        ("ncp_state_projection_2011_2036.csv", 2886, 0),
    ],
)
def test_a_real_file_is_taken_whole_and_changes_nothing_the_second_time(
    reference, shared_data, file, figures_told, refused
):
    first = import_file(shared_data / file)
    assert len(first.added) + first.counts["unchanged"] == figures_told
    assert (first.changed, len(first.refused)) == ([], refused)
    standing = list(Population.objects.order_by("pk").values_list())
    second = import_file(shared_data / file)
    assert (second.wrote_something, second.counts["unchanged"]) == (False, figures_told)
    assert list(Population.objects.order_by("pk").values_list()) == standing


def test_sources_that_disagree_stand_side_by_side(reference, shared_data):
    import_file(shared_data / "ncp_state_projection_2011_2036.csv")
    import_file(shared_data / "covid19india_states_meta.csv")
    figures = Population.objects.filter(area__code="S21", group="total")
    told = {(figure.source, figure.year): figure.persons for figure in figures}
    assert told["covid19india.org", 2019] == 4_36_71_000
    assert told["Population Projections for India and States 2011-2036", 2011] == 4_19_74_000
    assert told["Census of India 2011", 2011] == 4_19_74_218


def test_the_real_map_draws_36_states_and_720_districts_in_little_space(reference, shared_data):
    content = (shared_data / "geo" / "c19_india.topo.json").read_bytes()
    report = import_boundaries(content=content, source="covid19india.org (MIT)", by=None)
    assert report.drawn == {Level.STATE: 36, Level.DISTRICT: 720}
    assert {shape.name for shape in report.unmatched} == {"Delhi", "Mirpur", "Muzaffarabad"}
    # What the file does not have: districts formed later, those of Delhi, and Mumbai Suburban.
    assert len(report.without) == 43
    sizes = dict.fromkeys(Area.objects.filter(level=Level.STATE).values_list("path", flat=True), 0)
    for path, outline in AreaBoundary.objects.filter(area__level=Level.DISTRICT).values_list(
        "area__path", "svg_path"
    ):
        sizes[path[:10]] += len(outline)
    assert sum(sizes.values()) < 100_000
    assert max(sizes.values()) < 10_000
    frame = AreaBoundary.objects.get(area__code="S22")
    # Chhattisgarh lies between 80.2 and 84.4° E, 17.8 and 24.1° N.
    assert 8000 < frame.min_x < frame.max_x < 8450
    assert -2420 < frame.min_y < frame.max_y < -1770
