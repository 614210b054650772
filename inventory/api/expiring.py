"""``GET stock/expiring/``: what will expire, and what of it unused."""

from collections import defaultdict

from drf_spectacular.utils import extend_schema
from rest_framework.generics import ListAPIView

from districts.api.pagination import Pages
from inventory.api import presented
from inventory.api.access import day_asked, open_area
from inventory.api.answers import IF_NONE_MATCH, UNCHANGED, StockView, conditional
from inventory.api.queries import ExpiringQuery
from inventory.api.serializers import ExpiringSerializer
from inventory.models import Location
from inventory.selectors.standing import StockQuery, supply_of


class Expiring(StockView, ListAPIView):
    """Batches in the stores of an area that expire soon or will not be used in time, the soonest first.

    Each store uses its stock first expiry first out at the pace of its last four weeks; what is left of a batch
    on its last day is at risk.
    """

    queryset = Location.objects.none()
    serializer_class = ExpiringSerializer
    pagination_class = Pages

    @extend_schema(
        operation_id="stock_expiring",
        parameters=[ExpiringQuery, IF_NONE_MATCH],
        responses={200: ExpiringSerializer(many=True), **UNCHANGED},
    )
    def get(self, request):
        asked = ExpiringQuery.read(request)
        area = open_area(request.user, asked.get("area"))
        day = day_asked(asked, area)
        query = StockQuery(
            day=day,
            as_of=asked.get("as_of"),
            earmark=asked.get("earmark", ""),
            vaccine=asked.get("vaccine"),
        )
        page = self.paginate_queryset(_rows(supply_of(area, query), day, asked["within"]))
        return conditional(request, self.get_paginated_response(page))


def _rows(supply, day, within):
    held = defaultdict(int)
    for one in supply.held:
        if one.doses > 0:
            held[one.location_id, one.batch_id] += one.doses
    rows = []
    for (store, number), doses in held.items():
        batch = supply.batches[number]
        unused = supply.outlooks[store, batch.vaccine_id].unused.get(number, 0)
        if unused or (batch.expires_on - day).days <= within:
            rows.append(
                {
                    "date": day.isoformat(),
                    "store": presented.store(supply.stores[store]),
                    "batch": presented.batch(batch),
                    "doses": doses,
                    "at_risk": unused,
                    "expiry": presented.expiry(batch, day),
                    "vvm_stage": supply.stages.get((store, number)),
                }
            )
    return sorted(
        rows,
        key=lambda row: (row["expiry"]["days"], -row["at_risk"], row["store"]["code"], row["batch"]["id"]),
    )
