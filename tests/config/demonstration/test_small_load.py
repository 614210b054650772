"""Chhattisgarh at block level and Goa: every kind of report that the demonstration promises is there."""

import datetime
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.models import F, Max, Sum

from campaigns.models import DayReview, Review, Submission, TallyEntry
from campaigns.selectors.tallies import history
from config.demonstration import campaign as campaign_of
from config.demonstration import coverage, facts, irregularities, load, people, population
from config.demonstration.load import Loading, NotLoaded
from config.demonstration.plan import Plan
from districts import append_only
from districts.models import Area, AuditEvent, Level
from reports import fold
from reports.models import ProgressToDate
from reports.selectors.coverage import area_figures
from tests.config.demonstration.conftest import digest_of_ledger

# Each test is rolled back to the load, which stands for all of them.
# The demonstration lives on SQLite; on PostgreSQL test_load_demo loads a small part of it.
pytestmark = [pytest.mark.slow, pytest.mark.django_db, pytest.mark.sqlite_only]

STATES = {"S22", "S30"}
BEFORE = facts.AS_OF - datetime.timedelta(1)

# Changes only when the demonstration is changed on purpose, and is the same on every database and machine.
DIGEST = "bf35012473410c1dd310551cbef63493c2c516595803505ecacedd96af7241d9"


@pytest.fixture(scope="module", autouse=True)
def campaign(load_for_the_module):
    with load_for_the_module(STATES) as campaign:
        yield campaign


def doses(place, dose, *, day=None, until=None, as_of=None):
    """The slow way: straight from the ledger, by the path of the area."""
    area = Area.objects.get(code=place)
    entries = TallyEntry.objects.filter(
        unit__path__startswith=area.path, cell__item__code=dose, cell__item__campaign__slug=campaign_of.SLUG
    )
    if day:
        entries = entries.filter(happened_on=day)
    if until:
        entries = entries.filter(happened_on__lte=until)
    if as_of:
        entries = entries.filter(recorded_at__lte=as_of)
    return entries.aggregate(sum=Sum("change"))["sum"] or 0


def adults(campaign, place):
    totals = campaign.target_sets.get(is_default=True).totals.filter(area__code=place)
    return totals.aggregate(sum=Sum("persons"))["sum"]


def test_the_states_stand_where_the_press_series_put_them_at_the_end_of_august():
    end = datetime.date(2021, 8, 31)
    assert doses("S22", "first_dose", until=end) == 1_07_50_668
    assert doses("S22", "second_dose", until=end) == 32_60_138
    assert doses("S30", "first_dose", until=end) == 11_66_207
    assert doses("S30", "second_dose", until=end) == 4_20_359


@pytest.mark.parametrize(
    ("groups", "dose", "published"),
    [
        (["18-44"], "first_dose", 92_857),
        (["18-44"], "second_dose", 6_890),
        (["45-59", "60-plus"], "first_dose", 6_932),
        (["45-59", "60-plus"], "second_dose", 8_929),
        (["health-workers", "frontline-workers"], "first_dose", None),
    ],
)
def test_chhattisgarh_has_the_figures_of_its_bulletin_of_22_june(groups, dose, published):
    entries = TallyEntry.objects.filter(
        happened_on=datetime.date(2021, 6, 22),
        unit__path__startswith=Area.objects.get(code="S22").path,
        cell__cohort__code__in=groups,
        cell__item__code=dose,
    )
    assert entries.aggregate(sum=Sum("change"))["sum"] == published


def test_chhattisgarh_reports_by_blocks_and_other_states_by_districts(campaign):
    levels = campaign.units.values_list("area__level", "area__path")
    chhattisgarh = Area.objects.get(code="S22").path
    assert {level for level, path in levels if path.startswith(chhattisgarh)} == {Level.BLOCK}
    assert {level for level, path in levels if not path.startswith(chhattisgarh)} == {Level.DISTRICT}


def test_some_units_are_silent_on_the_last_day_and_the_clerks_block_is_one_of_them(campaign):
    reported = set(Submission.objects.filter(happened_on=facts.AS_OF).values_list("unit__code", flat=True))
    silent = set(campaign.units.values_list("area__code", flat=True)) - reported
    assert irregularities.CLERKS_BLOCK in silent
    assert 1 <= len(silent) <= len(reported) // 10


def test_late_reports_come_in_after_their_deadline_and_are_marked(campaign):
    late = Submission.objects.filter(is_late=True, version=1).select_related("journal")
    assert late.count() > 50
    for submission in late:
        due = submission.happened_on + datetime.timedelta(1)
        recorded = submission.journal.recorded_at.astimezone(datetime.timezone(datetime.timedelta(hours=5.5)))
        assert recorded.replace(tzinfo=None) > datetime.datetime.combine(due, datetime.time(17))


def test_a_report_without_any_dose_is_a_nil_report(campaign):
    nil = Submission.objects.filter(is_nil=True)
    assert nil.exists()
    assert not TallyEntry.objects.filter(submission__in=nil).exists()


def test_corrections_say_why_and_go_both_up_and_down_on_both_last_days():
    for day in irregularities.LAST_DAYS:
        corrections = Submission.objects.filter(version__gt=1, journal__recorded_at__date=day)
        assert corrections.exists()
        assert not corrections.filter(reason="").exists()
    changes = TallyEntry.objects.filter(submission__version__gt=1).values_list("change", flat=True)
    assert min(changes) < 0 < max(changes)


