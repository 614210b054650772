"""``GET stock/plan/``: the transfers that save the most doses from expiry."""

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.response import Response

from districts.api.queries import instant
from inventory.api import presented
from inventory.api.access import open_area
from inventory.api.answers import IF_NONE_MATCH, UNCHANGED, StockView, conditional
from inventory.api.queries import PlanQuery
from inventory.api.serializers import PlanSerializer
from inventory.selectors.plan import redistribution
from inventory.selectors.standing import day_to_show


class Redistribution(StockView):
    """Where doses at risk in the stores of an area can be used in time: the least costly transfers.

    POST stock/movements/ with the operation *dispatch* carries one out.
    """

    @extend_schema(
        operation_id="stock_plan",
        parameters=[PlanQuery, IF_NONE_MATCH],
        responses={200: PlanSerializer, **UNCHANGED},
    )
    def get(self, request):
        asked = PlanQuery.read(request)
        area = open_area(request.user, asked.get("area"))
        opening = day_to_show(area, timezone.localdate())
        day = asked.get("date") or opening
        transfers, at_risk, stores, batches = redistribution(
            area,
            day,
            earmark=asked["earmark"],
            as_of=asked.get("as_of"),
            # Since the opening day nothing has moved.
            from_movements="as_of" in asked or day < opening,
        )
        rows = [
            {
                "from_store": presented.store(stores[one.from_store]),
                "to_store": presented.store(stores[one.to_store]),
                "batch": presented.batch(batches[one.batch]),
                "earmark": asked["earmark"],
                "doses": one.doses,
                "across_states": one.across_states,
            }
            for one in transfers
        ]
        data = {
            "area": area.code,
            "date": day.isoformat(),
            "as_of": instant(asked.get("as_of")),
            "earmark": asked["earmark"],
            "at_risk": at_risk,
            "saved": sum(one.doses for one in transfers),
            "results": rows,
        }
        return conditional(request, Response(data))
