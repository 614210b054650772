"""Campaigns and files for the tests of imports."""

import csv
import datetime

import pytest

from campaigns.imports.findings import Findings
from campaigns.imports.formats import detect
from campaigns.services.creation import create_campaign
from campaigns.services.imports import load_file, preview_file
from campaigns.services.setup import set_reporting_units


@pytest.fixture
def cowin(tree, national_officer):
    """A campaign of the CoWIN preset over all districts of the cast, 16 January to 31 August 2021."""
    campaign = create_campaign(
        by=national_officer,
        preset="cowin",
        slug="cowin",
        name_en="CoWIN",
        area=tree.india,
        starts_on=datetime.date(2021, 1, 16),
        ends_on=datetime.date(2021, 8, 31),
    )
    set_reporting_units(
        campaign=campaign, areas=[tree.raipur, tree.bastar, tree.nagpur, tree.pune], by=national_officer
    )
    return campaign


@pytest.fixture
def drive(tree, national_officer):
    """A house-to-house drive in Chhattisgarh with cohorts and vaccines, reported by block."""
    campaign = create_campaign(
        by=national_officer,
        preset="covid",
        slug="drive",
        name_en="Drive",
        area=tree.chhattisgarh,
        starts_on=datetime.date(2021, 3, 1),
        ends_on=datetime.date(2021, 6, 30),
    )
    blocks = [tree.abhanpur, tree.arang, tree.bastar_block, tree.jagdalpur]
    set_reporting_units(campaign=campaign, areas=blocks, by=national_officer)
    return campaign


@pytest.fixture
def write_csv(tmp_path):
    """Write rows to a CSV file: ``write_csv([["a", "b"], [1, 2]])``."""

    def write(rows, name="counts.csv", encoding="utf-8", delimiter=","):
        path = tmp_path / name
        with path.open("w", encoding=encoding, newline="") as file:
            csv.writer(file, delimiter=delimiter).writerows(rows)
        return path

    return write


@pytest.fixture
def load(national_officer):
    """Load a file in the name of the national officer. Returns (receipt, findings)."""

    def do(campaign, path, **options):
        findings = Findings()
        options.setdefault("by", national_officer)
        receipt = load_file(
            campaign=campaign, path=path, file_format=detect(path), findings=findings, **options
        )
        return receipt, findings

    return do


@pytest.fixture
def preview():
    def do(campaign, path, **options):
        findings = Findings()
        return preview_file(
            campaign=campaign, path=path, file_format=detect(path), findings=findings, **options
        ), findings

    return do


@pytest.fixture(autouse=True)
def uploads(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "uploads"


@pytest.fixture
def sign_in(client):
    def enter(person):
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return enter