def test_one_day_was_corrected_twice_and_each_version_can_be_read(campaign):
    code, day = irregularities.CORRECTED_TWICE
    versions = history(campaign, Area.objects.get(code=code), day)
    assert [version["version"] for version in versions] == [1, 2, 3]
    assert [version["source"] for version in versions] == ["api", "form", "form"]
    assert versions[1]["by"] == versions[2]["by"] == people.DISTRICT


def test_a_count_falls_where_a_unit_took_doses_back():
    code, day, taken_back = next(row for row in irregularities.FALLING if row[0] == "B3693")
    assert doses(code, "first_dose", day=day) == -taken_back


def test_more_people_had_a_second_dose_in_one_block_than_a_first():
    place = coverage.MORE_SECOND_THAN_FIRST
    assert doses(place, "second_dose") > doses(place, "first_dose") > 0


def test_districts_with_people_from_elsewhere_are_over_full(campaign):
    goa = Area.objects.filter(parent__code="S30").values_list("code", flat=True)
    over_full = [code for code in goa if doses(code, "first_dose") > adults(campaign, code)]
    assert over_full


@pytest.mark.parametrize("day", [datetime.date(2021, 11, 3), facts.AS_OF])
def test_a_reviewed_district_is_below_half(campaign, day):
    narayanpur = "D637"
    assert narayanpur in facts.reviewed_districts()
    assert 0 < doses(narayanpur, "first_dose", until=day) * 2 < adults(campaign, narayanpur)


def test_no_other_district_of_the_states_is_below_half(campaign):
    for code in Area.objects.filter(parent__code__in=STATES, level=Level.DISTRICT).values_list(
        "code", flat=True
    ):
        target = adults(campaign, code)
        if target and code not in facts.reviewed_districts():
            assert doses(code, "first_dose") * 2 > target, code


def test_doors_are_knocked_at_since_the_drive_began():
    first = TallyEntry.objects.filter(cell__item__code="households").order_by("happened_on").first()
    assert first.happened_on == facts.HOUSE_TO_HOUSE_FROM


def test_the_campaign_is_public_and_marked_as_simulated(campaign):
    assert campaign.is_public and campaign.is_simulated
    assert campaign.name_hi and campaign.note_hi


def test_both_denominators_are_there_and_the_projection_is_the_default(campaign):
    sets = {one.code: one for one in campaign.target_sets.all()}
    assert sets.keys() == {"adults-2021", "census-2011"}
    assert sets["adults-2021"].is_default
    nation = Area.objects.get(code="IN")
    for one in sets.values():
        assert (
            one.totals.filter(area=nation).aggregate(sum=Sum("persons"))["sum"]
            == (one.targets.aggregate(sum=Sum("persons"))["sum"])
        )


def test_nothing_was_recorded_after_the_last_evening(campaign):
    last = TallyEntry.objects.aggregate(at=Max("recorded_at"))["at"]
    assert last.date() == facts.AS_OF
    assert not TallyEntry.objects.filter(recorded_at__date__lt=F("happened_on")).exists()


def test_the_fold_equals_a_recompute(campaign):
    assert fold.verify(campaign).differences == 0


def test_every_load_gives_the_very_same_ledger():
    assert digest_of_ledger() == DIGEST


def test_a_second_load_does_nothing():
    before = Submission.objects.count(), AuditEvent.objects.count()
    out = StringIO()
    call_command("load_demo", stdout=out)
    assert "The demonstration is loaded." in out.getvalue()
    assert (Submission.objects.count(), AuditEvent.objects.count()) == before


def test_a_load_that_was_killed_at_its_very_end_posts_nothing_twice(campaign):
    # The trail refuses to be shortened; a load that was killed never wrote this line of it.
    append_only.remove(connection, append_only.AUDIT)
    AuditEvent.objects.filter(action=load.LOADED).delete()
    append_only.install(connection, append_only.AUDIT)
    before = Submission.objects.count(), Review.objects.count()
    Loading(states=STATES).run()
    assert (Submission.objects.count(), Review.objects.count()) == before
    assert load.is_loaded()


def test_a_load_of_other_states_over_this_one_is_refused():
    with pytest.raises(NotLoaded, match="Load the same ones again"):
        Loading(states={"S30"}).run()


def test_figures_that_are_off_by_one_dose_are_not_accepted(campaign):
    some = ProgressToDate.objects.filter(
        area=campaign.area, cell__item__code="first_dose", cell__total__isnull=False
    ).first()
    ProgressToDate.objects.filter(area_id=some.area_id, cell_id=some.cell_id).update(count=F("count") + 1)
    with pytest.raises(NotLoaded, match="differ from the declared ones"):
        load.check(campaign, Plan(population.adults_by_state()).totals(STATES), STATES)


def test_the_home_district_is_reviewed_and_one_day_is_returned(campaign):
    home = Area.objects.get(code=people.HOME_DISTRICT)
    states = DayReview.objects.filter(campaign=campaign).values_list("state", flat=True)
    assert sorted(set(states)) == ["returned", "verified"]
    assert [one.unit.code for one in DayReview.objects.filter(state="returned")] == ["B3694"]
    figures = area_figures(campaign=campaign, area=home, day=facts.AS_OF).area
    assert 0 < figures.doses_verified_to_date < figures.doses_to_date
    assert fold.verify(campaign).differences == 0
