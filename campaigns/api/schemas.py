"""What the schema says of postings: headers, the shapes of bodies, the refusals."""

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse

from campaigns.api.serializers import StaleSerializer
from districts.api.schema import ErrorSerializer


def _header(name, description, pattern=None):
    schema = {"type": "string"} | ({"pattern": pattern} if pattern else {})
    return OpenApiParameter(name, schema, OpenApiParameter.HEADER, description=description)


IDEMPOTENCY_KEY = _header(
    "Idempotency-Key",
    _("A key of your choice. The same key with the same body changes nothing and is answered the same."),
    r"^[\x21-\x7e]{1,100}$",
)
IF_MATCH = _header(
    "If-Match",
    _(
        'The version that you worked from, in quotes: "3". "0": nobody has reported yet. 412 if it is another.'
    ),
    r'^"[0-9]{1,9}(-(verified|returned))?(-csv)?"$',
)
IF_NONE_MATCH = _header("If-None-Match", _("The ETag of an earlier answer: 304 if it still stands."))

REFUSALS = {
    409: OpenApiResponse(ErrorSerializer, _("The Idempotency-Key came before with another body.")),
    412: OpenApiResponse(StaleSerializer, _("Somebody else has posted since the version in If-Match.")),
    422: OpenApiResponse(
        ErrorSerializer, _("The counts, the unit or the day are refused; details name each.")
    ),
}


def posting(receipt):
    return {
        201: OpenApiResponse(receipt, _("The first report of this unit and day.")),
        200: OpenApiResponse(receipt, _("A correction; or nothing changed.")),
        **REFUSALS,
    }


REPORT_EXAMPLE = OpenApiExample(
    "A report",
    value={
        "campaign": "har-ghar-dastak",
        "unit": "D387",
        "date": "2021-11-11",
        "lines": [
            {"item": "dose1", "cohort": "18-44", "count": 240},
            {"item": "dose2", "cohort": "18-44", "count": 515},
        ],
    },
    request_only=True,
)
