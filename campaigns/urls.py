"""Addresses below /campaigns/. The dashboards live at /<slug>/ and belong to ``reports``."""

from django.urls import path

from campaigns.views import campaign_list as lists
from campaigns.views import device, entry, entry_grid, setup
from campaigns.views import setup_calendar as calendar
from campaigns.views import setup_rules as rules
from campaigns.views import setup_sheet as sheet
from campaigns.views import setup_targets as targets
from campaigns.views import setup_units as units

_SETUP = "<slug:slug>/setup/"

urlpatterns = [
    path("", lists.campaign_list, name="campaign-list"),
    path("new/", lists.campaign_new, name="campaign-new"),
    path(_SETUP, setup.campaign_setup, name="campaign-setup"),
    path(f"{_SETUP}basics/", setup.setup_basics, name="setup-basics"),
    path(f"{_SETUP}publish/", setup.setup_act, {"act": "publish"}, name="setup-publish"),
    path(f"{_SETUP}withdraw/", setup.setup_act, {"act": "withdraw"}, name="setup-withdraw"),
    path(f"{_SETUP}archive/confirm/", setup.confirm_archive, name="setup-archive-confirm"),
    path(f"{_SETUP}archive/", setup.setup_act, {"act": "archive"}, name="setup-archive"),
    path(f"{_SETUP}restore/", setup.setup_act, {"act": "restore"}, name="setup-restore"),
    path(f"{_SETUP}cohorts/", sheet.setup_cohorts, name="setup-cohorts"),
    path(f"{_SETUP}new-cohort/", sheet.setup_cohort, name="setup-new-cohort"),
    path(f"{_SETUP}cohorts/<slug:code>/", sheet.setup_cohort, name="setup-cohort"),
    path(f"{_SETUP}items/", sheet.setup_items, name="setup-items"),
    path(f"{_SETUP}new-item/", sheet.setup_item, name="setup-new-item"),
    path(f"{_SETUP}items/<slug:code>/", sheet.setup_item, name="setup-item"),
    path(f"{_SETUP}vaccines/", sheet.setup_vaccines, name="setup-vaccines"),
    path(f"{_SETUP}rules/", rules.setup_rules, name="setup-rules"),
    path(f"{_SETUP}calendar/", calendar.setup_calendar, name="setup-calendar"),
    path(f"{_SETUP}units/", units.setup_units, name="setup-units"),
    path(f"{_SETUP}targets/", targets.setup_targets, name="setup-targets"),
    path(f"{_SETUP}targets/table.csv", targets.target_table, name="target-table"),
    path(f"{_SETUP}targets/<slug:code>/default/", targets.target_set_default, name="target-set-default"),
    path(f"{_SETUP}targets/<slug:code>/remove/", targets.target_set_remove, name="target-set-remove"),
    path("device/", device.device, name="device"),
    path("device/who/", device.who, name="device-who"),
    path("device/<str:language>/", device.shell, name="device-shell"),
    path("<slug:slug>/entry/kit/", device.kit, name="entry-kit"),
    path("<slug:slug>/entry/", entry.entry_list, name="entry-list"),
    path("<slug:slug>/entry/sheet/", entry_grid.entry_grid, name="entry-grid"),
    path("<slug:slug>/entry/sheet/context.json", entry_grid.grid_context, name="entry-grid-context"),
    path("<slug:slug>/entry/sheet/history/", entry_grid.grid_history, name="entry-grid-history"),
    path("<slug:slug>/entry/<str:code>/<str:day>/", entry.entry_form, name="entry-form"),
]

for _rows in ("cohorts", "items"):
    urlpatterns += [
        path(
            f"{_SETUP}{_rows}/<slug:code>/remove/confirm/",
            sheet.confirm_remove,
            {"rows": _rows},
            name=f"setup-{_rows}-remove-confirm",
        ),
        path(
            f"{_SETUP}{_rows}/<slug:code>/<str:act>/",
            sheet.setup_row,
            {"rows": _rows},
            name=f"setup-{_rows}-act",
        ),
    ]
