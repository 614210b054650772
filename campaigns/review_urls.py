"""Addresses of review and data quality, below /campaigns/."""

from django.urls import path

from campaigns.views import quality, review, review_many

urlpatterns = [
    path("<slug:slug>/review/", review.review_list, name="review"),
    path("<slug:slug>/review/act/<int:pk>/", review.review_act, name="review-act"),
    path("<slug:slug>/review/<str:code>/", review.review_list, name="review-area"),
    path("<slug:slug>/review/<str:code>/verify/", review_many.review_many, name="review-many"),
    path("<slug:slug>/review/<str:code>/chosen/", review_many.review_chosen, name="review-chosen"),
    path("<slug:slug>/review/<str:code>/<str:day>/", review.review_day, name="review-day"),
    path("<slug:slug>/quality/", quality.quality_list, name="quality"),
    path("<slug:slug>/quality/finding/<int:pk>/", quality.follow_up, name="follow-up"),
    path("<slug:slug>/quality/<str:code>/", quality.quality_list, name="quality-area"),
    path("<slug:slug>/quality/<str:code>/open/", quality.open_finding, name="finding-open"),
    path("<slug:slug>/quality/<str:code>/table.<str:kind>", quality.quality_file, name="quality-file"),
]
