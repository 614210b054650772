"""Sending files to the import pages and reading what they answer."""

import csv
import datetime
import io
import re

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from campaigns.models import ImportRun
from campaigns.services import import_runs

DAY = datetime.date(2021, 4, 10)
CELL = "first_dose|18-44|covishield|"
HEADER = ["Area code [area]", "Name [name]", "Date [date]", f"First dose [{CELL}]"]
GOOD = ["B3693", "Abhanpur", "2021-04-10", 25]


def file_of(*rows, header=HEADER, name="counts.csv"):
    text = io.StringIO()
    csv.writer(text).writerows([header, *rows])
    return SimpleUploadedFile(name, text.getvalue().encode(), "text/csv")


def upload(client, campaign, file, **fields):
    return client.post(reverse("imports", args=[campaign.slug]), {"file": file, "file_format": "", **fields})


def uploaded(client, campaign, file, **fields):
    """Upload and let the worker read; returns the run."""
    response = upload(client, campaign, file, **fields)
    assert response.status_code == 302, response.content.decode()
    run = ImportRun.objects.get()
    import_runs.work(run)
    run.refresh_from_db()
    return run


def page(client, run):
    return client.get(reverse("import-run", args=[run.campaign.slug, run.key]))


def do(client, run, act, **fields):
    response = client.post(reverse(f"import-{act}", args=[run.campaign.slug, run.key]), fields)
    run.refresh_from_db()
    return response


def words(response):
    text = re.sub(r"<[^>]+>", " ", response.content.decode())
    return " ".join(text.split())
