from django.urls import path

from reports.api import coverage, progress

urlpatterns = [
    path("coverage/", coverage.Coverage.as_view(), name="coverage"),
    path("progress/", progress.Progress.as_view(), name="progress"),
]
