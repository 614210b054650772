from django.urls import path

from campaigns.api import batch, campaigns, reviews, tallies

urlpatterns = [
    path("campaigns/", campaigns.CampaignList.as_view(), name="api-campaign-list"),
    path("campaigns/<slug:slug>/", campaigns.CampaignDetail.as_view(), name="api-campaign-detail"),
    path("tallies/", tallies.Tallies.as_view(), name="tallies"),
    path("reviews/", reviews.Reviews.as_view(), name="reviews"),
    path("tallies/batch/", batch.TallyBatch.as_view(), name="tallies-batch"),
]
