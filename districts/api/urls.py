from django.urls import path

from districts.api import areas

urlpatterns = [
    path("areas/", areas.AreaList.as_view(), name="area-list"),
    path("areas/<slug:code>/", areas.AreaDetail.as_view(), name="area-detail"),
]
