"""Reading campaigns and their setup as plain rows."""

from django.db.models import F, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce

from campaigns.models import Campaign, UnitTotal

NAMES = ("code", "name_en", "name_hi")


def campaign_rows(user):
    """The campaigns that the user may see, newest first, as dicts with the code of the area and the number of
    reporting units."""
    units = UnitTotal.objects.filter(campaign=OuterRef("pk"), area=OuterRef("area")).values("units")
    return (
        Campaign.objects.visible_to(user)
        .order_by("-starts_on", "slug")
        .values(
            "pk",
            "slug",
            "name_en",
            "name_hi",
            "note_en",
            "note_hi",
            "starts_on",
            "ends_on",
            "is_public",
            "is_simulated",
            "archived_at",
            "deadline_days",
            "deadline_time",
            "late_window_days",
            "rest_weekdays",
            "setup_version",
            area_code=F("area__code"),
            unit_count=Coalesce(Subquery(units), 0),
        )
    )


def setup_rows(campaign):
    """Everything that a client needs to read figures and to post tallies: a dict of lists. Eight queries.

    The cells are those that are counted into, in the order of the sheet; a closed one keeps what it holds.
    """
    items = campaign.items.prefetch_related("cohorts")
    return {
        "cohorts": list(campaign.cohorts.values(*NAMES, "is_open")),
        "vaccines": list(campaign.vaccines.values(*NAMES, "manufacturer")),
        "items": [_item(item) for item in items],
        "cells": list(
            campaign.cells.filter(total__isnull=False)
            .order_by("item__position", "item_id", "cohort__position", "vaccine__code", "sex")
            .values(
                "key",
                "sex",
                "is_open",
                item_code=F("item__code"),
                cohort_code=Coalesce(F("cohort__code"), Value("")),
                vaccine_code=Coalesce(F("vaccine__code"), Value("")),
            )
        ),
        "target_sets": list(campaign.target_sets.values(*NAMES, "source", "source_hi", "year", "is_default")),
        "rounds": list(campaign.rounds.values("number", "starts_on", "ends_on")),
        "days_off": list(campaign.days_off.values("day", "name_en", "name_hi")),
    }


def _item(item):
    return {
        "code": item.code,
        "name_en": item.name_en,
        "name_hi": item.name_hi,
        "kind": item.kind,
        "antigen": item.antigen,
        "dose_number": item.dose_number,
        "minimum_interval_days": item.minimum_interval_days,
        "accumulates": item.accumulates,
        "by_cohort": item.by_cohort,
        "by_vaccine": item.by_vaccine,
        "by_sex": item.by_sex,
        "cohorts": [cohort.code for cohort in item.cohorts.all()],
        "is_open": item.is_open,
    }
