"""``GET campaigns/`` and ``GET campaigns/{slug}/``: what a client must know to read figures and post tallies."""

import hashlib

from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.permissions import AllowAny
from rest_framework.response import Response
from rest_framework.views import APIView

from campaigns.api.serializers import CampaignDetailSerializer, CampaignSerializer
from campaigns.models import Campaign
from campaigns.selectors.campaigns import campaign_rows, setup_rows
from districts.api.conditional import ConditionalGet
from districts.api.pagination import Pages
from districts.api.queries import Query
from districts.api.renderers import CSVRenderer, JSONRenderer


class CampaignView(ConditionalGet):
    """The rows themselves are small, so they are what the tag is made of: nothing that is shown can be missed."""

    permission_classes = [AllowAny]
    renderer_classes = [JSONRenderer, CSVRenderer]


class CampaignList(CampaignView, ListAPIView):
    """Campaigns that are open to the public or meet an area you are posted to, the newest first."""

    queryset = Campaign.objects.none()
    serializer_class = CampaignSerializer
    pagination_class = Pages

    def etag_key(self):
        self.campaigns = [_presented(row) for row in campaign_rows(self.request.user)]
        return _digest(self.campaigns)

    @extend_schema(operation_id="campaigns_list")
    def get(self, request):
        Query.read(request)
        return self.get_paginated_response(self.paginate_queryset(self.campaigns))


class CampaignDetail(CampaignView, APIView):
    """One campaign with its cohorts, vaccines, items, cells, target sets, rounds and days off."""

    renderer_classes = [JSONRenderer]

    def etag_key(self):
        row = campaign_rows(self.request.user).filter(slug=self.kwargs["slug"]).first()
        if row is None:
            raise Http404(_("There is no such campaign that you may see."))
        self.campaign = _presented(row) | setup_rows(Campaign(pk=row["pk"]))
        self.campaign["cells"] = [_presented_cell(cell) for cell in self.campaign["cells"]]
        return _digest(self.campaign)

    @extend_schema(responses=CampaignDetailSerializer, operation_id="campaigns_detail")
    def get(self, request, slug):
        Query.read(request)
        return Response(self.campaign)


def _presented(row):
    deadline = {"days": row["deadline_days"], "time": row["deadline_time"].isoformat("minutes")}
    return {
        "slug": row["slug"],
        "name_en": row["name_en"],
        "name_hi": row["name_hi"],
        "area": row["area_code"],
        "starts_on": row["starts_on"],
        "ends_on": row["ends_on"],
        "is_public": row["is_public"],
        "is_simulated": row["is_simulated"],
        "is_archived": row["archived_at"] is not None,
        "units": row["unit_count"],
        "deadline": deadline,
        "late_window_days": row["late_window_days"],
        "rest_weekdays": [int(day) for day in row["rest_weekdays"].split(",") if day.strip()],
        "note_en": row["note_en"],
        "note_hi": row["note_hi"],
        "version": row["setup_version"],
    }


def _presented_cell(cell):
    return {
        "key": cell["key"],
        "item": cell["item_code"],
        "cohort": cell["cohort_code"],
        "vaccine": cell["vaccine_code"],
        "sex": cell["sex"],
        "is_open": cell["is_open"],
    }


def _digest(content):
    return hashlib.sha256(repr(content).encode()).hexdigest()
