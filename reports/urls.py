from django.urls import path, re_path

from reports import views

urlpatterns = [
    path("", views.home, name="home"),
    path("shapes/<str:code>.svg", views.shapes, name="shapes"),
    path("<slug:slug>/", views.dashboard, name="campaign-dashboard"),
    path("<slug:slug>/pulse/", views.pulse, name="pulse"),
    re_path(
        r"^(?P<slug>[-\w]+)/(?P<code>[^/]+)/(?P<name>table\.csv|table\.xlsx|silent\.csv)$",
        views.file,
        name="dashboard-file",
    ),
    path("<slug:slug>/<str:code>/", views.dashboard, name="area-dashboard"),
]
