"""``GET stock/identity/``: where the supply of an area went."""

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.response import Response

from districts.api.queries import instant
from inventory.api import presented
from inventory.api.access import day_asked, open_area
from inventory.api.answers import IF_NONE_MATCH, UNCHANGED, StockView, conditional
from inventory.api.queries import IdentityQuery
from inventory.api.serializers import IdentitySerializer
from inventory.models import Vaccine
from inventory.selectors.identity import children_with_stock, identities, total

_RATES = ("open_vial_wastage", "closed_vial_wastage", "utilisation")


class SupplyIdentity(StockView):
    """Supplied = administered + wasted + balance + in transit + unreported residual, for an area and its parts.

    Without ``from`` the columns are what stands at the end of ``to``; with it, what changed since. The rows of
    the areas directly below add up to the area's. Doses that are in no report are never counted as wasted.
    """

    @extend_schema(
        operation_id="stock_identity",
        parameters=[IdentityQuery, IF_NONE_MATCH],
        responses={200: IdentitySerializer, **UNCHANGED},
    )
    def get(self, request):
        asked = IdentityQuery.read(request)
        area = open_area(request.user, asked.get("area"))
        areas = [area, *(children_with_stock(area) if asked["children"] == "1" else ())]
        vaccines = [asked["vaccine"]] if "vaccine" in asked else list(Vaccine.objects.all())
        last = day_asked(asked, area, "to")
        if "from" in asked and asked["from"] > last:
            last = timezone.localdate()  # Who asks for what came after a quiet ledger's last day gets that.
        found = identities(
            areas=areas,
            first=asked.get("from"),
            last=last,
            as_of=asked.get("as_of"),
            earmark=asked.get("earmark"),
            vaccines=vaccines,
            channel=asked.get("channel"),
        )
        data = {
            "area": area.code,
            "from": asked["from"].isoformat() if "from" in asked else None,
            "to": last.isoformat(),
            "as_of": instant(asked.get("as_of")),
            "earmark": asked.get("earmark"),
            "channel": asked.get("channel"),
            "results": [row for one in areas for row in _rows(one, vaccines, found)],
        }
        if request.accepted_renderer.format == "csv":
            context = {name: data[name] for name in ("from", "to", "as_of", "earmark", "channel")}
            data = [context | _cells(row) for row in data["results"]]
        return conditional(request, Response(data))


def _rows(area, vaccines, found):
    """A row for each vaccine that was ever there, and one for all of them where there are several."""
    here = [(vaccine, found[area.pk, vaccine.pk]) for vaccine in vaccines if (area.pk, vaccine.pk) in found]
    rows = [presented.identity(one, area, vaccine) for vaccine, one in here]
    if len(vaccines) > 1:
        rows.append(presented.identity(total(area.pk, [one for _vaccine, one in here]), area, None))
    return rows


def _cells(row):
    """In a table the numerators say nothing that the columns do not."""
    return {name: {"percent": value["percent"]} if name in _RATES else value for name, value in row.items()}
