"""Everything under /api/v1/."""

from django.urls import include, path, re_path
from drf_spectacular.views import SpectacularAPIView

from config.api_docs import docs
from config.api_errors import unknown_address

urlpatterns = [
    # First what is asked most.
    path("", include("reports.api.urls")),
    path("", include("districts.api.urls")),
    path("", include("campaigns.api.urls")),
    path("", include("inventory.api.urls")),
    path("schema/", SpectacularAPIView.as_view(), name="api-schema"),
    path("docs/", docs, name="api-docs"),
    re_path(r"", unknown_address),
]
