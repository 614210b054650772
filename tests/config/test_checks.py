"""System checks: each is shown both silent and speaking."""

import pytest
from django.core.checks import run_checks

pytestmark = pytest.mark.once


def ids(**options):
    return {message.id for message in run_checks(**options) if message.id.startswith("abhiyan.")}


def test_a_short_key_is_an_error(settings):
    assert "abhiyan.E001" not in ids()
    settings.SECRET_KEY = "k" * 31
    assert "abhiyan.E001" in ids()


@pytest.mark.filterwarnings("ignore:Overriding setting DATABASES")
def test_sqlite_in_production_is_a_warning(settings):
    settings.DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3"}}
    assert "abhiyan.W001" in ids(include_deployment_checks=True)
    assert "abhiyan.W001" not in ids()
    settings.DATABASES = {"default": {"ENGINE": "django.db.backends.postgresql"}}
    assert "abhiyan.W001" not in ids(include_deployment_checks=True)


def test_mail_that_stays_in_the_log_is_a_warning(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    assert "abhiyan.W003" in ids(include_deployment_checks=True)
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    assert "abhiyan.W003" not in ids(include_deployment_checks=True)


def test_officers_without_a_second_factor_in_production_are_a_warning(settings):
    settings.SECOND_FACTOR = False
    assert "abhiyan.W004" in ids(include_deployment_checks=True)
    assert "abhiyan.W004" not in ids()
    settings.SECOND_FACTOR = True
    assert "abhiyan.W004" not in ids(include_deployment_checks=True)


def test_a_file_broker_in_production_is_a_warning(settings):
    settings.REDIS_URL = None
    assert "abhiyan.W002" in ids(include_deployment_checks=True)
    settings.REDIS_URL = "redis://127.0.0.1:6379/0"
    assert "abhiyan.W002" not in ids(include_deployment_checks=True)
