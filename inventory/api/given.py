"""``POST stock/given/``: which batch was given at a unit on a day."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.response import Response

from districts import access
from districts.models import Area
from inventory.api.answers import StockView
from inventory.api.bodies import LARGEST_ID, Body
from inventory.api.queries import VaccineCode
from inventory.models import Batch
from inventory.services.naming import name_batch


class GivenBody(Body):
    area = serializers.SlugField(max_length=32, help_text=gettext_lazy("Code of the reporting unit."))
    date = serializers.DateField()
    vaccine = VaccineCode(required=True, help_text=gettext_lazy("Code of a vaccine."))
    batch = serializers.IntegerField(
        min_value=1,
        max_value=LARGEST_ID,
        allow_null=True,
        help_text=gettext_lazy("The number of the batch in this system; null: what expires first."),
    )


class GivenSerializer(serializers.Serializer):
    area = serializers.CharField()
    date = serializers.DateField()
    vaccine = serializers.CharField()
    batch = serializers.IntegerField(allow_null=True)
    changed = serializers.BooleanField()


class Given(StockView):
    """The doses of a day that tallies report leave the store in the order of expiry, or from the batch named here."""

    @extend_schema(operation_id="stock_given", request=GivenBody, responses=GivenSerializer)
    def post(self, request):
        """Name the batch, before or after the tallies of the day. The same again changes nothing.

        Needs the right to report for the unit.
        """
        body = GivenBody(data=request.data)
        body.is_valid(raise_exception=True)
        asked = body.validated_data
        area = Area.objects.filter(code=asked["area"]).first()
        if area is None or not access.has_right(request.user, "see", area):
            raise NotFound(_("There is no such place that you may see."))
        access.require(request.user, "submit", area)
        batch = None
        if asked["batch"] is not None:
            batch = Batch.objects.filter(pk=asked["batch"], vaccine=asked["vaccine"]).first()
            if batch is None:
                raise serializers.ValidationError({"batch": _("There is no such batch of this vaccine.")})
        changed = name_batch(
            area=area, vaccine=asked["vaccine"], day=asked["date"], batch=batch, by=request.user
        )
        return Response(
            {
                "area": area.code,
                "date": asked["date"],
                "vaccine": asked["vaccine"].code,
                "batch": batch and batch.pk,
                "changed": changed,
            }
        )
