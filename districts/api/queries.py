"""Query parameters as a serializer: checked, typed and documented in one place.

    class CoverageQuery(Query):
        date = serializers.DateField(required=False)

    asked = CoverageQuery.read(request)      # a dict of checked values; raises the documented 400

and ``@extend_schema(parameters=[CoverageQuery])`` puts the same fields into the OpenAPI schema.
"""

import datetime
import re

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import serializers

# Read by the renderers and the pagination.
SHARED = {"format", "page", "limit", "cursor"}

# Nothing was recorded before; and an instant in the year 1 has no place in UTC once its offset is taken off.
FIRST_INSTANT = datetime.datetime(2000, 1, 1, tzinfo=datetime.UTC)
LAST_INSTANT = datetime.datetime(2200, 1, 1, tzinfo=datetime.UTC)
_SPACED_OFFSET = re.compile(r"(T[0-9:.]+) ([0-9]{2}:?[0-9]{2})$")


class Instant(serializers.DateTimeField):
    """An instant of a query: ISO 8601 with an offset (``2021-11-11T17:00:00+05:30``), or the time of India.

    A plus sign that was not escaped in an address arrives as a space, so a space there reads as a plus.
    """

    default_error_messages = {
        "out_of_range": gettext_lazy("Write an instant of the years 2000 to 2199."),
    }

    def to_internal_value(self, value):
        if isinstance(value, str):
            value = _SPACED_OFFSET.sub(r"\1+\2", value.strip())
        moment = super().to_internal_value(value)
        if not FIRST_INSTANT <= moment < LAST_INSTANT:
            self.fail("out_of_range")
        return moment


def instant(moment):
    """An instant as every answer writes it: UTC, with a Z. None stays None."""
    return None if moment is None else moment.astimezone(datetime.UTC).isoformat().replace("+00:00", "Z")


class Query(serializers.Serializer):
    @classmethod
    def read(cls, request):
        """The checked values. An unknown name is refused: a misspelt filter must not answer with all."""
        query = cls(data=request.query_params.dict(), context={"request": request})
        known = set(query.fields) | SHARED
        unknown = [name for name in request.query_params if name not in known]
        if unknown:
            may_be = ", ".join(sorted(known))
            raise serializers.ValidationError(
                {
                    name: _("There is no such parameter. Known are: %(names)s.") % {"names": may_be}
                    for name in unknown
                }
            )
        query.is_valid(raise_exception=True)
        return query.validated_data
