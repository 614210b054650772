"""``stock/movements/``: following what is recorded in the stock ledger, and recording in it."""

import base64
import binascii
import datetime

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import PolymorphicProxySerializer, extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from districts.api.queries import instant
from inventory.api import presented, schemas
from inventory.api.access import open_area
from inventory.api.answers import IF_NONE_MATCH, UNCHANGED, StockView, conditional
from inventory.api.operations import BODIES, carry_out, read_body, read_idempotency_key
from inventory.api.queries import MovementQuery
from inventory.api.serializers import MovementPageSerializer, OperationReceiptSerializer
from inventory.selectors.following import Place, movements_of_journals, movements_since, place_of

# An operation is stamped before it is committed. Whoever asks again from this long before the last visit sees
# some movements twice (each has its id) and misses none.
OVERLAP = datetime.timedelta(minutes=15)


class Movements(StockView):
    """The stock ledger, movement by movement."""

    @extend_schema(
        operation_id="stock_movements",
        parameters=[MovementQuery, IF_NONE_MATCH],
        responses={200: MovementPageSerializer, **UNCHANGED},
    )
    def get(self, request):
        """Movements into, out of or within an area, in the order in which they were recorded, a page at a time."""
        asked = MovementQuery.read(request)
        area = open_area(request.user, asked.get("area"))
        after, next_since = None, timezone.now() - OVERLAP
        if "cursor" in asked:
            after, next_since = _read(asked["cursor"])
        found = movements_since(
            area,
            since=asked.get("updated_since"),
            after=after,
            vaccine=asked.get("vaccine"),
            batch=asked.get("batch"),
            earmark=asked.get("earmark"),
            channel=asked.get("channel"),
            most=asked["limit"] + 1,
        )
        page, link = found[: asked["limit"]], None
        if len(found) > len(page):
            cursor = _written(place_of(page[-1]), next_since)
            link = replace_query_param(request.build_absolute_uri(), "cursor", cursor)
        rows = [presented.movement(one) for one in page]
        response = Response({"next": link, "next_updated_since": instant(next_since), "results": rows})
        if link:
            response["Link"] = f'<{link}>; rel="next"'
        # The instants to go on from differ with every request; whoever keeps the older ones misses nothing.
        return conditional(request, response, content=(rows, bool(link)))

    @extend_schema(
        operation_id="stock_movements_post",
        parameters=[schemas.IDEMPOTENCY_KEY],
        request=PolymorphicProxySerializer(
            component_name="StockOperation", serializers=BODIES, resource_type_field_name="operation"
        ),
        examples=schemas.EXAMPLES,
        responses={201: OperationReceiptSerializer, **schemas.REFUSALS},
    )
    def post(self, request):
        """Record one operation: receive, waste, count, dispatch, accept, earmark, or reverse an earlier one.

        Everything that it moves is booked, or nothing. The right to keep stock is needed at the store that acts:
        the sender of a dispatch, the receiver of a consignment.
        """
        key = read_idempotency_key(request)
        done = carry_out(user=request.user, asked=read_body(request.data), key=key)
        moved = movements_of_journals(done.journals) if done.journals else []
        body = {
            "operation": done.operation,
            "consignment": presented.consignment(done.consignment),
            "movements": [presented.movement(one) for one in moved],
        }
        response = Response(body, status=201)
        if done.replayed:
            response["Idempotency-Replayed"] = "true"
        return response


def _written(place, next_since):
    parts = (place.recorded_at.isoformat(), place.movement_id, next_since.isoformat())
    return base64.urlsafe_b64encode("|".join(map(str, parts)).encode()).decode().rstrip("=")


def _read(cursor):
    """(the Place, when the first page was asked for less the overlap) of a cursor that we wrote."""
    try:
        text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode()
        recorded_at, movement, next_since = text.split("|")
        if not (movement.isdecimal() and len(movement) < 19):
            raise ValueError  # no id that a database could hold
        moments = [datetime.datetime.fromisoformat(moment) for moment in (recorded_at, next_since)]
        if any(timezone.is_naive(moment) or not 2000 <= moment.year < 2200 for moment in moments):
            raise ValueError
    except (ValueError, binascii.Error):
        raise serializers.ValidationError(
            {"cursor": _("This is no cursor: take it from next of the page before.")}
        ) from None
    return Place(moments[0], int(movement)), moments[1]
