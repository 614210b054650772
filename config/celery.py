"""The Celery application. Tasks live in each app's tasks module; the timetable is here."""

import os
import sys

from celery import Celery
from celery.schedules import crontab
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("abhiyan")


@app.on_configure.connect
def refuse_to_start_without_settings(**kwargs):
    """A worker with a missing or unknown setting ends with one line; Celery alone would print a traceback."""
    try:
        settings.INSTALLED_APPS  # noqa: B018  (reads the settings)
    except ImproperlyConfigured as error:
        sys.exit(f"Abhiyan does not start. {error}")


app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

app.conf.beat_schedule = {
    # Finds what a lost message left, and writes the heartbeat that the dashboards show.
    "sweep-fold-marks": {"task": "reports.tasks.sweep", "schedule": 10.0, "options": {"expires": 10}},
    "sweep-stock-marks": {
        "task": "campaigns.tasks.sweep_stock_marks",
        "schedule": 20.0,
        "options": {"expires": 20},
    },
    "sweep-rule-marks": {
        "task": "campaigns.tasks.sweep_rule_marks",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    "sweep-imports": {"task": "campaigns.tasks.sweep_imports", "schedule": 60.0, "options": {"expires": 60}},
    # Three times, for the mails that a mail server refused; nobody gets two on one day.
    "evening-digest": {
        "task": "campaigns.tasks.evening_digest",
        "schedule": crontab(hour="18-20", minute=30),
    },
    "verify-progress": {"task": "reports.tasks.verify_progress", "schedule": crontab(hour=2, minute=30)},
    "verify-stock-balances": {
        "task": "inventory.tasks.verify_stock_balances",
        "schedule": crontab(hour=3, minute=10),
    },
    # Before the working day, so that it stands in the head of the page when the store opens.
    "tell-stock-alerts": {"task": "inventory.tasks.tell_stock_alerts", "schedule": crontab(hour=6, minute=0)},
    "prune-delivered-messages": {
        "task": "reports.tasks.prune_delivered_messages",
        "schedule": crontab(minute=17),
    },
}
