"""``GET stock/balances/``: what the stores of an area hold."""

from drf_spectacular.utils import extend_schema
from rest_framework.generics import ListAPIView

from districts.api.pagination import Pages
from inventory.api import presented
from inventory.api.access import day_asked, open_area
from inventory.api.answers import IF_NONE_MATCH, UNCHANGED, StockView, conditional
from inventory.api.queries import BalanceQuery
from inventory.api.serializers import BalanceSerializer
from inventory.models import Batch, Location
from inventory.selectors.balances import held_under


class Balances(StockView, ListAPIView):
    """What each store of the area held of each batch at the end of a day, as known now or at an instant."""

    queryset = Location.objects.none()
    serializer_class = BalanceSerializer
    pagination_class = Pages

    @extend_schema(
        operation_id="stock_balances",
        parameters=[BalanceQuery, IF_NONE_MATCH],
        responses={200: BalanceSerializer(many=True), **UNCHANGED},
    )
    def get(self, request):
        asked = BalanceQuery.read(request)
        area = open_area(request.user, asked.get("area"))
        day = day_asked(asked, area)
        held = held_under(
            area,
            last=day,
            as_of=asked.get("as_of"),
            earmark=asked.get("earmark"),
            vaccine=asked.get("vaccine"),
        )
        held.sort(key=lambda one: (one.location_id, one.batch_id, one.earmark))
        page = self.paginate_queryset(held)
        stores = Location.objects.select_related("area").in_bulk({one.location_id for one in page})
        batches = Batch.objects.select_related("vaccine").in_bulk({one.batch_id for one in page})
        rows = [_row(one, stores[one.location_id], batches[one.batch_id], day) for one in page]
        return conditional(request, self.get_paginated_response(rows))


def _row(held, store, batch, day):
    return {
        "date": day.isoformat(),
        "store": presented.store(store),
        "batch": presented.batch(batch),
        "earmark": held.earmark,
        "doses": held.doses,
        "doses_per_vial": batch.vaccine.doses_per_vial,
        "expiry": presented.expiry(batch, day),
    }
