from django.contrib import admin
from django.urls import include, path, re_path

from campaigns.views import device
from config.api_errors import unknown_address
from districts.views import signing_in

handler400 = "config.api_errors.bad_request"
handler500 = "config.api_errors.server_error"

urlpatterns = [
    path("api/v1/", include("config.api_urls")),
    re_path(r"^api/", unknown_address),
    path("sw.js", device.service_worker, name="service-worker"),
    path("manifest.webmanifest", device.manifest, name="manifest"),
    # One door for all: it counts by address, and knows the second factor.
    path("admin/login/", signing_in.to_sign_in),
    path("admin/", admin.site.urls),
    path("", include("districts.urls")),
    path("stock/", include("inventory.urls")),
    path("campaigns/", include("campaigns.import_urls")),
    path("campaigns/", include("campaigns.review_urls")),
    path("campaigns/", include("campaigns.urls")),
    # Last: a campaign's short name may be any word that no address above has taken.
    path("", include("reports.urls")),
]
