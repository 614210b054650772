"""Addresses of the import pages, below /campaigns/."""

from django.urls import path, re_path

from campaigns.views import imports

_RUN = "<slug:slug>/imports/<uuid:key>/"

urlpatterns = [
    path("<slug:slug>/imports/", imports.imports, name="imports"),
    path("<slug:slug>/imports/template.csv", imports.template, {"kind": "csv"}, name="import-template-csv"),
    path(
        "<slug:slug>/imports/template.xlsx", imports.template, {"kind": "xlsx"}, name="import-template-xlsx"
    ),
    path(_RUN, imports.run, name="import-run"),
    path(f"{_RUN}confirm/", imports.act, {"act": "confirm"}, name="import-confirm"),
    path(f"{_RUN}cancel/", imports.act, {"act": "cancel"}, name="import-cancel"),
    path(f"{_RUN}retry/", imports.act, {"act": "retry"}, name="import-retry"),
    re_path(
        r"^(?P<slug>[-\w]+)/imports/(?P<key>[0-9a-f-]{36})/(?P<step>check|load)/(?P<name>anomalies|failures)\.csv$",
        imports.findings_file,
        name="import-findings",
    ),
]
