"""``POST stock/given/``: which batches were given at a unit on a day."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.response import Response

from districts import access
from districts.models import Area
from inventory.api.answers import StockView
from inventory.api.bodies import LARGEST_ID, MOST_DOSES, Body
from inventory.api.queries import VaccineCode
from inventory.giving import Named
from inventory.models import Batch
from inventory.services.naming import name_batches


class NamedLine(Body):
    batch = serializers.IntegerField(
        min_value=1, max_value=LARGEST_ID, help_text=gettext_lazy("The number of the batch in this system.")
    )
    doses = serializers.IntegerField(
        min_value=1,
        max_value=MOST_DOSES,
        allow_null=True,
        help_text=gettext_lazy("null, for at most one batch: all doses for which no other batch is named."),
    )


class GivenBody(Body):
    area = serializers.SlugField(max_length=32, help_text=gettext_lazy("Code of the reporting unit."))
    date = serializers.DateField()
    vaccine = VaccineCode(required=True, help_text=gettext_lazy("Code of a vaccine."))
    batch = serializers.IntegerField(
        min_value=1,
        max_value=LARGEST_ID,
        allow_null=True,
        required=False,
        help_text=gettext_lazy(
            "The one batch that was given, by its number in this system; null: what expires first."
        ),
    )
    batches = NamedLine(
        many=True,
        required=False,
        max_length=100,
        help_text=gettext_lazy("Instead of batch: several, together at most the doses reported for the day."),
    )

    def validate(self, data):
        if ("batch" in data) == ("batches" in data):
            raise serializers.ValidationError(_("Send either batch or batches."))
        lines = data.get("batches", [])
        if len({line["batch"] for line in lines}) < len(lines):
            raise serializers.ValidationError({"batches": _("Name each batch once.")})
        if sum(line["doses"] is None for line in lines) > 1:
            raise serializers.ValidationError({"batches": _("Only one batch can be that of the rest.")})
        return data

    def named(self):
        """What the body names, as a Named. Raises ValidationError for a batch that is none of the vaccine."""
        asked, vaccine = self.validated_data, self.validated_data["vaccine"]
        lines = asked.get("batches", [])
        if asked.get("batch") is not None:
            lines = [{"batch": asked["batch"], "doses": None}]
        batches = Batch.objects.filter(vaccine=vaccine).in_bulk([line["batch"] for line in lines])
        if len(batches) < len(lines):
            field = "batches" if "batches" in asked else "batch"
            raise serializers.ValidationError({field: _("There is no such batch of this vaccine.")})
        doses = {line["batch"]: line["doses"] for line in lines}
        ordered = sorted(batches.values(), key=lambda one: (one.expires_on, one.pk))
        return Named(
            {one: doses[one.pk] for one in ordered if doses[one.pk] is not None},
            next((one for one in ordered if doses[one.pk] is None), None),
        )


class NamedSerializer(serializers.Serializer):
    batch = serializers.IntegerField()
    doses = serializers.IntegerField(allow_null=True)


class GivenSerializer(serializers.Serializer):
    area = serializers.CharField()
    date = serializers.DateField()
    vaccine = serializers.CharField()
    batch = serializers.IntegerField(
        allow_null=True, help_text=gettext_lazy("The batch of all doses for which no other is named.")
    )
    batches = NamedSerializer(many=True)
    changed = serializers.BooleanField()


class Given(StockView):
    """The doses of a day that tallies report leave the store in the order of expiry, or from the batches named here."""

    @extend_schema(operation_id="stock_given", request=GivenBody, responses=GivenSerializer)
    def post(self, request):
        """Name the batches, before or after the tallies of the day. The same again changes nothing.

        Needs the right to report for the unit.
        """
        body = GivenBody(data=request.data)
        body.is_valid(raise_exception=True)
        asked = body.validated_data
        area = Area.objects.filter(code=asked["area"]).first()
        if area is None or not access.has_right(request.user, "see", area):
            raise NotFound(_("There is no such place that you may see."))
        access.require(request.user, "submit", area)
        named = body.named()
        changed = name_batches(
            area=area, vaccine=asked["vaccine"], day=asked["date"], named=named, by=request.user
        )
        lines = [*named.doses.items(), *([(named.rest, None)] if named.rest else [])]
        return Response(
            {
                "area": area.code,
                "date": asked["date"],
                "vaccine": asked["vaccine"].code,
                "batch": named.rest and named.rest.pk,
                "batches": [{"batch": batch.pk, "doses": doses} for batch, doses in lines],
                "changed": changed,
            }
        )
