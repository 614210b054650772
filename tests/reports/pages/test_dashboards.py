"""Dashboards of nation, state, district and block: what they say, of which day, against what."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from campaigns.models import Campaign
from tests.reports.drive import LAST, at, fold, line, post

NATION = "/drive/"


def page(client, path=NATION, **params):
    response = client.get(path, params)
    assert response.status_code == 200, response
    return response.content.decode()


def test_the_home_page_lists_the_campaigns_that_are_open(client, drive):
    html = page(client, "/")
    assert "Har Ghar Dastak" in html
    assert 'href="/drive/"' in html


def test_a_campaign_that_is_not_public_is_listed_for_its_own_people_only(
    client, drive, state_officer, stranger
):
    drive.campaign.is_public = False
    drive.campaign.save()
    assert "Har Ghar Dastak" not in page(client, "/")
    client.force_login(stranger, backend="django.contrib.auth.backends.ModelBackend")
    assert "Har Ghar Dastak" not in page(client, "/")
    client.force_login(state_officer, backend="django.contrib.auth.backends.ModelBackend")
    assert "Har Ghar Dastak" in page(client, "/")


def test_the_nation_opens_on_the_last_day_reported_with_its_headline_figures(client, drive):
    html = page(client)
    assert "Thursday, 11 November 2021" in html
    assert "6,760" in html  # doses to date
    assert "360 on this day" in html
    assert "42.7%" in html  # 6,410 of 15,000
    assert "6,410 of 15,000" in html
    assert "2.3%" in html
    assert "94.5%" in html  # drop-out
    assert "4 of 5" in html
    assert "3 on time, 1 late, 1 silent" in html
    assert "Estimate (Survey, 2021)" in html


def test_a_hindi_page_names_the_source_of_the_targets_in_hindi(client, drive):
    drive.campaign.target_sets.filter(code="estimate").update(source_hi="सर्वेक्षण")
    client.cookies["abhiyan_language"] = "hi"
    html = page(client)
    assert "(सर्वेक्षण, 2021)" in html
    assert "(Survey, 2021)" in html, "the choice of denominators holds a set without a Hindi source"
    assert page(client, denominator="census").count("(Survey, 2021)") == 2


def test_a_single_report_of_a_later_day_does_not_take_everybody_there(client, drive):
    """The campaign is over: that day would show a nation that is silent. A running one opens on its newest day."""
    later = LAST + datetime.timedelta(3)
    post(drive, drive.tree.arang, later, line("first_dose", 7))
    fold(drive)
    assert "Thursday, 11 November 2021" in page(client)
    assert "7 on this day" in page(client, date=later.isoformat())
    Campaign.objects.update(ends_on=timezone.localdate(), setup_version=90)
    assert "Sunday, 14 November 2021" in page(client)


def test_every_page_of_a_simulated_campaign_says_so(client, drive):
    assert "Simulated figures." in page(client)
    assert "Simulated figures." in page(client, "/drive/D387/")
    drive.campaign.is_simulated = False
    drive.campaign.setup_version += 1
    drive.campaign.save()
    assert "Simulated figures." not in page(client)


def test_pages_of_no_campaign_say_so_on_a_site_of_the_demonstration(client, drive, settings):
    """Stock and people are as made up as the campaign; a real campaign beside them is not."""
    assert "figures, stocks and people are made up" not in page(client, "/about/data/")
    settings.DEMONSTRATION = True
    assert "figures, stocks and people are made up" in page(client, "/about/data/")
    drive.campaign.is_simulated = False
    drive.campaign.save()
    assert "made up" not in page(client)


def test_the_silent_units_stand_there_by_name(client, drive):
    html = page(client)
    silent = html[html.index('id="silent-title"') : html.index("All silent units")]
    assert "Nagpur" in silent
    assert "Pune" not in silent


def test_a_drill_down_adds_up_from_block_to_nation(client, drive):
    assert "4,350" in page(client, "/drive/D387/")  # Raipur: 450 + 3,900
    assert "5,530" in page(client, "/drive/S22/")  # and Bastar's 980 and 200
    assert "3,900" in page(client, "/drive/B3694/")


def test_a_page_names_its_children_and_leads_to_them(client, drive):
    html = page(client, "/drive/S22/")
    assert 'href="/drive/D387/"' in html
    assert 'href="/drive/D374/"' in html
    assert 'href="/drive/S27/"' not in html
    assert "Districts" in html


def test_the_states_are_a_tile_map_and_districts_a_grid_by_name(client, drive):
    assert "map--tiles" in page(client)
    assert "map--names" in page(client, "/drive/S22/")


def test_a_figure_over_100_per_cent_is_shown_and_explained(client, drive):
    html = page(client, "/drive/B3694/")
    assert "130.0%" in html
    assert "First dose: 900 more than the target." in html


def test_a_negative_day_is_shown_and_explained(client, drive):
    html = page(client, "/drive/D374/")
    assert "−20 on this day" in html
    assert "corrections took 20 more off this day" in html


def test_more_second_than_first_doses_are_shown_and_explained(client, drive):
    html = page(client, "/drive/D490/", date="2021-11-08")
    assert "Second dose: 50 more than first doses." in html
    assert "−50.0%" in html  # drop-out below 0


def test_late_and_corrected_figures_are_told_as_revisions(client, drive):
    html = page(client)
    assert "Revised since yesterday: +80, −50" in html


def test_overdue_second_doses_are_those_past_the_interval(client, drive):
    html = page(client, date="2021-12-25")
    assert "5,750" in html  # 800 + 450 + 3,600 + 900, and none of Pune's


def test_a_past_day_shows_that_day(client, drive):
    html = page(client, date="2021-10-31")
    assert "Sunday, 31 October 2021" in html
    assert "6,050" in html
    assert "No report on this day yet" in html


def test_previous_and_next_lead_through_the_days(client, drive):
    html = page(client)
    assert 'href="/drive/?date=2021-11-10"' in html
    assert 'href="/drive/?date=2021-11-12"' in html
    first = page(client, date="2021-10-01")
    assert "date=2021-09-30" not in first


def test_the_slider_answers_with_the_address_of_its_day(client, drive):
    response = client.get(NATION, {"n": "7", "measure": "drop-out"})
    assert response.status_code == 302
    assert response.url == "/drive/?date=2021-10-08&measure=drop-out"


def test_a_day_outside_the_campaign_is_refused_with_the_nearest_shown(client, drive):
    html = page(client, date="2019-01-01")
    assert "Friday, 1 October 2021" in html
    assert "2019-01-01 lies outside the days of the campaign" in html


def test_what_cannot_be_read_in_an_address_is_named_and_left_out(client, drive):
    html = page(client, date="yesterday", denominator="guess", cohort="<b>all</b>")
    assert "date=yesterday cannot be read" in html
    assert "denominator=guess is not known" in html
    assert "cohort=&lt;b&gt;all&lt;/b&gt; is not known" in html
    assert "11 November 2021" in html


def test_an_old_state_of_knowledge_can_be_asked_for(client, drive):
    html = page(client, as_of="2021-11-11T19:30:00+05:30")
    assert "These are the figures as they were known on 11 Nov 2021, 19:30." in html
    assert "6,730" in html  # Abhanpur still 500, Pune not yet there
    assert "3 of 5" in html


def test_a_plus_sign_that_became_a_space_is_still_an_instant(client, drive):
    response = client.get(NATION + "?as_of=2021-11-11T19:30:00+05:30")
    assert "known on 11 Nov 2021, 19:30" in response.content.decode()


def test_another_denominator_changes_the_coverage_and_says_its_name(client, drive):
    html = page(client, denominator="census")
    assert "85.5%" in html  # 6,410 of 7,500
    assert "Census (Survey, 2021)" in html


def test_one_group_can_be_shown_alone(client, drive):
    html = page(client, cohort="45-59")
    assert "6,410 of 5,000" in html
    html = page(client, cohort="18-44")
    assert "0 of 5,000" in html


def test_the_measure_chosen_colours_the_map(client, drive):
    html = page(client, "/drive/", measure="reported")
    drawing = html[html.index("map--tiles") : html.index("legend--map")]
    assert "Maharashtra: 50.0%" in drawing
    assert "Chhattisgarh: 100.0%" in drawing


def test_the_table_sorts_by_any_figure_and_no_data_comes_last(client, drive):
    def order(**params):
        html = page(client, "/drive/S27/", **params)
        rows = html[html.index("children__table") :]
        return rows.index(">Nagpur<") < rows.index(">Pune<")

    assert order()
    assert not order(sort="-name")
    assert order(sort="-coverage-first_dose")
    assert not order(sort="coverage-first_dose")
    # Nagpur is silent that day: it has no figure of the day, which is neither the lowest nor the highest.
    assert not order(sort="doses-today")
    assert not order(sort="-doses-today")


def test_the_table_is_searched_in_both_languages_and_by_code(client, drive):
    for wanted in ("nagp", "नागपुर", "d484"):
        html = page(client, "/drive/S27/", q=wanted)
        table = html[html.index("children__table") : html.index("items-title")]
        assert ">Nagpur<" in table
        assert ">Pune<" not in table
    assert "Nothing matches the search." in page(client, "/drive/S27/", q="zzz")


def test_hindi_shows_hindi_names(client, drive):
    client.cookies["abhiyan_language"] = "hi"
    html = page(client, "/drive/S22/")
    assert '<html lang="hi">' in html
    assert "छत्तीसगढ़" in html
    assert "रायपुर" in html


def test_a_campaign_without_doses_targets_or_reports_still_has_a_page(client, drive):
    from campaigns.services.creation import create_campaign

    create_campaign(
        by=drive.by,
        preset="empty",
        slug="blank",
        name_en="Blank",
        area=drive.tree.india,
        starts_on=datetime.date(2021, 1, 1),
        ends_on=datetime.date(2021, 2, 1),
        is_public=True,
    )
    html = page(client, "/blank/")
    assert "No report has come in yet." in html or "Nobody is adding up" in html
    assert "0 of 0" in html


def test_a_new_count_is_on_the_page_after_its_fold(client, drive):
    assert "6,760" in page(client)
    post(drive, drive.tree.nagpur, LAST, line("first_dose", 1000), recorded=at(datetime.date(2021, 11, 14)))
    fold(drive)
    html = page(client)
    assert "7,760" in html
    assert "5 of 5" in html
    assert "Every unit has reported this day." in html


@pytest.mark.parametrize("path", ["/drive/", "/drive/S22/", "/drive/D387/", "/drive/B3694/", "/drive/D484/"])
@pytest.mark.parametrize("language", ["en-in", "hi"])
def test_no_page_holds_what_the_content_policy_would_block(client, drive, path, language):
    client.cookies["abhiyan_language"] = language
    html = page(client, path)
    assert "style=" not in html
    assert "onclick" not in html
    assert "<script>" not in html


def test_addresses_are_made_from_one_place(drive):
    assert reverse("campaign-dashboard", args=["drive"]) == "/drive/"
    assert reverse("area-dashboard", args=["drive", "S22"]) == "/drive/S22/"
