"""Real outlines once they are uploaded, and campaigns whose counts come from session sites."""

import datetime
import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from campaigns.models import Source
from campaigns.services.creation import create_campaign
from campaigns.services.setup import set_reporting_units
from campaigns.services.tallies import submit_tally
from districts.models import AreaBoundary, Level
from districts.tree import add_area
from reports.fold import fold_marks
from tests.reports.drive import START, at, line


def outline(area, x):
    return AreaBoundary.objects.create(
        area=area, svg_path=f"M{x} 0h10v10h-10z", min_x=x, min_y=0, max_x=x + 10, max_y=10, source="a map"
    )


def test_outlines_replace_the_tiles_and_are_fetched_as_one_file(client, drive):
    outline(drive.tree.chhattisgarh, 0)
    outline(drive.tree.maharashtra, 10)
    html = client.get("/drive/").content.decode()
    assert "map--outlines" in html
    assert "map--tiles" not in html
    address = html.partition('<use class="shape" href="')[2].partition("#S22")[0]
    shapes = client.get(address)
    assert shapes["Content-Type"] == "image/svg+xml"
    assert shapes.content.decode().count("<path") == 2
    assert '<path id="S22" d="M0 0h10v10h-10z"/>' in shapes.content.decode()
    assert "max-age" in shapes["Cache-Control"]


def test_a_page_that_was_opened_before_shows_outlines_as_soon_as_they_are_saved(
    client, drive, national_officer
):
    """Bodies are remembered for a minute; a map that was just uploaded may not wait for that to pass."""
    html = client.get("/drive/").content.decode()
    assert "map--tiles" in html
    seen = html.partition("pulse/?seen=")[2].partition('"')[0]
    square = [[[75, 20], [76, 20], [76, 21], [75, 21], [75, 20]]]
    shapes = [
        {
            "type": "Feature",
            "properties": {"st_nm": name},
            "geometry": {"type": "Polygon", "coordinates": square},
        }
        for name in ("Chhattisgarh", "Maharashtra")
    ]
    content = json.dumps({"type": "FeatureCollection", "features": shapes}).encode()
    file = SimpleUploadedFile("states.geojson", content, "application/geo+json")
    client.force_login(national_officer, backend="django.contrib.auth.backends.ModelBackend")
    client.post("/boundaries/", {"file": file, "source": "A map of our own", "save": "1"})
    assert AreaBoundary.objects.count() == 2
    assert client.get("/drive/pulse/", {"seen": seen})["HX-Trigger"] == "figures-changed"
    assert "map--outlines" in client.get("/drive/").content.decode()


def test_an_area_without_an_outline_is_named_beside_the_map(client, drive):
    outline(drive.tree.chhattisgarh, 0)
    html = client.get("/drive/").content.decode()
    assert "map--outlines" in html
    beside = html[html.index("Without an outline") : html.index("legend--map")]
    assert "Maharashtra" in beside
    assert "Chhattisgarh" not in beside


def test_a_few_scattered_outlines_are_no_map(client, drive):
    others = [
        add_area(parent=drive.tree.india, code=f"S9{n}", level=Level.STATE, name_en=f"State {n}")
        for n in range(2)
    ]
    set_reporting_units(campaign=drive.campaign, areas=[*drive.units, *others], by=drive.by)
    outline(drive.tree.chhattisgarh, 0)
    assert "map--outlines" not in client.get("/drive/").content.decode()


@pytest.fixture
def sites(drive):
    """A campaign of Chhattisgarh in which the two session sites of Arang report."""
    found = [
        add_area(parent=drive.tree.arang, code=f"SITE-{n}", level=Level.SITE, name_en=f"School {n}")
        for n in (1, 2)
    ]
    campaign = create_campaign(
        by=drive.by,
        preset="covid",
        slug="sites",
        name_en="Sites",
        area=drive.tree.chhattisgarh,
        starts_on=START,
        ends_on=START + datetime.timedelta(30),
        is_public=True,
    )
    set_reporting_units(campaign=campaign, areas=found, by=drive.by)
    campaign.refresh_from_db()
    submit_tally(
        campaign=campaign,
        unit=found[0],
        day=START,
        lines=[line("first_dose", 41)],
        by=drive.by,
        source=Source.FORM,
        now=at(START),
    )
    fold_marks(campaign.pk)
    return found


def test_a_block_lists_its_sites_and_a_site_has_its_page(client, sites):
    html = client.get("/sites/B3694/").content.decode()
    table = html[html.index("children__table") : html.index("items-title")]
    assert "Session sites" in html
    assert ">School 1<" in table
    assert "1/1" in table
    assert "0/1" in table
    silent = html[html.index('id="silent-title"') : html.index("All silent units")]
    assert "School 2" in silent
    assert "41" in client.get("/sites/SITE-1/").content.decode()


def test_a_site_that_is_silent_has_no_figure_of_the_day(client, sites):
    html = client.get("/sites/SITE-2/").content.decode()
    assert "No report on this day yet" in html
