"""``GET areas/`` and ``GET areas/{code}/``: the tree of areas, open to anyone."""

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.generics import ListAPIView, get_object_or_404
from rest_framework.permissions import AllowAny
from rest_framework.response import Response
from rest_framework.views import APIView

from districts import selectors
from districts.api.conditional import ConditionalGet
from districts.api.pagination import Pages
from districts.api.queries import Instant, Query
from districts.api.renderers import CSVRenderer, JSONRenderer
from districts.models import Area, Level

LEVELS = {level: level.name.lower() for level in Level}
LEVEL_NAMES = {name: level for level, name in LEVELS.items()}


class AreaCode(serializers.SlugRelatedField):
    """A public code in a query; the checked value is the area itself."""

    default_error_messages = {"does_not_exist": _("There is no area with the code {value}.")}

    def __init__(self, **options):
        super().__init__(slug_field="code", queryset=Area.objects.all(), **options)


class AreaQuery(Query):
    level = serializers.ChoiceField(list(LEVEL_NAMES), required=False)
    parent = AreaCode(required=False, help_text=_("Children of this area, by its code."))
    under = AreaCode(required=False, help_text=_("This area and everything below it, by its code."))
    q = serializers.CharField(
        required=False,
        max_length=100,
        help_text=_("Part of a name in either language or of an alias; a code."),
    )
    valid_on = serializers.DateField(required=False, help_text=_("Areas that exist on this day."))
    updated_since = Instant(
        required=False,
        help_text=_(
            "Areas of which a name, an alias, a population or the boundary changed at or after this."
        ),
    )


class AreaSerializer(serializers.Serializer):
    """The shape of a row. Rows are read as plain dicts; see ``presented``."""

    code = serializers.CharField()
    level = serializers.ChoiceField(list(LEVEL_NAMES))
    name_en = serializers.CharField()
    name_hi = serializers.CharField(help_text=_("Empty when none is known."))
    parent = serializers.CharField(allow_null=True, help_text=_("Code of the parent; null for the nation."))
    lgd_code = serializers.IntegerField(allow_null=True)
    iso_code = serializers.CharField(help_text=_("ISO 3166-2 code of a state, else empty."))
    valid_from = serializers.DateField(allow_null=True)
    valid_until = serializers.DateField(allow_null=True, help_text=_("The first day on which it is no more."))
    updated_at = serializers.DateTimeField()


class AncestorSerializer(serializers.Serializer):
    code = serializers.CharField()
    level = serializers.ChoiceField(list(LEVEL_NAMES))
    name_en = serializers.CharField()
    name_hi = serializers.CharField()


class AliasSerializer(serializers.Serializer):
    scheme = serializers.CharField()
    value = serializers.CharField(help_text=_("Lower case, single spaces."))
    within = serializers.CharField(help_text=_("Code of the area inside which this names one place."))


class PopulationSerializer(serializers.Serializer):
    source = serializers.CharField()
    year = serializers.IntegerField()
    group = serializers.CharField()
    persons = serializers.IntegerField()


class AreaDetailSerializer(AreaSerializer):
    ancestors = AncestorSerializer(many=True, help_text=_("From the nation down to the parent."))
    aliases = AliasSerializer(many=True)
    populations = PopulationSerializer(many=True)


def presented(row):
    """A row of ``selectors.area_rows`` as the API shows it."""
    return {
        "code": row["code"],
        "level": LEVELS[row["level"]],
        "name_en": row["name_en"],
        "name_hi": row["name_hi"],
        "parent": row["parent_code"],
        "lgd_code": row["lgd_code"],
        "iso_code": row["iso_code"],
        "valid_from": row["valid_from"],
        "valid_until": row["valid_until"],
        "updated_at": row["updated_at"],
    }


class AreaView(ConditionalGet):
    permission_classes = [AllowAny]
    renderer_classes = [JSONRenderer, CSVRenderer]

    def etag_key(self):
        return selectors.areas_version()


class AreaList(AreaView, ListAPIView):
    """States, districts, blocks and sites, in the order of the tree."""

    queryset = Area.objects.none()
    serializer_class = AreaSerializer
    pagination_class = Pages

    @extend_schema(parameters=[AreaQuery], operation_id="areas_list")
    def get(self, request):
        asked = AreaQuery.read(request)
        areas = selectors.areas_matching(
            level=LEVEL_NAMES.get(asked.get("level")),
            parent=asked.get("parent"),
            under=asked.get("under"),
            text=asked.get("q", ""),
            valid_on=asked.get("valid_on"),
            updated_since=asked.get("updated_since"),
        )
        page = self.paginate_queryset(selectors.area_rows(areas))
        return self.get_paginated_response([presented(row) for row in page])


class AreaDetail(AreaView, APIView):
    """One area with its ancestors, aliases and populations."""

    @extend_schema(responses=AreaDetailSerializer, operation_id="areas_detail")
    def get(self, request, code):
        Query.read(request)
        area = get_object_or_404(Area, code=code)
        row = selectors.area_rows(Area.objects.filter(pk=area.pk)).get()
        steps = selectors.ancestors(area)
        names = selectors.aliases(area)
        return Response(
            presented(row)
            | {
                "ancestors": [
                    {key: step[key] for key in ("code", "name_en", "name_hi")}
                    | {"level": LEVELS[step["level"]]}
                    for step in steps
                ],
                "aliases": [
                    {"scheme": name["scheme"], "value": name["value"], "within": name["within_code"]}
                    for name in names
                ],
                "populations": selectors.populations(area),
            }
        )
