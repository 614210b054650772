"""Loads that live for a whole module: they take seconds, and the ledger they fill cannot be emptied."""

import hashlib
from contextlib import contextmanager

import pytest
from django.db import transaction

from campaigns.models import Submission, TallyEntry
from config.demonstration import campaign as campaign_of
from config.demonstration.load import Loading


@pytest.fixture(scope="module")
def load_for_the_module(django_db_setup, django_db_blocker):
    """``load_for_the_module(states)`` (None: all) gives the loaded campaign, rolled back at the module's end."""

    @contextmanager
    def inside(states):
        with django_db_blocker.unblock(), transaction.atomic():
            Loading(states=states).run()
            yield campaign_of.standing()
            transaction.set_rollback(True)

    return inside


@pytest.fixture
def own_data_folder(tmp_path, settings):
    settings.DATA_DIR = tmp_path / "data"
    return settings.DATA_DIR


def digest_of_ledger():
    """One hash of everything that was posted: what, by which unit, for which day, when and why."""
    lines = [
        f"{unit} {day} {version} {late} {nil} {reason} {recorded_at.timestamp():.0f}"
        for unit, day, version, late, nil, reason, recorded_at in Submission.objects.values_list(
            "unit__code", "happened_on", "version", "is_late", "is_nil", "reason", "journal__recorded_at"
        )
    ]
    lines += [
        f"{unit} {day} {version} {key} {change}"
        for unit, day, version, key, change in TallyEntry.objects.values_list(
            "unit__code", "happened_on", "submission__version", "cell__key", "change"
        )
        if unit
    ]
    return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()
