"""``GET batches/{id}/trace/``: where did every dose of this batch go, for a recall."""

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.generics import ListAPIView

from districts.api.pagination import Pages
from districts.api.queries import Query
from inventory.api import presented
from inventory.api.answers import IF_NONE_MATCH, UNCHANGED, StockView, conditional
from inventory.api.serializers import TraceSerializer
from inventory.models import Batch, LocationKind, StockMovement
from inventory.selectors import scope
from inventory.selectors.trace import movements_of_batch, places_of, sums_of


class Trace(StockView, ListAPIView):
    """A batch: its doses everywhere in sum, and every place and movement of it in your own areas."""

    queryset = StockMovement.objects.none()
    pagination_class = Pages

    @extend_schema(
        operation_id="batch_trace",
        parameters=[IF_NONE_MATCH],
        responses={200: TraceSerializer, **UNCHANGED},
    )
    def get(self, request, number):
        Query.read(request)
        if not scope.top_areas(request.user):
            raise PermissionDenied(_("Your posting does not allow you to see stock."))
        batch = Batch.objects.select_related("vaccine").filter(pk=number).first()
        rows = batch and movements_of_batch(batch, scope.touching(request.user)).select_related("journal__by")
        page = self.paginate_queryset(rows) if rows else []
        if not page:
            raise Http404(_("There is no such batch that you may see."))
        response = self.get_paginated_response([presented.movement(one) for one in page])
        if request.accepted_renderer.format != "csv":
            sums = dict.fromkeys(LocationKind.values, 0) | sums_of(batch)
            response.data = {
                "batch": presented.batch(batch),
                "everywhere": sums,
                "places": self._places(request.user, batch),
                "next": response.data["next"],
                "results": response.data["results"],
            }
        return conditional(request, response)

    def _places(self, user, batch):
        return [
            {"place": presented.place(location), "earmark": earmark, "doses": doses}
            for location, earmark, doses in places_of(batch, scope.visible_path(user, "location__area"))
        ]
