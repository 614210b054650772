"""A form and a file are two roads into one ledger: the same counts leave the same ledger behind."""

import datetime

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from campaigns.models import Submission
from campaigns.selectors.tallies import standing
from campaigns.services import sheet_changes
from campaigns.services.bulk import submit_tallies
from campaigns.services.setup import set_reporting_units
from campaigns.services.tallies import Line, submit_tally
from tests.campaigns.conftest import make_campaign

ITEMS = ["first", "second"]
UNITS = ["bastar", "abhanpur", "arang"]
DAYS_BACK = [0, 1, 9]  # today, still on time; the last is late

sheets = st.fixed_dictionaries({item: st.integers(0, 3) for item in ITEMS})
batches = st.lists(
    st.dictionaries(
        st.tuples(st.sampled_from(UNITS), st.sampled_from(DAYS_BACK)), sheets, min_size=1, max_size=5
    ),
    min_size=1,
    max_size=5,
)


@pytest.fixture
def twins(tree, state_officer):
    """Two campaigns that differ in their names only."""
    made = []
    for slug in ("by-form", "by-file"):
        campaign = make_campaign(state_officer, tree.chhattisgarh, slug=slug, preset="empty")
        for item in ITEMS:
            sheet_changes.save_item(
                campaign=campaign, by=state_officer, code=item, name_en=item, by_cohort=False
            )
        set_reporting_units(
            campaign=campaign, areas=[getattr(tree, name) for name in UNITS], by=state_officer
        )
        made.append(campaign)
    return made


def ledger(campaign, tree, today):
    """What stands, and every submission with what it says of itself."""
    keys = dict(campaign.cells.values_list("pk", "key"))
    counts = {}
    for name in UNITS:
        for back in DAYS_BACK:
            cells = standing(campaign, getattr(tree, name), today - datetime.timedelta(back))
            counts[name, back] = {keys[cell].split("|")[0]: count for cell, count in cells.items()}
    submissions = Submission.objects.filter(campaign=campaign).order_by("unit", "happened_on", "version")
    return counts, list(submissions.values_list("unit", "happened_on", "version", "is_late", "is_nil"))


def by_form(campaign, tree, today, batch):
    for (name, back), sheet in batch.items():
        submit_tally(
            campaign=campaign,
            unit=getattr(tree, name),
            day=today - datetime.timedelta(back),
            lines=[Line(item, count) for item, count in sheet.items()],
            by=campaign.created_by,
            source="form",
            reason="again",
        )


def by_file(campaign, tree, today, batch):
    cells = {
        key.split("|")[0]: pk for pk, key in campaign.cells.filter(is_open=True).values_list("pk", "key")
    }
    rows = [
        (getattr(tree, name).pk, today - datetime.timedelta(back), cells[item], count)
        for (name, back), sheet in batch.items()
        for item, count in sheet.items()
    ]
    submit_tallies(campaign=campaign, rows=rows, by=campaign.created_by, reason="again")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(batches)
def test_single_and_bulk_leave_the_same_ledger(twins, tree, days, sequence):
    form, file = twins
    expected = {(name, back): {} for name in UNITS for back in DAYS_BACK}
    with transaction.atomic():
        for batch in sequence:
            by_form(form, tree, days.today, batch)
            by_file(file, tree, days.today, batch)
            for place, sheet in batch.items():
                expected[place] = {item: count for item, count in sheet.items() if count}
        one, other = ledger(form, tree, days.today), ledger(file, tree, days.today)
        transaction.set_rollback(True)
    assert one[0] == expected
    assert other == one


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(batches, st.randoms(use_true_random=False))
def test_roads_may_be_mixed(twins, tree, days, sequence, random):
    """Each batch comes by either road; what stands is what came last."""
    campaign = twins[0]
    expected = {(name, back): {} for name in UNITS for back in DAYS_BACK}
    with transaction.atomic():
        for batch in sequence:
            random.choice([by_form, by_file])(campaign, tree, days.today, batch)
            for place, sheet in batch.items():
                expected[place] = {item: count for item, count in sheet.items() if count}
        counts, _submissions = ledger(campaign, tree, days.today)
        transaction.set_rollback(True)
    assert counts == expected
