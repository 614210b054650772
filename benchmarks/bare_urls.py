"""The floors of ``benchmarks.api``: as little as Django and DRF do in the same process, behind the same middleware."""

import json
import os
from pathlib import Path

from django.http import HttpResponse, JsonResponse
from django.urls import include, path
from rest_framework.generics import CreateAPIView
from rest_framework.permissions import AllowAny
from rest_framework.serializers import ModelSerializer

from districts.models import AuditEvent

READY_MADE = json.loads(Path(os.environ["BARE_JSON"]).read_text())


def bare_json(request):
    """The answer that coverage gives, from values that are ready."""
    return JsonResponse(READY_MADE)


def bare_response(request):
    return HttpResponse()


class RowSerializer(ModelSerializer):
    class Meta:
        model = AuditEvent
        fields = ["action", "subject"]


class BarePost(CreateAPIView):
    """One row, for anybody: no token, no throttle, no rights."""

    serializer_class = RowSerializer
    authentication_classes = []
    permission_classes = [AllowAny]
    throttle_classes = []


urlpatterns = [
    path("bare/json/", bare_json),
    path("bare/response/", bare_response),
    path("bare/post/", BarePost.as_view()),
    path("", include("config.urls")),
]
